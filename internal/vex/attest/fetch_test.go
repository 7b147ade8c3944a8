package attest_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/vex"
	"github.com/containergate/gate/internal/vex/attest"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// pae is what DSSE signs.
func pae(payload []byte) []byte {
	const kind = "application/vnd.in-toto+json"
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(kind), kind, len(payload), payload)
}

func envelopeOf(t *testing.T, payload []byte, signatures ...[]byte) []byte {
	t.Helper()
	list := []any{}
	for _, s := range signatures {
		list = append(list, map[string]any{"sig": base64.StdEncoding.EncodeToString(s)})
	}
	return marshal(t, map[string]any{"payload": base64.StdEncoding.EncodeToString(payload), "payloadType": "application/vnd.in-toto+json", "signatures": list})
}

// statementOf says that CVE-2024-1 does not affect the image with the digest.
func statementOf(t *testing.T, digest string) []byte {
	return statementOfType(t, digest, "https://openvex.dev/ns/v0.2.0")
}

func statementOfType(t *testing.T, digest, predicate string) []byte {
	t.Helper()
	return marshal(t, map[string]any{
		"_type": "https://in-toto.io/Statement/v1", "predicateType": predicate,
		"subject": []any{map[string]any{"name": "app", "digest": map[string]string{"sha256": strings.TrimPrefix(digest, "sha256:")}}},
		"predicate": map[string]any{
			"@context": "https://openvex.dev/ns/v0.2.0", "@id": "x", "author": "Jane", "timestamp": "2026-01-01T00:00:00Z", "version": 1,
			"statements": []any{map[string]any{"vulnerability": map[string]any{"name": "CVE-2024-1"}, "status": "not_affected", "justification": "component_not_present"}},
		},
	})
}

func publicPEM(t *testing.T, public crypto.PublicKey) []byte {
	t.Helper()
	raw, err := x509.MarshalPKIXPublicKey(public)
	check(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: raw})
}

func signECDSA(t *testing.T, key *ecdsa.PrivateKey, message []byte) []byte {
	t.Helper()
	sum := sha256.Sum256(message)
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	check(t, err)
	return signature
}

func byKey(t *testing.T, public crypto.PublicKey) []gate.Signer {
	t.Helper()
	return []gate.Signer{{Key: publicPEM(t, public), Path: "keys/vex.pub", Origin: ".gate.yaml:3"}}
}

// fetch reads what is attached, and tells in short what is said of the image.
func fetch(t *testing.T, r *registry, signers []gate.Signer, opts attest.Options) (said string, notes string) {
	t.Helper()
	if opts.Now.IsZero() {
		opts.Now = signedAt
	}
	documents, list, err := attest.Fetch(t.Context(), r.ref(), r.subject, signers, opts)
	check(t, err)
	statements, _, err := vex.Resolve(gate.Policy{}, documents, []vex.Target{{Image: "app", Digests: []string{r.subject}}})
	check(t, err)
	var words []string
	for _, s := range statements {
		words = append(words, fmt.Sprintf("%s %s %s", s.IDs[0], s.Status, s.Author))
	}
	return strings.Join(words, "; "), strings.Join(list, "\n")
}

const keySaid = "CVE-2024-1 not_affected Jane (signed by keys/vex.pub)"

