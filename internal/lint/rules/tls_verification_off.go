package rules

import (
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func tlsVerificationOff() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "tls-verification-off", Title: "Certificates are not verified", Severity: gate.SeverityHigh,
			Why:     "Without verification anybody on the way can answer in the server's place, and what is downloaded is theirs.",
			Fix:     "Leave the switch out. For a private authority install its certificate: COPY it and run update-ca-certificates.",
			Aliases: []string{"CKV2_DOCKER_12", "CKV2_DOCKER_13", "CKV2_DOCKER_14", "CKV2_DOCKER_15", "CKV2_DOCKER_16", "CKV2_DOCKER_18", "CKV2_DOCKER_2", "CKV2_DOCKER_3", "CKV2_DOCKER_4", "CKV2_DOCKER_5", "CKV2_DOCKER_6", "D04"},
			Tags:    []string{"CWE-295", "OWASP D04", "OWASP D08"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if what, alias := unverified(c.Expanded()); what != "" {
					p.Report(lint.AtCommand(i, c), what, aliasOrNone(alias))
				}
				for _, a := range assignments(c) {
					if alias, off := switchesOff(a.Name, a.Value); off {
						p.Report(lint.AtPosition(i, a.Position), a.Name+" switches the verification of certificates off", aliasOrNone(alias))
					}
				}
			})
			p.Instructions(func(i *dockerfile.Instruction) {
				for _, pair := range i.Pairs {
					if alias, off := switchesOff(pair.Name, pair.Value); off {
						p.Report(lint.AtPosition(i, pair.Position), pair.Name+" switches the verification of certificates off", aliasOrNone(alias))
					}
				}
			}, "ENV", "ARG")
		},
	}
}

func aliasOrNone(alias string) lint.Detail { return when(alias != "", alias) }

// unverified says how a command does without verification, and which rule of
// Checkov that is.
func unverified(c *dockerfile.Command) (what, alias string) {
	switch {
	case c.Name == "curl" && (c.HasFlag("insecure") || hasLetter(c, 'k', curlValued)):
		return "curl --insecure does not verify the server's certificate", "CKV2_DOCKER_2"
	case c.Name == "curl" && c.HasFlag("proxy-insecure"):
		return "curl --proxy-insecure does not verify the proxy's certificate", ""
	case c.Name == "wget" && hasLongFlag(c, "no-check-certificate", "no-check-cert"):
		return "wget --no-check-certificate does not verify the server's certificate", "CKV2_DOCKER_3"
	case startsWith(c.Name, "pip", "python") && c.HasFlag("trusted-host"):
		return "pip --trusted-host does not verify the index's certificate", "CKV2_DOCKER_4"
	}
	if setting := writtenSetting(c); setting != "" {
		return c.Name + " writes " + setting + ", by which certificates are not verified", ""
	}
	off, alias := toldNotToVerify(c)
	if !off {
		return "", ""
	}
	return c.Name + " is told not to verify certificates", alias
}

// toldNotToVerify looks at the programs that have a setting for it.
func toldNotToVerify(c *dockerfile.Command) (off bool, alias string) {
	switch c.Name {
	case "npm", "yarn", "pnpm":
		if c.Name != "pnpm" && c.Has("set") {
			alias = "CKV2_DOCKER_13"
		}
		return npmUnverified(c), alias
	case "pip", "pip3":
		return c.Has("config") && hasAny(lastText(c, 2), "trusted-host"), ""
	case "git":
		return gitUnverified(c), ""
	case "yum", "dnf", "microdnf", "tdnf", "yum-config-manager":
		if c.Name == "yum-config-manager" || c.Has("config-manager") {
			alias = "CKV2_DOCKER_15"
		}
		return hasSetting(c, "sslverify", "0", "false", "no"), alias
	case "apt-get", "apt":
		return hasSetting(c, "Acquire::https::Verify-Peer", "false", "0", "no"), ""
	case "apk":
		return c.HasFlag("no-check-certificate"), ""
	}
	return othersUnverified(c), ""
}

// othersUnverified looks at programs that no other linter looks at.
func othersUnverified(c *dockerfile.Command) bool {
	switch c.Name {
	case "aria2c":
		return hasSetting(c, "check-certificate", "false")
	case "http", "https":
		return hasSetting(c, "verify", "no", "false")
	case "go":
		return c.Has("-insecure", "--insecure")
	case "conda", "mamba":
		return c.Has("ssl_verify") && c.Has("false", "False")
	case "composer":
		return c.Has("disable-tls", "secure-http") && c.Has("config") && (c.Has("disable-tls") == c.Has("true"))
	case "bundle":
		return c.Has("ssl_verify_mode") && c.Has("0")
	case "svn":
		return c.HasFlag("trust-server-cert")
	}
	return false
}

// curlValued are the letters of curl's flags that take a value, which may stand
// right behind them.
const curlValued = "AbcCdDeEFHKmoPQrtTuUwxXyYz"

