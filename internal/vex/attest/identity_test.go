package attest_test

import (
	"crypto"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/vex/attest"
)

func identity(subject string) []gate.Signer {
	return []gate.Signer{{Issuer: issuer, Subject: subject, Origin: ".gate.yaml:4"}}
}

func TestAnIdentityIsBelievedByItsCertificate(t *testing.T) {
	for _, form := range []struct {
		name   string
		attach func(r *registry, s signed)
	}{
		{"in a bundle", func(r *registry, s signed) { r.attach(bundleV3, s.bundle()) }},
		{"in cosign's annotations", func(r *registry, s signed) { r.tag(s.annotations(), envelopeOf(t, s.payload, s.signature)) }},
	} {
		t.Run(form.name, func(t *testing.T) {
			for _, test := range []struct {
				name    string
				signers []gate.Signer
				change  func(a *authority, s *signed)
				want    bool
			}{
				{"the identity itself", identity(subject), nil, true},
				{"a pattern", identity("https://github.com/acme/*/.github/workflows/*@refs/heads/main"), nil, true},
				{"a star is no slash", identity("https://github.com/*"), nil, false},
				{"two stars are", identity("https://github.com/**"), nil, true},
				{"a pattern of another place", identity("https://github.com/other/**"), nil, false},
				{"a dot is a dot", identity(strings.Replace(subject, "release.yml", "release?yml", 1)), nil, false},
				{"case counts", identity(strings.Replace(subject, "main", "Main", 1)), nil, false},
				{"a beginning is not the whole", identity("https://github.com/acme/app"), nil, false},
				{"an end is not the whole", identity("acme/app/.github/workflows/release.yml@refs/heads/main"), nil, false},
				{"another issuer", []gate.Signer{{Issuer: "https://accounts.google.com", Subject: "**"}}, nil, false},
				{"a promise that is not the log's", identity(subject), func(_ *authority, s *signed) { s.promise = signECDSA(t, ecKey(t), []byte("x")) }, false},
				{"a signature that is not the certificate's", identity(subject), func(_ *authority, s *signed) { s.signature = signECDSA(t, ecKey(t), pae(s.payload)) }, false},
				{"another payload", identity(subject), func(_ *authority, s *signed) { s.payload = append(s.payload, ' ') }, false},
				{"a certificate of somebody else", identity(subject), func(_ *authority, s *signed) {
					s.certificate = newAuthority(t).certificate(ecKey(t))
				}, false},
			} {
				t.Run(test.name, func(t *testing.T) {
					r, a := newRegistry(t), newAuthority(t)
					trusted := a.root()
					made := a.sign(statementOf(t, r.subject), signedAt)
					if test.change != nil {
						test.change(a, &made)
					}
					form.attach(r, made)
					said, notes := fetch(t, r, test.signers, attest.Options{TrustedRoot: trusted})
					want := ""
					if test.want {
						want = "CVE-2024-1 not_affected Jane (signed by " + subject + ")"
					}
					if said != want || (notes == "") != test.want {
						t.Errorf("said %q, notes %q", said, notes)
					}
				})
			}
		})
	}
}

func TestASignatureOutsideTheLifeOfItsCertificateIsIgnored(t *testing.T) {
	for _, at := range []time.Time{signedAt.Add(-time.Hour), signedAt.Add(time.Hour)} {
		r, a := newRegistry(t), newAuthority(t)
		r.attach(bundleV3, a.sign(statementOf(t, r.subject), at).bundle())
		if said, notes := fetch(t, r, identity("**"), attest.Options{TrustedRoot: a.root()}); said != "" || !strings.Contains(notes, "signed by none") {
			t.Errorf("%s: said %q, notes %q", at, said, notes)
		}
	}
}

