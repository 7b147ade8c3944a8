package attest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// errOtherPredicate says that a statement is about something else than VEX.
var errOtherPredicate = errors.New("is not about vulnerabilities")

// statement is an in-toto statement of version 0.1 or 1.
type statement struct {
	Type    string `json:"_type"`
	Subject []struct {
		Digest map[string]string `json:"digest"`
	} `json:"subject"`
	PredicateType string          `json:"predicateType"`
	Predicate     json.RawMessage `json:"predicate"`
}

// readStatement reads a payload and makes sure that it is VEX.
func readStatement(payload []byte) (statement, error) {
	var read statement
	if err := json.Unmarshal(payload, &read); err != nil {
		return statement{}, fmt.Errorf("holds a statement that is not valid JSON: %w", err)
	}
	if !isOpenVEX(read.PredicateType) {
		return statement{}, errOtherPredicate
	}
	if !slices.Contains([]string{"https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1"}, read.Type) {
		return statement{}, fmt.Errorf("holds a statement of the type %q, and gate reads in-toto's v0.1 and v1", clean(read.Type))
	}
	return read, nil
}

// isOpenVEX reports whether a predicate type is OpenVEX's, in any version.
func isOpenVEX(kind string) bool {
	rest, is := strings.CutPrefix(kind, "https://openvex.dev/ns")
	return is && (rest == "" || strings.HasPrefix(rest, "/"))
}

// about reports whether the statement is about a digest (sha256:…).
func (s statement) about(digest string) bool {
	for _, subject := range s.Subject {
		if hex := strings.ToLower(subject.Digest["sha256"]); hex != "" && "sha256:"+hex == strings.ToLower(digest) {
			return true
		}
	}
	return false
}
