package githubtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
)

func TestLimitsThatTheDescriptionStatesInProse(t *testing.T) {
	head := githubtest.SHA("head")
	check := func(more m) m {
		c := m{"name": "gate", "head_sha": head, "status": "in_progress"}
		for name, value := range more {
			c[name] = value
		}
		return c
	}
	notes := func(n int, change m) m {
		var all []any
		for range n {
			note := m{"path": "f", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "x"}
			for name, value := range change {
				note[name] = value
			}
			all = append(all, note)
		}
		return check(m{"output": m{"title": "t", "summary": "s", "annotations": all}})
	}
	for name, c := range map[string]struct {
		line string
		body any
		want int
		word string
	}{
		"the longest comment":              {"POST " + app + "/issues/7/comments", m{"body": strings.Repeat("ü", 65536)}, 201, ""},
		"a comment that is too long":       {"POST " + app + "/issues/7/comments", m{"body": strings.Repeat("ü", 65537)}, 422, "Body is too long (maximum is 65536 characters)"},
		"an edit that is too long":         {"PATCH " + app + "/issues/comments/500", m{"body": strings.Repeat("x", 65537)}, 422, "Body is too long"},
		"an empty comment":                 {"POST " + app + "/issues/7/comments", m{"body": " "}, 422, "blank"},
		"a comment on nothing":             {"POST " + app + "/issues/99/comments", m{"body": "x"}, 404, "Not Found"},
		"an issue that is too long":        {"POST " + app + "/issues", m{"title": "t", "body": strings.Repeat("x", 65537)}, 422, "body is too long"},
		"the longest title of a check run": {"POST " + app + "/check-runs", check(m{"output": m{"title": strings.Repeat("x", 255), "summary": "s"}}), 201, ""},
		"a title that is too long":         {"POST " + app + "/check-runs", check(m{"output": m{"title": strings.Repeat("x", 256), "summary": "s"}}), 422, "title is too long"},
		"the longest summary":              {"POST " + app + "/check-runs", check(m{"output": m{"title": "t", "summary": strings.Repeat("x", 65535)}}), 201, ""},
		"a summary that is too long":       {"POST " + app + "/check-runs", check(m{"output": m{"title": "t", "summary": strings.Repeat("x", 65536)}}), 422, ""},
		"completed without a conclusion":   {"POST " + app + "/check-runs", check(m{"status": "completed"}), 422, "conclusion is required"},
		"a conclusion completes":           {"POST " + app + "/check-runs", check(m{"conclusion": "success"}), 201, `"status":"completed"`},
		"fifty annotations":                {"POST " + app + "/check-runs", notes(50, nil), 201, `"annotations_count":50`},
		"one annotation too many":          {"POST " + app + "/check-runs", notes(51, nil), 422, ""},
		"an annotation that ends early":    {"POST " + app + "/check-runs", notes(1, m{"start_line": 2}), 422, "end_line"},
		"columns over several lines":       {"POST " + app + "/check-runs", notes(1, m{"end_line": 2, "start_column": 1}), 422, "columns"},
		"a huge annotation":                {"POST " + app + "/check-runs", notes(1, m{"message": strings.Repeat("x", 64<<10+1)}), 422, "64 KB"},
		"a check run on no commit":         {"POST " + app + "/check-runs", m{"name": "gate", "head_sha": githubtest.SHA("none")}, 422, "No commit found"},
		"the longest status":               {"POST " + app + "/statuses/" + head, m{"state": "success", "description": strings.Repeat("x", 140)}, 201, ""},
		"a status that is too long":        {"POST " + app + "/statuses/" + head, m{"state": "success", "description": strings.Repeat("x", 141)}, 422, "maximum is 140"},
		"a status with a script":           {"POST " + app + "/statuses/" + head, m{"state": "success", "target_url": "javascript:1"}, 422, "http(s)"},
		"a status on no commit":            {"POST " + app + "/statuses/" + githubtest.SHA("none"), m{"state": "success"}, 422, "No commit found"},
		"a label twice":                    {"POST " + app + "/labels", m{"name": "BUG"}, 422, "already_exists"},
		"a label without a colour":         {"POST " + app + "/labels", m{"name": "x", "color": "#fff"}, 422, "color"},
	} {
		t.Run(name, func(t *testing.T) {
			s := recorder(t, scene())
			got := ask(t, s, c.line, c.body)
			if got.status != c.want || !strings.Contains(got.text, c.word) {
				t.Errorf("%d %.300s, want %d with %q", got.status, got.text, c.want, c.word)
			}
		})
	}
}

func TestAnnotationsAreAppendedByUpdates(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	note := m{"path": "f", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "x"}
	output := m{"title": "t", "summary": "s", "annotations": []any{note, note}}
	run := ask(t, s, "POST "+app+"/check-runs", m{"name": "gate", "head_sha": githubtest.SHA("head"), "output": output})
	line := fmt.Sprintf("PATCH %s/check-runs/%.0f", app, run.at(t, "id"))
	got := ask(t, s, line, m{"conclusion": "failure", "output": output})
	if got.at(t, "output", "annotations_count") != 4.0 || got.at(t, "conclusion") != "failure" || got.at(t, "status") != "completed" {
		t.Errorf("%s", got.text)
	}
	if got := ask(t, s, strings.Replace(line, "PATCH", "GET", 1)+"/annotations?per_page=3", nil); len(got.at(t).([]any)) != 3 {
		t.Errorf("%s", got.text)
	}
	other := ask(t, s, line, m{"conclusion": "success"}, "Authorization: Bearer "+person)
	if other.status != http.StatusForbidden {
		t.Errorf("somebody else may change a check run: %d", other.status)
	}
}

func TestListsHavePages(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	s.Change("octo/app", func(r *githubtest.Repository) {
		for i := range 250 {
			r.Comments = append(r.Comments, githubtest.Comment{ID: int64(2000 - i), Issue: 7, Author: "mona", Body: "c"})
		}
	})
	for _, c := range []struct {
		query string
		count int
		first float64
		link  string
	}{
		{"", 30, 500, `page=2>; rel="next"`},
		{"?per_page=100", 100, 500, `page=3&per_page=100>; rel="last"`},
		{"?per_page=1000", 100, 500, `rel="next"`},
		{"?per_page=100&page=3", 51, 1950, `page=2&per_page=100>; rel="prev"`},
		{"?per_page=100&page=4", 0, 0, `rel="prev"`},
		{"?per_page=100&page=9223372036854775807", 0, 0, `rel="prev"`},
	} {
		got := ask(t, s, "GET "+app+"/issues/7/comments"+c.query, nil)
		list := got.at(t).([]any)
		if len(list) != c.count || !strings.Contains(got.header.Get("Link"), c.link) {
			t.Errorf("%q: %d comments, links %s", c.query, len(list), got.header.Get("Link"))
		}
		if c.count > 0 && got.at(t, 0, "id") != c.first {
			t.Errorf("%q starts with %v: ids must ascend", c.query, got.at(t, 0, "id"))
		}
	}
}