func TestAnotherAuthorityIsNotBelieved(t *testing.T) {
	r, a := newRegistry(t), newAuthority(t)
	r.attach(bundleV3, a.sign(statementOf(t, r.subject), signedAt).bundle())
	for name, trusted := range map[string][]byte{"another": newAuthority(t).root(), "broken": []byte("{"), "empty": []byte("{}"), "without logs": withoutLogs(t, a)} {
		if said, notes := fetch(t, r, identity("**"), attest.Options{TrustedRoot: trusted}); said != "" || !strings.HasPrefix(notes, "ignored: ") {
			t.Errorf("%s: said %q, notes %q", name, said, notes)
		}
	}
}

func TestASignerMayBeCertifiedByAnInstanceOfItsOwn(t *testing.T) {
	r, private, public := newRegistry(t), newAuthority(t), newAuthority(t)
	certified := func(by []byte, whom string) gate.Signer {
		return gate.Signer{Issuer: issuer, Subject: whom, Root: by, RootPath: "root.json", Origin: ".gate.yaml:4"}
	}
	usual := attest.Options{TrustedRoot: public.root()}
	r.attach(bundleV3, private.sign(statementOf(t, r.subject), signedAt).bundle())
	for name, c := range map[string]struct {
		signers []gate.Signer
		want    bool
	}{
		"its own":                       {[]gate.Signer{certified(private.root(), subject)}, true},
		"the usual one":                 {identity(subject), false},
		"the usual one, and its own":    {append(identity("https://gitlab.com/**"), certified(private.root(), subject)), true},
		"its own, of somebody else":     {append(identity(subject), certified(private.root(), "https://gitlab.com/**")), false},
		"two of its own, the same root": {[]gate.Signer{certified(private.root(), "https://gitlab.com/**"), certified(private.root(), subject)}, true},
		"a broken one, and its own":     {[]gate.Signer{certified([]byte("{"), subject), certified(private.root(), subject)}, true},
		"a broken one":                  {[]gate.Signer{certified([]byte("{"), subject)}, false},
	} {
		if said, notes := fetch(t, r, c.signers, usual); (said != "") != c.want || (notes == "") != c.want {
			t.Errorf("%s: said %q, notes %q", name, said, notes)
		}
	}
	// Who is certified by an instance of its own is not believed by the usual one.
	r = newRegistry(t)
	r.attach(bundleV3, public.sign(statementOf(t, r.subject), signedAt).bundle())
	if said, _ := fetch(t, r, []gate.Signer{certified(private.root(), subject)}, usual); said != "" {
		t.Errorf("the usual instance certified a signer of another: %q", said)
	}
}

func TestACertificateMustBeLoggedWhereTheRootHasSuchALog(t *testing.T) {
	r, a := newRegistry(t), newAuthority(t)
	key := ecKey(t)
	id, err := hex.DecodeString(strings.Repeat("ab", 32))
	check(t, err)
	a.ctLogs = map[string]*root.TransparencyLog{hex.EncodeToString(id): {
		BaseURL: "https://ct.example.com", ID: id, PublicKey: key.Public(), HashFunc: crypto.SHA256, SignatureHashFunc: crypto.SHA256,
		ValidityPeriodStart: a.ca.NotBefore, ValidityPeriodEnd: a.ca.NotAfter,
	}}
	r.attach(bundleV3, a.sign(statementOf(t, r.subject), signedAt).bundle())
	if said, notes := fetch(t, r, identity("**"), attest.Options{TrustedRoot: a.root()}); said != "" || !strings.Contains(notes, "timestamp") {
		t.Errorf("said %q, notes %q", said, notes)
	}
}

func withoutLogs(t *testing.T, a *authority) []byte {
	t.Helper()
	made, err := root.NewTrustedRoot(root.TrustedRootMediaType01, []root.CertificateAuthority{
		&root.FulcioCertificateAuthority{Root: a.ca, URI: "https://ca.example.com", ValidityPeriodStart: a.ca.NotBefore, ValidityPeriodEnd: a.ca.NotAfter},
	}, nil, nil, nil)
	check(t, err)
	raw, err := made.MarshalJSON()
	check(t, err)
	return raw
}
