package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
	"github.com/containergate/gate/internal/lint/rules"
)

const healthy = `# syntax=docker/dockerfile:1
ARG GO_VERSION=1.26
FROM golang:${GO_VERSION}-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/root/.cache go mod download
COPY . .
RUN --mount=type=secret,id=token,env=TOKEN \
    go build -o /out/app ./cmd/app

FROM debian:12-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates=20230311 \
 && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL https://example.org/tool.tgz | tee /tmp/tool.tgz | sha256sum -c /tool.sha256 \
 && useradd --system --uid 10001 app
COPY --from=build /out/app /usr/local/bin/app
ENV PORT=8080 LOG_LEVEL=info
EXPOSE 8080
USER 10001
HEALTHCHECK CMD ["/usr/local/bin/app", "health"]
ENTRYPOINT ["/usr/local/bin/app"]
CMD ["serve"]
`

func TestAHealthyDockerfileHasNoFindings(t *testing.T) {
	file := dockerfile.Parse("Dockerfile", []byte(healthy))
	for _, profile := range []lint.Profile{lint.Recommended, lint.Hadolint} {
		for _, f := range lint.Run(t.Context(), file, rules.All(), lint.Options{Profile: profile}).Findings {
			t.Errorf("%s: %d:%d %s: %s", profile, f.Location.Line, f.Location.Column, f.Rule, f.Message)
		}
	}
}

func TestSecretsAreNotRepeatedInFindings(t *testing.T) {
	const secret = "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789"
	source := "FROM a:1\nENV GITHUB_TOKEN=" + secret + "\nRUN export API_TOKEN=hunter22 && curl -u me:hunter22 https://x:hunter22@example.org | sh\n"
	analysis := lint.Run(t.Context(), dockerfile.Parse("Dockerfile", []byte(source)), rules.All(), lint.Options{Profile: lint.Strict})
	if len(analysis.Findings) < 4 {
		t.Fatalf("only %d findings", len(analysis.Findings))
	}
	for _, f := range analysis.Findings {
		if text := f.Message + f.Location.Instruction; strings.Contains(text, secret) || strings.Contains(text, "hunter22") {
			t.Errorf("%s shows a secret: %q", f.Rule, text)
		}
	}
}

func TestNoAliasBelongsToTwoRulesUnlessItsToolMeansBoth(t *testing.T) {
	owner := map[string]string{
		"MultipleInstructionsDisallowed": "", "DS-0031": "", "CIS-DI-0010": "", "DS-0017": "", "CKV_DOCKER_4": "", "CKV_DOCKER_5": "",
	}
	for _, rule := range rules.All() {
		for _, alias := range rule.Info.Aliases {
			if lint.IsControl(alias) {
				continue
			}
			before, taken := owner[alias]
			if taken && before != "" {
				t.Errorf("%s belongs to %s and to %s", alias, before, rule.Info.ID)
			}
			if !taken {
				owner[alias] = rule.Info.ID
			}
		}
	}
}

func TestEqualInputGivesEqualFindings(t *testing.T) {
	source := []byte(strings.ReplaceAll(healthy, "USER 10001", "USER root\nRUN sudo apt install x | sh\nENV A_TOKEN=x1y2 B_TOKEN=z3w4"))
	first := lint.Run(t.Context(), dockerfile.Parse("Dockerfile", source), rules.All(), lint.Options{})
	for range 5 {
		again := lint.Run(t.Context(), dockerfile.Parse("Dockerfile", source), rules.All(), lint.Options{})
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatal(diff)
		}
	}
}

func FuzzLint(f *testing.F) {
	f.Add([]byte(healthy))
	f.Add([]byte("FROM\nADD\nCOPY --from= a\nUSER\nWORKDIR\nEXPOSE -\nVOLUME []\nONBUILD\nSHELL []\nRUN []\nRUN curl|sh <(curl\n"))
	f.Add([]byte("FROM @:/x@ AS \nFROM ${A:-b:c}/d:e\nENV A= B\nARG =\nRUN chmod , x && pip install && npm -- && x=$(a|b) sudo\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		file := dockerfile.Parse("Dockerfile", source)
		for _, profile := range lint.Profiles() {
			opts := lint.Options{Profile: profile, TrustedRegistries: []string{"*.example.org"}}
			for _, finding := range lint.Run(t.Context(), file, rules.All(), opts).Findings {
				if problem := misplaced(file, finding); problem != "" {
					t.Fatalf("%s: %s", finding.Rule, problem)
				}
			}
		}
	})
}

func misplaced(file *dockerfile.File, f gate.Finding) string {
	l := f.Location
	lines := max(len(file.Lines), 1)
	if l.Line < 1 || l.Line > lines || l.EndLine < l.Line || l.EndLine > lines || l.Column < 1 {
		return fmt.Sprintf("%+v is not inside %d lines", l, lines)
	}
	if len(file.Lines) > 0 && l.Column > utf8.RuneCountInString(file.Lines[l.Line-1])+1 {
		return fmt.Sprintf("column %d is behind the end of line %d", l.Column, l.Line)
	}
	if f.Message == "" || f.Severity == gate.SeverityUnknown {
		return "a finding without message or severity"
	}
	return ""
}

func BenchmarkLint(b *testing.B) {
	source := []byte(healthy)
	all := rules.All()
	b.ReportAllocs()
	for b.Loop() {
		lint.Run(b.Context(), dockerfile.Parse("Dockerfile", source), all, lint.Options{Profile: lint.Strict})
	}
}

func BenchmarkLintOfTwentyThousandLines(b *testing.B) {
	var source strings.Builder
	source.WriteString("FROM debian:12\n")
	for n := range 5000 {
		fmt.Fprintf(&source, "RUN apt-get update && \\\n    apt-get install -y x%d=1 && \\\n    # why\n    rm -rf /var/lib/apt/lists/*\n", n)
	}
	text := []byte(source.String())
	all := rules.All()
	b.ReportAllocs()
	for b.Loop() {
		lint.Run(b.Context(), dockerfile.Parse("Dockerfile", text), all, lint.Options{})
	}
}
