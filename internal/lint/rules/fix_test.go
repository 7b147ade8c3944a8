package rules_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/lint"
	"github.com/containergate/gate/internal/lint/rules"
)

// A fix is a line of the table: the rule, and a file before and after. An equal
// file means that the fault is left alone, as nobody can tell what is meant.
var fixes = []struct{ rule, before, after string }{
	{"add-local-file", "FROM a:1\nADD --chown=u . run.sh /app/\n", "FROM a:1\nCOPY --chown=u . run.sh /app/\n"},
	{"add-local-file", "FROM a:1\nADD rootfs /\nADD *.json /x/\nADD --unpack=true a.txt /y\n", "FROM a:1\nADD rootfs /\nADD *.json /x/\nADD --unpack=true a.txt /y\n"},
	{"apk-no-cache", "FROM a:1\nRUN apk update && \\\n    apk add  git=1 # why\n", "FROM a:1\nRUN apk update && \\\n    apk add --no-cache  git=1 # why\n"},
	{"apt-lists-not-cleaned", "FROM a:1\nRUN apt-get update \\\n  # why\n  && apt-get install -y x=1\n", "FROM a:1\nRUN apt-get update \\\n  # why\n  && apt-get install -y x=1 \\\n  && rm -rf /var/lib/apt/lists/*\n"},
	{"apt-lists-not-cleaned", "FROM a:1\nRUN apt-get update; apt-get install -y x=1\nRUN apt-get update || true\n", "FROM a:1\nRUN apt-get update; apt-get install -y x=1\nRUN apt-get update || true\n"},
	{"apt-lists-not-cleaned", "FROM a:1\nRUN apt-get update && true\nRUN apt-get install -y x=1\n", "FROM a:1\nRUN apt-get update && true\nRUN apt-get install -y x=1\n"},
	{"apt-missing-yes", "FROM a:1\nONBUILD RUN sh -c 'apt-get install x=1'\nRUN apt-get \"install\" y=1\n", "FROM a:1\nONBUILD RUN sh -c 'apt-get install -y x=1'\nRUN apt-get \"install\" y=1\n"},
	{"copy-needs-directory", "FROM a:1\nCOPY a b /c\nCOPY [\"a\", \"b\", \"/c\"]\n", "FROM a:1\nCOPY a b /c/\nCOPY [\"a\", \"b\", \"/c\"]\n"},
	{"dnf-cache-not-cleaned", "FROM a:1\nRUN microdnf install -y x-1\n", "FROM a:1\nRUN microdnf install -y x-1 && microdnf clean all\n"},
	{"dnf-missing-yes", "FROM a:1\nRUN dnf install x-1 && dnf clean all\n", "FROM a:1\nRUN dnf install -y x-1 && dnf clean all\n"},
	{"empty-continuation", "FROM a:1\nRUN a && \\\n\n  # why\n \n  b\n", "FROM a:1\nRUN a && \\\n  # why\n  b\n"},
	{"expose-format", "FROM a:1\nEXPOSE 127.0.0.1:8080:80/tcp 81 $A:82\n", "FROM a:1\nEXPOSE 80/tcp 81 $A:82\n"},
	{"expose-protocol-casing", "FROM a:1\nEXPOSE 80/TCP 81/Udp\n", "FROM a:1\nEXPOSE 80/tcp 81/udp\n"},
	{"from-as-casing", "FROM a:1 as b\nFROM b AS c\n", "FROM a:1 AS b\nFROM b AS c\n"},
	{"instruction-casing", "FROM a:1\nRun x\nonbuild copy a /b\nUSER 1\n", "FROM a:1\nRUN x\nONBUILD copy a /b\nUSER 1\n"},
	{"legacy-key-value", "FROM a:1\nENV A b c $D\nENV B \"x y\"\nENV C it's\nLABEL d  e\n", "FROM a:1\nENV A=\"b c $D\"\nENV B=\"x y\"\nENV C it's\nLABEL d=e\n"},
	{"maintainer-deprecated", "from a:1\nmaintainer Ann <ann@example.org>\nmaintainer \"a\\b\"\n", "from a:1\nlabel org.opencontainers.image.authors=\"Ann <ann@example.org>\"\nmaintainer \"a\\b\"\n"},
	{"multiple-cmd", "FROM a:1\n# one\nCMD [\"a\"]\nUSER 1\nCMD [\"b\", \\\n  \"c\"]\nCMD [\"d\"]\n", "FROM a:1\n# one\nUSER 1\nCMD [\"d\"]\n"},
	{"multiple-entrypoint", "FROM a:1\nENTRYPOINT [\"a\"]\nENTRYPOINT [\"b\"]\n", "FROM a:1\nENTRYPOINT [\"b\"]\n"},
	{"multiple-healthcheck", "FROM a:1\nHEALTHCHECK NONE\nHEALTHCHECK CMD [\"b\"]\n", "FROM a:1\nHEALTHCHECK CMD [\"b\"]\n"},
	{"no-sudo", "FROM a:1\nUSER root\nRUN sudo a && x | sudo tee y && sudo -u b c\nUSER b\nRUN sudo d\n", "FROM a:1\nUSER root\nRUN a && x | tee y && sudo -u b c\nUSER b\nRUN sudo d\n"},
	{"pip-cache-kept", "FROM a:1\nRUN python3 -m pip install x==1\n", "FROM a:1\nRUN python3 -m pip install --no-cache-dir x==1\n"},
	{"redundant-target-platform", "FROM --platform=$TARGETPLATFORM a:1\n", "FROM a:1\n"},
	{"shell-form-cmd", "FROM a:1\nCMD node  app.js --port=80\nFROM a:1\nCMD echo $A\nFROM a:1\nENTRYPOINT x\nCMD y\nFROM a:1\nCMD a && b\n", "FROM a:1\nCMD [\"node\", \"app.js\", \"--port=80\"]\nFROM a:1\nCMD echo $A\nFROM a:1\nENTRYPOINT x\nCMD y\nFROM a:1\nCMD a && b\n"},
	{"stage-name-casing", "FROM a:1 AS Build\nFROM Build AS test\nRUN --mount=from=Build,target=/x y\nCOPY --from=Build a /b\n", "FROM a:1 AS build\nFROM build AS test\nRUN --mount=from=build,target=/x y\nCOPY --from=build a /b\n"},
	{"unused-ignore", "FROM a:1\n# gate ignore=no-sudo\nRUN x\n# gate ignore=no-sudo,use-apt-get\nRUN sudo x\n", "FROM a:1\nRUN x\n# gate ignore=no-sudo,use-apt-get\nRUN sudo x\n"},
	{"useradd-high-uid", "FROM a:1\nRUN useradd -u 1234567 x\n", "FROM a:1\nRUN useradd -l -u 1234567 x\n"},
	{"wget-progress", "FROM a:1\nRUN wget x\nFROM a:1\nRUN apt-get install -y wget=1\nRUN wget x\n", "FROM a:1\nRUN wget x\nFROM a:1\nRUN apt-get install -y wget=1\nRUN wget --progress=dot:giga x\n"},
	{"yarn-cache-kept", "FROM a:1\nRUN yarn install\n", "FROM a:1\nRUN yarn install && yarn cache clean\n"},
	{"yum-cache-not-cleaned", "FROM a:1\nRUN yum install -y x-1\nRUN yum install -y x-1 & wait\n", "FROM a:1\nRUN yum install -y x-1 && yum clean all\nRUN yum install -y x-1 & wait\n"},
	{"yum-missing-yes", "FROM a:1\nRUN yum install x-1 && yum clean all\n", "FROM a:1\nRUN yum install -y x-1 && yum clean all\n"},
	{"zypper-cache-not-cleaned", "FROM a:1\nRUN zypper install -y x=1\n", "FROM a:1\nRUN zypper install -y x=1 && zypper clean --all\n"},
	{"zypper-missing-yes", "FROM a:1\nRUN zypper install x=1 && zypper clean\n", "FROM a:1\nRUN zypper --non-interactive install x=1 && zypper clean\n"},
}

