package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func addForArchives() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "add-for-archives", Title: "An archive is copied and then unpacked", Severity: gate.SeverityLow,
			Why:     "The archive stays in its layer next to what was unpacked from it.",
			Fix:     "Use ADD, which unpacks tar archives from the build context, or unpack in a RUN with the archive in a bind mount.",
			Aliases: []string{"DL3010"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.AllStages() {
				checkArchives(p, stage)
			}
		},
	}
}

func checkArchives(p *lint.Pass, stage *dockerfile.Stage) {
	archives := map[string][]*dockerfile.Instruction{}
	for _, i := range stage.Instructions {
		if _, from := i.Flag("from"); i.Name == "COPY" && !from {
			for _, name := range archivesOf(i) {
				archives[name] = append(archives[name], i)
			}
		}
		if i.Name != "RUN" || i.Script == nil || len(archives) == 0 {
			continue
		}
		for _, c := range i.Script.Commands {
			checkUnpacking(p, c, archives)
		}
	}
}

// checkUnpacking reports the archives that a command unpacks, once each.
func checkUnpacking(p *lint.Pass, c *dockerfile.Command, archives map[string][]*dockerfile.Instruction) {
	byUs, byHadolint := unpacks(c)
	if !byUs && !(byHadolint && parity(p)) {
		return
	}
	for _, arg := range c.Operands() {
		name := archiveName(arg.Text)
		for _, i := range archives[name] {
			p.Report(lint.At(i), fmt.Sprintf("%s is copied here and unpacked on line %d", name, c.Line), when(byHadolint, "DL3010"))
		}
		delete(archives, name)
	}
}

// archivesOf are the archives that a COPY brings, by the names they get.
func archivesOf(i *dockerfile.Instruction) []string {
	if len(i.Args) < 2 {
		return nil
	}
	target := archiveName(i.Args[len(i.Args)-1])
	if endsWith(target, archiveEndings[:]...) {
		return []string{target}
	}
	var names []string
	for _, source := range i.Args[:len(i.Args)-1] {
		if name := archiveName(source); endsWith(name, archiveEndings[:]...) && !contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

var archiveEndings = [...]string{
	".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".xz",
}

func archiveName(path string) string {
	path = strings.Trim(path, `"'`)
	return path[strings.LastIndexAny(path, `/\\`)+1:]
}

// unpacks reports whether a command unpacks a tar archive, which ADD does as
// well, and whether hadolint takes it for one that unpacks.
func unpacks(c *dockerfile.Command) (byUs, byHadolint bool) {
	switch c.Name {
	case "tar":
		for n, arg := range c.Args {
			dashed := strings.HasPrefix(arg.Text, "-")
			byHadolint = byHadolint || contains([]string{"--extract", "--get"}, arg.Text) || dashed && strings.Contains(arg.Text, "x")
			byUs = byUs || n == 0 && !dashed && strings.Contains(arg.Text, "x") || contains(arg.Flags(), "x") || contains([]string{"--extract", "--get"}, arg.Text)
		}
	case "unzip", "gunzip", "bunzip2", "unlzma", "unxz", "zgz", "uncompress", "zcat", "gzcat":
		byHadolint = true
	}
	return byUs, byHadolint && c.Direct()
}
