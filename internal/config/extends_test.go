package config_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

const (
	commit = "0123456789abcdef0123456789abcdef01234567"
	digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
)

// fetching gives what is outside of the repository.
func fetching(r config.Request, outside map[string]string) config.Request {
	r.Extend = func(ref string) ([]byte, error) {
		text, ok := outside[ref]
		if !ok {
			return nil, fmt.Errorf("nothing is at %s", ref)
		}
		return []byte(text), nil
	}
	return r
}

func TestAPolicyRestsOnOthers(t *testing.T) {
	files := map[string]string{
		".github/gate.yaml": "version: 1\nextends: [./policies/base.yaml, 'acme/policies/gate/all.yaml@" + commit + "']\nmode: warn\nignore: [DL1]\n" +
			"rule-severity: {DL3008: error}\nrules: [{name: own, action: warn}]\nfail-on: {scan: low}\nmax: {high: 9}\nlicenses: {deny: [A]}\nwaiver-terms: {owner: true}\n",
		".github/policies/base.yaml": "version: 1\nmode: enforce\nunknown-as: low\nignore: [DL2, DL1]\nrule-severity: {DL3008: style, DL3009: style}\nrules: [{name: base, action: warn}]\n" +
			"fail-on: {scan: critical, lint: style}\nmax: {high: 1, total: 2}\nlicenses: {deny: [B], unknown: block}\nwaiver-terms: {max-days: 30, owner: false}\n" +
			"waivers: [{id: W-1, reason: r, expires: 2027-01-01}]\nallow: [no-packages]\nextends: deeper/last.yaml\n",
		".github/policies/deeper/last.yaml": "version: 1\nunknown-as: critical\nonly-fixed: true\nignore: [DL3]\nrules: [{name: last, action: warn}]\n",
	}
	outside := map[string]string{
		"acme/policies/gate/all.yaml@" + commit:   "version: 1\nextends: ['../common/kev.yaml', 'oci:ghcr.io/acme/policy@" + digest + "']\nrules: [{name: shared, action: block}]\nwaivers: [{id: W-2, reason: r, expires: 2027-01-01}]\n",
		"acme/policies/common/kev.yaml@" + commit: "version: 1\nrules: [{name: common, action: block}]\n",
		"oci:ghcr.io/acme/policy@" + digest:       "version: 1\nrules: [{name: artifact, action: block}]\nunknown-as: medium\n",
	}
	p := load(t, fetching(request(files), outside))
	var rules []string
	for _, rule := range p.Policy.Rules {
		rules = append(rules, rule.Name+" "+string(rule.Origin))
	}
	want := []string{
		"own .github/gate.yaml:6", "base .github/policies/base.yaml:6", "last .github/policies/deeper/last.yaml:5",
		"shared acme/policies/gate/all.yaml@0123456789ab…:3", "common acme/policies/common/kev.yaml@0123456789ab…:2",
		"artifact oci:ghcr.io/acme/policy@sha256:0123456789ab…:2",
	}
	if diff := cmp.Diff(want, rules); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	high := gate.SeverityHigh
	got := []any{p.Policy.Mode, p.Policy.UnknownAs, p.Policy.OnlyFixed, p.Lint.Ignore, p.Lint.Severities, p.Policy.Thresholds[gate.AnalyzerScan].Severity, p.Policy.Thresholds[gate.AnalyzerLint].Severity,
		p.Policy.Budgets[0].Max, p.Policy.Budgets[1].Max, p.Policy.Licenses.Deny, p.Policy.Licenses.Unknown, p.Policy.WaiverTerms.MaxDays, p.Policy.WaiverTerms.NeedOwner, len(p.Policy.Allowances)}
	wanted := []any{gate.ModeWarn, gate.SeverityLow, true, []string{"DL1", "DL2", "DL3"}, map[string]gate.Severity{"DL3008": gate.SeverityHigh, "DL3009": gate.SeverityNegligible}, gate.SeverityLow, gate.SeverityNegligible,
		9, 2, []string{"A", "B"}, &high, 30, true, 1}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("the rest (-want +got):\n%s", diff)
	}
	for _, w := range p.Policy.Waivers {
		if local := w.ID == "W-1"; (w.Location.Path != "") != local {
			t.Errorf("%s is at %+v: only files of the repository have a place in it", w.ID, w.Location)
		}
	}
	if len(p.Policy.Waivers) != 2 {
		t.Errorf("waivers = %+v", p.Policy.Waivers)
	}
}

