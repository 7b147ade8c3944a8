package rules

import (
	"path"
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
)

// trivySecret reports whether Trivy takes a variable for a secret: by its name,
// or because it names a file of credentials that the stage copies. It looks at
// the last stage only.
func trivySecret(p *lint.Pass, i *dockerfile.Instruction, pair dockerfile.Pair) bool {
	if i.Stage == nil || i.Stage != p.FinalStage() || i.Trigger {
		return false
	}
	name := strings.TrimPrefix(strings.TrimPrefix(pair.Name, "VITE_"), "REACT_APP_")
	switch name {
	case "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET",
		"GITHUB_TOKEN", "OPENAI_API_KEY", "HF_TOKEN":
		return true
	case "AWS_CONFIG_FILE", "HF_TOKEN_PATH", "GOOGLE_APPLICATION_CREDENTIALS":
		return name == pair.Name && pair.Value != "" && copiedBelow(i.Stage, pair.Value)
	}
	return false
}

// copiedBelow reports whether a COPY of the stage has a destination that a path
// is in.
func copiedBelow(stage *dockerfile.Stage, file string) bool {
	for _, i := range stage.Instructions {
		if i.Name != "COPY" || len(i.Args) < 2 {
			continue
		}
		target := path.Clean(strings.Trim(i.Args[len(i.Args)-1], `"'`))
		if file = path.Clean(file); file == target || strings.HasPrefix(file, strings.TrimSuffix(target, "/")+"/") {
			return true
		}
	}
	return false
}

// dockleSecret reports whether Dockle takes a name for that of a secret: by a
// piece of it.
func dockleSecret(name string) bool {
	upper := strings.ToUpper(name)
	return upper != "GPG_KEY" && upper != "GPG_KEYS" && hasAny(upper, "PASS", "SECRET", "KEY", "ACCESS", "TOKEN")
}

// The words that BuildKit looks for between underscores, and those that clear a name.
var (
	buildKitDenies = regexp.MustCompile(`(?i)(?:^|_)(?:api_?key|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)`)
	buildKitAllows = regexp.MustCompile(`(?i)(?:^|_)(?:public|file|version)(?:_|$)`)
)

// buildKitSecret reports whether BuildKit's check takes the name for that of a
// secret. It does not look before the first FROM.
func buildKitSecret(p *lint.Pass, i *dockerfile.Instruction, name string) bool {
	return i.Stage != nil && (!i.Trigger || inherited(p, i)) && buildKitDenies.MatchString(name) && !buildKitAllows.MatchString(name)
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
