package lint

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// checkPragmas reads "# check=skip=…": the directive at the top of the file,
// and the first such comment between an instruction and the one before it,
// which speaks for those checks that BuildKit makes instruction by instruction.
func checkPragmas(file *dockerfile.File) []pragma {
	var found []pragma
	if file.Check != nil {
		ids, every := skippedChecks(file.Check.Value)
		found = append(found, pragma{tool: "check", ids: ids, every: every, last: everyLine, at: file.Check.Position})
	}
	comments := file.Comments
	for _, i := range file.Instructions {
		value, at := "", dockerfile.Position{}
		for len(comments) > 0 && comments[0].Line < i.Line {
			text := comments[0].Text
			switch after, ok := strings.CutPrefix(strings.ToLower(text), "check="); {
			case comments[0].Inside != nil || file.Check != nil && file.Check.Line == comments[0].Line:
			case text == "":
				value = ""
			case ok && value == "":
				value, _, _ = strings.Cut(text[len(text)-len(after):], " ")
				at = comments[0].Position
			}
			comments = comments[1:]
		}
		if ids, every := skippedChecks(value); len(ids) > 0 {
			ids = slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(wholeFileChecks[:], id) })
			found = append(found, pragma{tool: "check", ids: ids, every: every, first: i.Line, last: i.EndLine, at: at})
		}
	}
	return found
}

// wholeFileChecks are those that BuildKit makes for the file as a whole, where
// a comment above an instruction has no effect.
var wholeFileChecks = [...]string{
	"NoEmptyContinuation", "ConsistentInstructionCasing", "DuplicateStageName", "ReservedStageName", "InvalidDefaultArgInFrom",
}

// skippedChecks reads the value of "# check=skip=A,B;error=true".
func skippedChecks(value string) (ids []string, every bool) {
	for _, part := range strings.Split(value, ";") {
		list, ok := strings.CutPrefix(strings.TrimSpace(part), "skip=")
		if !ok {
			continue
		}
		for _, id := range strings.Split(list, ",") {
			if id = strings.TrimSpace(id); strings.EqualFold(id, "all") {
				ids, every = append(ids, buildChecks[:]...), true
			} else if id != "" {
				ids = append(ids, id)
			}
		}
		return ids, every
	}
	return nil, false
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
