package githubtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// object is a JSON object on its way out.
type object = map[string]any

const jsonType = "application/json; charset=utf-8"

// answer is what an operation says. Body is marshalled unless raw is set.
type answer struct {
	status int
	header http.Header
	body   any
	raw    []byte
	// rawType is the content type of raw. Such an answer is not checked: the
	// description has no word for it.
	rawType string
}

func (a answer) kind() string {
	if a.rawType != "" {
		return a.rawType
	}
	return jsonType
}

func (a answer) bytes() []byte {
	if a.rawType != "" {
		return a.raw
	}
	data, err := json.Marshal(a.body)
	if err != nil {
		return fmt.Appendf(nil, `{"message":%q}`, err)
	}
	return data
}

func ok(body any) answer      { return answer{status: http.StatusOK, body: body} }
func created(body any) answer { return answer{status: http.StatusCreated, body: body} }
func noContent() answer       { return answer{status: http.StatusNoContent} }

// refuse is an answer with nothing but a message.
func refuse(status int, format string, args ...any) answer {
	return answer{status: status, body: object{
		"message":           fmt.Sprintf(format, args...),
		"documentation_url": "https://docs.github.com/rest",
		"status":            strconv.Itoa(status),
	}}
}

func notFound() answer { return refuse(http.StatusNotFound, "Not Found") }

func notAccessible() answer {
	return refuse(http.StatusForbidden, "Resource not accessible by integration")
}

// unprocessable is a 422 that names the field at fault.
func unprocessable(resource, field, code, message string) answer {
	a := refuse(http.StatusUnprocessableEntity, "Validation Failed")
	fault := object{"resource": resource, "field": field, "code": code}
	if message != "" {
		fault["message"] = message
	}
	set(a.body, "errors", []any{fault})
	return a
}

// set adds a member to the body of an answer that is an object.
func set(body any, name string, value any) {
	if o, is := body.(object); is {
		o[name] = value
	}
}
