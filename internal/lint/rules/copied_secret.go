package rules

import (
	"fmt"
	"path"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func copiedSecret() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "copied-secret", Title: "A file with a secret is copied into the image", Severity: gate.SeverityHigh,
			Why:     "Whoever can pull the image can read the file, and deleting it in a later line does not help.",
			Fix:     "Use RUN --mount=type=secret for what the build needs, hand the running container its secrets at start, and put the file into .dockerignore.",
			Aliases: []string{"CIS 4.10", "CIS-DI-0010", "D06"},
			Tags:    []string{"CIS 4.10", "CWE-538", "OWASP D06", gate.TagSecret},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if i.Name == "COPY" || i.Name == "ADD" {
					checkCopiedSecrets(p, i)
				}
			}, "COPY", "ADD")
		},
	}
}

func checkCopiedSecrets(p *lint.Pass, i *dockerfile.Instruction) {
	for _, source := range contextSources(i) {
		key, settings := secretFile(source)
		switch {
		case key:
			p.Report(lint.At(i), fmt.Sprintf("%s takes %s, which is made to hold a key or a password", i.Name, source), dockleFile(p, i, source))
		case settings:
			p.Report(lint.At(i), fmt.Sprintf("%s takes %s, which often holds keys or passwords", i.Name, source), dockleFile(p, i, source), lint.Severe(gate.SeverityMedium))
		default:
			continue
		}
		return
	}
}

// secretFile reports whether a file by its name is one for keys, or one for
// settings that secrets are often among.
func secretFile(source string) (key, settings bool) {
	base := strings.ToLower(path.Base(source))
	switch base {
	case "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", "_netrc", ".git-credentials", ".htpasswd", ".pgpass", "terraform.tfstate", "kubeconfig", "shadow":
		return true, false
	case ".env", ".npmrc", ".pypirc", ".dockercfg", ".yarnrc.yml", "credentials.json", "service-account.json", "service_account.json", ".vault-token", ".s3cfg", ".boto", "secrets.yml", "secrets.yaml", "secrets.json":
		return false, true
	case "credentials":
		return strings.HasSuffix(source, ".aws/credentials"), false
	case "config.json":
		return strings.HasSuffix(source, ".docker/config.json"), false
	case "config":
		return strings.HasSuffix(source, ".kube/config"), false
	}
	if contains([]string{".ssh", ".aws", ".gnupg"}, base) || endsWith(base, ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk") {
		return true, false
	}
	if endsWith(base, ".pem", ".key") {
		public := hasAny(base, "pub", "cert", "ca.", "ca-", "chain", "apt", "gpg", "signing", "archive")
		return !public && (strings.HasSuffix(base, ".key") || hasAny(base, "key", "priv")), false
	}
	return false, strings.HasPrefix(base, ".env.") && !hasAny(base, "example", "sample", "template", "dist", "default")
}

// dockleFile gives a finding Dockle's name where it finds the file in the image.
func dockleFile(p *lint.Pass, i *dockerfile.Instruction, source string) lint.Detail {
	return when(inFinalImage(p, i) && contains([]string{"id_rsa", ".env", "credentials"}, path.Base(source)), "CIS-DI-0010")
}
