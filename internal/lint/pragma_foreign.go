package lint

import (
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// foreignPragma reads "checkov:skip=ID:reason" and "trivy:ignore:ID".
func foreignPragma(file *dockerfile.File, comment dockerfile.Comment) (pragma, bool) {
	if after, ok := strings.CutPrefix(comment.Text, "checkov:skip="); ok {
		// Checkov takes the comment for the whole file, wherever it stands.
		p := pragma{tool: "checkov", last: everyLine}
		for _, id := range strings.Split(after, ",") {
			id, _, _ = strings.Cut(id, ":")
			if id = strings.TrimSpace(id); id != "" {
				p.ids = append(p.ids, id)
			}
		}
		return p, len(p.ids) > 0
	}
	return trivyPragma(file, comment)
}

// trivyPragma reads "trivy:ignore:ID[:exp:YYYY-MM-DD]", once or more in a comment.
func trivyPragma(file *dockerfile.File, comment dockerfile.Comment) (pragma, bool) {
	p := pragma{tool: "trivy"}
	for _, word := range strings.Fields(comment.Text) {
		after, ok := strings.CutPrefix(word, "trivy:ignore:")
		if !ok {
			continue
		}
		id, rest, _ := strings.Cut(after, ":")
		if day, ok := strings.CutPrefix(rest, "exp:"); ok {
			p.until = day
		}
		p.ids = append(p.ids, trivyID(id))
	}
	if len(p.ids) == 0 {
		return p, false
	}
	p.first, p.last = pragmaScope{tool: "gate"}.lines(file, comment)
	if len(file.Stages) == 0 || comment.Line < file.Stages[0].From.Line {
		// What concerns the file as a whole can only be ignored at its top.
		p.first, p.last = 0, everyLine
	}
	return p, true
}

// trivyID writes the older spellings AVD-DS-0002 and DS002 the way Trivy does now.
func trivyID(id string) string {
	upper := strings.ToUpper(id)
	upper = strings.TrimPrefix(upper, "AVD-")
	if number, ok := strings.CutPrefix(upper, "DS"); ok && len(number) == 3 && strings.Trim(number, "0123456789") == "" {
		return "DS-0" + number
	}
	if strings.HasPrefix(upper, "DS-") {
		return upper
	}
	return id
}