func TestEveryKindOfKeyIsBelieved(t *testing.T) {
	p256, p384 := ecKey(t), must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	public, private, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	rsaKey := must(rsa.GenerateKey(rand.Reader, 2048))
	for _, test := range []struct {
		name   string
		public crypto.PublicKey
		sign   func(message []byte) []byte
	}{
		{"ECDSA P-256", p256.Public(), func(m []byte) []byte { return signECDSA(t, p256, m) }},
		{"ECDSA P-384 with SHA-256, as cosign 2 signs", p384.Public(), func(m []byte) []byte { return signECDSA(t, p384, m) }},
		{"ECDSA P-384 with SHA-384", p384.Public(), func(m []byte) []byte { sum := sha512.Sum384(m); return must(ecdsa.SignASN1(rand.Reader, p384, sum[:])) }},
		{"Ed25519", public, func(m []byte) []byte { return ed25519.Sign(private, m) }},
		{"Ed25519ph", public, func(m []byte) []byte {
			sum := sha512.Sum512(m)
			return must(private.Sign(rand.Reader, sum[:], &ed25519.Options{Hash: crypto.SHA512}))
		}},
		{"RSA PKCS #1", rsaKey.Public(), func(m []byte) []byte {
			sum := sha256.Sum256(m)
			return must(rsa.SignPKCS1v15(rand.Reader, rsaKey, crypto.SHA256, sum[:]))
		}},
		{"RSA PSS", rsaKey.Public(), func(m []byte) []byte {
			sum := sha256.Sum256(m)
			return must(rsa.SignPSS(rand.Reader, rsaKey, crypto.SHA256, sum[:], nil))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRegistry(t)
			payload := statementOf(t, r.subject)
			r.attach(dsseType, envelopeOf(t, payload, []byte("of another"), test.sign(pae(payload))))
			if said, notes := fetch(t, r, byKey(t, test.public), attest.Options{}); said != keySaid || notes != "" {
				t.Errorf("said %q, notes %q", said, notes)
			}
			if said, notes := fetch(t, r, byKey(t, ecKey(t).Public()), attest.Options{}); said != "" || !strings.Contains(notes, "signed by none") {
				t.Errorf("another key is believed: said %q, notes %q", said, notes)
			}
		})
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestWhereAnAttestationMayBe(t *testing.T) {
	key := ecKey(t)
	for _, test := range []struct {
		name   string
		attach func(r *registry, envelope []byte)
	}{
		{"a referrer", func(r *registry, e []byte) { r.attach(dsseType, e) }},
		{"a referrer of in-toto's type", func(r *registry, e []byte) { r.attach("application/vnd.in-toto+json", e) }},
		{"a bundle signed by a key", func(r *registry, e []byte) {
			r.attach(bundleV3, []byte(`{"mediaType": "`+bundleV3+`", "verificationMaterial": {"publicKey": {"hint": "x"}}, "dsseEnvelope": `+string(e)+`}`))
		}},
		{"cosign's tag", func(r *registry, e []byte) {
			r.tag(map[string]string{"predicateType": "https://openvex.dev/ns"}, e)
		}},
		{"the tag for registries without referrers", func(r *registry, e []byte) {
			r.attach(dsseType, e)
			list := "referrers/" + r.subject
			r.put(strings.Replace(r.subject, ":", "-", 1), ociIndex, r.documents[list])
			delete(r.documents, list)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRegistry(t)
			payload := statementOf(t, r.subject)
			test.attach(r, envelopeOf(t, payload, signECDSA(t, key, pae(payload))))
			if said, notes := fetch(t, r, byKey(t, key.Public()), attest.Options{}); said != keySaid || notes != "" {
				t.Errorf("said %q, notes %q", said, notes)
			}
		})
	}
}

func TestWhatIsNotSignedForThisImageIsIgnoredAndNoted(t *testing.T) {
	key, other := ecKey(t), "sha256:"+strings.Repeat("0", 64)
	sign := func(payload []byte) []byte { return envelopeOf(t, payload, signECDSA(t, key, pae(payload))) }
	for _, test := range []struct {
		name string
		make func(r *registry) []byte
		note string
	}{
		{"no signature", func(r *registry) []byte { return envelopeOf(t, statementOf(t, r.subject)) }, "is not signed"},
		{"a bare statement", func(r *registry) []byte { return statementOf(t, r.subject) }, "is not signed"},
		{"a bare document", func(*registry) []byte { return []byte(`{"@context": "https://openvex.dev/ns"}`) }, "is not signed"},
		{"another payload than was signed", func(r *registry) []byte {
			return envelopeOf(t, statementOf(t, r.subject), signECDSA(t, key, pae([]byte("something else"))))
		}, "signed by none"},
		{"the payload signed without its frame", func(r *registry) []byte {
			return envelopeOf(t, statementOf(t, r.subject), signECDSA(t, key, statementOf(t, r.subject)))
		}, "signed by none"},
		{"a statement about another image", func(*registry) []byte { return sign(statementOf(t, other)) }, "is about another image"},
		{"a statement about nothing", func(*registry) []byte { return sign(statementOf(t, "")) }, "is about another image"},
		{"a statement of another version", func(r *registry) []byte {
			return sign([]byte(strings.Replace(string(statementOf(t, r.subject)), "Statement/v1", "Statement/v9", 1)))
		}, "gate reads in-toto's v0.1 and v1"},
		{"a document that is none", func(r *registry) []byte {
			return sign([]byte(strings.Replace(string(statementOf(t, r.subject)), "2026-01-01T00:00:00Z", "x", 1)))
		}, "can't be read"},
		{"what is no JSON", func(*registry) []byte { return []byte("hello") }, "is not valid JSON"},
		{"a payload that is no base64", func(*registry) []byte {
			return []byte(`{"payloadType": "application/vnd.in-toto+json", "payload": "%", "signatures": [{"sig": ""}]}`)
		}, "not base64"},
		{"another predicate", func(r *registry) []byte {
			return sign(statementOfType(t, r.subject, "https://slsa.dev/provenance/v1"))
		}, ""},
		{"a predicate that only begins alike", func(r *registry) []byte {
			return sign(statementOfType(t, r.subject, "https://openvex.dev/nsfoo"))
		}, ""},
		{"a signature of the image", func(*registry) []byte { return []byte(`{"critical": {}}`) }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRegistry(t)
			r.attach(dsseType, test.make(r))
			said, notes := fetch(t, r, byKey(t, key.Public()), attest.Options{})
			if said != "" || !strings.Contains(notes, test.note) || (notes == "") != (test.note == "") {
				t.Errorf("said %q, notes %q, want %q", said, notes, test.note)
			}
			if test.note != "" && !strings.HasPrefix(notes, "ignored: the attestation "+r.host+"/app@sha256:") {
				t.Errorf("notes are %q", notes)
			}
		})
	}
}

func TestWithoutSignersTheRegistryIsNotAsked(t *testing.T) {
	r := newRegistry(t)
	if said, notes := fetch(t, r, nil, attest.Options{}); said != "" || notes != "" || r.requests != 0 {
		t.Errorf("said %q, notes %q, after %d requests", said, notes, r.requests)
	}
}

func TestWhatCannotBeFetchedIsAnErrorAndNotNothing(t *testing.T) {
	r := newRegistry(t)
	key := ecKey(t)
	payload := statementOf(t, r.subject)
	r.attach(dsseType, envelopeOf(t, payload, signECDSA(t, key, pae(payload))))
	for name := range r.documents {
		if r.types[name] == dsseType {
			delete(r.documents, name)
		}
	}
	_, _, err := attest.Fetch(t.Context(), r.ref(), r.subject, byKey(t, key.Public()), attest.Options{})
	if !errors.Is(err, image.ErrCorrupt) {
		t.Errorf("a missing document gives %v", err)
	}
	_, _, err = attest.Fetch(t.Context(), "registry:localhost:1/app:1", r.subject, byKey(t, key.Public()), attest.Options{})
	if !errors.Is(err, image.ErrUnreachable) {
		t.Errorf("a registry that is not there gives %v", err)
	}
}
