package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containergate/gate/internal/gate"
)

// shelf is one repository of a registry, read piece by piece and within limits.
type shelf struct {
	registry *registry
	ref      name.Reference
	client   *http.Client
}

func openShelf(ctx context.Context, text string, plan gate.RegistryPlan) (*shelf, error) {
	from := newRegistry(plan)
	ref, err := from.parse(text)
	if err != nil {
		return nil, err
	}
	return from.shelf(ctx, ref)
}

// shelf logs in for reading. What breaks on the way or in the server is tried
// again, some times: a registry that is written to meanwhile may stumble.
func (r *registry) shelf(ctx context.Context, ref name.Reference) (*shelf, error) {
	login, err := authn.Resolve(ctx, r.keychain, ref.Context())
	if err != nil {
		return nil, r.explain(ctx, ref, err)
	}
	patient := transport.NewRetry(transport.NewUserAgent(r.transport(ref), "gate"),
		transport.WithRetryBackoff(transport.Backoff{Duration: 100 * time.Millisecond, Factor: 3, Steps: 3}),
		transport.WithRetryStatusCodes(http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout))
	speaker, err := transport.NewWithContext(ctx, ref.Context().Registry, login, patient, []string{ref.Scope(transport.PullScope)})
	if err != nil {
		return nil, r.explain(ctx, ref, err)
	}
	return &shelf{registry: r, ref: ref, client: &http.Client{Transport: speaker}}, nil
}

// close ends the connections to the registry.
func (s *shelf) close() { s.registry.close() }

// at names a place in the repository, by digest or tag.
func (s *shelf) at(identifier string) string {
	if strings.Contains(identifier, ":") {
		return s.ref.Context().Name() + "@" + identifier
	}
	return s.ref.Context().Name() + ":" + identifier
}

func (s *shelf) address(parts ...string) *url.URL {
	return &url.URL{
		Scheme: s.ref.Context().Scheme(), Host: s.ref.Context().RegistryStr(),
		Path: "/v2/" + s.ref.Context().RepositoryStr() + "/" + strings.Join(parts, "/"),
	}
}

// reply is an answer of the registry; one with another status than 200 has no body.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// get reads an answer whole. That something is not there, or not known to the
// registry, is no error.
func (s *shelf) get(ctx context.Context, from *url.URL, accept string, limit int64) (got reply, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from.String(), http.NoBody)
	if err != nil {
		return reply{}, s.registry.explain(ctx, s.ref, err)
	}
	request.Header.Set("Accept", accept)
	answer, err := s.client.Do(request)
	if err != nil {
		return reply{}, s.registry.explain(ctx, s.ref, err)
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	got = reply{status: answer.StatusCode, header: answer.Header}
	switch answer.StatusCode {
	case http.StatusNotFound, http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotAcceptable:
		return got, nil
	}
	if err := transport.CheckError(answer, http.StatusOK); err != nil {
		return reply{}, s.registry.explain(ctx, s.ref, err)
	}
	got.body, err = io.ReadAll(io.LimitReader(answer.Body, limit+1))
	switch {
	case err != nil:
		return reply{}, s.registry.explain(ctx, s.ref, err)
	case int64(len(got.body)) > limit:
		return reply{}, fmt.Errorf("%w: the registry %s answers with more than %d bytes for %s", ErrUnsupported, from.Host, limit, from.Path)
	}
	return got, nil
}

// must is get where nothing else than an answer will do.
func (s *shelf) must(ctx context.Context, from *url.URL, accept string, limit int64) (reply, error) {
	got, err := s.get(ctx, from, accept, limit)
	if err == nil && got.status != http.StatusOK {
		err = s.registry.explain(ctx, s.ref, &transport.Error{StatusCode: got.status})
	}
	return got, err
}

// raw reads a manifest or index by tag or digest.
func (s *shelf) raw(ctx context.Context, identifier string) ([]byte, bool, error) {
	got, err := s.get(ctx, s.address("manifests", identifier), manifestTypes(), maxDocument)
	if err != nil || got.status != http.StatusOK {
		return nil, false, err
	}
	if strings.Contains(identifier, ":") && sha256Digest(got.body) != identifier {
		return nil, false, fmt.Errorf("%w: the registry %s hands out another manifest than %s", ErrCorrupt, s.ref.Context().RegistryStr(), identifier)
	}
	return got.body, true, nil
}

