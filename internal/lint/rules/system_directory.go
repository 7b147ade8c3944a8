package rules

import (
	"fmt"
	"path"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func systemDirectory() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "system-directory", Title: "WORKDIR or VOLUME is a directory of the system", Severity: gate.SeverityMedium,
			Why:     "Files that are put there hide or change what the kernel or the base image keeps there, and a volume over it takes it away from the container.",
			Fix:     "Take a directory of your own, like /app or /data.",
			Aliases: []string{"DKL-DI-0002", "DS-0030"},
			Tags:    []string{"OWASP D05"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				for n, arg := range i.Known() {
					if directory := strings.Trim(arg, `"'`); isSystemDirectory(directory, i.Name) {
						p.Report(lint.AtPosition(i, i.ArgAt(n)), fmt.Sprintf("%s %s is a directory of the system", i.Name, directory), when(arg == i.Args[n], systemAliases(i, directory)...))
						return
					}
				}
			}, "WORKDIR", "VOLUME")
		},
	}
}

// isSystemDirectory holds for what the kernel and the boot need and all in it,
// and for directories of the base image themselves.
func isSystemDirectory(directory, instruction string) bool {
	directory = path.Clean(directory)
	if startsWith(directory+"/", "/proc/", "/sys/", "/dev/", "/boot/", "/initrd/", "/lost+found/") {
		return true
	}
	if instruction == "VOLUME" && directory == "/" {
		return true
	}
	return contains([]string{"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/usr", "/usr/bin", "/usr/sbin", "/usr/lib", "/etc"}, directory)
}

// systemAliases are the names of other linters, which look at fewer directories.
func systemAliases(i *dockerfile.Instruction, directory string) []string {
	switch {
	case i.Trigger:
	case i.Name == "WORKDIR" && startsWith(directory, "/proc/", "/boot/", "/dev/", "/initrd/", "/lost+found/"):
		return []string{"DS-0030"}
	case i.Name == "VOLUME" && contains([]string{"/sys", "/dev", "/proc"}, directory):
		return []string{"DKL-DI-0002"}
	}
	return nil
}
