package image_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	server "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

const (
	spdxDocument      = `{"spdxVersion":"SPDX-2.3","name":"sbom"}`
	stageDocument     = `{"spdxVersion":"SPDX-2.3","name":"/run/src/extras/sbom-build"}`
	cyclonedxDocument = `{"bomFormat":"CycloneDX"}`
	syftDocument      = `{"artifacts":[],"schema":{"url":"https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.json"}}`
	spdxPredicate     = "https://spdx.dev/Document"
)

// typed is an artifact of documents with their types and annotations.
func typed(t *testing.T, artifactType string, documents ...mutate.Addendum) v1.Image {
	t.Helper()
	made, err := mutate.Append(mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.MediaType(artifactType)), documents...)
	check(t, err)
	return made
}

func text(kind, body string, annotations ...string) mutate.Addendum {
	made := mutate.Addendum{Layer: static.NewLayer([]byte(body), types.MediaType(kind)), MediaType: types.MediaType(kind), Annotations: map[string]string{}}
	for n := 0; n+1 < len(annotations); n += 2 {
		made.Annotations[annotations[n]] = annotations[n+1]
	}
	return made
}

// refer pushes an artifact that refers to what a name stands for.
func refer(t *testing.T, ref string, made v1.Image) {
	t.Helper()
	parsed, err := name.ParseReference(ref)
	check(t, err)
	subject, err := remote.Head(parsed)
	check(t, err)
	referring, ok := mutate.Subject(made, *subject).(v1.Image)
	if !ok {
		t.Fatal("a subject makes no image")
	}
	digest, err := referring.Digest()
	check(t, err)
	check(t, remote.Write(parsed.Context().Digest(digest.String()), referring))
}

func statement(digest, kind, predicate string) string {
	_, hex, _ := strings.Cut(digest, ":")
	return fmt.Sprintf(`{"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"_","digest":{"sha256":%q}}],"predicateType":%q,"predicate":%s}`, hex, kind, predicate)
}

func envelope(statement string) string {
	return fmt.Sprintf(`{"payloadType":"application/vnd.in-toto+json","payload":%q,"signatures":[]}`, base64.StdEncoding.EncodeToString([]byte(statement)))
}

// pushWithSBOMs pushes app:1 with a bill of materials in each of the known places, and gives
// the digest of the image for amd64.
func pushWithSBOMs(t *testing.T, host string) string {
	t.Helper()
	amd := smallImage(t, "amd64")
	hash, err := amd.Digest()
	check(t, err)
	digest := hash.String()
	const inToto, predicateType = "application/vnd.in-toto+json", "in-toto.io/predicate-type"
	attestations := mutate.IndexAddendum{
		Add: typed(t, "application/vnd.oci.image.config.v1+json",
			text(inToto, statement(digest, spdxPredicate, spdxDocument), predicateType, spdxPredicate),
			text(inToto, statement(digest, spdxPredicate, stageDocument), predicateType, spdxPredicate),
			text(inToto, "never read", predicateType, "https://slsa.dev/provenance/v1")),
		Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "unknown", Architecture: "unknown"}, Annotations: map[string]string{
			"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": digest,
		}},
	}
	other := attestations
	other.Add = typed(t, "application/vnd.oci.image.config.v1+json", text(inToto, "of another image", predicateType, spdxPredicate))
	other.Annotations = map[string]string{"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "sha256:" + strings.Repeat("b", 64)}
	index := mutate.AppendManifests(mutate.IndexMediaType(empty.Index, types.OCIImageIndex), forPlatform(amd, "amd64"), attestations, other)
	ref, err := name.ParseReference(host + "/app:1")
	check(t, err)
	check(t, remote.WriteIndex(ref, index))
	at := host + "/app@" + digest
	refer(t, at, typed(t, "application/vnd.cyclonedx+json", text("application/vnd.cyclonedx+json", cyclonedxDocument)))
	refer(t, at, typed(t, "application/vnd.cncf.notary.signature", text("application/jose+json", "a signature")))
	refer(t, at, typed(t, "sbom/example", text("application/json", `{"hello": 1}`)))
	refer(t, at, typed(t, "application/vnd.dsse.envelope.v1+json",
		text("application/vnd.dsse.envelope.v1+json", envelope(statement("sha256:"+strings.Repeat("c", 64), spdxPredicate, spdxDocument)))))
	refer(t, host+"/app:1", typed(t, "application/spdx+json", text("application/spdx+json", spdxDocument)))
	tag := host + "/app:" + strings.Replace(digest, ":", "-", 1)
	push(t, tag+".sbom", typed(t, "application/vnd.oci.image.config.v1+json", text("application/vnd.syft+json", syftDocument)))
	push(t, tag+".att", typed(t, "application/vnd.oci.image.config.v1+json",
		text("application/vnd.dsse.envelope.v1+json", envelope(statement(digest, "https://cyclonedx.org/bom", `{"Data": `+cyclonedxDocument+`}`)), "predicateType", "https://cyclonedx.org/bom"),
		text("application/vnd.dsse.envelope.v1+json", "never read", "predicateType", "https://slsa.dev/provenance/v1")))
	return digest
}

func TestBillsOfMaterialsBesideAnImageAreFound(t *testing.T) {
	for _, where := range []string{"referrers", "tags", "docker-registry"} {
		t.Run(where, func(t *testing.T) {
			var host string
			if where == "docker-registry" {
				host = realRegistry(t)
			} else {
				host = serve(t, false, func(http.Handler) http.Handler {
					return server.New(server.Logger(log.New(io.Discard, "", 0)), server.WithReferrersSupport(where == "referrers"))
				})
			}
			digest := pushWithSBOMs(t, host)
			found, notes, err := image.SBOMs(t.Context(), "registry:"+host+"/app:1", digest, gate.RegistryPlan{})
			check(t, err)
			var got []string
			for _, one := range found {
				got = append(got, one.Format+" "+string(one.Data))
				if one.Digest != digest || !strings.HasPrefix(one.Source, host+"/app") {
					t.Errorf("got %+v", one)
				}
			}
			want := []string{"syft-json " + syftDocument, "spdx-json " + spdxDocument, "cyclonedx-json " + cyclonedxDocument, "cyclonedx-json " + cyclonedxDocument}
			if !slices.Equal(got, want) {
				t.Errorf("got %q", got)
			}
			all := strings.Join(notes, "\n")
			for _, says := range []string{"does not say which of them", "not about this image", "about a build stage", "no bill of materials that gate can read"} {
				if strings.Count(all, says) != 1 {
					t.Errorf("the notes say %q %d times: %s", says, strings.Count(all, says), all)
				}
			}
			if len(notes) != 4 {
				t.Errorf("notes are %s", all)
			}
		})
	}
}

func TestAnImageWithoutBillsOfMaterialsHasNone(t *testing.T) {
	host := serve(t, false, nil)
	push(t, host+"/app:1", smallImage(t, "amd64"))
	digest, err := image.Digest(t.Context(), host+"/app:1", gate.RegistryPlan{})
	check(t, err)
	if found, notes, err := image.SBOMs(t.Context(), host+"/app:1", digest, gate.RegistryPlan{}); err != nil || len(found)+len(notes) != 0 {
		t.Errorf("found %v, notes %q, %v", found, notes, err)
	}
}
