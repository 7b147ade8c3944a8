package attest

import (
	"errors"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// FuzzRead reads attachments that nobody signed: none may ever count.
func FuzzRead(f *testing.F) {
	const digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	const payload = "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGVUeXBlIjoiaHR0cHM6Ly9vcGVudmV4LmRldi9ucyIsInN1YmplY3QiOlt7ImRpZ2VzdCI6eyJzaGEyNTYiOiJhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWEifX1dLCJwcmVkaWNhdGUiOnt9fQ=="
	envelope := `{"payload":"` + payload + `","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"AAAA"}]}`
	f.Add([]byte(envelope), "", "")
	f.Add([]byte(envelope), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		`{"SignedEntryTimestamp":"AAAA","Payload":{"body":"eyJraW5kIjoiZHNzZSIsImFwaVZlcnNpb24iOiIwLjAuMSIsInNwZWMiOnsic2lnbmF0dXJlcyI6W3t9XX19","integratedTime":1,"logIndex":1,"logID":"ab"}}`)
	f.Add([]byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"certificate":{"rawBytes":"AAAA"},"tlogEntries":[{"logIndex":"1","logId":{"keyId":"AAAA"},"kindVersion":{"kind":"dsse","version":"0.0.1"},"integratedTime":"1","canonicalizedBody":"eyJraW5kIjoiZHNzZSIsImFwaVZlcnNpb24iOiIwLjAuMSJ9"}]},"dsseEnvelope":`+envelope+`}`), "", "")
	trusted := []byte(`{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}`)
	f.Fuzz(func(t *testing.T, data []byte, certificate, entry string) {
		trust, _, err := newTrust([]gate.Signer{{Issuer: "**", Subject: "**"}}, Options{TrustedRoot: trusted})
		if err != nil {
			t.Fatal(err)
		}
		attached := image.Attachment{Digest: digest, Data: data, Annotations: map[string]string{
			"dev.sigstore.cosign/certificate": certificate, "dev.sigstore.cosign/bundle": entry,
		}}
		if _, about, err := trust.read(t.Context(), "x", attached); about || errors.Is(err, ErrSigner) {
			t.Errorf("counted: %v", err)
		}
	})
}
