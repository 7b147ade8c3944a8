package plain

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/report/reporttest"
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
			if got := Text(c.in); got != c.want {
				t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
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
		if got := Sentence(in); got != want {
			t.Errorf("Sentence(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, text := range reporttest.Hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Text(text)
		if fault := reporttest.Unsafe(got); fault != "" {
			t.Errorf("Text(%q) = %q: %s", text, got, fault)
		}
		if again := Text(got); again != got {
			t.Errorf("Text(%q) = %q, and again %q", text, got, again)
		}
		if strings.HasPrefix(got, " ") || strings.HasSuffix(got, " ") || strings.Contains(got, "  ") {
			t.Errorf("Text(%q) = %q: white space is left", text, got)
		}
		if columns := NewColumns(); columns.Width(columns.Cut(got, 20)) > 20 {
			t.Errorf("%q is cut to more than 20 columns", got)
		}
	})
}
