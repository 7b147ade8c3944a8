package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func pinPipPackages() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "pin-pip-packages", Title: "pip installs a package without a version", Severity: gate.SeverityMedium,
			Why:     "Without a version the build installs the newest release on the index: two builds of one commit differ, and a hijacked release gets in unseen.",
			Fix:     "Write pip install name==version, or better a requirements file with hashes.",
			Aliases: []string{"DL3013"},
			Tags:    []string{"OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if isPipInstall(c) && !pipReadsList(c) {
					pipPackages(c).report(p, i, c, "DL3013")
				}
			})
		},
	}
}

// isPipInstall holds for pip install, pip3 install and python -m pip install.
func isPipInstall(c *dockerfile.Command) bool {
	if startsWith(c.Name, "pip") {
		return c.Has("install")
	}
	if !startsWith(c.Name, "python") {
		return false
	}
	for n := 0; n+2 < len(c.Args); n++ {
		if c.Args[n].Text == "-m" && c.Args[n+1].Text == "pip" && c.Args[n+2].Text == "install" {
			return true
		}
	}
	return false
}

// pipReadsList holds when the versions stand elsewhere: in a requirements or
// constraints file, or in the project that is installed.
func pipReadsList(c *dockerfile.Command) bool {
	return c.Has("--requirement", "-r", ".") || c.HasFlag("constraint", "c")
}

// pipValued are pip's flags that take a value.
var pipValued = [...]string{
	"abi", "b", "build", "e", "editable", "extra-index-url", "f", "find-links", "i", "index-url",
	"implementation", "no-binary", "only-binary", "platform", "prefix", "progress-bar", "proxy",
	"python-version", "root", "src", "t", "target", "trusted-host", "upgrade-strategy",
}

// pipPackages are the unpinned packages behind the word install.
func pipPackages(c *dockerfile.Command) unpinned {
	for n, arg := range c.Args {
		if arg.Text != "install" {
			continue
		}
		tail := *c
		tail.Args = c.Args[n+1:]
		return findUnpinned(&tail, pipPinned, []string{"install"}, pipValued[:])
	}
	return unpinned{}
}

// pipPinned holds for requirements with a version, archives, paths, and
// repositories with a revision.
func pipPinned(name string) bool {
	switch {
	case hasAny(name, "==", ">", "<", "!=", "~=") || endsWith(name, ".whl", ".tar.gz"):
		return true
	case isVCS(name):
		return hasAny(name, "@")
	}
	return hasAny(name, "/")
}

// isVCS holds for what hadolint takes for a version control address: whatever
// begins like one.
func isVCS(name string) bool {
	return startsWith(name, "git", "svn", "hg+file", "hg+http", "hg+https", "hg+ssh", "hg+static-http",
		"bzr+http", "bzr+https", "bzr+ssh", "bzr+sftp", "bzr+ftp", "bzr+lp")
}