func (s *shelf) manifest(ctx context.Context, identifier string) (*v1.Manifest, bool, error) {
	raw, there, err := s.raw(ctx, identifier)
	if err != nil || !there {
		return nil, false, err
	}
	var manifest v1.Manifest
	if err := json.Unmarshal(raw, &manifest); err != nil {
		return nil, false, fmt.Errorf("%w: the manifest %s is not valid; push it again: %w", ErrCorrupt, s.at(identifier), err)
	}
	return &manifest, true, nil
}

// indexWith finds the index behind the reference, if that is one and holds the
// image. Without one there is no text either.
func (s *shelf) indexWith(ctx context.Context, image v1.Hash) (digest v1.Hash, raw []byte, err error) {
	raw, there, err := s.raw(ctx, s.ref.Identifier())
	if err != nil || !there || !indexHolds(raw, image) {
		return v1.Hash{}, nil, err
	}
	digest, err = v1.NewHash(sha256Digest(raw))
	return digest, raw, err
}

// blob reads a document and holds it against its digest.
func (s *shelf) blob(ctx context.Context, of v1.Descriptor) ([]byte, error) {
	return s.blobUpTo(ctx, of, mostAttachedBytes)
}

func (s *shelf) blobUpTo(ctx context.Context, of v1.Descriptor, limit int64) ([]byte, error) {
	got, err := s.get(ctx, s.address("blobs", of.Digest.String()), "*/*", limit)
	if err != nil {
		return nil, err
	}
	if got.status != http.StatusOK || sha256Digest(got.body) != of.Digest.String() {
		return nil, fmt.Errorf("%w: the registry %s does not hand out the document %s; push it again", ErrCorrupt, s.ref.Context().RegistryStr(), of.Digest)
	}
	return got.body, nil
}

// referrers lists what refers to a manifest. A registry without such lists has
// an index under a tag made of the digest instead.
func (s *shelf) referrers(ctx context.Context, subject v1.Hash) ([]v1.Descriptor, error) {
	var found []v1.Descriptor
	const mostPages = 50
	page := s.address("referrers", subject.String())
	for range mostPages {
		got, err := s.get(ctx, page, string(types.OCIImageIndex), maxDocument)
		if err != nil {
			return nil, err
		}
		if kind, _, _ := mime.ParseMediaType(got.header.Get("Content-Type")); got.status != http.StatusOK || kind != string(types.OCIImageIndex) {
			return s.referrersByTag(ctx, subject)
		}
		if found, err = s.collect(found, got.body); err != nil {
			return nil, err
		}
		if page, err = s.nextPage(page, got.header.Get("Link")); err != nil || page == nil {
			return found, err
		}
	}
	return nil, fmt.Errorf("%w: the list of what is attached to %s does not end after %d pages", ErrUnsupported, subject, mostPages)
}

func (s *shelf) referrersByTag(ctx context.Context, subject v1.Hash) ([]v1.Descriptor, error) {
	raw, there, err := s.raw(ctx, strings.Replace(subject.String(), ":", "-", 1))
	if err != nil || !there {
		return nil, err
	}
	return s.collect(nil, raw)
}

func (s *shelf) collect(found []v1.Descriptor, raw []byte) ([]v1.Descriptor, error) {
	var index v1.IndexManifest
	if err := json.Unmarshal(raw, &index); err != nil {
		return nil, fmt.Errorf("%w: the list of what is attached to %s is not valid: %w", ErrCorrupt, s.ref, err)
	}
	if found = append(found, index.Manifests...); len(found) > mostReferrers {
		return nil, fmt.Errorf("%w: more than %d things are attached to %s; delete old ones", ErrUnsupported, mostReferrers, s.ref)
	}
	return found, nil
}

// nextPage reads the address of the next page, which must be of the same registry.
func (s *shelf) nextPage(page *url.URL, link string) (*url.URL, error) {
	match := regexp.MustCompile(`<([^>]*)>\s*;[^,]*rel="?next"?`).FindStringSubmatch(link)
	if match == nil {
		return nil, nil
	}
	next, err := page.Parse(match[1])
	if err != nil || next.Host != page.Host {
		return nil, fmt.Errorf("%w: the registry %s continues a list of %s elsewhere", ErrUnsupported, page.Host, s.ref)
	}
	next.Scheme = page.Scheme
	return next, nil
}
