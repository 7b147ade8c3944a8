package attest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	bundlev1 "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	commonv1 "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	dssev1 "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	rekorv1 "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"

	"github.com/containergate/gate/internal/image"
)

// keylessBundle gives what there is to verify an identity by: the bundle
// itself, or one made of the annotations that cosign wrote before it had bundles.
func keylessBundle(sealed envelope, attached image.Attachment) (made *bundle.Bundle, err error) {
	defer caught(&err)
	if !sealed.bundled {
		return annotatedBundle(sealed, attached.Annotations)
	}
	made = &bundle.Bundle{}
	if err := made.UnmarshalJSON(attached.Data); err != nil {
		return nil, fmt.Errorf("is no bundle that can be read: %w", err)
	}
	// What is verified has to be what is read.
	if !bytes.Equal(made.GetDsseEnvelope().GetPayload(), sealed.payload) {
		return nil, errors.New("is a bundle that can be read in two ways")
	}
	return made, nil
}

// cosignEntry is the entry of a transparency log in cosign's annotation.
type cosignEntry struct {
	SignedEntryTimestamp []byte
	Payload              struct {
		Body           string `json:"body"`
		IntegratedTime int64  `json:"integratedTime"`
		LogIndex       int64  `json:"logIndex"`
		LogID          string `json:"logID"`
	}
}

// cosignTimestamp is the time stamp in cosign's annotation.
type cosignTimestamp struct{ SignedRFC3161Timestamp []byte }

func annotatedBundle(sealed envelope, annotations map[string]string) (*bundle.Bundle, error) {
	certificate, _ := pem.Decode([]byte(annotations["dev.sigstore.cosign/certificate"]))
	if certificate == nil {
		return nil, errNobody
	}
	material := &bundlev1.VerificationMaterial{Content: &bundlev1.VerificationMaterial_X509CertificateChain{
		X509CertificateChain: &commonv1.X509CertificateChain{Certificates: []*commonv1.X509Certificate{{RawBytes: certificate.Bytes}}},
	}}
	if text := annotations["dev.sigstore.cosign/bundle"]; text != "" {
		entry, err := logEntry(text)
		if err != nil {
			return nil, fmt.Errorf("has a log entry that can't be read: %w", err)
		}
		material.TlogEntries = []*rekorv1.TransparencyLogEntry{entry}
	}
	if text := annotations["dev.sigstore.cosign/rfc3161timestamp"]; text != "" {
		var stamp cosignTimestamp
		if err := json.Unmarshal([]byte(text), &stamp); err != nil {
			return nil, fmt.Errorf("has a time stamp that can't be read: %w", err)
		}
		material.TimestampVerificationData = &bundlev1.TimestampVerificationData{
			Rfc3161Timestamps: []*commonv1.RFC3161SignedTimestamp{{SignedTimestamp: stamp.SignedRFC3161Timestamp}},
		}
	}
	content := &dssev1.Envelope{Payload: sealed.payload, PayloadType: sealed.payloadType}
	for _, signature := range sealed.signatures {
		content.Signatures = append(content.Signatures, &dssev1.Signature{Sig: signature})
	}
	made, err := bundle.NewBundle(&bundlev1.Bundle{
		MediaType: bundleType + "+json;version=0.1", VerificationMaterial: material,
		Content: &bundlev1.Bundle_DsseEnvelope{DsseEnvelope: content},
	})
	if err != nil {
		return nil, fmt.Errorf("can't be verified: %w", err)
	}
	return made, nil
}

func logEntry(text string) (*rekorv1.TransparencyLogEntry, error) {
	var read cosignEntry
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		return nil, err
	}
	body, err := base64.StdEncoding.DecodeString(read.Payload.Body)
	if err != nil {
		return nil, err
	}
	log, err := hex.DecodeString(read.Payload.LogID)
	if err != nil {
		return nil, err
	}
	var kind struct{ Kind, APIVersion string }
	if err := json.Unmarshal(body, &kind); err != nil {
		return nil, err
	}
	if len(log) == 0 || kind.Kind == "" {
		return nil, errors.New("its log or kind is missing")
	}
	return &rekorv1.TransparencyLogEntry{
		LogIndex: read.Payload.LogIndex, LogId: &commonv1.LogId{KeyId: log}, IntegratedTime: read.Payload.IntegratedTime,
		KindVersion:       &rekorv1.KindVersion{Kind: kind.Kind, Version: kind.APIVersion},
		InclusionPromise:  &rekorv1.InclusionPromise{SignedEntryTimestamp: read.SignedEntryTimestamp},
		CanonicalizedBody: body,
	}, nil
}
