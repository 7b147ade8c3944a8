package image

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	fakeregistry "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containergate/gate/internal/gate"
)

func pushArtifact(t *testing.T, host string, documents map[string]string) string {
	t.Helper()
	artifact := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	for _, title := range []string{"a.yaml", "b.yaml", "README.md"} {
		text, ok := documents[title]
		if !ok {
			continue
		}
		var err error
		artifact, err = mutate.Append(artifact, mutate.Addendum{
			Layer: static.NewLayer([]byte(text), "application/yaml"), Annotations: map[string]string{titleAnnotation: title}, MediaType: "application/yaml",
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	ref, err := name.ParseReference(host + "/acme/policy:1")
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, artifact); err != nil {
		t.Fatal(err)
	}
	digest, err := artifact.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return host + "/acme/policy@" + digest.String()
}

func TestADocumentIsReadFromAnArtifact(t *testing.T) {
	server := httptest.NewServer(fakeregistry.New())
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	unknown := host + "/acme/policy@" + v1.Hash{Algorithm: "sha256", Hex: strings.Repeat("0", 64)}.String()
	tests := []struct {
		name, ref, want string
		err             error
	}{
		{"the only one", pushArtifact(t, host, map[string]string{"a.yaml": "version: 1\n"}), "version: 1\n", nil},
		{"the one with the suffix", pushArtifact(t, host, map[string]string{"b.yaml": "b", "README.md": "r"}), "b", nil},
		{"one of two", pushArtifact(t, host, map[string]string{"a.yaml": "a", "b.yaml": "b"}), "", ErrUnsupported},
		{"an artifact without anything", pushArtifact(t, host, nil), "", ErrUnsupported},
		{"one that is not there", unknown, "", ErrNotFound},
		{"a tag, which may change", host + "/acme/policy:1", "", ErrReference},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Artifact(t.Context(), tt.ref, ".yaml", gate.RegistryPlan{})
			if !errors.Is(err, tt.err) || string(got) != tt.want {
				t.Errorf("got %q, %v; want %q, %v", got, err, tt.want, tt.err)
			}
		})
	}
}
