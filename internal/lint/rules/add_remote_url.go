package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func addRemoteURL() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "add-remote-url", Title: "ADD fetches from the network without a checksum", Severity: gate.SeverityHigh,
			Why:     "Whoever answers for that address, today or after a takeover, puts what they like into the image.",
			Fix:     "Write ADD --checksum=sha256:… with the digest of what was reviewed; for a git repository name the commit.",
			Aliases: []string{"CIS 4.9", "CKV_DOCKER_4", "D08"},
			Tags:    []string{"CIS 4.9", "CWE-494", "OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if checksum, _ := i.Flag("checksum"); checksum != "" {
					return
				}
				for n := range addSources(i) {
					source := i.Known()[n]
					source = strings.Trim(source, `"'`)
					switch {
					case isGitSource(source):
						if !namesCommit(source) {
							p.Report(lint.AtPosition(i, i.ArgAt(n)), fmt.Sprintf("ADD takes the repository %s without naming a commit", source), lint.Severe(gate.SeverityMedium), outsideTrigger(i, "CKV_DOCKER_4"))
						}
					case isWebAddress(source):
						p.Report(lint.AtPosition(i, i.ArgAt(n)), fmt.Sprintf("ADD fetches %s without --checksum", source), outsideTrigger(i, "CKV_DOCKER_4"))
					}
				}
			}, "ADD")
		},
	}
}

// isGitSource holds for addresses that BuildKit fetches with git.
func isGitSource(source string) bool {
	path, _, _ := strings.Cut(source, "#")
	path, _, _ = strings.Cut(path, "?")
	return isGitAddress(source) || isWebAddress(source) && strings.HasSuffix(path, ".git")
}

// namesCommit holds for a git address whose fragment or query is a full commit id.
func namesCommit(source string) bool {
	_, fragment, _ := strings.Cut(source, "#")
	commit, _, _ := strings.Cut(fragment, ":")
	return isHex(commit, 40) || isHex(commit, 64) || strings.Contains(source, "checksum=") || strings.Contains(source, "commit=")
}

func isHex(text string, length int) bool {
	return len(text) == length && strings.Trim(text, "0123456789abcdef") == ""
}
