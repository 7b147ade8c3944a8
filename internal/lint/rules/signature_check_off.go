package rules

import (
	"fmt"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func signatureCheckOff() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "signature-check-off", Title: "Packages are installed without checking their signatures", Severity: gate.SeverityHigh,
			Why:     "The signature is what tells a package of the distribution from one that somebody put on a mirror or on the way.",
			Fix:     "Leave the switch out, and install the key of the repository.",
			Aliases: []string{"CKV2_DOCKER_10", "CKV2_DOCKER_11", "CKV2_DOCKER_7", "CKV2_DOCKER_8", "CKV2_DOCKER_9"},
			Tags:    []string{"CIS 4.11", "CWE-347", "OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if flag, alias := unsigned(c); flag != "" {
					p.Report(lint.AtCommand(i, c), fmt.Sprintf("%s %s installs packages without checking their signatures", c.Name, flag), aliasOrNone(alias))
				}
			})
		},
	}
}

// unsigned returns the flag that does without signatures, and Checkov's rule for it.
func unsigned(c *dockerfile.Command) (flag, alias string) {
	switch c.Name {
	case "apk":
		if c.HasFlag("allow-untrusted") {
			return "--allow-untrusted", "CKV2_DOCKER_7"
		}
	case "apt-get", "apt", "aptitude":
		switch {
		case c.HasFlag("allow-unauthenticated"):
			return "--allow-unauthenticated", "CKV2_DOCKER_8"
		case c.HasFlag("force-yes"):
			return "--force-yes", "CKV2_DOCKER_11"
		}
	case "yum", "dnf", "microdnf", "tdnf":
		if c.HasFlag("nogpgcheck") {
			return "--nogpgcheck", "CKV2_DOCKER_9"
		}
	case "zypper":
		if c.HasFlag("no-gpg-checks") {
			return "--no-gpg-checks", ""
		}
	case "rpm":
		for _, flag := range [...]string{"nodigest", "nosignature", "noverify", "nofiledigest"} {
			if c.HasFlag(flag) {
				return "--" + flag, "CKV2_DOCKER_10"
			}
		}
	}
	return "", ""
}
