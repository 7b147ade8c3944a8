package attest_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
)

// The identity that the certificates are made for.
const (
	issuer  = "https://token.actions.githubusercontent.com"
	subject = "https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main"
)

var signedAt = time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)

// authority is a Sigstore of its own: a certificate authority and a log.
type authority struct {
	t       *testing.T
	caKey   *ecdsa.PrivateKey
	ca      *x509.Certificate
	logKey  *ecdsa.PrivateKey
	logID   string
	ctLogs  map[string]*root.TransparencyLog
	subject string
}

func ecKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	return key
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, caKey: ecKey(t), logKey: ecKey(t), subject: subject}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority", Organization: []string{"test"}}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: signedAt.AddDate(-1, 0, 0), NotAfter: signedAt.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, a.caKey.Public(), a.caKey)
	check(t, err)
	a.ca, err = x509.ParseCertificate(raw)
	check(t, err)
	spki, err := x509.MarshalPKIXPublicKey(a.logKey.Public())
	check(t, err)
	a.logID = fmt.Sprintf("%x", sha256.Sum256(spki))
	return a
}

// root is the trusted root of this authority.
func (a *authority) root() []byte {
	a.t.Helper()
	id, err := hex.DecodeString(a.logID)
	check(a.t, err)
	made, err := root.NewTrustedRoot(root.TrustedRootMediaType01,
		[]root.CertificateAuthority{&root.FulcioCertificateAuthority{Root: a.ca, URI: "https://ca.example.com", ValidityPeriodStart: a.ca.NotBefore, ValidityPeriodEnd: a.ca.NotAfter}},
		a.ctLogs, nil, map[string]*root.TransparencyLog{a.logID: {
			BaseURL: "https://log.example.com", ID: id, PublicKey: a.logKey.Public(), HashFunc: crypto.SHA256, SignatureHashFunc: crypto.SHA256,
			ValidityPeriodStart: a.ca.NotBefore, ValidityPeriodEnd: a.ca.NotAfter,
		}})
	check(a.t, err)
	raw, err := made.MarshalJSON()
	check(a.t, err)
	return raw
}

// certificate is one of ten minutes, for the key.
func (a *authority) certificate(key *ecdsa.PrivateKey) *x509.Certificate {
	a.t.Helper()
	who, err := url.Parse(a.subject)
	check(a.t, err)
	value, err := asn1.MarshalWithParams(issuer, "utf8")
	check(a.t, err)
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), URIs: []*url.URL{who}, NotBefore: signedAt.Add(-time.Minute), NotAfter: signedAt.Add(9 * time.Minute),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}, Value: value}},
	}, a.ca, key.Public(), a.caKey)
	check(a.t, err)
	made, err := x509.ParseCertificate(raw)
	check(a.t, err)
	return made
}

// signed is a keyless signature over a payload and its entry in the log.
type signed struct {
	payload     []byte
	signature   []byte
	certificate *x509.Certificate
	body        []byte
	time        int64
	promise     []byte
	authority   *authority
}

// sign signs a payload, and logs it at a time.
func (a *authority) sign(payload []byte, at time.Time) signed {
	a.t.Helper()
	key := ecKey(a.t)
	made := signed{payload: payload, signature: signECDSA(a.t, key, pae(payload)), certificate: a.certificate(key), time: at.Unix(), authority: a}
	made.body = marshal(a.t, map[string]any{"apiVersion": "0.0.1", "kind": "dsse", "spec": map[string]any{
		"envelopeHash": map[string]any{"algorithm": "sha256", "value": fmt.Sprintf("%x", sha256.Sum256(envelopeOf(a.t, payload, made.signature)))},
		"payloadHash":  map[string]any{"algorithm": "sha256", "value": fmt.Sprintf("%x", sha256.Sum256(payload))},
		"signatures":   []any{map[string]any{"signature": base64.StdEncoding.EncodeToString(made.signature), "verifier": base64.StdEncoding.EncodeToString(made.pem())}},
	}})
	sum := sha256.Sum256(marshal(a.t, map[string]any{"body": base64.StdEncoding.EncodeToString(made.body), "integratedTime": made.time, "logID": a.logID, "logIndex": 0}))
	var err error
	made.promise, err = a.logKey.Sign(rand.Reader, sum[:], crypto.SHA256)
	check(a.t, err)
	return made
}

func (s signed) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.certificate.Raw})
}

// bundle is the signature in Sigstore's bundle of version 0.3.
func (s signed) bundle() []byte {
	t := s.authority.t
	id, err := hex.DecodeString(s.authority.logID)
	check(t, err)
	leaf := sha256.Sum256(append([]byte{0}, s.body...))
	return marshal(t, map[string]any{
		"mediaType": bundleV3,
		"verificationMaterial": map[string]any{
			"certificate": map[string]any{"rawBytes": s.certificate.Raw},
			"tlogEntries": []any{map[string]any{
				"logIndex": "0", "logId": map[string]any{"keyId": id}, "kindVersion": map[string]any{"kind": "dsse", "version": "0.0.1"},
				"integratedTime": fmt.Sprint(s.time), "inclusionPromise": map[string]any{"signedEntryTimestamp": s.promise},
				"inclusionProof": map[string]any{
					"logIndex": "0", "rootHash": leaf[:], "treeSize": "1", "hashes": []any{}, "checkpoint": map[string]any{"envelope": s.authority.checkpoint(leaf[:])},
				},
				"canonicalizedBody": s.body,
			}},
		},
		"dsseEnvelope": json.RawMessage(envelopeOf(t, s.payload, s.signature)),
	})
}

// checkpoint is the signed head of a log with one entry.
func (a *authority) checkpoint(leaf []byte) string {
	text := "log.example.com - 1\n1\n" + base64.StdEncoding.EncodeToString(leaf) + "\n"
	sum := sha256.Sum256([]byte(text))
	signature, err := a.logKey.Sign(rand.Reader, sum[:], crypto.SHA256)
	check(a.t, err)
	id, err := hex.DecodeString(a.logID)
	check(a.t, err)
	hint := binary.BigEndian.AppendUint32(nil, binary.BigEndian.Uint32(id))
	return text + "\n\u2014 log.example.com " + base64.StdEncoding.EncodeToString(append(hint, signature...)) + "\n"
}

// annotations are the signature as cosign kept it before it had bundles.
func (s signed) annotations() map[string]string {
	return map[string]string{
		"dev.cosignproject.cosign/signature": "", "predicateType": "https://openvex.dev/ns",
		"dev.sigstore.cosign/certificate": string(s.pem()),
		"dev.sigstore.cosign/bundle": string(marshal(s.authority.t, map[string]any{
			"SignedEntryTimestamp": s.promise,
			"Payload":              map[string]any{"body": base64.StdEncoding.EncodeToString(s.body), "integratedTime": s.time, "logIndex": 0, "logID": s.authority.logID},
		})),
	}
}

// marshal writes JSON in the canonical form: sorted, without spaces.
func marshal(t *testing.T, value any) []byte {
	t.Helper()
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	check(t, encoder.Encode(value))
	return []byte(strings.TrimSuffix(out.String(), "\n"))
}
