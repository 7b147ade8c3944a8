package lint

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// pragma is a comment that silences findings: on the lines first to last, by
// any of their names.
type pragma struct {
	ids         []string
	first, last int
}

const everyLine = int(^uint(0) >> 1)

// pragmas reads the silencing comments of a file.
func pragmas(file *dockerfile.File, profile Profile) []pragma {
	var found []pragma
	for _, comment := range file.Comments {
		scope, ids, ok := parsePragma(comment.Text)
		if !ok {
			continue
		}
		first, last := scope.lines(file, comment)
		found = append(found, pragma{ids: ids, first: first, last: last})
	}
	if file.Check != nil && profile != Hadolint {
		found = append(found, pragma{ids: skippedChecks(file.Check.Value), last: everyLine})
	}
	return found
}

// covers reports whether the pragma silences a finding.
func (p pragma) covers(f gate.Finding) bool {
	return p.first <= f.Location.Line && f.Location.Line <= p.last && slices.ContainsFunc(p.ids, f.Is)
}

// pragmaScope says who speaks and how far the word carries.
type pragmaScope struct {
	tool  string
	reach string
}

// parsePragma reads "gate ignore=ID[,ID] [reason]" and "hadolint [global|stage] ignore=ID[,ID] [# reason]".
func parsePragma(text string) (scope pragmaScope, ids []string, ok bool) {
	tool, rest, ok := strings.Cut(strings.ReplaceAll(text, "\t", " "), " ")
	if !ok || tool != "gate" && tool != "hadolint" {
		return scope, nil, false
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
	if !ok || !isList {
		return scope, nil, false
	}
	if tool == "hadolint" {
		ids, ok = hadolintList(rest)
		return scope, ids, ok
	}
	ids = gateList(rest)
	return scope, ids, len(ids) > 0
}

// gateList reads ids up to the first word that no comma joins to them.
func gateList(text string) []string {
	var ids []string
	for {
		id, rest, more := strings.Cut(strings.TrimLeft(text, " "), ",")
		word, _, reason := strings.Cut(id, " ")
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
func hadolintList(text string) ([]string, bool) {
	text, _, _ = strings.Cut(text, "#")
	ids := strings.Split(text, ",")
	for n, id := range ids {
		ids[n] = strings.TrimSpace(id)
		if ids[n] == "" || strings.Trim(ids[n], "DLSC0123456789") != "" {
			return nil, false
		}
	}
	return ids, true
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

// skippedChecks reads the value of "# check=skip=A,B;error=true".
func skippedChecks(value string) []string {
	for _, part := range strings.Split(value, ";") {
		list, ok := strings.CutPrefix(strings.TrimSpace(part), "skip=")
		if !ok {
			continue
		}
		var ids []string
		for _, id := range strings.Split(list, ",") {
			if id = strings.TrimSpace(id); strings.EqualFold(id, "all") {
				ids = append(ids, buildChecks[:]...)
			} else if id != "" {
				ids = append(ids, id)
			}
		}
		return ids
	}
	return nil
}

// buildChecks are BuildKit's checks, all of which "# check=skip=all" means.
var buildChecks = [...]string{
	"StageNameCasing", "FromAsCasing", "NoEmptyContinuation", "ConsistentInstructionCasing",
	"DuplicateStageName", "ReservedStageName", "JSONArgsRecommended", "MaintainerDeprecated",
	"UndefinedArgInFrom", "WorkdirRelativePath", "UndefinedVar", "MultipleInstructionsDisallowed",
	"LegacyKeyValueFormat", "InvalidBaseImagePlatform", "RedundantTargetPlatform", "SecretsUsedInArgOrEnv",
	"InvalidDefaultArgInFrom", "FromPlatformFlagConstDisallowed", "CopyIgnoredFile",
	"InvalidDefinitionDescription", "ExposeProtoCasing", "ExposeInvalidFormat",
}
