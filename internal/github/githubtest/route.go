package githubtest

import (
	"net/http"
	"net/url"
	"path"
	"strings"
)

// enter finds the operation of a request.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) {
	if below, ok := strings.CutPrefix(r.URL.Path, "/api/v3"); ok && strings.HasPrefix(below, "/") {
		http.StripPrefix("/api/v3", http.HandlerFunc(s.enter)).ServeHTTP(w, r)
		return
	}
	if r.Method == http.MethodGet && r.URL.Path == "/_fake/state" {
		s.serveSnapshot(w, r)
		return
	}
	if r.Method == http.MethodPost && (r.URL.Path == "/graphql" || r.URL.Path == "/api/graphql") {
		s.serveViewer(w, r)
		return
	}
	op, values := s.find(r)
	for name, value := range values {
		r.SetPathValue(name, value)
	}
	s.serve(op, w, r)
}

// find returns the operation that fits a request best: the one with a plain
// word where others have a parameter. Nil means that there is none. Addresses
// with empty or dotted elements are unknown, as they are to GitHub.
func (s *Server) find(r *http.Request) (*operation, map[string]string) {
	if path.Clean(r.URL.Path) != r.URL.Path {
		return nil, nil
	}
	var best *operation
	var values map[string]string
	for i := range s.operations {
		op := &s.operations[i]
		if op.method != r.Method || best != nil && !op.plainer(best) {
			continue
		}
		if found, fits := op.match(r.URL.EscapedPath()); fits {
			best, values = op, found
		}
	}
	return best, values
}

// match compares an address with the operation's path, and takes the
// parameters out.
func (op *operation) match(address string) (map[string]string, bool) {
	parts := strings.Split(op.path, "/")
	given := strings.Split(address, "/")
	if op.deep() && len(given) > len(parts) {
		rest := strings.Join(given[len(parts)-1:], "/")
		given = append(given[:len(parts)-1:len(parts)-1], rest)
	}
	if len(given) != len(parts) {
		return nil, false
	}
	values := map[string]string{}
	for i, part := range parts {
		plain, err := url.PathUnescape(given[i])
		if err != nil {
			return nil, false
		}
		name, isParameter := strings.CutPrefix(part, "{")
		switch {
		case isParameter && plain != "":
			values[strings.TrimSuffix(name, "}")] = plain
		case part != plain:
			return nil, false
		}
	}
	return values, true
}

// deep says whether the last parameter takes slashes.
func (op *operation) deep() bool {
	for _, end := range []string{"/contents/{path}", "/git/ref/{ref}", "/tarball/{ref}"} {
		if strings.HasSuffix(op.path, end) {
			return true
		}
	}
	return false
}

// plainer says whether this path has a plain word at the first place where the
// two differ in that.
func (op *operation) plainer(than *operation) bool {
	mine, theirs := strings.Split(op.path, "/"), strings.Split(than.path, "/")
	for i := 0; i < len(mine) && i < len(theirs); i++ {
		a, b := strings.HasPrefix(mine[i], "{"), strings.HasPrefix(theirs[i], "{")
		if a != b {
			return b
		}
	}
	return false
}
