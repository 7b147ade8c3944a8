package attest_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const (
	ociManifest = "application/vnd.oci.image.manifest.v1+json"
	ociIndex    = "application/vnd.oci.image.index.v1+json"
	dsseType    = "application/vnd.dsse.envelope.v1+json"
	bundleV3    = "application/vnd.dev.sigstore.bundle.v0.3+json"
)

// registry is a registry in memory with one repository, app.
type registry struct {
	host string
	// documents are manifests by tag and digest, blobs by digest, and lists of
	// referrers by "referrers/" and the digest.
	documents map[string][]byte
	types     map[string]string
	requests  int
	// subject is the digest of the image app:1.
	subject string
	listed  []map[string]any
}

func newRegistry(t *testing.T) *registry {
	t.Helper()
	for _, name := range []string{"DOCKER_CONFIG", "HOME"} {
		t.Setenv(name, t.TempDir())
	}
	for _, name := range []string{"XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "REGISTRY_AUTH_FILE", "DOCKER_AUTH_CONFIG"} {
		t.Setenv(name, "")
	}
	r := &registry{documents: map[string][]byte{}, types: map[string]string{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.host = strings.TrimPrefix(server.URL, "http://")
	r.subject = r.put("", ociManifest, []byte(`{"schemaVersion": 2, "mediaType": "`+ociManifest+`", "config": {}, "layers": []}`))
	r.documents["1"], r.types["1"] = r.documents[r.subject], ociManifest
	return r
}

// ServeHTTP implements http.Handler.
func (r *registry) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.requests++
	if request.URL.Path == "/v2/" {
		return
	}
	name := strings.TrimPrefix(request.URL.Path, "/v2/app/")
	for _, kind := range []string{"manifests/", "blobs/"} {
		name = strings.TrimPrefix(name, kind)
	}
	data, there := r.documents[name]
	if !there {
		http.NotFound(w, request)
		return
	}
	w.Header().Set("Content-Type", r.types[name])
	_, _ = w.Write(data)
}

func (r *registry) put(name, kind string, data []byte) string {
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(data))
	for _, key := range []string{name, digest} {
		if key != "" {
			r.documents[key], r.types[key] = data, kind
		}
	}
	return digest
}

// manifest makes a manifest of documents with annotations.
func (r *registry) manifest(name, artifact string, subject map[string]any, kind string, annotations map[string]string, documents ...[]byte) (string, int) {
	layers := []any{}
	for _, data := range documents {
		layers = append(layers, map[string]any{
			"mediaType": kind, "digest": r.put("", kind, data), "size": len(data), "annotations": annotations,
		})
	}
	made := map[string]any{
		"schemaVersion": 2, "mediaType": ociManifest, "artifactType": artifact, "layers": layers,
		"config": map[string]any{"mediaType": "application/vnd.oci.empty.v1+json", "digest": r.put("", "", []byte("{}")), "size": 2},
	}
	if subject != nil {
		made["subject"] = subject
	}
	raw, _ := json.Marshal(made)
	return r.put(name, ociManifest, raw), len(raw)
}

// attach hangs a document on the image as a referrer.
func (r *registry) attach(artifact string, data []byte) {
	subject := map[string]any{"mediaType": ociManifest, "digest": r.subject, "size": len(r.documents[r.subject])}
	digest, size := r.manifest("", artifact, subject, artifact, nil, data)
	r.listed = append(r.listed, map[string]any{"mediaType": ociManifest, "artifactType": artifact, "digest": digest, "size": size})
	raw, _ := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": ociIndex, "manifests": r.listed})
	r.put("referrers/"+r.subject, ociIndex, raw)
}

// tag hangs documents on the image as cosign did before there were referrers.
func (r *registry) tag(annotations map[string]string, documents ...[]byte) {
	r.manifest(strings.Replace(r.subject, ":", "-", 1)+".att", "", nil, dsseType, annotations, documents...)
}

func (r *registry) ref() string { return "registry:" + r.host + "/app:1" }
