package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func secretInEnv() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "secret-in-env", Title: "A secret is put into ENV or ARG", Severity: gate.SeverityHigh,
			Why:     "Both are kept in the image, ARG in its history: whoever can pull the image can read the secret, and deleting it in a later line does not help.",
			Fix:     "Use RUN --mount=type=secret for what the build needs, and hand the running container its secrets at start.",
			Aliases: []string{"DL3064", "DS-0031", "SecretsUsedInArgOrEnv", "secret-in-build-arg"},
			Tags:    []string{"CIS 4.10", "CWE-538", "CWE-798", "OWASP D06"},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				for _, pair := range i.Pairs {
					checkVariable(p, i, pair)
				}
			}, "ENV", "ARG")
		},
	}
}

func checkVariable(p *lint.Pass, i *dockerfile.Instruction, pair dockerfile.Pair) {
	secrets := findSecrets(pair.Value)
	byHadolint, byBuildKit := hadolintSecret(pair.Name), !i.Trigger && buildKitSecret(pair.Name)
	named := isSecretName(pair.Name)
	written := named && pair.HasValue && isLiteralSecret(pair.Value)
	details := []lint.Detail{lint.Aliases(variableAliases(i, byHadolint, byBuildKit, written || len(secrets) > 0)...)}
	for _, secret := range secrets {
		details = append(details, lint.Hide(secret.value))
	}
	var message string
	switch {
	case len(secrets) > 0:
		message = fmt.Sprintf("%s %s holds %s", i.Name, pair.Name, secrets[0].what)
	case written:
		message = fmt.Sprintf("%s %s holds a secret", i.Name, pair.Name)
		details = append(details, lint.Hide(pair.Value))
	case byBuildKit || named:
		message = fmt.Sprintf("%s %s is meant for a secret, which everybody with the image can read", i.Name, pair.Name)
		details = append(details, lint.Severe(gate.SeverityMedium))
	case byHadolint && stricter(p):
		message = fmt.Sprintf("%s %s may hold something that is not for everybody with the image", i.Name, pair.Name)
		details = append(details, lint.Severe(gate.SeverityLow))
	default:
		return
	}
	p.Report(lint.AtPosition(i, pair.Position), message, details...)
}

func variableAliases(i *dockerfile.Instruction, byHadolint, byBuildKit, written bool) []string {
	var aliases []string
	if byHadolint {
		aliases = append(aliases, "DL3064")
	}
	if byBuildKit {
		aliases = append(aliases, "SecretsUsedInArgOrEnv")
		if i.Name == "ARG" {
			aliases = append(aliases, "secret-in-build-arg")
		}
	}
	if written && !i.Trigger {
		aliases = append(aliases, "DS-0031")
	}
	return aliases
}

// The words that BuildKit looks for between underscores, and those that clear a name.
var (
	buildKitDenies = regexp.MustCompile(`(?i)(?:^|_)(?:api_?key|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)`)
	buildKitAllows = regexp.MustCompile(`(?i)(?:^|_)(?:public|file|version)(?:_|$)`)
)

// buildKitSecret reports whether BuildKit's check takes the name for that of a secret.
func buildKitSecret(name string) bool {
	return buildKitDenies.MatchString(name) && !buildKitAllows.MatchString(name)
}

// hadolintSecret reports whether hadolint takes the name for that of a secret:
// by a piece of it, or because a service is known to use it.
func hadolintSecret(name string) bool {
	if hasAny(strings.ToLower(name), "api_key", "client_key", "password", "private", "secret", "token", "username") {
		return true
	}
	switch strings.ToUpper(name) {
	case "APPLICATION_KEY", "AWS_ACCESS_KEY_ID", "CI_DEPLOY_USER", "DOCKER_EMAIL", "FACEBOOK_APP_ID",
		"HEROKU_API_USER", "OKTA_AUTHN_GROUPID", "OKTA_CLIENT_ORGURL", "OKTA_OAUTH2_CLIENTID",
		"STRIPE_DEVICE_NAME", "TRAVIS_OS_NAME", "TRAVIS_SECURE_ENV_VARS", "TRAVIS_SUDO":
		return true
	}
	return false
}
