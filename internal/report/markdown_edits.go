package report

import (
	"strings"

	"github.com/containergate/gate/internal/report/plain"
)

// edits says what the pull request changes about its own judging, and whose
// policy decided.
func (p *page) edits() {
	if len(p.Edits) == 0 {
		return
	}
	const most, details, length = 10, 8, 300
	p.paragraph("### This pull request changes how it is judged")
	for _, e := range upTo(p.Edits, most) {
		p.line("- ", plain.Code(plain.Word(e.Path)), " ", plain.Escape(plain.Word(e.Change)))
		if p.brief {
			continue
		}
		for _, detail := range upTo(e.Details, details) {
			p.line("  - ", plain.Escape(plain.Cut(plain.Text(detail), length)))
		}
		if rest := len(e.Details) - details; rest > 0 {
			p.line("  - and ", count(rest, "more change", "more changes"))
		}
	}
	p.line()
	p.leftOut(len(p.Edits)-most, "file", "files")
	if text := p.basePolicy(plain.Code); text != "" {
		p.paragraph(text)
	}
}

// basePolicy says how the base commit's policy decided; empty where there is
// none to speak of. show makes a name of foreign text fit for its place.
func (v view) basePolicy(show func(string) string) string {
	if v.Base == nil {
		return ""
	}
	commit := "the base commit"
	if hash := shortCommit(v.Base.Commit); hash != "" {
		commit += " " + show(hash)
	}
	const most = 5
	var files []string
	for _, file := range upTo(v.Base.Files, most) {
		files = append(files, show(plain.Word(file)))
	}
	if len(files) == 0 {
		return "There is no policy at " + commit + ": the pull request's own decided alone."
	}
	return "The policy of " + commit + " (" + strings.Join(files, ", ") + ") decided too, and of the two the stricter one held."
}

// shortCommit is a commit as people write it; empty for what is no commit.
func shortCommit(commit string) string {
	const shown, least, most = 7, 7, 64
	if len(commit) < least || len(commit) > most || strings.Trim(commit, "0123456789abcdef") != "" {
		return ""
	}
	return commit[:shown]
}
