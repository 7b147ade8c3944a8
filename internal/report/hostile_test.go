package report

import (
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// hostile are texts that somebody might put into a package name, a version, a
// path, a label or an advisory.
func hostile() []string {
	return []string{
		"\x1b[2J\x1b[31mred\x1b]0;title\x07",
		"\u009b31m\u0085next",
		"safe\u202egnp.exe\u2066x\u2069",
		"zero\u200bwidth\ufeff\u00ad\u2060joined",
		"line\r\nbreak\ttab\vvt\fff",
		"::error file=a::boom",
		"  ::set-output name=x::y",
		"##[add-mask]secret ##[group]x",
		"\n::warning::next line",
		"@octocat and @org/team",
		"see #1, GH-2, octo/app#3",
		"[click](https://evil.example/)",
		"![img](https://evil.example/x.png)",
		"https://evil.example and www.evil.example and a@evil.example",
		"<img src=x onerror=alert(1)><script>alert(2)</script>",
		"</details></summary><h1>owned</h1>",
		"<!-- gate:marker -->",
		"a|b||c\\|d",
		"``` fence ``` and `tick` ````",
		"*bold* _em_ ~~gone~~ __x__ **y**",
		"# heading\n- item\n> quote\n1. one\n---\n===",
		"&lt;b&gt; &amp; &#64;octocat &copy;",
		"\\\\ \\* \\[",
		"$x^2$ $$y$$",
		":smile: :+1:",
		"javascript:alert(1) mailto:a@b.example xmpp:a@b.example",
		"_GitHubActionsFileCommandDelimeter_",
		"EOF\nverdict=pass",
		strings.Repeat("long", 300),
		"e" + strings.Repeat("\u0301", 500),
		"invalid \xff\xfe utf8 \xc3",
		"\x00nul\x7fdel",
		"\U000e0041\U000e0042 tags \ue000 private \uffff",
		"宽字符测试 mixed 한글 and 🧨🧑‍🚒",
		"[^1]: footnote [^1] [ref]: https://evil.example",
		"waivers:\n  - id: \"*\"\n",
		"' \" {{ x }} ${{ secrets.TOKEN }} %0A",
		"../../etc/passwd",
		"-->", "]]>", "\u2028sep\u2029",
		"",
	}
}

// hostileReport has hostile text wherever text can come from outside.
func hostileReport() gate.Report {
	var findings []gate.Finding
	for i, text := range hostile() {
		f := deb("CVE-2020-"+text, gate.SeverityHigh, "name"+text, text, text, gate.Location{})
		f.Aliases = []string{text}
		f.Package.PURL = "pkg:deb/" + text
		f.Paths = []string{text}
		f.Message = text
		f.Advisory = &gate.Advisory{Source: text, Description: text, URLs: []string{text, "https://" + text}, CWEs: []string{text}}
		if i%2 == 0 {
			f.Location = gate.Location{Path: text, Line: i + 1, Instruction: "RUN " + text, Layer: text}
		}
		findings = append(findings, f, gate.Finding{
			Rule: "no-root-user", Aliases: []string{text}, Tags: []string{text}, Analyzer: gate.AnalyzerLint, Severity: gate.SeverityHigh,
			Image: "shop", Anchor: text, Message: text, Location: gate.Location{Path: "Dockerfile", Line: i + 1, Instruction: text},
		})
	}
	all := strings.Join(hostile(), " ")
	subject := shop()
	subject.Distro, subject.Dockerfile, subject.Source, subject.Builder, subject.ImageID = all, all, all, "", all
	scan := scanned("shop", gate.Gap{Guard: gate.GuardUnidentified, Image: "shop", Message: all, Next: all, Paths: hostile(), Output: hostile()})
	scan.Notes = hostile()
	scan.Data = append(scan.Data, gate.DataSource{Name: all, Schema: all})
	scan.Artifacts = []gate.Artifact{{Kind: all, Path: all}}
	policy := policyOf(gate.Waiver{ID: "CVE-2020-" + hostile()[0], Reason: all, Expires: now.AddDate(0, 1, 0), Origin: gate.Origin(all)})
	policy.Thresholds[gate.AnalyzerLint] = gate.Threshold{Severity: gate.SeverityHigh, Origin: gate.Origin(all)}
	r := gate.Report{Subjects: []gate.Subject{subject}, Analyses: []gate.Analysis{scan}, Notes: hostile(), Baseline: all}
	return decide(r, policy, findings)
}
