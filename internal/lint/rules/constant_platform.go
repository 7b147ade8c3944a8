package rules

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func constantPlatform() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "constant-platform", Title: "FROM is tied to one platform", Severity: gate.SeverityMedium,
			Why:     "The stage is then built for that platform whatever the build is for: on other machines it fails, or runs slowly in emulation.",
			Fix:     "Leave --platform out, or use $BUILDPLATFORM for stages that build for others. A stage that is meant for one platform can say so in its name.",
			Aliases: []string{"DL3029", "FromPlatformFlagConstDisallowed", "avoid-platform-with-from"},
		},
		Check: func(p *lint.Pass) {
			for _, stage := range p.File.Stages {
				platform, ok := stage.From.Flag("platform")
				if !ok {
					continue
				}
				byBuildKit := isConstantPlatform(platform, strings.ToLower(stage.Name))
				byHadolint := !hasAny(platform, "BUILDPLATFORM", "TARGETPLATFORM")
				if byBuildKit || byHadolint && stricter(p) {
					p.Report(lint.AtPosition(stage.From, stage.From.Flags[0].Position), "the stage is built for "+platform+" only", lint.Aliases(platformAliases(byHadolint, byBuildKit)...))
				}
			}
		},
	}
}

func platformAliases(byHadolint, byBuildKit bool) []string {
	var aliases []string
	if byHadolint {
		aliases = append(aliases, "DL3029", "avoid-platform-with-from")
	}
	if byBuildKit {
		aliases = append(aliases, "FromPlatformFlagConstDisallowed")
	}
	return aliases
}

// isConstantPlatform reports whether a platform has no variable and the name of
// the stage does not tell of it.
func isConstantPlatform(platform, stage string) bool {
	platform = strings.Trim(platform, `"'`)
	if platform == "" || strings.Contains(platform, "$") {
		return false
	}
	system, architecture, ok := splitPlatform(strings.ToLower(platform))
	return ok && !strings.Contains(stage, system) && !strings.Contains(stage, architecture)
}

// splitPlatform takes a platform apart. One word can be either part; what is
// left out is that of most machines.
func splitPlatform(platform string) (system, architecture string, ok bool) {
	parts := strings.Split(platform, "/")
	if len(parts) > 3 || contains(parts, "") {
		return "", "", false
	}
	if len(parts) > 1 {
		return parts[0], normalArchitecture(parts[1]), true
	}
	if contains([]string{"linux", "windows", "darwin", "freebsd", "openbsd", "netbsd", "solaris", "android", "js", "plan9", "wasip1"}, parts[0]) {
		return parts[0], "amd64", true
	}
	architecture = normalArchitecture(parts[0])
	known := contains([]string{"386", "amd64", "arm", "arm64", "loong64", "mips", "mipsle", "mips64", "mips64le", "ppc64", "ppc64le", "riscv64", "s390x", "wasm"}, architecture)
	return "linux", architecture, known
}

func normalArchitecture(name string) string {
	switch name {
	case "i386":
		return "386"
	case "x86_64", "x86-64":
		return "amd64"
	case "aarch64":
		return "arm64"
	case "armhf", "armel":
		return "arm"
	}
	return name
}
