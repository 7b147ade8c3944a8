package githubtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// Violations are what clients sent, or the fake answered, against GitHub's
// description, in order. A test's own server has failed the test for each.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

func (e *exchange) violate(format string, args ...any) {
	text := fmt.Sprintf("%s %s: %s", e.r.Method, e.r.URL.EscapedPath(), fmt.Sprintf(format, args...))
	e.s.mu.Lock()
	e.s.violations = append(e.s.violations, text)
	e.s.mu.Unlock()
	if e.s.reporter != nil {
		e.s.reporter.Helper()
		e.s.reporter.Errorf("githubtest: %s", text)
	}
}

// checkRequest returns the answer to a request that GitHub does not understand.
func (e *exchange) checkRequest(ctx context.Context) *answer {
	if e.s.tokenOutside(e.r.URL.RequestURI() + "\n" + string(e.body)) {
		e.violate("a token is in the address or the body")
	}
	if e.op == nil {
		e.violate("GitHub has no such operation, or the fake does not know it")
		a := notFound()
		return &a
	}
	input := e.input()
	if input == nil {
		return nil
	}
	if err := openapi3filter.ValidateRequest(ctx, input); err != nil {
		e.violate("the request is against GitHub's description: %v", err)
		a := refuse(http.StatusUnprocessableEntity, "Invalid request.\n\n%v", err)
		return &a
	}
	return nil
}

func (e *exchange) input() *openapi3filter.RequestValidationInput {
	if e.s.description == nil {
		return nil
	}
	route, parameters := e.s.description.route(e.r)
	if route == nil {
		return nil
	}
	e.r.Body = io.NopCloser(bytes.NewReader(e.body))
	options := &openapi3filter.Options{
		SkipSettingDefaults: true,
		AuthenticationFunc:  openapi3filter.NoopAuthenticationFunc,
	}
	options.WithCustomSchemaErrorFunc(func(err *openapi3.SchemaError) string {
		return fmt.Sprintf("/%s: %s", strings.Join(err.JSONPointer(), "/"), err.Reason)
	})
	return &openapi3filter.RequestValidationInput{Request: e.r, PathParams: parameters, Route: route, Options: options}
}

// checkAnswer completes the answer with what GitHub's description demands, and
// checks it. A wrong answer is a fault of the fake and becomes a 500.
func (e *exchange) checkAnswer(ctx context.Context) {
	input := e.input()
	if input == nil || e.answer.rawType != "" {
		return
	}
	var value any
	if e.answer.body != nil {
		// Through JSON, so that only maps, slices and plain values remain.
		if err := json.Unmarshal(e.answer.bytes(), &value); err != nil {
			e.violate("the answer is no JSON: %v", err)
			return
		}
	}
	schema := answerSchema(input.Route, e.answer.status, jsonType)
	if schema != nil {
		value = complete(schema, value)
	}
	e.answer.body = value
	header := http.Header{"Content-Type": {jsonType}}
	response := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: e.answer.status, Header: header, Options: input.Options,
	}
	response.SetBodyBytes(e.answer.bytes())
	if err := openapi3filter.ValidateResponse(ctx, response); err != nil {
		e.violate("the fake's answer %d is against GitHub's description: %v", e.answer.status, err)
		e.answer = refuse(http.StatusInternalServerError, "the fake's answer is wrong: %v", err)
	}
}
