package rules

import (
	"regexp"
	"strings"
)

// secretFormat is a kind of key that can be told by its looks.
type secretFormat struct {
	name string
	// marker is text that every such key holds, which is quick to look for.
	marker  string
	pattern *regexp.Regexp
	// group is the part of the match that is secret.
	group int
}

// secretFormats are the kinds of keys that are known.
var secretFormats = [...]secretFormat{
	{"an AWS access key", "A", regexp.MustCompile(`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`), 0},
	{"a GitHub token", "gh", regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36,}\b`), 0},
	{"a GitHub token", "github_pat_", regexp.MustCompile(`\bgithub_pat_[A-Za-z0-9_]{50,}\b`), 0},
	{"a GitLab token", "glpat-", regexp.MustCompile(`\bglpat-[A-Za-z0-9_-]{20,}`), 0},
	{"a Slack token", "xox", regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9-]{10,}`), 0},
	{"a Slack webhook", "hooks.slack.com", regexp.MustCompile(`hooks\.slack\.com/services/T[A-Za-z0-9]+/B[A-Za-z0-9]+/[A-Za-z0-9]{20,}`), 0},
	{"a Stripe key", "_live_", regexp.MustCompile(`\b[rs]k_live_[0-9A-Za-z]{20,}\b`), 0},
	{"a Google API key", "AIza", regexp.MustCompile(`\bAIza[0-9A-Za-z_-]{35}`), 0},
	{"an npm token", "npm_", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36}\b`), 0},
	{"a PyPI token", "pypi-", regexp.MustCompile(`\bpypi-[A-Za-z0-9_-]{60,}`), 0},
	{"a SendGrid key", "SG.", regexp.MustCompile(`\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}`), 0},
	{"an API key", "sk-", regexp.MustCompile(`\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}`), 0},
	{"a Docker Hub token", "dckr_pat_", regexp.MustCompile(`\bdckr_pat_[A-Za-z0-9_-]{20,}`), 0},
	{"a Vault token", "hvs.", regexp.MustCompile(`\bhvs\.[A-Za-z0-9_-]{24,}`), 0},
	{"a DigitalOcean token", "dop_v1_", regexp.MustCompile(`\bdop_v1_[0-9a-f]{64}\b`), 0},
	{"a JSON web token", "eyJ", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`), 0},
	{"a private key", "PRIVATE KEY", regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`), 0},
	{"a password in an address", "://", regexp.MustCompile(`\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@$'"]+:([^\s/:@$'"{}<>]{3,})@`), 1},
}

// foundSecret is a key in a text.
type foundSecret struct {
	what, value string
	// at is the byte offset of the value.
	at int
}

// findSecrets returns the keys in a text that can be told by their looks.
func findSecrets(text string) []foundSecret {
	var found []foundSecret
	for n := range secretFormats {
		format := &secretFormats[n]
		if !strings.Contains(text, format.marker) {
			continue
		}
		for _, m := range format.pattern.FindAllStringSubmatchIndex(text, -1) {
			start, end := m[2*format.group], m[2*format.group+1]
			found = append(found, foundSecret{what: format.name, value: text[start:end], at: start})
		}
	}
	return found
}

// Names of variables that hold secrets. A name holds one when a word of it,
// between underscores, is one of these or ends like one.
var secretWords = [...]string{"password", "passwd", "passphrase", "pword", "secret", "token", "apikey", "credential", "credentials"}

// isSecretName reports whether a variable's name says that it holds a secret,
// and not where one is or how long it lives.
func isSecretName(name string) bool {
	lower := strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	if hasAny(lower, "public", "_file", "_path", "_dir", "_url", "_uri", "_version", "_name", "_expir", "_ttl", "_length", "_policy", "_endpoint", "_enabled") {
		return false
	}
	if hasAny(lower, "api_key", "access_key", "secret_key", "private_key", "client_key", "encryption_key", "signing_key") {
		return !strings.HasSuffix(lower, "_key_id")
	}
	for _, word := range strings.Split(lower, "_") {
		if word != "" && endsWith(word, secretWords[:]...) || word == "pass" || word == "pwd" && lower != "pwd" && lower != "oldpwd" {
			return true
		}
	}
	return false
}

// isLiteralSecret reports whether a value can be a secret that somebody wrote
// down: not empty, no variable, no path, no number, no yes or no.
func isLiteralSecret(value string) bool {
	if len(value) < 3 || strings.ContainsAny(value, "$<>{} ") || strings.HasPrefix(value, "/") || strings.Contains(value, "://") {
		return false
	}
	if strings.Trim(value, "*xX.-_") == "" {
		return false
	}
	switch strings.ToLower(value) {
	case "true", "false", "yes", "none", "null", "nil", "undefined", "unset", "off":
		return false
	}
	return true
}
