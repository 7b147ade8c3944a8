package lint

import (
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// pragmaScope says who speaks and how far the word carries.
type pragmaScope struct {
	tool  string
	reach string
}

// ownPragma reads the comment of gate or of hadolint.
func ownPragma(file *dockerfile.File, comment dockerfile.Comment) (pragma, bool) {
	scope, list, ok := splitPragma(comment.Text)
	if !ok {
		return pragma{}, false
	}
	p := pragma{tool: scope.tool}
	p.first, p.last = scope.lines(file, comment)
	if scope.tool == "hadolint" {
		p.ids, p.fault = hadolintList(list)
		return p, true
	}
	p.ids = gateList(list)
	if len(p.ids) == 0 {
		p.fault = "it names no rule"
	}
	for _, word := range strings.Fields(list) {
		if day, found := strings.CutPrefix(word, "until="); found {
			p.until = strings.Trim(day, `"`)
		}
	}
	return p, true
}

// splitPragma takes "gate ignore=LIST" and "hadolint [global|stage] ignore=LIST" apart.
func splitPragma(text string) (scope pragmaScope, list string, ok bool) {
	tool, rest, ok := strings.Cut(strings.ReplaceAll(text, "\t", " "), " ")
	if !ok || tool != "gate" && tool != "hadolint" {
		return scope, "", false
	}
	scope.tool = tool
	rest = strings.TrimLeft(rest, " ")
	for _, reach := range [...]string{"global", "stage"} {
		if after, found := strings.CutPrefix(rest, reach+" "); found {
			scope.reach, rest = reach, strings.TrimLeft(after, " ")
		}
	}
	rest, ok = strings.CutPrefix(rest, "ignore")
	rest, isList := strings.CutPrefix(strings.TrimLeft(rest, " "), "=")
	return scope, rest, ok && isList
}

// gateList reads ids up to the first word that no comma joins to them.
func gateList(text string) []string {
	var ids []string
	for {
		id, rest, more := strings.Cut(strings.TrimLeft(text, " "), ",")
		word, behind, reason := strings.Cut(id, " ")
		if number, _, _ := strings.Cut(behind, " "); IsControl(word + " " + number) {
			// The one name that has a blank in it.
			word += " " + number
			_, _, reason = strings.Cut(behind, " ")
		}
		if word != "" {
			ids = append(ids, word)
		}
		if !more || reason && strings.TrimSpace(id) != word {
			return ids
		}
		text = rest
	}
}

// hadolintList reads ids as hadolint does: one that it can't have voids them all.
func hadolintList(text string) (ids []string, fault string) {
	text, _, _ = strings.Cut(text, "#")
	ids = strings.Split(text, ",")
	for n, id := range ids {
		ids[n] = strings.TrimSpace(id)
		if ids[n] == "" || strings.Trim(ids[n], "DLSC0123456789") != "" {
			fault = "hadolint reads names like DL3008 only, and takes nothing of the comment for the sake of " + strconv.Quote(ids[n])
		}
	}
	return ids, fault
}

// lines returns the first and last line for which the pragma speaks.
func (s pragmaScope) lines(file *dockerfile.File, comment dockerfile.Comment) (first, last int) {
	switch {
	case s.reach == "global":
		return 0, everyLine
	case s.reach == "stage":
		return stageLines(file, comment.Line)
	case comment.Inside != nil && s.tool == "hadolint":
		return 1, 0
	case comment.Inside != nil:
		return comment.Line, nextCode(file, comment.Line)
	}
	for _, i := range file.Instructions {
		if i.Line > comment.Line {
			if s.tool == "hadolint" && i.Line != comment.Line+1 {
				return 1, 0
			}
			return i.Line, i.EndLine
		}
	}
	return 1, 0
}

// nextCode is the first line below that is no comment.
func nextCode(file *dockerfile.File, line int) int {
	for line < len(file.Lines) && strings.HasPrefix(strings.TrimSpace(file.Lines[line]), "#") {
		line++
	}
	return line + 1
}

// stageLines are the lines of the stage whose FROM stands below a line.
func stageLines(file *dockerfile.File, line int) (first, last int) {
	for n, stage := range file.Stages {
		if stage.From.Line < line {
			continue
		}
		if n+1 < len(file.Stages) {
			return stage.From.Line, file.Stages[n+1].From.Line - 1
		}
		return stage.From.Line, everyLine
	}
	return 1, 0
}