func TestFixesChangeWhatTheySayAndNothingElse(t *testing.T) {
	byID := map[string]lint.Rule{}
	for _, rule := range rules.All() {
		byID[rule.Info.ID] = rule
	}
	fixed := map[string]bool{}
	for _, tt := range fixes {
		t.Run(tt.rule, func(t *testing.T) {
			chosen := []lint.Rule{byID[tt.rule]}
			if chosen[0].Last {
				chosen = rules.All()
			}
			for _, eol := range []string{"\n", "\r\n"} {
				before, after := strings.ReplaceAll(tt.before, "\n", eol), strings.ReplaceAll(tt.after, "\n", eol)
				got, applied, err := lint.Fix(t.Context(), []byte("\uFEFF"+before), "Dockerfile", chosen, lint.Options{Profile: lint.Strict})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff("\uFEFF"+after, string(got)); diff != "" {
					t.Error(diff)
				}
				if (len(applied) > 0) != (before != after) {
					t.Errorf("%d applied", len(applied))
				}
				for _, a := range applied {
					fixed[a.Finding.Rule] = true
				}
			}
		})
	}
	if len(fixed) < 20 {
		t.Errorf("only %d rules have a fix", len(fixed))
	}
}

func TestWhatIsSilencedIsNotFixed(t *testing.T) {
	source := "FROM a:1\n# gate ignore=apt-missing-yes\nRUN apt-get install x=1\n"
	for _, opts := range []lint.Options{{}, {NoPragmas: true, Ignore: []string{"DL3014"}}} {
		got, applied, err := lint.Fix(t.Context(), []byte(source), "Dockerfile", rules.All(), opts)
		if err != nil || string(got) != source || len(applied) != 0 {
			t.Errorf("%+v: %q, %d applied, %v", opts, got, len(applied), err)
		}
	}
}

