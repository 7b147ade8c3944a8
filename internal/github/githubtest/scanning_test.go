package githubtest_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/githubtest"
)

// run digs the only run out of a file, to spoil it.
func run(file m) m { return file["runs"].([]any)[0].(m) }

func rule(file m) m { return run(file)["tool"].(m)["driver"].(m)["rules"].([]any)[0].(m) }

func many(n int, one any) []any { return slices.Repeat([]any{one}, n) }

func TestUploadsThatAreRefusedAtOnce(t *testing.T) {
	good := packed(t, "{}")
	noise := make([]byte, 11<<20)
	source := rand.NewChaCha8([32]byte{})
	if _, err := source.Read(noise); err != nil {
		t.Fatal(err)
	}
	base := githubtest.SHA("base")
	for name, c := range map[string]struct {
		commit, ref, sarif string
		want               int
		word               string
	}{
		"an unknown commit":      {githubtest.SHA("none"), "refs/heads/main", good, 404, "commit not found"},
		"an unknown branch":      {base, "refs/heads/none", good, 404, "ref 'refs/heads/none' not found in this repository"},
		"an unknown pull":        {base, "refs/pull/99/merge", good, 404, "not found in this repository"},
		"a short commit":         {base[:12], "refs/heads/main", good, 422, "Invalid request"},
		"a branch without refs/": {base, "main", good, 422, "Invalid request"},
		"no base64":              {base, "refs/heads/main", "{}", 400, "not base64"},
		"no gzip":                {base, "refs/heads/main", base64.StdEncoding.EncodeToString([]byte("{}")), 400, "not gzip"},
		"half a gzip":            {base, "refs/heads/main", base64.StdEncoding.EncodeToString([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01")), 400, "unpacked"},
		"no JSON":                {base, "refs/heads/main", packed(t, "{"), 400, "Invalid SARIF"},
		"more than ten megabyte": {base, "refs/heads/main", base64.StdEncoding.EncodeToString(noise), 413, "too large"},
	} {
		t.Run(name, func(t *testing.T) {
			s := recorder(t, scene())
			got := ask(t, s, "POST "+app+"/code-scanning/sarifs", m{"commit_sha": c.commit, "ref": c.ref, "sarif": c.sarif})
			if got.status != c.want || !strings.Contains(got.text, c.word) {
				t.Errorf("%d %.300s, want %d with %q", got.status, got.text, c.want, c.word)
			}
			if n := len(s.Repository("octo/app").Uploads); n != 0 {
				t.Errorf("%d uploads were taken", n)
			}
		})
	}
}

func TestUploadsThatFailInProcessing(t *testing.T) {
	for want, spoil := range map[string]func(m) m{
		"rejecting SARIF, as there are more runs than allowed (21 > 20)": func(f m) m {
			f["runs"] = many(21, f["runs"].([]any)[0])
			return f
		},
		"rejecting SARIF, as there are more results per run than allowed (25001 > 25000)": func(f m) m {
			run(f)["results"] = many(25001, result("f", "a", 1))
			return f
		},
		"rejecting SARIF, as there are more rules per run than allowed (25001 > 25000)": func(f m) m {
			run(f)["tool"].(m)["driver"].(m)["rules"] = many(25001, rule(f))
			return f
		},
		"rejecting SARIF, as there are more extensions per run than allowed (101 > 100)": func(f m) m {
			run(f)["tool"].(m)["extensions"] = many(101, m{})
			return f
		},
		"rejecting SARIF, as there are more tags per rule than allowed (21 > 20)": func(f m) m {
			rule(f)["properties"].(m)["tags"] = many(21, "t")
			return f
		},
		"rejecting SARIF, as there are more locations per result than allowed (1001 > 1000)": func(f m) m {
			r := result("f", "a", 1)
			r["locations"] = many(1001, r["locations"].([]any)[0])
			run(f)["results"] = []any{r}
			return f
		},
		"rejecting SARIF, as there are more characters in a full description than allowed (1025 > 1024)": func(f m) m {
			rule(f)["fullDescription"] = m{"text": strings.Repeat("ä", 1025)}
			return f
		},
		"could not convert rules: invalid security severity value, is not a number": func(f m) m {
			rule(f)["properties"].(m)["security-severity"] = "high"
			return f
		},
		"locationFromSarifResult: expected artifact location": func(f m) m {
			run(f)["results"] = []any{m{"ruleId": "r1", "message": m{"text": "x"}, "locations": []any{}}}
			return f
		},
		"an invalid URI was provided as a SARIF location": func(f m) m {
			run(f)["results"] = []any{result("a b", "a", 1)}
			return f
		},
		`SARIF URI scheme "file" did not match the checkout URI scheme ""`: func(f m) m {
			run(f)["results"] = []any{result("file:///x/y", "a", 1)}
			return f
		},
		"A delivery cannot contain multiple runs with the same category": func(f m) m {
			f["runs"] = many(2, f["runs"].([]any)[0])
			return f
		},
		"Invalid SARIF. Missing 'results' array in run.": func(f m) m {
			delete(run(f), "results")
			return f
		},
		`rejecting SARIF, as the rule "r1" has no help.text`: func(f m) m {
			delete(rule(f), "help")
			return f
		},
		`rejecting SARIF, as the level "bad" is not known`: func(f m) m {
			r := result("f", "a", 1)
			r["level"] = "bad"
			run(f)["results"] = []any{r}
			return f
		},
		"rejecting SARIF, as a result names rule 1 of 1": func(f m) m {
			r := result("f", "a", 1)
			r["ruleIndex"] = 1
			run(f)["results"] = []any{r}
			return f
		},
		`rejecting SARIF, as the version "2.0.0" is not 2.1.0`: func(f m) m {
			f["version"] = "2.0.0"
			return f
		},
	} {
		t.Run(want, func(t *testing.T) {
			s := githubtest.New(t, options(t, scene()))
			state, errors := processed(t, s, upload(t, s, "base", "refs/heads/main", spoil(sarif("gate/app"))))
			if state != "failed" || !strings.Contains(errors, want) {
				t.Errorf("%s: %s", state, errors)
			}
			if r := s.Repository("octo/app"); len(r.Analyses) != 0 || len(r.Alerts) != 0 {
				t.Error("a failed upload left something behind")
			}
		})
	}
}

func TestProcessingTakesAsLongAsTheScenarioSays(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	s.Change("octo/app", func(r *githubtest.Repository) { r.SlowProcessing = 2 })
	receipt := upload(t, s, "base", "refs/heads/main", sarif("gate/app"))
	for _, want := range []string{"pending", "pending", "complete", "complete"} {
		if state, _ := processed(t, s, receipt); state != want {
			t.Errorf("%s, want %s", state, want)
		}
	}
}

func TestOnlyTheMostSevereResultsAreKept(t *testing.T) {
	s := githubtest.New(t, options(t, scene()))
	file := sarif("gate/app")
	var results []any
	for i := range 5003 {
		r := result("f", fmt.Sprint(i), 1)
		if i >= 5000 {
			r["level"] = "error"
		}
		results = append(results, r)
	}
	run(file)["results"] = results
	if state, errors := processed(t, s, upload(t, s, "base", "refs/heads/main", file)); state != "complete" {
		t.Fatal(errors)
	}
	r := s.Repository("octo/app")
	if len(r.Alerts) != 5000 || r.Analyses[0].Warning != "3 results were ignored" {
		t.Errorf("%d alerts, %q", len(r.Alerts), r.Analyses[0].Warning)
	}
	if !slices.ContainsFunc(r.Alerts, func(a githubtest.Alert) bool { return a.Hash == "5002" }) {
		t.Error("a severe result was dropped")
	}
}
