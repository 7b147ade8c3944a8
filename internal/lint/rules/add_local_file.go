package rules

import (
	"fmt"
	"path"
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
			Aliases: []string{"CIS 4.9", "CIS-DI-0009", "CKV_DOCKER_4", "DL3020", "DS-0005", "prefer-copy-over-add"},
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
		if known := i.Known()[n]; (isGitAddress(known) || isWebAddress(known)) && !parity(p) {
			continue
		}
		p.Report(lint.AtPosition(i, i.ArgAt(n)), fmt.Sprintf("ADD copies %s: COPY does that without surprises", plain),
			outsideTrigger(i, addAliases(p, i)...), lint.Repair(func() []lint.Edit { return asCopy(i) }))
		return
	}
}

// addAliases are the names of an ADD of a file. Trivy takes one with a word like
// an archive or an address among its arguments to be meant, and Dockle sees what
// is in the image that is built.
func addAliases(p *lint.Pass, i *dockerfile.Instruction) []string {
	aliases := []string{"CKV_DOCKER_4", "DL3020", "prefer-copy-over-add"}
	if !hasAny(strings.Join(i.Args, " "), ".tar", "http://", "https://", "git@") {
		aliases = append(aliases, "DS-0005")
	}
	if inFinalImage(p, i) {
		aliases = append(aliases, "CIS-DI-0009")
	}
	return aliases
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

// asCopy writes COPY in place of ADD, where that does the same: for directories
// and for files whose names tell that they are no archives, whatever is in a file
// without an ending.
func asCopy(i *dockerfile.Instruction) []lint.Edit {
	for _, flag := range i.Flags {
		if !contains([]string{"chown", "chmod", "link", "exclude"}, flag.Name) {
			return nil
		}
	}
	for _, source := range addSources(i) {
		name := path.Base(source)
		isFolder := strings.HasSuffix(source, "/") || name == "." || name == ".."
		if strings.ContainsAny(source, `$"'*?[`+"\\") || strings.Contains(source, ":") || !isFolder && !contains(plainEndings[:], path.Ext(name)) {
			return nil
		}
	}
	keyword := "COPY"
	if i.Keyword == strings.ToLower(i.Keyword) {
		keyword = "copy"
	}
	return []lint.Edit{{Position: i.Start(), Old: i.Keyword, New: keyword}}
}

// plainEndings are those of files that are no archives.
var plainEndings = [...]string{
	".c", ".cfg", ".conf", ".cpp", ".crt", ".css", ".csv", ".env", ".go", ".h", ".html", ".ini", ".java", ".js", ".json", ".key",
	".lock", ".md", ".mjs", ".mod", ".pem", ".php", ".pl", ".properties", ".py", ".rb", ".rs", ".sh", ".sql", ".sum", ".toml", ".ts", ".txt", ".xml", ".yaml", ".yml",
}
