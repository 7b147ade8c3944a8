package report

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPlainMakesTextHarmless(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"ordinary text stays", "curl 7.88.1-10+deb12u3", "curl 7.88.1-10+deb12u3"},
		{"other scripts stay", "größe 宽 한글 🧨", "größe 宽 한글 🧨"},
		{"white space becomes single spaces", " a\r\n\tb\u00a0\u2003c ", "a b c"},
		{"line separators are white space", "a\u2028b\u2029c\u0085d", "a b c d"},
		{"escape sequences become visible", "\x1b[31mred\x07", "␛[31mred␇"},
		{"the one-byte escape becomes visible", "\u009b31m", "⟨U+009B⟩31m"},
		{"delete and nul become visible", "\x7f\x00", "␡␀"},
		{"bidi controls become visible", "safe\u202egnp.exe", "safe⟨U+202E⟩gnp.exe"},
		{"bidi isolates become visible", "\u2066a\u2069", "⟨U+2066⟩a⟨U+2069⟩"},
		{"text without width becomes visible", "a\u200bb\ufeffc\u00ad", "a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+00AD⟩"},
		{"tag characters become visible", "\U000e0041", "⟨U+E0041⟩"},
		{"letters that show nothing become visible", "a\u3164b\u2800", "a⟨U+3164⟩b⟨U+2800⟩"},
		{"variation selectors become visible", "a\ufe0f", "a⟨U+FE0F⟩"},
		{"private use becomes visible", "\ue000", "⟨U+E000⟩"},
		{"bytes that are no UTF-8 are replaced", "a\xffb", "a\ufffdb"},
		{"piled up marks are cut", "e" + strings.Repeat("\u0301", 50) + "x", "e" + strings.Repeat("\u0301", 4) + "x"},
		{"runner commands of the old form are broken up", "x ##[add-mask]y", "x # #[add-mask]y"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := plain(c.in); got != c.want {
				t.Errorf("plain(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestASentenceEndsAtItsFullStop(t *testing.T) {
	for in, want := range map[string]string{
		"One thing. Another.":             "One thing",
		"Only one.":                       "Only one",
		"curl 8.4 is bad. Yes.":           "curl 8.4 is bad",
		"Some (e.g. these) are bad. Yes.": "Some (e.g. these) are bad",
		"":                                "",
	} {
		if got := sentence(in); got != want {
			t.Errorf("sentence(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := plain(text)
		if fault := unsafe(got); fault != "" {
			t.Errorf("plain(%q) = %q: %s", text, got, fault)
		}
		if again := plain(got); again != got {
			t.Errorf("plain(%q) = %q, and again %q", text, got, again)
		}
		if strings.HasPrefix(got, " ") || strings.HasSuffix(got, " ") || strings.Contains(got, "  ") {
			t.Errorf("plain(%q) = %q: white space is left", text, got)
		}
		if fault := unsafe(fileName(text)); fault != "" {
			t.Errorf("fileName(%q) = %q: %s", text, fileName(text), fault)
		}
		if columns := newColumns(); columns.width(columns.cut(got, 20)) > 20 {
			t.Errorf("%q is cut to more than 20 columns", got)
		}
	})
}

// unsafe says why a line must not be shown, by a definition that shares
// nothing with the code under test.
func unsafe(line string) string {
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
