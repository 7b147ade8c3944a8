package reporttest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Hostile are texts that somebody might put into a package name, a version, a
// path, a label or an advisory.
func Hostile() []string {
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
		"as in 0123456789012345678901234567890123456789 and a1b2c3d, octo/app@a1b2c3d",
		"<details open><summary>fold</summary>\n\n| a | b |\n|---|---|\n| 1 | 2 |",
		"- [x] done\n- [ ] open",
		"<!-- gate:comment -->\n~~~yaml\nx\n~~~",
		"</code></pre></table></td></sub>",
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
		"-->", "]]>", "\u2028sep\u2029", " ",
		"",
	}
}

// Unsafe says why a line must not be shown, by a definition that shares
// nothing with the code under test.
func Unsafe(line string) string {
	if !utf8.ValidString(line) {
		return "not UTF-8"
	}
	for _, r := range line {
		switch {
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp, unicode.Variation_Selector):
			return "has a character that is not shown"
		case unicode.Is(unicode.Bidi_Control, r), unicode.Is(unicode.Noncharacter_Code_Point, r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
			return "has a character that is not shown"
		}
	}
	if strings.Contains(line, "##[") {
		return "has a command for the runner"
	}
	return ""
}