// hasLetter reports whether a group of short flags has a letter that is none of
// the value of a letter before it.
func hasLetter(c *dockerfile.Command, letter byte, valued string) bool {
	for _, arg := range c.Args {
		if !strings.HasPrefix(arg.Text, "-") || strings.HasPrefix(arg.Text, "--") {
			continue
		}
		group := arg.Text[1:]
		if end := strings.IndexAny(group, valued); end >= 0 {
			group = group[:end]
		}
		if strings.IndexByte(group, letter) >= 0 {
			return true
		}
	}
	return false
}

// hasLongFlag reports whether a long flag is given, be it abbreviated down to the
// shortest form that is taken for it.
func hasLongFlag(c *dockerfile.Command, flag, shortest string) bool {
	for _, arg := range c.Args {
		name, long := strings.CutPrefix(arg.Text, "--")
		if long && strings.HasPrefix(flag, name) && strings.HasPrefix(name, shortest) {
			return true
		}
	}
	return false
}

// lastText is the n-th argument from the end, or nothing.
func lastText(c *dockerfile.Command, n int) string {
	if len(c.Args) < n {
		return ""
	}
	return c.Args[len(c.Args)-n].Text
}

// writtenSetting is the line that echo or printf puts into a configuration
// file and that switches verification off.
func writtenSetting(c *dockerfile.Command) string {
	if !contains([]string{"echo", "printf", "tee", "sed"}, c.Name) {
		return ""
	}
	for _, arg := range c.Args {
		if found := offSettings.FindString(arg.Text); found != "" {
			return strings.TrimSpace(found)
		}
	}
	for _, r := range c.Redirects {
		if strings.HasSuffix(r.Target.Text, ".curlrc") && c.Has("insecure", "-k", "--insecure") {
			return "insecure"
		}
	}
	return ""
}

// offSettings are the lines of the configuration files of yum, wget, npm, git
// and pip that switch verification off.
var offSettings = regexp.MustCompile(`(?i)\b(?:sslverify\s*=\s*(?:0|false|no)|check_certificate\s*=\s*(?:off|0|false|no)|strict-ssl\s*=\s*false|trusted-host\s*=\s*\S|Verify-(?:Peer|Host)\s+"?(?:false|0|no)\b)`)

func npmUnverified(c *dockerfile.Command) bool {
	if hasSetting(c, "strict-ssl", "false") || c.HasFlag("no-strict-ssl") {
		return true
	}
	for n := 0; n+1 < len(c.Args); n++ {
		if contains([]string{"strict-ssl", "enableStrictSsl"}, strings.Trim(c.Args[n].Text, "-")) && c.Args[n+1].Text == "false" {
			return true
		}
	}
	return false
}

func gitUnverified(c *dockerfile.Command) bool {
	if hasSetting(c, "http.sslverify", "false", "0", "no", "off") {
		return true
	}
	for n := 0; n+1 < len(c.Args); n++ {
		key := strings.ToLower(c.Args[n].Text)
		if strings.HasPrefix(key, "http.") && strings.HasSuffix(key, "sslverify") && contains([]string{"false", "0", "no", "off"}, c.Args[n+1].Text) {
			return true
		}
	}
	return false
}

// hasSetting reports whether an argument gives a key one of these values:
// key=value, --key=value, --setopt=key=value, repository.key=value.
func hasSetting(c *dockerfile.Command, key string, values ...string) bool {
	for _, arg := range c.Args {
		name, value, ok := strings.Cut(strings.TrimPrefix(arg.Text, "--setopt="), "=")
		name = strings.ToLower(strings.TrimLeft(name, "-"))
		if ok && strings.HasSuffix(name, strings.ToLower(key)) && contains(values, strings.ToLower(value)) {
			return true
		}
	}
	return false
}

// switchesOff reports whether a variable switches verification off, and which
// rule of Checkov says so.
func switchesOff(name, value string) (alias string, off bool) {
	switch strings.ToUpper(name) {
	case "NODE_TLS_REJECT_UNAUTHORIZED":
		return "CKV2_DOCKER_6", value == "0"
	case "PYTHONHTTPSVERIFY":
		return "CKV2_DOCKER_5", value == "0"
	case "NPM_CONFIG_STRICT_SSL":
		return "CKV2_DOCKER_12", strings.EqualFold(value, "false")
	case "GOINSECURE":
		return "CKV2_DOCKER_18", value != ""
	case "GIT_SSL_NO_VERIFY":
		return "CKV2_DOCKER_14", value != ""
	case "CONDA_SSL_VERIFY":
		return "", strings.EqualFold(value, "false")
	case "BUNDLE_SSL_VERIFY_MODE":
		return "", value == "0"
	case "GOFLAGS":
		return "", strings.Contains(value, "-insecure")
	case "PIP_TRUSTED_HOST":
		return "CKV2_DOCKER_16", value != ""
	}
	return "", false
}
