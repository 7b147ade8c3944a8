package attack_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/deliver/artifact"
	"github.com/containergate/gate/internal/gate"
)

func oversizedReport(t *testing.T) {
	_, good := verdicts()
	for name, plant := range map[string]func(dir, text string) error{
		"a file without end": func(dir, _ string) error { return os.Symlink("/dev/zero", filepath.Join(dir, "gate-x.json")) },
		"a huge file":        func(dir, _ string) error { return os.WriteFile(filepath.Join(dir, "gate-x.json"), nil, 0o600) },
		"many reports": func(dir, _ string) (err error) {
			// Each of them good, and of an image of its own.
			for i := range 201 {
				_, failed := artifact.Write(dir, job(gate.DefaultPolicy(), fmt.Sprint("image", i)))
				err = errors.Join(err, failed)
			}
			return err
		},
		"many files": func(dir, _ string) (err error) {
			for i := range 10_001 {
				err = errors.Join(err, os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), nil, 0o600))
			}
			return err
		},
		"many folders": func(dir, text string) error {
			deep := filepath.Join(dir, strings.Repeat("d/", 300))
			return errors.Join(os.MkdirAll(deep, 0o750), os.WriteFile(filepath.Join(deep, "gate-x.json"), []byte(text), 0o600))
		},
		"deep JSON": func(dir, text string) error {
			bomb := strings.Replace(text, `"findings":`, `"x":`+strings.Repeat("[", 1<<20)+strings.Repeat("]", 1<<20)+`,"findings":`, 1)
			return os.WriteFile(filepath.Join(dir, "gate-x.json"), []byte(bomb), 0o600)
		},
		"many findings": func(dir, text string) error {
			bomb := strings.Replace(text, `"findings":`, `"findings":[`+strings.Repeat("{},", 2_000_000)+`{}],"x":`, 1)
			return os.WriteFile(filepath.Join(dir, "gate-x.json"), []byte(bomb), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := delivering(t)
			path, err := artifact.Write(t.TempDir(), artifact.Artifact{Run: runOf("check", 1), Report: good})
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := plant(s.folder, string(text)); err != nil {
				t.Fatal(err)
			}
			if name == "a huge file" {
				// Sparse: nobody may try to read it.
				if err := os.Truncate(filepath.Join(s.folder, "gate-x.json"), 1<<40); err != nil {
					t.Skip("the disk has no sparse files")
				}
			}
			s.refused(t, false)
		})
	}
}

func malformedReport(t *testing.T) {
	bad, _ := verdicts()
	path, err := artifact.Write(t.TempDir(), artifact.Artifact{Run: runOf("check", 1), Report: bad})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for name, forged := range map[string]string{
		"nothing": "", "no JSON": "{", "another document": `{"schema":"x"}`, "null": "null", "a list": "[]", "two documents": text + text,
		"a verdict that is not its findings'": strings.Replace(text, `"outcome":"fail"`, `"outcome":"pass"`, 1),
		"a count that is not its findings'":   strings.Replace(text, `"blocked":1`, `"blocked":0`, 1),
		"an action that its policy has not":   strings.Replace(text, `"action":"block"`, `"action":"allow"`, 1),
		"a key twice":                         strings.Replace(text, `"runId":4711`, `"runId":1,"runId":4711`, 1),
		"a key in another case":               strings.Replace(text, `"runId":4711`, `"RunID":4711`, 1),
		"a run that is text":                  strings.Replace(text, `"runId":4711`, `"runId":"4711"`, 1),
		"cut short":                           text[:len(text)/2],
	} {
		t.Run(name, func(t *testing.T) {
			if forged == text {
				t.Fatal("nothing was forged: the report has another form")
			}
			s := delivering(t)
			put(t, filepath.Join(s.folder, "gate-x.json"), forged)
			s.refused(t, false)
		})
	}
	if !json.Valid(data) {
		t.Error("the report that was forged was none")
	}
}

func textOfAReport(t *testing.T) {
	hostile := found(vulnerable, "shop")
	hostile.Message, hostile.Package.Name, hostile.Package.Version, hostile.Paths = acting, acting, acting, []string{acting}
	hostile.Location = gate.Location{Path: acting, Line: 3, Instruction: acting}
	hostile.Fix = &gate.Fix{State: gate.FixFixed, Versions: []string{acting}}
	hostile.Advisory = &gate.Advisory{Description: acting, URLs: []string{"https://evil.example/" + acting, "javascript:alert(1)"}}
	a := job(gate.DefaultPolicy(), "shop", hostile)
	a.Report.Notes, a.Report.Baseline = []string{acting}, acting
	a.Report.Tool = gate.Tool{Name: acting, Version: acting}
	a.Report.Edits = []gate.Edit{{Path: acting, Kind: gate.EditPolicy, Change: "changed", Details: []string{acting}}}
	s := delivering(t)
	s.leave(t, a.Report, nil)
	if _, err := s.deliver(t, all()); err != nil {
		t.Fatal(err)
	}
	comments := s.Repository(repository).Comments
	if len(comments) != 1 {
		t.Fatalf("%d comments", len(comments))
	}
	if bad := acts(comments[0].Body); bad != "" {
		t.Errorf("the comment acts: %s", bad)
	}
	quiet(t, "comment", comments[0].Body)
	if strings.Count(comments[0].Body, "<!-- gate key=") != 1 {
		t.Error("the comment has a second marker")
	}
}
