package rules

import (
	"fmt"

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
			Aliases: []string{"CIS 4.10", "CIS-DI-0010", "D06", "DL3064", "DS-0031", "SecretsUsedInArgOrEnv", "secret-in-build-arg"},
			Tags:    []string{"CIS 4.10", "CWE-538", "CWE-798", "OWASP D06", gate.TagSecret},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				for n, pair := range i.Pairs {
					checkVariable(p, i, pair, n == 0 && trivySecret(p, i, pair))
				}
			}, "ENV", "ARG")
		},
	}
}

// checkVariable reports a variable that holds a secret, or may be meant to.
// byTrivy says whether Trivy reports it.
func checkVariable(p *lint.Pass, i *dockerfile.Instruction, pair dockerfile.Pair, byTrivy bool) {
	byHadolint, byBuildKit := hadolintSecret(pair.Name), buildKitSecret(p, i, pair.Name)
	details := []lint.Detail{lint.Aliases(variableAliases(p, i, pair, byTrivy)...)}
	secrets := findSecrets(pair.Value)
	if len(secrets) == 0 && looksRandom(pair.Name, pair.Value) {
		secrets = []foundSecret{{what: "what looks like a key", value: pair.Value}}
	}
	for _, secret := range secrets {
		details = append(details, lint.Hide(secret.value))
	}
	var message string
	switch named := isSecretName(pair.Name); {
	case len(secrets) > 0:
		message = fmt.Sprintf("%s %s holds %s", i.Name, pair.Name, secrets[0].what)
	case named && pair.HasValue && isLiteralSecret(pair.Value):
		message = fmt.Sprintf("%s %s holds a secret", i.Name, pair.Name)
		details = append(details, lint.Hide(pair.Value))
	case byBuildKit || named:
		message = fmt.Sprintf("%s %s is meant for a secret, which everybody with the image can read", i.Name, pair.Name)
		details = append(details, lint.Severe(gate.SeverityMedium))
	case (byHadolint || byTrivy) && stricter(p):
		message = fmt.Sprintf("%s %s may hold something that is not for everybody with the image", i.Name, pair.Name)
		details = append(details, lint.Severe(gate.SeverityLow))
	default:
		return
	}
	p.Report(lint.AtPosition(i, pair.Position), message, details...)
}

func variableAliases(p *lint.Pass, i *dockerfile.Instruction, pair dockerfile.Pair, byTrivy bool) []string {
	var aliases []string
	if hadolintSecret(pair.Name) {
		aliases = append(aliases, "DL3064")
	}
	if buildKitSecret(p, i, pair.Name) {
		aliases = append(aliases, "SecretsUsedInArgOrEnv")
		if i.Name == "ARG" {
			aliases = append(aliases, "secret-in-build-arg")
		}
	}
	if byTrivy {
		aliases = append(aliases, "DS-0031")
	}
	if pair.HasValue && dockleSecret(pair.Name) && inFinalImage(p, i) {
		aliases = append(aliases, "CIS-DI-0010")
	}
	return aliases
}
