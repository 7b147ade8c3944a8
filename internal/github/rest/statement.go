package rest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// statement is how GitHub says no.
type statement struct {
	Message          string          `json:"message"`
	DocumentationURL string          `json:"documentation_url"`
	Errors           json.RawMessage `json:"errors"`
}

// detail is one entry of a statement's errors.
type detail struct {
	Resource string `json:"resource"`
	Field    string `json:"field"`
	Code     string `json:"code"`
	Message  string `json:"message"`
}

// parseStatement reads the body of a refusal; ok is false when it is not GitHub's.
func parseStatement(body []byte) (said statement, ok bool) {
	if !isJSON(body) || json.Unmarshal(body, &said) != nil {
		return statement{}, false
	}
	return said, said.Message != ""
}

// isJSON says whether body is one whole object or list.
func isJSON(body []byte) bool {
	body = bytes.TrimSpace(body)
	return len(body) > 0 && (body[0] == '{' || body[0] == '[') && json.Valid(body)
}

// details are the entries of errors, which may be objects, texts or one text.
func (s statement) details() []detail {
	var one string
	if json.Unmarshal(s.Errors, &one) == nil && one != "" {
		return []detail{{Message: one}}
	}
	var entries []json.RawMessage
	if json.Unmarshal(s.Errors, &entries) != nil {
		return nil
	}
	var all []detail
	for _, entry := range entries {
		var found detail
		if json.Unmarshal(entry, &found) != nil && json.Unmarshal(entry, &found.Message) != nil {
			continue
		}
		all = append(all, found)
	}
	return all
}

// text is the message with what the entries add to it.
func (s statement) text() string {
	var more []string
	for _, d := range s.details() {
		switch {
		case d.Message != "":
			more = append(more, d.Message)
		case d.Code != "":
			more = append(more, strings.TrimSpace(strings.Trim(d.Resource+"."+d.Field, ".")+" "+d.Code))
		}
	}
	if len(more) == 0 {
		return s.Message
	}
	return s.Message + " (" + strings.Join(more, "; ") + ")"
}

// kind says what a refusal with this status means.
func (s statement) kind(status int) Kind {
	switch status {
	case http.StatusUnauthorized:
		return Unauthorized
	case http.StatusForbidden:
		for _, d := range s.details() {
			if d.Code == "too_large" {
				return TooLarge
			}
		}
		kind, _ := forbiddenKind(strings.ToLower(s.Message))
		return kind
	case http.StatusNotFound, http.StatusGone:
		return NotFound
	case http.StatusConflict:
		return Conflict
	case http.StatusRequestEntityTooLarge:
		return TooLarge
	case http.StatusUnavailableForLegalReasons:
		return Forbidden
	}
	if status >= http.StatusInternalServerError || status == http.StatusRequestTimeout {
		return Unavailable
	}
	return Invalid
}

// forbiddenKind reads the message of a 403, in lower case. known is false when
// the message names none of the reasons.
func forbiddenKind(message string) (kind Kind, known bool) {
	has := func(part string) bool { return strings.Contains(message, part) }
	switch {
	case has("archived"):
		return Archived, true
	case has(" locked"):
		return Locked, true
	case (has("code scanning") || has("advanced security") || has("code security")) &&
		(has("enabled") || has("disabled") || has("not available")):
		return FeatureOff, true
	case has("not accessible by"), has("must have"), has("saml"):
		return Forbidden, true
	}
	return Forbidden, false
}
