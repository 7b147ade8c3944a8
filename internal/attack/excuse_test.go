package attack_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/containergate/gate/internal/gate"
)

// byExcuse is what the author of a pull request does so that a finding is
// excused as not exploitable.
func byExcuse() map[string]attack {
	return map[string]attack{
		"excuse-by-vex":     excuseByVEX,
		"attest-for-others": attestForOthers,
	}
}

// excuse is a VEX document that says that the shop is not affected.
func excuse(id string) string {
	return `{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.com/vex","author":"mallory","timestamp":"2026-09-01T00:00:00Z","version":1,"statements":[
 {"vulnerability":{"name":"` + id + `"},"products":[{"@id":"shop"}],"status":"not_affected","justification":"component_not_present"}]}`
}

func excuseByVEX(t *testing.T) {
	const vexed = goodPolicy + "vex: [vex/*.json]\n"
	base := shop().with(tree{policyPath: vexed, "vex/other.json": excuse("CVE-1999-0001")})
	t.Run("in every way at once", func(t *testing.T) {
		r := propose(t, base, faulty(tree{
			policyPath: goodPolicy + "vex: [vex/*.json, named.json]\nextends: more.yaml\n" + lax, "vex/mine.json": excuse(vulnerable), "vex/other.json": excuse(vulnerable),
			"named.json": excuse(vulnerable), "more.yaml": "version: 1\nvex: [extended.json]\n", "extended.json": excuse(vulnerable),
		})).judge(t)
		wantExit(t, r, gate.ExitBlocked)
		wantAction(t, r, gate.ActionBlock, vulnerable)
	})
	t.Run("in a change of policy and VEX alone", func(t *testing.T) {
		r := propose(t, base.with(faulty(nil)), tree{policyPath: vexed + "only-fixed: true\n", "vex/other.json": excuse(vulnerable), "vex/mine.json": excuse(vulnerable)}).judge(t)
		wantAction(t, r, gate.ActionBlock, vulnerable)
	})
	t.Run("of the base", func(t *testing.T) {
		r := propose(t, base.with(tree{"vex/ours.json": excuse(vulnerable)}), faulty(tree{"Dockerfile": goodFile})).judge(t)
		wantExit(t, r, gate.ExitPass)
	})
}

// shopRegistry is a registry that has the vulnerable image as shop:1.
func shopRegistry(t *testing.T) (ref string, digest v1.Hash) {
	t.Helper()
	for _, name := range []string{"DOCKER_CONFIG", "HOME"} {
		t.Setenv(name, t.TempDir())
	}
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	ref = strings.TrimPrefix(server.URL, "http://") + "/shop:1"
	file := archive(t, nil, layer(t, tree{"etc/os-release": debian12, "var/lib/dpkg/status": oldCurl}))
	image, err := tarball.ImageFromPath(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	push(t, ref, image)
	if digest, err = image.Digest(); err != nil {
		t.Fatal(err)
	}
	return ref, digest
}

func push(t *testing.T, ref string, image v1.Image) {
	t.Helper()
	parsed, err := name.ParseReference(ref)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(parsed, image, remote.WithContext(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// attach hangs attestations on an image, where cosign puts them.
func attach(t *testing.T, ref string, digest v1.Hash, envelopes ...[]byte) {
	t.Helper()
	var layers []v1.Layer
	for _, envelope := range envelopes {
		layers = append(layers, static.NewLayer(envelope, types.MediaType("application/vnd.dsse.envelope.v1+json")))
	}
	image, err := mutate.AppendLayers(empty.Image, layers...)
	if err != nil {
		t.Fatal(err)
	}
	push(t, strings.TrimSuffix(ref, ":1")+":"+digest.Algorithm+"-"+digest.Hex+".att", image)
}

// attest signs that the image with a digest is not affected; without a key the
// statement has no signature.
func attest(t *testing.T, key *ecdsa.PrivateKey, digest string) []byte {
	t.Helper()
	const kind = "application/vnd.in-toto+json"
	payload := fmt.Appendf(nil, `{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://openvex.dev/ns/v0.2.0","subject":[{"name":"shop","digest":{"sha256":%q}}],"predicate":%s}`,
		digest, strings.Replace(excuse(vulnerable), `"products":[{"@id":"shop"}],`, "", 1))
	signatures := []map[string]string{}
	if key != nil {
		sum := sha256.Sum256(fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(kind), kind, len(payload), payload))
		signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		signatures = append(signatures, map[string]string{"sig": base64.StdEncoding.EncodeToString(signature)})
	}
	envelope, err := json.Marshal(map[string]any{"payload": base64.StdEncoding.EncodeToString(payload), "payloadType": kind, "signatures": signatures})
	if err != nil {
		t.Fatal(err)
	}
	return envelope
}

// signer makes a key, and the file that a policy names.
func signer(t *testing.T) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
}

func attestForOthers(t *testing.T) {
	ours, ourFile := signer(t)
	mine, myFile := signer(t)
	ref, digest := shopRegistry(t)
	policy := "version: 1\nimages:\n  - {name: shop, image: 'registry:" + ref + "', dockerfile: Dockerfile}\nvex-signers: [{key: keys/vex.pub}"
	base := shop().with(tree{policyPath: policy + "]\n", "keys/vex.pub": ourFile})
	other := strings.Repeat("0", 64)
	attach(t, ref, digest, attest(t, mine, digest.Hex), attest(t, nil, digest.Hex), attest(t, ours, other), mixed(t, attest(t, mine, digest.Hex), attest(t, ours, other)))
	for name, change := range map[string]tree{
		"as the base has the keys": {"new": "x"},
		"with keys of the change":  {"keys/vex.pub": myFile, policyPath: policy + ", {key: keys/mine.pub}]\n", "keys/mine.pub": myFile},
	} {
		t.Run(name, func(t *testing.T) {
			r := propose(t, base, change).judge(t)
			wantExit(t, r, gate.ExitBlocked)
			wantAction(t, r, gate.ActionBlock, vulnerable)
		})
	}
	t.Run("by whom the base believes", func(t *testing.T) {
		attach(t, ref, digest, attest(t, ours, digest.Hex))
		wantExit(t, propose(t, base, tree{"new": "x"}).judge(t), gate.ExitPass)
	})
}

// mixed is the first envelope with the signatures of the second one.
func mixed(t *testing.T, first, second []byte) []byte {
	t.Helper()
	var a, b map[string]any
	for _, read := range []struct {
		data []byte
		into *map[string]any
	}{{first, &a}, {second, &b}} {
		if err := json.Unmarshal(read.data, read.into); err != nil {
			t.Fatal(err)
		}
	}
	a["signatures"] = b["signatures"]
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
