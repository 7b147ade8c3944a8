package githubtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// longestText is the most characters of a comment or an issue.
const longestText = 65536

// Comment is a comment of an issue or a pull request.
type Comment struct {
	ID int64 `json:"id"`
	// Issue is the number of the issue or pull request.
	Issue   int       `json:"issue"`
	Author  string    `json:"author"`
	Body    string    `json:"body"`
	Created time.Time `json:"created"`
	Updated time.Time `json:"updated"`
}

// talk is what the conversations of issues and pull requests have in common.
func (r *Repository) talk(number int64) (found, isPull, locked bool) {
	if p := r.pull(number); p != nil {
		return true, true, p.Locked
	}
	if i := r.issue(number); i != nil {
		return true, false, i.Locked
	}
	return false, false, false
}

func (c *call) comment() *Comment {
	id := c.number("comment_id")
	for i := range c.repo.Comments {
		if c.repo.Comments[i].ID == id {
			return &c.repo.Comments[i]
		}
	}
	return nil
}

func listComments(c *call) answer {
	number := c.number("issue_number")
	if found, _, _ := c.repo.talk(number); !found {
		return notFound()
	}
	since, err := time.Parse(time.RFC3339, c.r.URL.Query().Get("since"))
	if err != nil {
		since = time.Time{}
	}
	comments := slices.DeleteFunc(slices.Clone(c.repo.Comments), func(comment Comment) bool {
		return int64(comment.Issue) != number || comment.Updated.Before(since)
	})
	slices.SortFunc(comments, func(a, b Comment) int { return int(a.ID - b.ID) })
	return list(c, comments, c.commentObject)
}

func getComment(c *call) answer {
	comment := c.comment()
	if comment == nil {
		return notFound()
	}
	return ok(c.commentObject(*comment))
}

func createComment(c *call) answer {
	number := c.number("issue_number")
	found, isPull, locked := c.repo.talk(number)
	switch {
	case !found:
		return notFound()
	case !c.mayTalk(isPull):
		return notAccessible()
	case locked:
		return refuse(http.StatusForbidden, "Unable to create comment because issue is locked.")
	}
	body, refused := c.commentBody()
	if refused != nil {
		return *refused
	}
	comment := Comment{ID: c.s.state.nextID(), Issue: int(number), Author: c.login(), Body: body, Created: c.now, Updated: c.now}
	c.repo.Comments = append(c.repo.Comments, comment)
	return created(c.commentObject(comment))
}

func updateComment(c *call) answer {
	comment := c.comment()
	if comment == nil {
		return notFound()
	}
	if _, isPull, _ := c.repo.talk(int64(comment.Issue)); !c.mayTalk(isPull) {
		return notAccessible()
	}
	body, refused := c.commentBody()
	if refused != nil {
		return *refused
	}
	comment.Body, comment.Updated = body, c.now
	return ok(c.commentObject(*comment))
}

func deleteComment(c *call) answer {
	comment := c.comment()
	if comment == nil {
		return notFound()
	}
	if _, isPull, _ := c.repo.talk(int64(comment.Issue)); !c.mayTalk(isPull) {
		return notAccessible()
	}
	id := comment.ID
	c.repo.Comments = slices.DeleteFunc(c.repo.Comments, func(other Comment) bool { return other.ID == id })
	return noContent()
}

// mayTalk says whether the token may write here: the permission for pull
// requests counts below pull requests only.
func (c *call) mayTalk(isPull bool) bool {
	return c.may("issues", false) || isPull && c.may("pull-requests", false)
}

func (c *call) commentBody() (string, *answer) {
	var wanted struct {
		Body string `json:"body"`
	}
	if refused := c.decode(&wanted); refused != nil {
		return "", refused
	}
	message := ""
	switch {
	case strings.TrimSpace(wanted.Body) == "":
		message = "Body cannot be blank"
	case utf8.RuneCountInString(wanted.Body) > longestText:
		message = fmt.Sprintf("Body is too long (maximum is %d characters)", longestText)
	}
	if message != "" {
		a := unprocessable("IssueComment", "data", "unprocessable", message)
		return "", &a
	}
	return wanted.Body, nil
}

func (c *call) commentObject(comment Comment) object {
	issue := decimal(comment.Issue)
	page := "issues"
	if c.repo.pull(int64(comment.Issue)) != nil {
		page = "pull"
	}
	return object{
		"id": comment.ID, "body": comment.Body, "user": c.user(comment.Author),
		"created_at": comment.Created, "updated_at": comment.Updated,
		"url":                c.api("repos", c.repo.Name, "issues/comments", decimal(comment.ID)),
		"issue_url":          c.api("repos", c.repo.Name, "issues", issue),
		"html_url":           web(c.repo.Name, page, issue+"#issuecomment-"+decimal(comment.ID)),
		"author_association": "NONE",
	}
}
