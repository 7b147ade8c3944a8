package image

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/containergate/gate/internal/gate"
)

// registry reads images over the distribution protocol.
type registry struct {
	plan     gate.RegistryPlan
	keychain *keychain

	// bases hold the connections, by whether the host is listed as insecure.
	mu    sync.Mutex
	bases map[bool]*http.Transport
}

func newRegistry(plan gate.RegistryPlan) *registry {
	return &registry{plan: plan, keychain: newKeychain(plan)}
}

// read fetches manifest and configuration; layers are fetched when they are opened.
func (r *registry) read(ctx context.Context, text string, wanted platform) (*source, error) {
	ref, err := r.parse(text)
	if err != nil {
		return nil, err
	}
	host := wanted.orHost()
	descriptor, err := remote.Get(ref, append(r.options(ctx, ref),
		remote.WithPlatform(v1.Platform{OS: host.os, Architecture: host.arch, Variant: host.variant}))...)
	if err != nil {
		return nil, r.explain(ctx, ref, err)
	}
	if descriptor.MediaType.IsSchema1() {
		return nil, fmt.Errorf("%w: %s is an image of Docker's old schema 1; push it again with a current Docker", ErrUnsupported, ref)
	}
	fetched, err := descriptor.Image()
	if err != nil {
		return nil, r.explainPlatform(ctx, ref, descriptor, host, err)
	}
	found, err := remoteSource(fetched, func(err error) error { return r.explain(ctx, ref, err) })
	if err != nil {
		return nil, err
	}
	if tag, ok := ref.(name.Tag); ok {
		found.tags = []string{tag.Name()}
	}
	found.repoDigests = []string{ref.Context().Name() + "@" + descriptor.Digest.String()}
	return found, nil
}

// parse reads the name. Hosts of the plan's insecure list may be spoken to over
// plain HTTP.
func (r *registry) parse(text string) (name.Reference, error) {
	ref, err := name.ParseReference(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %q is not an image name; write it like registry.example.com/team/app:1.2: %w", ErrReference, text, err)
	}
	if !r.insecure(ref.Context().RegistryStr()) {
		return ref, nil
	}
	return name.ParseReference(text, name.Insecure)
}

func (r *registry) insecure(host string) bool {
	return slices.ContainsFunc(r.plan.Insecure, func(listed string) bool { return registryHost(listed) == registryHost(host) })
}

// transport obeys the proxy variables of the environment. It refuses plain HTTP
// to hosts that are neither on this machine nor on the insecure list, so that
// nobody on the way can talk gate out of TLS.
func (r *registry) transport(ref name.Reference) http.RoundTripper {
	insecure := r.insecure(ref.Context().RegistryStr())
	base := r.base(insecure)
	if base == nil {
		return remote.DefaultTransport
	}
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		if request.URL.Scheme == "http" && !insecure && !loopback(request.URL.Hostname()) {
			return nil, fmt.Errorf("%w: %s offers plain HTTP only; list it as an insecure registry if that is meant", ErrUnsupported, request.URL.Host)
		}
		return base.RoundTrip(request)
	})
}

// base gives the connections, which all requests share; nil where Go's default
// transport is none that can be copied.
func (r *registry) base(insecure bool) *http.Transport {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bases[insecure] != nil {
		return r.bases[insecure]
	}
	base, ok := remote.DefaultTransport.(*http.Transport)
	if !ok {
		return nil
	}
	base = base.Clone()
	if insecure {
		base.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // the user listed this registry as insecure
	}
	if r.bases == nil {
		r.bases = map[bool]*http.Transport{}
	}
	r.bases[insecure] = base
	return base
}

// close ends the connections that nobody uses. Without it they stay for a
// while, which is long where thousands of images are asked for.
func (r *registry) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, base := range r.bases {
		base.CloseIdleConnections()
	}
}

// options are those of one request or of several.
func (r *registry) options(ctx context.Context, ref name.Reference) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx), remote.WithAuthFromKeychain(r.keychain),
		remote.WithTransport(r.transport(ref)), remote.WithUserAgent("gate"),
	}
}

// roundTripper is a function as an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func loopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// remoteSource makes a source of a fetched manifest.
func remoteSource(fetched v1.Image, explain func(error) error) (*source, error) {
	manifest, err := fetched.Manifest()
	if err != nil {
		return nil, explain(err)
	}
	found := &source{}
	if found.rawManifest, err = fetched.RawManifest(); err != nil {
		return nil, explain(err)
	}
	found.digest = sha256Digest(found.rawManifest)
	if found.rawConfig, err = fetched.RawConfigFile(); err != nil {
		return nil, explain(err)
	}
	for _, layer := range manifest.Layers {
		found.layers = append(found.layers, blob{
			mediaType: string(layer.MediaType), digest: layer.Digest, verified: true,
			open: func() (io.ReadCloser, error) {
				content, err := fetched.LayerByDigest(layer.Digest)
				if err != nil {
					return nil, explain(err)
				}
				stream, err := content.Compressed()
				if err != nil {
					return nil, explain(err)
				}
				return &download{ReadCloser: stream, explain: explain}, nil
			},
		})
	}
	return found, nil
}

// download is a layer on its way. A break of the connection is told from bytes
// that are not those of the digest.
type download struct {
	io.ReadCloser
	explain func(error) error
}

// Read implements io.Reader.
func (d *download) Read(p []byte) (int, error) {
	n, err := d.ReadCloser.Read(p)
	if err == nil || errors.Is(err, io.EOF) || strings.Contains(err.Error(), "error verifying") {
		return n, err
	}
	return n, d.explain(err)
}

// explainPlatform tells what there is when a multi-platform image lacks the
// platform that was wanted.
func (r *registry) explainPlatform(ctx context.Context, ref name.Reference, descriptor *remote.Descriptor, wanted platform, err error) error {
	if !descriptor.MediaType.IsIndex() || context.Cause(ctx) != nil {
		return r.explain(ctx, ref, err)
	}
	index, indexErr := descriptor.ImageIndex()
	if indexErr != nil {
		return r.explain(ctx, ref, err)
	}
	manifest, manifestErr := index.IndexManifest()
	if manifestErr != nil {
		return r.explain(ctx, ref, err)
	}
	var offered []platform
	for _, entry := range manifest.Manifests {
		if isAttestation(entry) || entry.Platform == nil {
			continue
		}
		if wanted.accepts(descriptorPlatform(entry)) {
			return r.explain(ctx, ref, err)
		}
		offered = append(offered, descriptorPlatform(entry))
	}
	return fmt.Errorf("%w: %s has nothing for %s, only %s; choose one of them with --platform",
		ErrPlatform, ref, wanted, describePlatforms(offered))
}
