package rules

import (
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// writtenSecrets are lines of configuration files that hold a secret: a setting
// by its name, and the line of a .netrc.
var (
	settingLine = regexp.MustCompile(`(?i)(?:^|[\s"'{,;:/])([a-z0-9_.-]*(?:password|passwd|secret|token|api_?key|access_?key))["']?\s*[=:]\s*["']?([^\s"',;\\]{3,})`)
	netrcLine   = regexp.MustCompile(`(?i)\blogin\s+\S+\s+password\s+(\S{3,})`)
)

// secretInText finds a secret in the text that a file is written with.
func secretInText(text string) (found foundSecret, ok bool) {
	if !hasAny(strings.ToLower(text), "pass", "secret", "token", "key") {
		return foundSecret{}, false
	}
	if m := netrcLine.FindStringSubmatchIndex(text); m != nil && isLiteralSecret(text[m[2]:m[3]]) {
		return foundSecret{what: "a password", value: text[m[2]:m[3]], at: m[2]}, true
	}
	for _, m := range settingLine.FindAllStringSubmatchIndex(text, -1) {
		name, value := text[m[2]:m[3]], text[m[4]:m[5]]
		name = name[strings.LastIndexByte(name, '.')+1:]
		if isSecretName(name) && isLiteralSecret(value) {
			return foundSecret{what: "a secret", value: value, at: m[4]}, true
		}
	}
	return foundSecret{}, false
}

// secretWritten is the secret that a command writes into a file.
func secretWritten(c *dockerfile.Command) (secret foundSecret, ok bool) {
	writes := false
	for _, r := range c.Redirects {
		writes = writes || r.Op == ">" || r.Op == ">>"
	}
	if !writes || !contains([]string{"echo", "printf"}, c.Name) {
		return foundSecret{}, false
	}
	for _, arg := range c.Args {
		if secret, ok := secretInText(arg.Text); ok {
			return secret, true
		}
	}
	return foundSecret{}, false
}

// shortSecret is the password that a program gets behind -p, which it is one of
// those to read that way.
func shortSecret(c *dockerfile.Command, n int) (value string, ok bool) {
	arg := c.Args[n]
	switch c.Name {
	case "mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump", "mariadb-admin":
		value, ok = strings.CutPrefix(arg.Text, "-p")
		return value, ok && arg.Literal && isLiteralSecret(value)
	case "sshpass", "docker", "podman", "buildah", "skopeo", "helm", "oras", "crane":
		if arg.Text != "-p" || n+1 >= len(c.Args) || c.Name != "sshpass" && !c.Has("login") {
			return "", false
		}
		return c.Args[n+1].Text, c.Args[n+1].Literal && isLiteralSecret(c.Args[n+1].Text)
	case "npm", "yarn", "pnpm":
		if !c.Has("set") || !endsWith(arg.Text, ":_authToken", ":_password", ":_auth") || n+1 >= len(c.Args) {
			return "", false
		}
		return c.Args[n+1].Text, c.Args[n+1].Literal && isLiteralSecret(c.Args[n+1].Text)
	}
	return "", false
}