func TestAnEditThatWouldAddAFindingIsDropped(t *testing.T) {
	// As a COPY the destination would hang on the base image.
	source := "FROM a:1\nADD a.txt b\nRUN apt-get install x=1\n"
	got, applied, err := lint.Fix(t.Context(), []byte(source), "Dockerfile", rules.All(), lint.Options{})
	if want := strings.Replace(source, "install", "install -y", 1); err != nil || string(got) != want || len(applied) != 1 {
		t.Errorf("%q, %d applied, %v", got, len(applied), err)
	}
}

func TestAFileThatCannotBeReadIsNotFixed(t *testing.T) {
	source := []byte("FROM a:1\nBROKEN x\nRUN apt-get install x\n")
	got, applied, err := lint.Fix(t.Context(), source, "x/Dockerfile", rules.All(), lint.Options{})
	if err == nil || !strings.Contains(err.Error(), "x/Dockerfile:2:1") || !bytes.Equal(got, source) || len(applied) != 0 {
		t.Errorf("%q, %v", got, err)
	}
}

// checkFix holds for every file: fixing it twice is like fixing it once, and
// no rule finds more than before.
func checkFix(t *testing.T, source []byte) {
	t.Helper()
	opts := lint.Options{Profile: lint.Strict}
	once, applied, err := lint.Fix(t.Context(), source, "Dockerfile", rules.All(), opts)
	if err != nil {
		return
	}
	twice, again, err := lint.Fix(t.Context(), once, "Dockerfile", rules.All(), opts)
	if err != nil || !bytes.Equal(once, twice) || len(again) > 0 {
		t.Fatalf("fixing again changes %q to %q (%v)", once, twice, err)
	}
	if (len(applied) == 0) != bytes.Equal(source, once) {
		t.Fatalf("%d applied, but %q became %q", len(applied), source, once)
	}
	before, after := counts(t, source), counts(t, once)
	for rule, count := range after {
		if count > before[rule] {
			t.Fatalf("%s: %d findings became %d in %q", rule, before[rule], count, once)
		}
	}
}

func counts(t *testing.T, source []byte) map[string]int {
	t.Helper()
	found := map[string]int{}
	for _, f := range lint.Run(t.Context(), dockerfile.Parse("Dockerfile", source), rules.All(), lint.Options{Profile: lint.Strict}).Findings {
		found[f.Rule]++
	}
	return found
}

func TestFixingEveryCaseOfTheCatalogHolds(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, "/Dockerfile") {
				checkFix(t, file.Data)
			}
		}
	}
}

func FuzzFix(f *testing.F) {
	f.Add([]byte(healthy))
	for _, tt := range fixes {
		f.Add([]byte(tt.before))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		if len(source) < 4<<10 {
			checkFix(t, source)
		}
	})
}
