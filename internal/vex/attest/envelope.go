package attest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

const (
	// bundleType is how the media types of Sigstore's bundles begin.
	bundleType = "application/vnd.dev.sigstore.bundle"
	// statementType is the payload type of an in-toto statement.
	statementType = "application/vnd.in-toto+json"
	// mostSignatures is how many signatures of one envelope are tried.
	mostSignatures = 32
)

// errNotSigned and errOtherContent say what an attachment is instead of a
// signed statement.
var (
	errNotSigned    = errors.New("is not signed")
	errOtherContent = errors.New("is no statement")
)

// envelope is a DSSE envelope, decoded.
type envelope struct {
	payload     []byte
	payloadType string
	signatures  [][]byte
	// bundled is set where it lies in a bundle of Sigstore's.
	bundled bool
}

// rawEnvelope is a DSSE envelope in JSON. A bundle has one inside.
type rawEnvelope struct {
	Payload     string `json:"payload"`
	PayloadType string `json:"payloadType"`
	Signatures  []struct {
		Sig string `json:"sig"`
	} `json:"signatures"`
	MediaType        string          `json:"mediaType"`
	DSSE             *rawEnvelope    `json:"dsseEnvelope"`
	MessageSignature json.RawMessage `json:"messageSignature"`
	// PredicateType and Context tell statements and documents without signature.
	PredicateType string          `json:"predicateType"`
	Context       json.RawMessage `json:"@context"`
}

// readEnvelope reads an envelope, or the one in a bundle.
func readEnvelope(data []byte) (envelope, error) {
	var raw rawEnvelope
	if err := json.Unmarshal(data, &raw); err != nil {
		return envelope{}, fmt.Errorf("is not valid JSON: %w", err)
	}
	bundled := isBundle(raw.MediaType)
	switch {
	case bundled && raw.DSSE != nil:
		raw = *raw.DSSE
	case bundled && raw.MessageSignature != nil:
		return envelope{}, errOtherContent
	case raw.PredicateType != "" || raw.Context != nil:
		return envelope{}, errNotSigned
	case raw.PayloadType == "":
		return envelope{}, errOtherContent
	}
	if raw.PayloadType != statementType {
		return envelope{}, errOtherContent
	}
	if len(raw.Signatures) == 0 {
		return envelope{}, errNotSigned
	}
	if len(raw.Signatures) > mostSignatures {
		return envelope{}, fmt.Errorf("has %d signatures, and gate tries up to %d", len(raw.Signatures), mostSignatures)
	}
	payload, err := decode64(raw.Payload)
	if err != nil {
		return envelope{}, fmt.Errorf("has a payload that is not base64: %w", err)
	}
	made := envelope{payload: payload, payloadType: raw.PayloadType, bundled: bundled}
	for _, signature := range raw.Signatures {
		signed, err := decode64(signature.Sig)
		if err != nil {
			return envelope{}, fmt.Errorf("has a signature that is not base64: %w", err)
		}
		made.signatures = append(made.signatures, signed)
	}
	return made, nil
}

// decode64 reads either alphabet of base64.
func decode64(text string) ([]byte, error) {
	if strings.ContainsAny(text, "-_") {
		return base64.URLEncoding.DecodeString(text)
	}
	return base64.StdEncoding.DecodeString(text)
}

// signed is what the signatures are over: DSSE's pre-authentication encoding.
func (e envelope) signed() []byte {
	head := fmt.Sprintf("DSSEv1 %d %s %d ", len(e.payloadType), e.payloadType, len(e.payload))
	return append([]byte(head), e.payload...)
}
