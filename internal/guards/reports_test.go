package guards_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const sarif = `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"other"}},"invocations":[{"executionSuccessful":true}],"results":[]}]}`

// ofOtherReports is what may be wrong with what others report: scanners, and jobs
// of the same run.
func ofOtherReports() map[string]fault {
	return map[string]fault{
		"scanner-silent":      scanner("other.sarif", func(string) string { return sarif }, "nowhere.sarif"),
		"scanner-cut-off":     scanner("other.sarif", func(whole string) string { return whole[:len(whole)-20] }, ""),
		"scanner-other-words": scanner("other.sarif", func(string) string { return `{"results":[]}` }, ""),
		"scanner-failed": scanner("other.sarif", func(whole string) string {
			return strings.Replace(whole, `"executionSuccessful":true`, `"executionSuccessful":false`, 1)
		}, ""),
		"scanner-did-not-scan": scanner("other.sarif", func(whole string) string { return strings.Replace(whole, `,"results":[]`, "", 1) }, ""),
		"job-missing": func(t *testing.T, broken bool) call {
			return concluded(t, nil, "100", choose(broken, []string{"--expect", "web"}, nil)...)
		},
		"jobs-missing": func(t *testing.T, broken bool) call {
			return concluded(t, func(folder string) {
				if broken {
					check(t, os.RemoveAll(filepath.Join(folder, "api")))
				}
			}, "100")
		},
		"job-of-another-run": func(t *testing.T, broken bool) call { return concluded(t, nil, choose(broken, "101", "100")) },
		"job-report-damaged": func(t *testing.T, broken bool) call {
			return concluded(t, func(folder string) {
				if broken {
					put(t, filepath.Join(folder, "api", "gate-other-000000000000.json"), "{")
				}
			}, "100")
		},
	}
}

// scanner scans with the report of another scanner beside it.
func scanner(name string, spoil func(whole string) string, other string) fault {
	return func(t *testing.T, broken bool) call {
		text, asked := sarif, name
		if broken {
			text = spoil(sarif)
			if other != "" {
				asked = other
			}
		}
		return newScene(t).with(tree{name: text}).scan(debian(), "--sarif-in", asked)
	}
}

// concluded lets one job leave its report, does something to the folder of reports,
// and concludes in the run with that number.
func concluded(t *testing.T, change func(folder string), run string, args ...string) call {
	t.Helper()
	bin, err := built()
	check(t, err)
	s := newScene(t)
	debian().write(t, s.path("root"))
	put(t, s.path("Dockerfile"), goodFile)
	job := map[string]string{
		"GITHUB_EVENT_NAME": "push", "GITHUB_SHA": strings.Repeat("1", 40), "GITHUB_REF": "refs/heads/main",
		"GITHUB_WORKFLOW_REF": "octo/shop/.github/workflows/gate.yml@refs/heads/main",
	}
	left := s.action(job)
	for name, value := range map[string]string{"INPUT_IMAGE": "dir:root", "INPUT_DOCKERFILE": "Dockerfile", "INPUT_NAME": "api", "INPUT_OUTPUT": "report=reports/api"} {
		left.env[name] = value
	}
	left.plain = true
	if got := left.run(t, bin); got.code != 0 {
		t.Fatalf("the job ends with %d: %s", got.code, got.all())
	}
	if change != nil {
		change(s.path("reports"))
	}
	c := s.action(job)
	c.step, c.args = false, append([]string{"conclude", "--reports", "reports", "--expect", "api"}, args...)
	c.env["GITHUB_RUN_ID"] = run
	return c
}

// ofTheRun is what may happen to a run itself.
func ofTheRun() map[string]fault {
	return map[string]fault{
		"run-interrupted": interrupted,
		"report-unwritable": func(t *testing.T, broken bool) call {
			return newScene(t).with(tree{"file": ""}).scan(debian(), "--output", "sarif="+choose(broken, "file", "folder")+"/gate.sarif")
		},
		"bill-unwritable": func(t *testing.T, broken bool) call {
			return newScene(t).with(tree{"file": ""}).scan(debian(), "--sbom", choose(broken, "file", "folder")+"/bill.json")
		},
		"nowhere-to-work": func(t *testing.T, broken bool) call {
			c := newScene(t).scan(debian())
			c.env["TMPDIR"] = choose(broken, "/nowhere", t.TempDir())
			return c
		},
		"nothing-to-examine": func(t *testing.T, broken bool) call {
			s := newScene(t)
			debian().write(t, s.path("root"))
			return s.call(choose(broken, []string{"scan"}, []string{"scan", "dir:root"})...)
		},
	}
}

// interrupted ends the run while the registry has not answered yet.
func interrupted(t *testing.T, broken bool) call {
	asked := make(chan struct{})
	var once sync.Once
	c := pull(t, serve(t, func(_ http.ResponseWriter, r *http.Request, _ blobs) bool {
		if broken {
			once.Do(func() { close(asked) })
			<-r.Context().Done()
		}
		return broken
	}))
	if broken {
		c.interrupt = asked
	}
	return c
}
