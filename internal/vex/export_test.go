package vex_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/vex"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)

// waive makes a waiver that is written on its own line.
func waive(id, line string, status gate.VEXStatus) gate.Waiver {
	return gate.Waiver{
		ID: id, Reason: "not reachable", Owner: "jane", Ticket: "https://example.com/1", Status: status,
		Expires: now.AddDate(0, 1, 0), Origin: gate.Origin(".gate.yaml:" + line),
	}
}

// waived is a decision of a report, by the waiver of a line.
func waived(rule, purl, line string, aliases ...string) gate.Decision {
	return gate.Decision{
		Action: gate.ActionWaived, Origin: gate.Origin(".gate.yaml:" + line),
		Change: gate.Change{Finding: gate.Finding{
			Rule: rule, Aliases: aliases, Analyzer: gate.AnalyzerScan, Image: "app", Package: &gate.Package{Name: "p", PURL: purl},
		}},
	}
}

func reportOf(decisions ...gate.Decision) gate.Report {
	return gate.Report{
		Subjects:  []gate.Subject{{Image: "app", Source: "build", Tags: []string{"registry.example.com:5000/team/app:1.2"}}},
		Decisions: decisions,
	}
}

func export(t *testing.T, report gate.Report, waivers ...gate.Waiver) ([]byte, []string) {
	t.Helper()
	data, notes, err := vex.Export(waivers, report, vex.ExportOptions{Now: now, Author: "Team <team@example.com>", Tool: "gate"})
	check(t, err)
	return data, notes
}

