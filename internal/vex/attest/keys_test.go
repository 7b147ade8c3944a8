package attest_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/vex/attest"
)

func TestASignerThatCannotBeUsedIsAnErrorThatNamesIt(t *testing.T) {
	private, err := x509.MarshalPKCS8PrivateKey(ecKey(t))
	check(t, err)
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	check(t, err)
	r := newRegistry(t)
	for _, test := range []struct {
		name   string
		signer gate.Signer
		want   string
	}{
		{"an empty key", gate.Signer{Path: "a.pub"}, "a.pub: it holds no public key"},
		{"text", gate.Signer{Path: "a.pub", Key: []byte("hello")}, "a.pub: it holds no public key"},
		{"a private key", gate.Signer{Path: "a.pub", Key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})}, "it holds a private key"},
		{"something else", gate.Signer{Path: "a.pub", Key: pem.EncodeToMemory(&pem.Block{Type: "DH PARAMETERS"})}, `"DH PARAMETERS", which is no public key`},
		{"a damaged key", gate.Signer{Path: "a.pub", Key: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte("x")})}, "can't be read"},
		{"a weak key", gate.Signer{Path: "a.pub", Key: publicPEM(t, weak.Public())}, "1024 bits"},
		{"an issuer without a subject", gate.Signer{Issuer: issuer, Origin: ".gate.yaml:5"}, ".gate.yaml:5: an identity needs an issuer and a subject"},
		{"a subject without an issuer", gate.Signer{Subject: subject}, "an identity needs"},
		{"nothing", gate.Signer{}, "an identity needs"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := attest.Fetch(t.Context(), r.ref(), r.subject, []gate.Signer{test.signer}, attest.Options{Now: signedAt})
			if !errors.Is(err, attest.ErrSigner) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	if r.requests != 0 {
		t.Errorf("the registry was asked %d times", r.requests)
	}
}

func TestTheKeyOfACertificateIsUsedWhileThatIsValid(t *testing.T) {
	key := ecKey(t)
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a"}, NotBefore: signedAt, NotAfter: signedAt.AddDate(0, 1, 0),
	}, &x509.Certificate{SerialNumber: big.NewInt(1)}, key.Public(), key)
	check(t, err)
	signers := []gate.Signer{{Path: "a.crt", Key: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})}}
	r := newRegistry(t)
	payload := statementOf(t, r.subject)
	r.attach(dsseType, envelopeOf(t, payload, signECDSA(t, key, pae(payload))))
	for _, test := range []struct {
		now  time.Time
		want bool
	}{{signedAt.Add(-time.Second), false}, {signedAt, true}, {signedAt.AddDate(0, 1, 0), true}, {signedAt.AddDate(0, 1, 1), false}} {
		said, notes := fetch(t, r, signers, attest.Options{Now: test.now})
		if (said != "") != test.want || strings.Contains(notes, "the certificate a.crt is valid from 2026-01-02 to 2026-02-02") == test.want {
			t.Errorf("%s: said %q, notes %q", test.now, said, notes)
		}
	}
}
