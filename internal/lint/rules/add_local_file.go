package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func addLocalFile() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "add-local-file", Title: "ADD where COPY would do", Severity: gate.SeverityHigh,
			Why:     "ADD unpacks archives and fetches addresses; for a plain file that is power nobody asked for, and a surprise when the file's name or type changes.",
			Fix:     "Use COPY.",
			Aliases: []string{"CKV_DOCKER_4", "DL3020", "DS-0005"},
			Tags:    []string{"CIS 4.9", "OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) { checkAdd(p, i) }, "ADD")
		},
	}
}

func checkAdd(p *lint.Pass, i *dockerfile.Instruction) {
	for n, source := range addSources(i) {
		plain := strings.Trim(source, `"'`)
		if isArchive(plain) || isWebAddress(plain) || strings.HasPrefix(source, "<<") {
			continue
		}
		if isGitAddress(plain) && !parity(p) {
			continue
		}
		p.Report(lint.AtPosition(i, i.ArgAt(n)), fmt.Sprintf("ADD copies %s: COPY does that without surprises", plain),
			outsideTrigger(i, "DL3020", "DS-0005", "CKV_DOCKER_4"))
		return
	}
}

// addSources are the arguments of ADD and COPY but the last, the destination.
func addSources(i *dockerfile.Instruction) []string {
	if len(i.Args) < 2 {
		return nil
	}
	return i.Args[:len(i.Args)-1]
}

// isArchive holds for the names of archives. ADD unpacks some of them.
func isArchive(name string) bool {
	return endsWith(name, ".tar", ".gz", ".tgz", ".bz2", ".tb2", ".tbz", ".tbz2", ".xz", ".txz",
		".lz", ".tlz", ".lzma", ".Z", ".tZ", ".tpz")
}

func isWebAddress(name string) bool { return startsWith(name, "https://", "http://") }

func isGitAddress(name string) bool { return startsWith(name, "git@", "git://", "ssh://") }
