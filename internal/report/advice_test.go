package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/advise"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

// hostileAdvice holds a text wherever one may come from outside.
func hostileAdvice(text string) advise.Advice {
	finding := gate.Finding{Rule: text, Severity: gate.SeverityHigh, Package: &gate.Package{Name: text, Version: text}}
	now := advise.Compare(gate.AllNew([]gate.Finding{finding}), []gate.Decision{{Change: gate.Change{Finding: finding}, Action: gate.ActionBlock}})
	option := advise.Option{
		Choice:    advise.Choice{Candidate: advise.Candidate{Tag: text, Kind: advise.KindPatch, Caution: text}, Difference: now, Size: 5e6, Gaps: []gate.Gap{{Message: text}}},
		Reference: text, Digest: text, Edit: &advise.Edit{Line: 1, Old: text, New: text},
	}
	unedited := option
	unedited.Edit, unedited.Unedited = nil, text
	base := advise.Base{Image: text, Path: text, Line: 3, Reference: text, Digest: text, Platform: text, Size: 7e6, Now: now, Options: []advise.Option{option, unedited}}
	other := base
	other.Recommended = 1
	unknown := advise.Base{Path: text, Reference: text, Unknown: text, Recommended: -1}
	var manifests []advise.Manifest
	for _, kind := range []advise.ManifestKind{advise.ManifestFile, advise.ManifestInstruction, advise.ManifestImage, advise.ManifestSystem, advise.ManifestBase} {
		manifests = append(manifests, advise.Manifest{Kind: kind, Image: text, Path: text, Line: 2, BaseImage: text, Distro: text, Upgrades: []advise.Upgrade{
			{Package: gate.Package{Name: text, Version: text, Type: "deb"}, To: text, Clears: []string{text, text}, Left: []advise.Leftover{{ID: text, Why: text}}},
			{Package: gate.Package{Name: text, Version: text}},
		}})
	}
	return advise.Advice{Bases: []advise.Base{base, other, unknown}, Manifests: manifests, Notes: []string{text}}
}

func TestAdviceIsSafeToShow(t *testing.T) {
	for _, text := range reporttest.Hostile() {
		for _, opts := range []Options{{}, {Width: 40}, {Width: 100, Color: true}} {
			var b bytes.Buffer
			if err := Advice(&b, hostileAdvice(text), []string{text}, opts); err != nil {
				t.Fatal(err)
			}
			for line := range strings.SplitSeq(b.String(), "\n") {
				bare := painted.ReplaceAllString(line, "")
				if fault := reporttest.Unsafe(bare); fault != "" {
					t.Fatalf("%q from %q: %s", bare, text, fault)
				}
				if strings.HasPrefix(strings.TrimSpace(bare), "::") {
					t.Fatalf("a command for the runner: %q", bare)
				}
			}
		}
	}
}

func TestAdviceInJSONHoldsTheTextsAsTheyAre(t *testing.T) {
	for _, text := range reporttest.Hostile() {
		var b bytes.Buffer
		if err := AdviceJSON(&b, gate.Tool{Name: "gate"}, hostileAdvice(text), []string{text}); err != nil {
			t.Fatal(err)
		}
		var doc adviceDocument
		if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
			t.Fatalf("%v in %s", err, b.String())
		}
		if want := strings.ToValidUTF8(text, "\ufffd"); doc.Complete || strings.ToValidUTF8(doc.Bases[0].Reference, "\ufffd") != want && len(want) == len(text) {
			t.Errorf("it holds %q in place of %q", doc.Bases[0].Reference, text)
		}
		if fault := reporttest.Unsafe(strings.ReplaceAll(b.String(), "\n", "")); fault != "" {
			t.Errorf("%q: %s", text, fault)
		}
	}
}

func TestAdviceShowsTheEditOfWhatItRecommendsAndNoOther(t *testing.T) {
	advice := hostileAdvice("x")
	advice.Bases = advice.Bases[:1]
	advice.Bases[0].Options[0].Edit = &advise.Edit{Line: 1, Old: "FROM a:1", New: "FROM a:2"}
	advice.Bases[0].Options[1].Edit = &advise.Edit{Line: 1, Old: "FROM a:1", New: "FROM a:3"}
	advice.Bases[0].Recommended = 0
	var b bytes.Buffer
	if err := Advice(&b, advice, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); !strings.Contains(text, "- FROM a:1\n") || !strings.Contains(text, "+ FROM a:2\n") || strings.Contains(text, "a:3") {
		t.Errorf("it says\n%s", text)
	}
}
