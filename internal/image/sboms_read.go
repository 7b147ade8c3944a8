package image

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
)

const (
	// bundleType is how the media types of Sigstore's bundles begin.
	bundleType = "application/vnd.dev.sigstore.bundle"
	// statementType is the payload type of an in-toto statement.
	statementType = "application/vnd.in-toto+json"
)

// errOtherImage says that a document is about something else.
var errOtherImage = errors.New("is not about this image")

// wrapping is what may lie around a document: a bundle, an envelope, a
// statement. Whatever it says of other things is left unread.
type wrapping struct {
	MediaType     json.RawMessage `json:"mediaType"`
	Envelope      *wrapping       `json:"dsseEnvelope"`
	PayloadType   string          `json:"payloadType"`
	Payload       string          `json:"payload"`
	PredicateType string          `json:"predicateType"`
	Predicate     json.RawMessage `json:"predicate"`
	Subject       json.RawMessage `json:"subject"`
}

// readSBOM takes the document out of what was attached. The zero SBOM stands
// for something that is no bill of materials.
func readSBOM(from Attachment, digest string) (SBOM, error) {
	bill := SBOM{Digest: digest, Source: from.Source, Data: from.Data}
	if looksLikeJSON(from.Data) {
		statement, err := unwrap(from.Data)
		if err != nil {
			return SBOM{}, err
		}
		if statement != nil {
			return statedSBOM(bill, from, statement)
		}
	}
	if bill.Format = sbomFormat(bill.Data); bill.Format == "" {
		return SBOM{}, errors.New("is no bill of materials that gate can read")
	}
	if from.Digest != digest {
		return SBOM{}, fmt.Errorf("is attached to the list of images %s, and does not say which of them it is about", from.Digest)
	}
	return bill, nil
}

// statedSBOM takes the document out of a statement, which names its image.
func statedSBOM(bill SBOM, from Attachment, statement *wrapping) (SBOM, error) {
	if !isSBOMPredicate(statement.PredicateType) {
		return SBOM{}, nil
	}
	if !statement.about(bill.Digest) {
		return SBOM{}, errOtherImage
	}
	bill.Data = innerDocument(statement.Predicate)
	if bill.Format = sbomFormat(bill.Data); bill.Format == "" {
		return SBOM{}, fmt.Errorf("holds a predicate of type %.80q that gate cannot read", statement.PredicateType)
	}
	if _, buildKit := from.Annotations["vnd.docker.reference.digest"]; buildKit && bill.Format == "spdx-json" && ofBuildStage(bill.Data) {
		return SBOM{}, errors.New("is about a build stage, not about the image")
	}
	return bill, nil
}

func looksLikeJSON(data []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) }

// unwrap finds the statement, in an envelope, in a bundle or bare; nil where
// there is none.
func unwrap(data []byte) (*wrapping, error) {
	var outer wrapping
	if err := json.Unmarshal(data, &outer); err != nil {
		var other *json.UnmarshalTypeError
		if errors.As(err, &other) {
			return nil, nil
		}
		return nil, fmt.Errorf("is not valid JSON: %w", err)
	}
	sealed := &outer
	if outer.Envelope != nil {
		sealed = outer.Envelope
	}
	switch sealed.PayloadType {
	case "":
		if outer.PredicateType == "" {
			return nil, nil
		}
		return &outer, nil
	case statementType:
	default:
		return nil, fmt.Errorf("holds %.80q, not a statement", sealed.PayloadType)
	}
	payload, err := base64.StdEncoding.DecodeString(sealed.Payload)
	if err != nil {
		return nil, fmt.Errorf("has a payload that is not base64: %w", err)
	}
	var statement wrapping
	if err := json.Unmarshal(payload, &statement); err != nil {
		return nil, fmt.Errorf("holds a statement that is not valid JSON: %w", err)
	}
	return &statement, nil
}

// about reports whether the statement names a digest.
func (w *wrapping) about(digest string) bool {
	var subjects []struct {
		Digest map[string]string `json:"digest"`
	}
	if json.Unmarshal(w.Subject, &subjects) != nil {
		return false
	}
	for _, subject := range subjects {
		if hex, there := subject.Digest["sha256"]; there && "sha256:"+strings.ToLower(hex) == digest {
			return true
		}
	}
	return false
}

// innerDocument takes the document out of the Data field that cosign once put
// around it, as an object or as text.
func innerDocument(predicate json.RawMessage) []byte {
	var old struct {
		Data json.RawMessage
	}
	if json.Unmarshal(predicate, &old) != nil || old.Data == nil {
		return predicate
	}
	var text string
	if json.Unmarshal(old.Data, &text) == nil {
		return []byte(text)
	}
	return old.Data
}

// sbomFormat tells the format by the document itself; the types that registries
// give are free text.
func sbomFormat(data []byte) string {
	data = bytes.TrimSpace(data)
	if !looksLikeJSON(data) {
		head := string(data[:min(len(data), 2048)])
		switch {
		case strings.HasPrefix(head, "SPDXVersion:"):
			return "spdx-tag-value"
		case strings.HasPrefix(head, "<") && strings.Contains(head, "http://cyclonedx.org/schema/bom/"):
			return "cyclonedx-xml"
		}
		return ""
	}
	var probe struct {
		SPDX      string          `json:"spdxVersion"`
		CycloneDX string          `json:"bomFormat"`
		Artifacts json.RawMessage `json:"artifacts"`
		Schema    json.RawMessage `json:"schema"`
	}
	if json.Unmarshal(data, &probe) != nil {
		return ""
	}
	var schema struct {
		URL string `json:"url"`
	}
	switch {
	case strings.HasPrefix(probe.SPDX, "SPDX-2"):
		return "spdx-json"
	case probe.CycloneDX == "CycloneDX":
		return "cyclonedx-json"
	case probe.Artifacts != nil && probe.Schema != nil && json.Unmarshal(probe.Schema, &schema) == nil && strings.Contains(schema.URL, "anchore/syft"):
		return "syft-json"
	}
	return ""
}

// ofBuildStage reports whether BuildKit's scanner made a document of a stage or
// of the context: it calls that of the image sbom, and these sbom-NAME, in some
// versions with the folder before it.
func ofBuildStage(data []byte) bool {
	var probe struct {
		Name string `json:"name"`
	}
	return json.Unmarshal(data, &probe) == nil && strings.HasPrefix(path.Base(probe.Name), "sbom-")
}
