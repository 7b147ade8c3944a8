package githubtest

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// descriptionFile is where GitHub's OpenAPI description lies: it is test data
// beside the project, not in it.
const descriptionFile = "shared/data/github-openapi.json"

// Description is GitHub's OpenAPI description, ready to check requests and
// answers. It is only read, so that many servers can share one: loading it
// takes about a second.
type Description struct {
	doc    *openapi3.T
	router routers.Router
}

// LoadDescription reads the description from a file.
func LoadDescription(file string) (*Description, error) {
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromFile(file)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", file, err)
	}
	// Any address will do: the fake listens where it can.
	doc.Servers = nil
	describeTarball(doc)
	// These take slashes, which a plain path parameter does not match.
	rekey(doc, "/repos/{owner}/{repo}/contents/{path}", "/repos/{owner}/{repo}/contents/{path:.+}")
	rekey(doc, "/repos/{owner}/{repo}/git/ref/{ref}", "/repos/{owner}/{repo}/git/ref/{ref:.+}")
	rekey(doc, tarballPath, "/repos/{owner}/{repo}/tarball/{ref:.+}")
	for _, place := range nullAfterAll() {
		allowNull(doc, place)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("route %s: %w", file, err)
	}
	return &Description{doc: doc, router: router}, nil
}

// FindDescription loads the description from the folder shared/data beside the
// working directory or one of its parents. Without that folder both results are nil.
func FindDescription() (*Description, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("find the description of GitHub's API: %w", err)
	}
	for {
		file := filepath.Join(dir, filepath.FromSlash(descriptionFile))
		_, err := os.Stat(file)
		if err == nil {
			return LoadDescription(file)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("find the description of GitHub's API: %w", err)
		}
		if filepath.Dir(dir) == dir {
			return nil, nil
		}
		dir = filepath.Dir(dir)
	}
}

func rekey(doc *openapi3.T, from, to string) {
	item := doc.Paths.Value(from)
	if item == nil {
		return
	}
	doc.Paths.Delete(from)
	doc.Paths.Set(to, item)
}

// nullAfterAll are the members that GitHub answers with null once a fork is
// gone, against its own description: a schema and the way to the member.
func nullAfterAll() [][]string {
	return [][]string{
		{"pull-request", "head", "repo"}, {"pull-request", "head", "user"},
		{"pull-request-simple", "head", "repo"}, {"pull-request-simple", "head", "user"},
		{"workflow-run", "head_repository"},
	}
}

func allowNull(doc *openapi3.T, place []string) {
	ref := doc.Components.Schemas[place[0]]
	for i, name := range place[1:] {
		if ref == nil || ref.Value == nil || ref.Value.Properties[name] == nil {
			return
		}
		if i < len(place)-2 {
			ref = ref.Value.Properties[name]
			continue
		}
		// A copy, because other places share the schema.
		nullable := *ref.Value.Properties[name].Value
		nullable.Nullable = true
		ref.Value.Properties[name] = &openapi3.SchemaRef{Value: &nullable}
	}
}

// route finds the operation of a request. A nil route is a path or a method
// that GitHub's description does not have.
func (d *Description) route(r *http.Request) (*routers.Route, map[string]string) {
	route, parameters, err := d.router.FindRoute(r)
	if err != nil {
		return nil, nil
	}
	return route, parameters
}

// answerSchema returns the schema of the JSON answer with this status, or nil.
func answerSchema(route *routers.Route, status int, contentType string) *openapi3.Schema {
	response := route.Operation.Responses.Status(status)
	if response == nil || response.Value == nil {
		return nil
	}
	kind, _, _ := strings.Cut(contentType, ";")
	media := response.Value.Content.Get(kind)
	if media == nil || media.Schema == nil {
		return nil
	}
	return media.Schema.Value
}
