package githubtest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// mostKept is how many results of a run code scanning keeps.
const mostKept = 5000

// Analysis is one run of an uploaded file, after processing.
type Analysis struct {
	ID       int64     `json:"id"`
	Upload   string    `json:"upload"`
	Ref      string    `json:"ref"`
	Commit   string    `json:"commit"`
	Category string    `json:"category"`
	Tool     string    `json:"tool"`
	Version  string    `json:"version,omitempty"`
	Results  int       `json:"results"`
	Rules    int       `json:"rules"`
	Warning  string    `json:"warning,omitempty"`
	Created  time.Time `json:"created"`
}

// analyse takes over one run: the most severe results become alerts. The same
// tool, category, ref and commit again replaces what was there.
func (c *call) analyse(u Upload, run *sarifRun, root string) {
	a := Analysis{
		ID: c.s.state.nextID(), Upload: u.ID, Ref: u.Ref, Commit: u.Commit, Category: run.category(),
		Tool: run.Tool.Driver.Name, Version: cmp.Or(run.Tool.Driver.SemanticVersion, run.Tool.Driver.Version),
		Rules: len(run.Tool.Driver.Rules), Created: c.now,
	}
	kept := mostSevere(run)
	if dropped := len(*run.Results) - len(kept); dropped > 0 {
		a.Warning = fmt.Sprintf("%d results were ignored", dropped)
	}
	a.Results = len(kept)
	c.repo.Analyses = slices.DeleteFunc(c.repo.Analyses, func(old Analysis) bool { return old.same(a) && old.Commit == a.Commit })
	c.repo.Analyses = append(c.repo.Analyses, a)
	sightings := make([]sighting, 0, len(kept))
	for i := range kept {
		sightings = append(sightings, sight(run, &kept[i], root))
	}
	c.repo.watch(a, sightings, c.now)
}

// same says whether two analyses speak about the same thing: the newer one
// decides which alerts of it are fixed.
func (a Analysis) same(b Analysis) bool {
	return a.Tool == b.Tool && a.Category == b.Category && a.Ref == b.Ref
}

func mostSevere(run *sarifRun) []sarifResult {
	kept := slices.Clone(*run.Results)
	weight := func(result *sarifResult) float64 {
		rule := run.rule(result)
		level := float64(slices.Index([]string{"none", "note", "warning", "error"}, result.level(rule)))
		if rule == nil {
			return level / 100
		}
		severity, _ := rule.severity()
		return severity + level/100
	}
	slices.SortStableFunc(kept, func(x, y sarifResult) int { return cmp.Compare(weight(&y), weight(&x)) })
	return kept[:min(len(kept), mostKept)]
}

func listAnalyses(c *call) answer {
	query := c.r.URL.Query()
	analyses := slices.DeleteFunc(slices.Clone(c.repo.Analyses), func(a Analysis) bool {
		return query.Get("tool_name") != "" && a.Tool != query.Get("tool_name") ||
			query.Get("ref") != "" && a.Ref != fullRef(query.Get("ref")) ||
			query.Get("sarif_id") != "" && a.Upload != query.Get("sarif_id")
	})
	// The newest comes first.
	slices.Reverse(analyses)
	return list(c, analyses, c.analysisObject)
}

func (c *call) analysis() *Analysis {
	id := c.number("analysis_id")
	for i := range c.repo.Analyses {
		if c.repo.Analyses[i].ID == id {
			return &c.repo.Analyses[i]
		}
	}
	return nil
}

func getAnalysis(c *call) answer {
	a := c.analysis()
	if a == nil {
		return refuse(http.StatusNotFound, "no analysis found for analysis ID %s", c.text("analysis_id"))
	}
	return ok(c.analysisObject(*a))
}

// deleteAnalysis removes the newest analysis of its kind. The last one closes
// its alerts, and wants a confirmation.
func deleteAnalysis(c *call) answer {
	a := c.analysis()
	if a == nil {
		return refuse(http.StatusNotFound, "no analysis found for analysis ID %s", c.text("analysis_id"))
	}
	gone := *a
	if !c.repo.newest(gone) {
		return refuse(http.StatusBadRequest, "Analysis specified is not deletable.")
	}
	rest := slices.DeleteFunc(slices.Clone(c.repo.Analyses), func(b Analysis) bool { return b.ID == gone.ID })
	last := !slices.ContainsFunc(rest, gone.same)
	if last && !c.r.URL.Query().Has("confirm_delete") {
		return refuse(http.StatusBadRequest, "Analysis is last of its type and deletion may result in the loss of historical alert data. Please specify confirm_delete.")
	}
	c.repo.Analyses = rest
	if last {
		c.repo.watch(gone, nil, c.now)
	}
	return ok(object{"next_analysis_url": nil, "confirm_delete_url": nil})
}

func (r *Repository) newest(a Analysis) bool {
	return !slices.ContainsFunc(r.Analyses, func(b Analysis) bool { return b.same(a) && b.ID > a.ID })
}

func (c *call) analysisObject(a Analysis) object {
	return object{
		"id": a.ID, "ref": a.Ref, "commit_sha": a.Commit, "analysis_key": "api", "environment": "{}",
		"category": a.Category, "error": "", "warning": a.Warning, "created_at": a.Created,
		"results_count": a.Results, "rules_count": a.Rules, "sarif_id": a.Upload, "deletable": c.repo.newest(a),
		"url":  c.api("repos", c.repo.Name, "code-scanning/analyses", decimal(a.ID)),
		"tool": tool(a.Tool, a.Version),
	}
}

func tool(name, version string) object {
	o := object{"name": name, "guid": nil, "version": nil}
	if version != "" {
		o["version"] = version
	}
	return o
}
