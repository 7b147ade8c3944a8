package githubtest

import (
	"encoding/json"
	"net/http"
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
