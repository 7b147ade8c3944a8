package rules

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func secretInRun() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "secret-in-run", Title: "A secret is written into an instruction", Severity: gate.SeverityHigh,
			Why:     "The text of every instruction is kept in the history of the image, and in the repository: whoever reads either has the secret.",
			Fix:     "Use RUN --mount=type=secret, and revoke the secret that was written down.",
			Aliases: []string{"CIS 4.10", "D06", "DS-0031"},
			Tags:    []string{"CIS 4.10", "CWE-798", "OWASP D06", gate.TagSecret},
		},
		Check: func(p *lint.Pass) {
			p.Instructions(func(i *dockerfile.Instruction) {
				if i.Name == "ENV" || i.Name == "ARG" || i.Name == "ONBUILD" {
					return
				}
				seen := reportFormats(p, i)
				if i.Script != nil && !seen {
					reportGiven(p, i)
				}
			})
		},
	}
}

// reportFormats finds keys by their looks in the text and in heredocs.
func reportFormats(p *lint.Pass, i *dockerfile.Instruction) bool {
	found := findSecrets(i.Text)
	for _, secret := range found {
		p.Report(lint.AtPosition(i, i.TextAt(secret.at)), fmt.Sprintf("%s holds %s", i.Name, secret.what), lint.Aliases(), lint.Hide(secret.value))
	}
	for _, heredoc := range i.Heredocs {
		inside := findSecrets(heredoc.Content)
		if secret, ok := secretInText(heredoc.Content); ok && len(inside) == 0 && i.Name != "RUN" {
			inside = append(inside, secret)
		}
		for _, secret := range inside {
			line := heredoc.Line + strings.Count(heredoc.Content[:secret.at], "\n")
			p.Report(lint.AtPosition(i, dockerfile.Position{Line: line, Column: 1}), fmt.Sprintf("the text given to %s holds %s", i.Name, secret.what), lint.Aliases(), lint.Hide(secret.value))
		}
		found = append(found, inside...)
	}
	return len(found) > 0
}

// reportGiven finds secrets by what they are given to: variables, flags and headers.
func reportGiven(p *lint.Pass, i *dockerfile.Instruction) {
	for _, c := range i.Script.Commands {
		if setsUpCredentials(i, c) {
			inLast := i.Stage == p.FinalStage() && !i.Trigger
			p.Report(lint.AtCommand(i, c), c.Name+" puts credentials into the image", when(inLast, "DS-0031"), lint.Severe(gate.SeverityMedium))
			continue
		}
		for _, a := range assignments(c) {
			if a.Literal && isSecretName(a.Name) && isLiteralSecret(a.Value) {
				p.Report(lint.AtPosition(i, a.Position), fmt.Sprintf("%s holds a secret", a.Name), lint.Aliases(), lint.Hide(a.Value))
			}
		}
		if secret, ok := secretWritten(c); ok {
			p.Report(lint.AtCommand(i, c), fmt.Sprintf("%s writes %s into a file", c.Name, secret.what), lint.Aliases(), lint.Hide(secret.value))
			continue
		}
		for n, arg := range c.Args {
			if what, value := givenSecret(c, n); what != "" {
				p.Report(lint.AtPosition(i, arg.Position), fmt.Sprintf("%s is given %s", commandName(c), what), lint.Aliases(), lint.Hide(value))
			}
		}
	}
}

// setsUpCredentials holds for the commands of the clouds' clients that log in and
// keep it, unless the RUN has its secrets mounted.
func setsUpCredentials(i *dockerfile.Instruction, c *dockerfile.Command) bool {
	for _, m := range i.Mounts() {
		if m.Type == "secret" {
			return false
		}
	}
	switch c.Name {
	case "aws":
		return c.Has("configure") && c.Has("set") && c.Has("aws_access_key_id", "aws_secret_access_key")
	case "gcloud":
		return c.Has("auth") && c.Has("activate-service-account")
	case "az":
		return len(c.Args) > 0 && c.Args[0].Text == "login"
	}
	return false
}

func commandName(c *dockerfile.Command) string {
	if c.Name == "" {
		return "a command"
	}
	return c.Name
}

// givenSecret says what secret the n-th argument is or introduces.
func givenSecret(c *dockerfile.Command, n int) (what, value string) {
	arg := c.Args[n]
	if name, header, ok := strings.Cut(arg.Text, ":"); ok && arg.Literal && strings.EqualFold(name, "authorization") {
		words := strings.Fields(header)
		if len(words) > 0 && isLiteralSecret(words[len(words)-1]) {
			return "an authorization header", words[len(words)-1]
		}
		return "", ""
	}
	if c.Name == "curl" && (arg.Text == "-u" || arg.Text == "--user") && n+1 < len(c.Args) {
		user, password, ok := strings.Cut(c.Args[n+1].Text, ":")
		if ok && user != "" && c.Args[n+1].Literal && isLiteralSecret(password) {
			return "a password", password
		}
		return "", ""
	}
	if value, ok := shortSecret(c, n); ok {
		return "a password", value
	}
	return flaggedSecret(c, n)
}

// flaggedSecret finds --password=… and --password ….
func flaggedSecret(c *dockerfile.Command, n int) (what, value string) {
	arg := c.Args[n]
	if !strings.HasPrefix(arg.Text, "--") {
		return "", ""
	}
	name, value, joined := strings.Cut(arg.Text[2:], "=")
	literal := arg.Literal
	if !joined {
		// Without the equals sign a flag may as well have no value at all
		// (--disabled-password): only those that surely have one count.
		if n+1 >= len(c.Args) || !contains(secretFlags[:], name) {
			return "", ""
		}
		value, literal = c.Args[n+1].Text, c.Args[n+1].Literal
	}
	if !literal || startsWith(value, "-") || !isSecretName(name) || !isLiteralSecret(value) {
		return "", ""
	}
	return "a secret with --" + name, value
}

// secretFlags are flags that take a secret as the next argument.
var secretFlags = [...]string{
	"password", "passwd", "passphrase", "token", "secret", "api-key", "api-token", "apikey", "access-key",
	"access-token", "auth-token", "client-secret", "private-key", "secret-key", "secret-access-key",
	"db-password", "ftp-password", "http-password", "proxy-password",
}