func TestWhatCantBeExtended(t *testing.T) {
	shared := "acme/policies/base.yaml@" + commit
	tests := []struct{ name, extends, want string }{
		{"a branch", "acme/policies/base.yaml@main", "is not pinned by a commit: write owner/repository/path@ and the 40 hex digits"},
		{"a short commit", "acme/policies/base.yaml@0123456", "is not pinned by a commit"},
		{"a tag of an artifact", "oci:ghcr.io/acme/policy:1", "is not pinned by a digest: write oci:registry/name@sha256:"},
		{"a short digest", "oci:ghcr.io/acme/policy@sha256:0123", "is not pinned by a digest"},
		{"an artifact without its mark", "ghcr.io/acme/policy@" + digest, "write oci:ghcr.io/acme/policy@sha256"},
		{"an address", "https://example.com/policy.yaml", "is an address, and what is behind it may change"},
		{"a file outside", "../policy.yaml", `"../policy.yaml" leads out of the repository`},
		{"an absolute file", "/etc/gate.yaml", "is not a path from the folder of .gate.yaml"},
		{"a path out of a repository", "acme/policies/../../x/y@" + commit, "is no path of a repository"},
		{"a file that is not there", "./nowhere.yaml", ".gate.yaml:2:10: read nowhere.yaml: file does not exist"},
		{"a repository's file without commit", "acme/policies/gate/base.yaml", "for a file of another repository, write owner/repository/path@"},
		{"itself", ".gate.yaml", ".gate.yaml:2:10: extends goes in a circle: .gate.yaml → .gate.yaml"},
		{"a circle", "a.yaml", "b.yaml:2:10: extends goes in a circle: a.yaml → b.yaml → a.yaml"},
		{"a long chain", "c1.yaml", "extends is more than 5 files deep"},
		{"a broken file", "broken.yaml", `broken.yaml:2:7: mode: "x" is not known`},
		{"nothing at the place", "acme/policies/gone.yaml@" + commit, ".gate.yaml:2:10: read acme/policies/gone.yaml@0123456789ab…: nothing is at"},
		{"images in a shared policy", shared + "#images", "images is the repository's own"},
		{"SARIF in a shared policy", shared + "#sarif-in", "sarif-in is the repository's own"},
		{"secrets in a shared policy", shared + "#secrets", "secrets is the repository's own"},
		{"contexts in a shared policy", shared + "#build-contexts", "build-contexts is the repository's own"},
		{"a builder in a shared policy", shared + "#builder", "builder is the repository's own"},
		{"a file beside an artifact", "oci:ghcr.io/acme/policy@" + digest, `"./more.yaml" is a file, and oci:ghcr.io/acme/policy@sha256:0123456789ab… has none beside it`},
	}
	files := map[string]string{
		"a.yaml": "version: 1\nextends: b.yaml\n", "b.yaml": "version: 1\nextends: a.yaml\n", "broken.yaml": "version: 1\nmode: x\n",
	}
	for i := range 8 {
		files[fmt.Sprintf("c%d.yaml", i+1)] = fmt.Sprintf("version: 1\nextends: c%d.yaml\n", i+2)
	}
	values := map[string]string{"images": "[{context: .}]", "sarif-in": "a", "secrets": "[id=a]", "build-contexts": "{a: b}", "builder": "docker"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ref, key, _ := strings.Cut(tt.extends, "#")
			files[".gate.yaml"] = "version: 1\nextends: " + ref + "\n"
			r := fetching(request(files), map[string]string{
				shared: fmt.Sprintf("version: 1\n%s: %s\n", key, values[key]), "oci:ghcr.io/acme/policy@" + digest: "version: 1\nextends: ./more.yaml\n",
			})
			_, err := config.Load(r)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v\nwant     %s", err, tt.want)
			}
		})
	}
	_, err := config.Load(request(map[string]string{".gate.yaml": "version: 1\nextends: " + shared}))
	if err == nil || !strings.Contains(err.Error(), "can't be fetched here") {
		t.Errorf("without the network: %v", err)
	}
}