func TestAnAcceptedRiskIsNeverExportedAsAbsent(t *testing.T) {
	lint := waived("pin-base-image", openssl, "6")
	lint.Change.Finding.Analyzer = gate.AnalyzerLint
	blocked := waived("CVE-2024-7", openssl, "7")
	blocked.Action = gate.ActionBlock
	expired := waive("CVE-2024-8", "8", gate.VEXNotAffected)
	expired.Expires = now
	data, notes := export(t,
		reportOf(waived("CVE-2024-1", openssl, "1"), waived("GHSA-2", lodash, "2", "CVE-2024-2"), waived("CVE-2024-3", zlib, "3"),
			waived("CVE-2024-1", zlib, "1"), lint, blocked, waived("CVE-2024-8", zlib, "8"), waived("CVE-2024-5", zlib, "4")),
		waive("CVE-2024-1", "1", ""), waive("CVE-2024-2", "2", gate.VEXNotAffected), waive("CVE-2024-3", "3", gate.VEXUnderInvestigation),
		waive("CVE-2024-4", "4", gate.VEXNotAffected), waive("pin-base-image", "6", gate.VEXNotAffected), waive("CVE-2024-7", "7", gate.VEXNotAffected),
		waive("CVE-2024-1", "9", gate.VEXNotAffected), expired)
	var read struct {
		Statements []struct {
			Vulnerability struct {
				Name    string
				Aliases []string
			}
			Status                            string
			Action                            string `json:"action_statement"`
			Impact                            string `json:"impact_statement"`
			Timestamp, Justification, ID, Foo string
			Products                          []struct {
				ID            string `json:"@id"`
				Subcomponents []struct {
					ID string `json:"@id"`
				}
			}
		}
	}
	check(t, json.Unmarshal(data, &read))
	var got []string
	for _, s := range read.Statements {
		var parts []string
		for _, p := range s.Products {
			for _, c := range p.Subcomponents {
				parts = append(parts, c.ID)
			}
		}
		got = append(got, strings.Join([]string{s.Vulnerability.Name, strings.Join(s.Vulnerability.Aliases, ","), s.Status, s.Action, s.Impact, strings.Join(parts, " ")}, "|"))
	}
	want := []string{
		"CVE-2024-1||affected|accepted until 2026-02-02: not reachable (https://example.com/1)||" + openssl + " " + zlib,
		"CVE-2024-3||under_investigation|||" + zlib,
		"GHSA-2|CVE-2024-2|not_affected||not reachable|" + lodash,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if len(notes) != 5 || !strings.Contains(strings.Join(notes, "\n"), "CVE-2024-4 accepts no vulnerability") || !strings.Contains(strings.Join(notes, "\n"), "CVE-2024-8 held until 2026-01-02") {
		t.Errorf("notes are %q", notes)
	}
	if strings.Contains(string(data), "pin-base-image") || !strings.Contains(string(data), "2026-01-02T03:04:05Z") {
		t.Errorf("got %s", data)
	}
}

func TestAnExportIsReadBackForTheSameImageOnly(t *testing.T) {
	for _, test := range []struct {
		name    string
		subject gate.Subject
		target  vex.Target
	}{
		{"a tag", gate.Subject{Image: "app", Source: "build", Tags: []string{"registry.example.com:5000/team/app:1.2"}}, app()},
		{"a digest", gate.Subject{Image: "app", Source: "registry:registry.example.com:5000/team/app:1.2", Digest: digestA}, vex.Target{Image: "x", Digests: []string{digestA}}},
		{"a digest without a name", gate.Subject{Image: "app", Source: "oci-dir:out", Digest: digestA}, vex.Target{Image: "x", Digests: []string{digestA}}},
		{"Docker Hub", gate.Subject{Image: "app", Source: "docker:nginx:1"}, vex.Target{Image: "x", Names: []string{"docker.io/library/nginx:1"}}},
		{"Docker Hub without tag", gate.Subject{Image: "app", Source: "registry:nginx"}, vex.Target{Image: "x", Names: []string{"nginx:latest"}}},
		{"the logical name", gate.Subject{Image: "app", Source: "build"}, vex.Target{Image: "app"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			report := reportOf(waived("GHSA-2", lodash, "2", "CVE-2024-2"), waived("CVE-2024-1", openssl, "1"))
			report.Subjects = []gate.Subject{test.subject}
			data, _ := export(t, report, waive("CVE-2024-2", "2", gate.VEXNotAffected), waive("CVE-2024-1", "1", ""))
			got, notes := resolve(t, []vex.Target{test.target}, data)
			if want := "GHSA-2,CVE-2024-2 " + test.target.Image + " not_affected: " + lodash; !slices.Equal(got, []string{want}) {
				t.Errorf("got %q, notes %q, from %s", got, notes, data)
			}
			if got, _ = resolve(t, []vex.Target{{Image: "y", Names: []string{"example.com/else:1"}, Digests: []string{digestB}}}, data); len(got) != 0 {
				t.Errorf("excused in another image: %q", got)
			}
		})
	}
}

func TestEqualArgumentsGiveEqualBytesAndOthersAnotherID(t *testing.T) {
	one, two := waived("CVE-2024-1", openssl, "1"), waived("CVE-2024-1", zlib, "1")
	first, _ := export(t, reportOf(one, two), waive("CVE-2024-1", "1", ""))
	second, _ := export(t, reportOf(two, one), waive("CVE-2024-1", "1", ""))
	if string(first) != string(second) {
		t.Errorf("got %s and %s", first, second)
	}
	third, _ := export(t, reportOf(one), waive("CVE-2024-1", "1", ""))
	id := func(data []byte) string {
		var read struct {
			ID string `json:"@id"`
		}
		check(t, json.Unmarshal(data, &read))
		return read.ID
	}
	if id(first) == id(third) || !strings.HasPrefix(id(first), "https://openvex.dev/docs/public/vex-") {
		t.Errorf("ids are %s and %s", id(first), id(third))
	}
}

func TestWhatOpenVEXHasNoWordsForIsAnError(t *testing.T) {
	broken := waive("CVE-2024-1", "1", gate.VEXNotAffected)
	broken.Justification = "trust_me"
	odd := waive("CVE-2024-1", "1", "harmless")
	for _, test := range []struct {
		waiver gate.Waiver
		author string
		want   string
	}{
		{broken, "a", `the waiver of .gate.yaml:1 as OpenVEX: the justification "trust_me"`},
		{odd, "a", `the status "harmless"`},
		{waive("CVE-2024-1", "1", ""), " ", "an author is missing"},
	} {
		_, _, err := vex.Export([]gate.Waiver{test.waiver}, reportOf(), vex.ExportOptions{Now: now, Author: test.author})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}
