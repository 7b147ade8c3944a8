package githubtest

import (
	"slices"
	"strings"
)

// Pull is a pull request.
type Pull struct {
	Number int    `json:"number"`
	Title  string `json:"title,omitempty"`
	// State is open or closed.
	State  string `json:"state,omitempty"`
	Locked bool   `json:"locked,omitempty"`
	Draft  bool   `json:"draft,omitempty"`
	Merged bool   `json:"merged,omitempty"`
	Author string `json:"author,omitempty"`
	Head   Side   `json:"head"`
	Base   Side   `json:"base"`
	// MergeSHA is the commit of refs/pull/N/merge.
	MergeSHA string `json:"merge_sha,omitempty"`
	// Files are the changed files. When it is null, they are what differs
	// between the merge base and the head.
	Files []File `json:"files,omitempty"`
}

// Side is one side of a pull request.
type Side struct {
	// Repository is owner/name: by default the one of the pull request. Gone is
	// true when the fork was deleted.
	Repository string `json:"repository,omitempty"`
	Gone       bool   `json:"gone,omitempty"`
	Ref        string `json:"ref"`
	SHA        string `json:"sha"`
}

func (p *Pull) settle(r *Repository) {
	if p.State == "" {
		p.State = "open"
	}
	if p.Author == "" {
		p.Author = "octocat"
	}
	if p.Base.Ref == "" {
		p.Base.Ref = r.DefaultBranch
	}
	if p.Base.SHA == "" {
		p.Base.SHA = r.Branches[p.Base.Ref]
	}
	for _, side := range []*Side{&p.Head, &p.Base} {
		if side.Repository == "" && !side.Gone {
			side.Repository = r.Name
		}
	}
}

func (r *Repository) pull(number int64) *Pull {
	for i := range r.Pulls {
		if int64(r.Pulls[i].Number) == number {
			return &r.Pulls[i]
		}
	}
	return nil
}

func getPull(c *call) answer {
	p := c.repo.pull(c.number("pull_number"))
	if p == nil {
		return notFound()
	}
	o := c.pullObject(*p)
	o["merged"], o["mergeable"] = p.Merged, p.MergeSHA != ""
	o["changed_files"] = len(c.changedFiles(p))
	return ok(o)
}

func listPulls(c *call) answer {
	query := c.r.URL.Query()
	state := query.Get("state")
	if state == "" {
		state = "open"
	}
	pulls := slices.DeleteFunc(slices.Clone(c.repo.Pulls), func(p Pull) bool {
		owner, _, _ := strings.Cut(p.Head.Repository, "/")
		return state != "all" && p.State != state ||
			query.Get("base") != "" && p.Base.Ref != query.Get("base") ||
			query.Get("head") != "" && owner+":"+p.Head.Ref != query.Get("head")
	})
	// The newest comes first.
	slices.SortFunc(pulls, func(a, b Pull) int { return b.Number - a.Number })
	return list(c, pulls, c.pullObject)
}

// listPullsOfCommit lists the pull requests that a commit is the head or the
// merge commit of.
func listPullsOfCommit(c *call) answer {
	sha := c.text("commit_sha")
	pulls := slices.DeleteFunc(slices.Clone(c.repo.Pulls), func(p Pull) bool { return p.Head.SHA != sha && p.MergeSHA != sha })
	return list(c, pulls, c.pullObject)
}

func (c *call) pullObject(p Pull) object {
	link := func(elements ...string) object {
		return object{"href": c.api(append([]string{"repos", c.repo.Name}, elements...)...)}
	}
	number := decimal(p.Number)
	self := link("pulls", number)["href"]
	var merge any
	if p.MergeSHA != "" {
		merge = p.MergeSHA
	}
	return object{
		"id": accountID(c.repo.Name) + int64(p.Number), "number": p.Number, "title": p.Title, "state": p.State, "locked": p.Locked,
		"draft": p.Draft, "user": c.user(p.Author), "body": nil, "merge_commit_sha": merge,
		"url": self, "html_url": web(c.repo.Name, "pull", number),
		"head": c.side(p.Head), "base": c.side(p.Base), "author_association": "CONTRIBUTOR",
		"_links": object{
			"self": object{"href": self}, "html": object{"href": web(c.repo.Name, "pull", number)},
			"issue": link("issues", number), "comments": link("issues", number, "comments"),
			"review_comments": link("pulls", number, "comments"), "review_comment": link("pulls/comments{/number}"),
			"commits": link("pulls", number, "commits"), "statuses": link("statuses", p.Head.SHA),
		},
	}
}

func (c *call) side(side Side) object {
	o := object{"ref": side.Ref, "sha": side.SHA, "label": side.Ref, "repo": nil}
	if side.Repository == "" {
		o["user"] = nil
		return o
	}
	owner, _, _ := strings.Cut(side.Repository, "/")
	r := c.s.state.repository(side.Repository)
	if r == nil {
		// A fork that the scenario names without describing it.
		r = &Repository{ID: accountID(side.Repository), Name: side.Repository, DefaultBranch: "main", Fork: true}
	}
	o["label"], o["user"], o["repo"] = owner+":"+side.Ref, c.user(owner), c.repositoryObject(r)
	return o
}