func TestAFileThatSeveralRestOnCountsOnce(t *testing.T) {
	p := load(t, request(map[string]string{
		".gate.yaml": "version: 1\nextends: [a.yaml, b.yaml]\n", "a.yaml": "version: 1\nextends: c.yaml\n", "b.yaml": "version: 1\nextends: c.yaml\n",
		"c.yaml": "version: 1\nbudgets: [{max: 1}]\n",
	}))
	if len(p.Policy.Budgets) != 1 {
		t.Errorf("budgets = %+v", p.Policy.Budgets)
	}
}

func TestWhatCouldNotBeReadIsSaidFirst(t *testing.T) {
	_, err := config.Load(request(map[string]string{".gate.yaml": "version: 1\nextends: [broken.yaml, nowhere.yaml]\n", "broken.yaml": "version: 1\nmode: x\n"}))
	var first *config.Error
	if !errors.As(err, &first) || !first.Unread || !strings.Contains(err.Error(), "broken.yaml:2:7") {
		t.Errorf("error = %v", err)
	}
}

func TestTheBaseIsReadFromItsOwnFiles(t *testing.T) {
	policy := "version: 1\nextends: base.yaml\nvex: vex/*.json\nvex-signers: [{key: k.pub}, {issuer: a, subject: b, trusted-root: r.json}]\n"
	head := map[string]string{".gate.yaml": policy, "base.yaml": "version: 1\nmode: warn\n", "vex/new.json": "head", "k.pub": publicKey(t), "r.json": trustedRoot("head"), ".gate-waivers.yaml": "version: 1\nwaivers: [{id: a, reason: r, expires: 2027-01-01}]\n"}
	base := map[string]string{".gate.yaml": policy, "base.yaml": "version: 1\nmode: enforce\n", "vex/old.json": "base", "k.pub": publicKey(t), "r.json": trustedRoot("base")}
	r := request(head, config.Flags{"vex": {"nowhere.json"}})
	r.Glob, r.GlobBase = listing(head), listing(base)
	read := request(base).ReadFile
	plan, found, err := r.Base(read)
	if err != nil {
		t.Fatal(err)
	}
	if d := plan.Policy.VEX; len(d) != 1 || string(d[0].Content) != "base" || plan.Policy.Mode != gate.ModeEnforce || len(plan.Policy.Waivers) != 0 {
		t.Errorf("policy = %+v", plan.Policy)
	}
	if string(plan.Policy.VEXSigners[0].Key) != base["k.pub"] {
		t.Error("the key is not the base's")
	}
	if string(plan.Policy.VEXSigners[1].Root) != base["r.json"] {
		t.Error("the trusted root is not the base's")
	}
	slices.Sort(found)
	if want := []string{".gate.yaml", "base.yaml", "k.pub", "r.json", "vex/old.json"}; !slices.Equal(found, want) {
		t.Errorf("found %v", found)
	}
	if _, err := r.Rebased(read); err != nil {
		t.Errorf("a flag's document is looked for in the base: %v", err)
	}
	own, _, err := r.Own()
	if err != nil || string(own.Policy.VEX[0].Content) != "head" || len(own.Policy.Waivers) != 1 {
		t.Errorf("own = %+v, %v", own.Policy, err)
	}
	if _, _, err := r.Handed(); err != nil {
		t.Error(err)
	}
	if files := r.NamedFiles(); !slices.Equal(files, []string{"base.yaml", "k.pub", "r.json", "vex/new.json"}) {
		t.Errorf("named files %v", files)
	}
	if files := r.PolicyFiles(); slices.Contains(files, "vex/new.json") || !slices.Contains(files, ".github/gate-waivers.yaml") || !slices.Contains(files, ".gate.yaml") {
		t.Errorf("policy files %v", files)
	}
	r.GlobBase = nil
	if _, _, err := r.Base(read); err == nil || !strings.Contains(err.Error(), ".gate.yaml:3:6: vex/*.json is a pattern, and the files there can't be listed") {
		t.Errorf("without a list: %v", err)
	}
}

// trustedRoot is one that may be read, with a mark in it.
func trustedRoot(mark string) string {
	return fmt.Sprintf(`{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","certificateAuthorities":[{"uri":%q}]}`, mark)
}

