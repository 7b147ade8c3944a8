package githubtest

import (
	"encoding/json"
	"net/http"
	"strings"
)

// getUser says who a person's token belongs to. A workflow's may not ask.
func getUser(c *call) answer {
	switch {
	case c.token == nil:
		return refuse(http.StatusUnauthorized, "Requires authentication")
	case !c.token.Person:
		return notAccessible()
	}
	o := c.user(c.token.Login)
	o["user_view_type"] = "private"
	return ok(o)
}

// serveViewer is all that there is of the GraphQL API, which GitHub's description
// does not cover: whom a token writes as, which it tells apps too.
func (s *Server) serveViewer(w http.ResponseWriter, r *http.Request) {
	_, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	s.mu.Lock()
	token, known := s.state.tokens[strings.TrimSpace(text)]
	s.mu.Unlock()
	var asked struct{ Query string }
	status, body := http.StatusOK, object{"data": object{"viewer": object{"login": token.Login}}}
	switch err := json.NewDecoder(r.Body).Decode(&asked); {
	case !known:
		status, body = http.StatusUnauthorized, object{"message": "Bad credentials"}
	case err != nil || asked.Query != "{viewer{login}}":
		body = object{"errors": []object{{"message": "Parse error"}}}
	}
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func getRateLimit(c *call) answer {
	used := len(c.s.requests)
	rate := object{"limit": hourly, "used": used, "remaining": max(1, hourly-used), "reset": c.now.Unix() + 3600}
	return ok(object{"rate": rate, "resources": object{"core": rate, "search": rate}})
}

func getRole(c *call) answer {
	login := c.text("username")
	role := c.repo.Roles[login]
	if role == "" {
		role = "read"
		if c.repo.Private {
			role = "none"
		}
	}
	user := c.user(login)
	user["role_name"] = role
	return ok(object{"permission": role, "role_name": role, "user": user})
}

// listAttestations lists what is known about a digest: in the repository, or in
// all repositories of an owner.
func listAttestations(c *call) answer {
	owner := c.text("org") + c.text("username")
	found := []any{}
	for _, r := range c.s.state.repositories {
		if c.repo != nil && r != c.repo || c.repo == nil && r.owner() != owner {
			continue
		}
		for _, a := range r.Attestations {
			var bundle any
			if a.Digest == c.text("subject_digest") && json.Unmarshal(a.Bundle, &bundle) == nil {
				found = append(found, object{"bundle": bundle, "repository_id": r.ID})
			}
		}
	}
	if len(found) == 0 {
		return notFound()
	}
	return ok(object{"attestations": found})
}
