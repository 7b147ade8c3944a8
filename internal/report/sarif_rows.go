package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
	"github.com/containergate/gate/internal/sarif"
)

// alertRow is one alert: a finding, the platforms that it was found on, and
// what GitHub knows it by.
type alertRow struct {
	row
	rule        string
	fingerprint string
}

// rows are the image's open findings as alerts, in the report's order.
func (b sarifRun) rows() []alertRow {
	byKey := map[gate.Key][]gate.Decision{}
	for _, d := range b.report.Decisions {
		if d.Change.Status == gate.StatusFixed || !b.mine(d.Change.Finding.Image) {
			continue
		}
		if d.Action == gate.ActionBlock || d.Action == gate.ActionWarn {
			key := keyOf(d.Change.Finding)
			byKey[key] = append(byKey[key], d)
		}
	}
	var rows []alertRow
	for key, decisions := range byKey {
		for i, merged := range b.overPlatforms(decisions) {
			rows = append(rows, alertRow{row: merged, rule: ruleID(key), fingerprint: fmt.Sprintf("%s:%d", key.Fingerprint(), i+1)})
		}
	}
	slices.SortFunc(rows, func(a, b alertRow) int {
		return cmp.Or(gate.Compare(a.Change.Finding, b.Change.Finding), cmp.Compare(a.fingerprint, b.fingerprint))
	})
	return rows
}

// overPlatforms merges the findings of one key: the first of each platform
// become one row, then the second of each, and so on. What differs between
// platforms (version, path, layer) is told as it is on the first of them. The
// heaviest come first, so that their numbers stay when the lightest are left out.
func (b sarifRun) overPlatforms(decisions []gate.Decision) []row {
	byPlatform := map[string][]gate.Decision{}
	most := 0
	for _, d := range decisions {
		platform := d.Change.Finding.Platform
		byPlatform[platform] = append(byPlatform[platform], d)
		most = max(most, len(byPlatform[platform]))
	}
	heavier := func(a, c gate.Decision) int {
		fa, fc := a.Change.Finding, c.Change.Finding
		return cmp.Or(cmp.Compare(weight(fc, counted(b.report, fc)), weight(fa, counted(b.report, fa))), gate.Compare(fa, fc))
	}
	rows := make([]row, most)
	for _, platform := range slices.Sorted(maps.Keys(byPlatform)) {
		slices.SortStableFunc(byPlatform[platform], heavier)
		for i, d := range byPlatform[platform] {
			if len(rows[i].Platforms) == 0 || heavier(d, rows[i].Decision) < 0 {
				rows[i].Decision = d
			}
			rows[i].Platforms = append(rows[i].Platforms, platform)
		}
	}
	return rows
}

func (b sarifRun) result(r alertRow) sarif.Result {
	f := r.Change.Finding
	severity := counted(b.report, f)
	at := b.location(f)
	return sarif.Result{
		RuleID: r.rule, Level: levelOf(severity), Message: b.message(r), Location: at,
		Related: related(f, at), Fingerprint: r.fingerprint, Weight: weight(f, severity), Baseline: b.baselineState(r.Change.Status),
	}
}

// baselineState is SARIF's word for a status (section 3.27.24). Without a
// baseline there is none.
func (b sarifRun) baselineState(status gate.Status) string {
	if b.report.Baseline == "" {
		return ""
	}
	switch status {
	case gate.StatusExisting:
		return "unchanged"
	case gate.StatusWorse:
		return "updated"
	default:
		return "new"
	}
}

// weight orders findings for leaving out: by severity, then known attacks.
func weight(f gate.Finding, severity gate.Severity) float64 {
	w := float64(severity) * 10
	if exploited(f) {
		w += 5
	}
	if f.Advisory != nil && f.Advisory.EPSS != nil {
		w += f.Advisory.EPSS.Probability
	}
	return w
}

func levelOf(severity gate.Severity) sarif.Level {
	switch {
	case severity >= gate.SeverityHigh:
		return sarif.LevelError
	case severity == gate.SeverityMedium:
		return sarif.LevelWarning
	default:
		return sarif.LevelNote
	}
}

// ruleID is the finding's rule by the name that its identity has, so that an
// alert stays the same when a database calls it by another of its names. It is
// within what a SARIF rule id may be.
func ruleID(key gate.Key) string {
	const most = 255
	return plain.Cut(cmp.Or(plain.Text(key.Rule), "unnamed"), most)
}
