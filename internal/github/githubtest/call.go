package githubtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// call is one request while it is applied. The server's lock is held.
type call struct {
	s    *Server
	r    *http.Request
	op   *operation
	body []byte
	now  time.Time
	// token is nil for a request without one.
	token *Token
	// repo is the repository in the path, where there is one.
	repo *Repository
}

func (c *call) text(name string) string { return c.r.PathValue(name) }

// number is a number in the path; 0, which nothing has, when it is none.
func (c *call) number(name string) int64 {
	n, err := strconv.ParseInt(c.r.PathValue(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// decode reads the request's JSON into v.
func (c *call) decode(v any) *answer {
	if err := json.Unmarshal(c.body, v); err != nil {
		a := refuse(http.StatusBadRequest, "Problems parsing JSON")
		return &a
	}
	return nil
}

// api is an address of this API, as the client reaches it.
func (c *call) api(elements ...string) string {
	prefix := ""
	if strings.HasPrefix(c.r.RequestURI, "/api/v3/") {
		prefix = "/api/v3"
	}
	return "http://" + c.r.Host + prefix + "/" + strings.Join(elements, "/")
}

func (c *call) login() string {
	if c.token == nil {
		return ""
	}
	return c.token.Login
}

// admit refuses who may not make this request.
func (c *call) admit() *answer {
	reading := c.r.Method == http.MethodGet
	if a := c.authenticate(); a != nil {
		return a
	}
	if owner := c.text("owner"); owner != "" {
		c.repo = c.s.state.repository(owner + "/" + c.text("repo"))
		if c.repo == nil || !c.sees(c.repo) {
			a := notFound()
			return &a
		}
	}
	if c.token == nil && !reading {
		a := refuse(http.StatusUnauthorized, "Requires authentication")
		return &a
	}
	if !c.permitted(reading) {
		a := notAccessible()
		return &a
	}
	if c.repo == nil {
		return nil
	}
	if c.repo.Archived && !reading {
		a := refuse(http.StatusForbidden, "Repository was archived so is read-only.")
		return &a
	}
	if c.op.scanning && c.repo.NoAdvancedSecurity {
		a := refuse(http.StatusForbidden, "Advanced Security must be enabled for this repository to use code scanning.")
		return &a
	}
	return nil
}

func (c *call) authenticate() *answer {
	header := c.r.Header.Get("Authorization")
	if header == "" {
		return nil
	}
	_, text, _ := strings.Cut(header, " ")
	token, known := c.s.state.tokens[strings.TrimSpace(text)]
	if !known {
		a := refuse(http.StatusUnauthorized, "Bad credentials")
		return &a
	}
	c.token = &token
	return nil
}

func (c *call) sees(r *Repository) bool {
	if !r.Private {
		return true
	}
	return c.token != nil && (len(c.token.Repositories) == 0 || slices.Contains(c.token.Repositories, r.Name))
}

// permitted says whether the token may do this. What is public may be read by
// anybody, except where GitHub wants a permission even then.
func (c *call) permitted(reading bool) bool {
	public := c.repo == nil || !c.repo.Private
	if len(c.op.needs) == 0 || reading && public && !c.op.guarded {
		return true
	}
	for _, scope := range c.op.needs {
		if c.may(scope, reading) {
			return true
		}
	}
	return false
}

func (c *call) may(scope string, reading bool) bool {
	if c.token == nil {
		return false
	}
	level := c.token.Permissions[scope]
	return level == "write" || reading && level == "read"
}