func TestDocumentsThatCantBeTaken(t *testing.T) {
	many := map[string]string{}
	for i := range 1001 {
		many[fmt.Sprintf("a%d.json", i)] = "{}"
	}
	identity := "vex-signers: [{issuer: a, subject: b, trusted-root: r}]"
	private := "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"
	for name, c := range map[string]struct {
		files map[string]string
		text  string
		want  string
	}{
		"a document that is not there": {nil, "vex: a.json", ".gate.yaml:2:6: read a.json: file does not exist"},
		"a pattern for none":           {nil, "vex: a*.json", ".gate.yaml:2:6: no file is like a*.json"},
		"a document that is too large": {map[string]string{"a.json": strings.Repeat("x", 20<<20+1)}, "vex: a.json", "a.json has more than 20480 kB"},
		"too many documents":           {many, "vex: a*.json", "the VEX documents are more than 1000"},
		"a private key":                {map[string]string{"k": private}, "vex-signers: [{key: k}]", "k: it is a private key"},
		"no key":                       {map[string]string{"k": "hello"}, "vex-signers: [{key: k}]", ".gate.yaml:2:21: k: it is no public key in PEM"},
		"a broken key":                 {map[string]string{"k": strings.ReplaceAll(private, "PRIVATE", "PUBLIC")}, "vex-signers: [{key: k}]", "k: it is no public key"},
		"no trusted root":              {map[string]string{"r": "{}"}, identity, ".gate.yaml:2:53: r: it is no trusted root"},
		"a trusted root of nothing":    {map[string]string{"r": `{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}`}, identity, "r: the trusted root names no certificate authority"},
		"a trusted root that is gone":  {nil, identity, ".gate.yaml:2:53: read r: file does not exist"},
	} {
		files := map[string]string{".gate.yaml": "version: 1\n" + c.text}
		for path, text := range c.files {
			files[path] = text
		}
		r := request(files)
		r.Glob = listing(files)
		_, err := config.Load(r)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "c2VjcmV0") {
			t.Errorf("%s: %v", name, err)
		}
		r.Command = config.DB
		if _, err := config.Load(r); err != nil {
			t.Errorf("%s: the database's commands don't need it: %v", name, err)
		}
	}
}

func TestASharedPolicyIsReadByItself(t *testing.T) {
	floor := "version: 1\nfail-on: high\naccept-waivers: true\nextends: ./more.yaml\nvex-signers: [{key: keys/k.pub}]\n"
	files := map[string]string{
		"acme/.github/gate-floor.yaml": floor, "acme/.github/more.yaml": "version: 1\nmode: enforce\n", "acme/.github/keys/k.pub": publicKey(t),
		".gate-waivers.yaml": "version: 1\nwaivers: [{id: a, reason: r, expires: 2027-01-01}]\n", ".gate.yaml": "version: 1\nmode: warn\n",
	}
	r := fetching(request(files), map[string]string{"oci:ghcr.io/acme/floor@" + digest: "version: 1\nfail-on: low\n"})
	plan, err := r.Shared("acme/.github/gate-floor.yaml", r.ReadFile)
	if err != nil || !plan.Policy.AcceptWaivers || plan.Policy.Mode == gate.ModeWarn || len(plan.Policy.Waivers) != 0 || len(plan.Images) != 0 ||
		plan.Policy.Thresholds[gate.AnalyzerScan].Origin != "acme/.github/gate-floor.yaml:2" || plan.Policy.VEXSigners[0].Path != "acme/.github/keys/k.pub" {
		t.Errorf("policy = %+v, %v", plan.Policy, err)
	}
	plan, err = r.Shared("oci:ghcr.io/acme/floor@"+digest, nil)
	if err != nil || plan.Policy.Thresholds[gate.AnalyzerScan].Severity != gate.SeverityLow {
		t.Errorf("policy = %+v, %v", plan.Policy, err)
	}
	files["acme/.github/gate-floor.yaml"] = "version: 1\nimages: [{context: .}]\n"
	if _, err := r.Shared("acme/.github/gate-floor.yaml", r.ReadFile); err == nil || !strings.Contains(err.Error(), "images is the repository's own") {
		t.Errorf("error = %v", err)
	}
	var mistake *config.Error
	if _, err := r.Shared("acme/.github/gone.yaml", r.ReadFile); !errors.As(err, &mistake) || !mistake.Unread {
		t.Errorf("error = %v", err)
	}
}
