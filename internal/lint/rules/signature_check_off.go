package rules

import (
	"fmt"
	"regexp"
	"strings"

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
			Aliases: []string{"CIS 4.11", "CKV2_DOCKER_10", "CKV2_DOCKER_11", "CKV2_DOCKER_7", "CKV2_DOCKER_8", "CKV2_DOCKER_9", "D08"},
			Tags:    []string{"CIS 4.11", "CWE-347", "OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				flag, alias := unsigned(c.Expanded())
				if flag == "" {
					flag = unsignedSetting(c.Expanded())
				}
				if flag != "" {
					p.Report(lint.AtCommand(i, c), fmt.Sprintf("%s %s installs packages without checking their signatures", c.Name, flag), aliasOrNone(alias))
				}
				if setting := writtenUnsigned(c); setting != "" {
					p.Report(lint.AtCommand(i, c), fmt.Sprintf("%s writes %s, by which signatures of packages are not checked", c.Name, setting), lint.Aliases())
				}
			})
			p.Instructions(func(i *dockerfile.Instruction) {
				for _, heredoc := range i.Heredocs {
					if setting := unsignedSettings.FindStringIndex(heredoc.Content); setting != nil {
						line := heredoc.Line + strings.Count(heredoc.Content[:setting[0]], "\n")
						p.Report(lint.AtPosition(i, dockerfile.Position{Line: line, Column: 1}), fmt.Sprintf("%s writes %s, by which signatures of packages are not checked",
							i.Name, strings.TrimSpace(heredoc.Content[setting[0]:setting[1]])), lint.Aliases())
					}
				}
			}, "COPY", "ADD")
		},
	}
}

// unsignedSettings are the lines of the configuration files of apt, yum, zypper
// and pacman by which nobody looks at signatures. Where sed puts one in the place
// of another, only the new one counts.
var unsignedSettings = regexp.MustCompile(`(?i)(?:^|[\s/;'"\[])(?:gpgcheck\s*=\s*(?:0|no|false|off)\b|trusted=yes|(?:APT::Get::)?AllowUnauthenticated\s+"?(?:true|1|yes)|(?:Acquire::)?AllowInsecureRepositories\s+"?(?:true|1|yes)|SigLevel\s*=\s*Never)`)

// writtenUnsigned is such a line that a command writes into a file.
func writtenUnsigned(c *dockerfile.Command) string {
	if !contains([]string{"echo", "printf", "tee", "sed"}, c.Name) {
		return ""
	}
	for _, arg := range c.Args {
		text := strings.ReplaceAll(arg.Text, `\n`, "\n")
		if c.Name == "sed" {
			// Of s/old/new/ the new text is behind the second slash.
			if parts := strings.SplitN(text, "/", 3); len(parts) == 3 {
				text = "/" + parts[2]
			}
		}
		if found := unsignedSettings.FindString(text); found != "" {
			return strings.Trim(found, " \t\n/;'\"[")
		}
	}
	return ""
}

// unsignedSetting is the setting of a command line that does without signatures
// and that no other linter looks for.
func unsignedSetting(c *dockerfile.Command) string {
	switch c.Name {
	case "apt-get", "apt", "aptitude":
		if c.HasFlag("allow-insecure-repositories") {
			return "--allow-insecure-repositories"
		}
		for _, setting := range [...]string{"AllowUnauthenticated", "AllowInsecureRepositories"} {
			if hasSetting(c, setting, "true", "1", "yes") {
				return setting
			}
		}
	case "yum", "dnf", "microdnf", "tdnf", "yum-config-manager":
		if c.HasFlag("no-gpgchecks") {
			return "--no-gpgchecks"
		}
		if hasSetting(c, "gpgcheck", "0", "false", "no") {
			return "gpgcheck=0"
		}
	case "gem":
		if c.Has("NoSecurity") {
			return "NoSecurity"
		}
	}
	return ""
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
