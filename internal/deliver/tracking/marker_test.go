package tracking

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

func TestAMarkIsOneLetterAndBack(t *testing.T) {
	for _, severity := range gate.Severities() {
		for _, flags := range []int{0, 1, 2, 3} {
			m := mark{severity, flags&1 != 0, flags&2 != 0}
			if got, ok := parseMark(m.letter()); !ok || got != m {
				t.Errorf("%+v became %c and %+v, %v", m, m.letter(), got, ok)
			}
		}
	}
	for _, letter := range []byte{0, '`', 'y', 'z', 0xff} {
		if _, ok := parseMark(letter); ok {
			t.Errorf("%q is no mark", letter)
		}
	}
}

func TestWhatIsToldIsAWordAndBack(t *testing.T) {
	all := told{"0123456789ab": {gate.SeverityHigh, true, false}, "aaaaaaaaaaaa": {gate.SeverityLow, false, true}}
	word, more := all.String(nil)
	got, ok := parseTold(word)
	if diff := cmp.Diff(all, got, cmp.AllowUnexported(mark{})); diff != "" || !ok || more {
		t.Error(diff, ok, more)
	}
	for _, bad := range []string{"x", "0123456789ab", "0123456789abz", "0123456789Aba", strings.Repeat("0123456789aba", toldMost+1)} {
		if _, ok := parseTold(bad); ok {
			t.Errorf("%q is no word", bad)
		}
	}
	many := told{}
	for i := range toldMost + 5 {
		many[fmt.Sprintf("%012x", i)] = mark{}
	}
	word, more = many.String([]string{fmt.Sprintf("%012x", toldMost+4)})
	if !more || len(word) != toldMost*(keyLength+1) || !strings.Contains(word, fmt.Sprintf("%012x", toldMost+4)) {
		t.Errorf("%d bytes, more %v", len(word), more)
	}
}

func TestAStateIsHiddenLinesAndBack(t *testing.T) {
	s := state{Name: "a --> <!-- b", Scope: scopeKey("octo"), Seq: 3, Said: saidClean, Told: "0123456789abd", More: true, Sum: "x",
		Gone: []gone{{"k", "CVE-1", "-->", "2026-11-22"}}, Moved: []moved{{"r", "p", "a", "b"}}}
	head := s.head(imageKey("octo", "api"))
	key, got, ok := parseIssue(strings.ReplaceAll(head, "\n", "\r\n") + "text")
	if diff := cmp.Diff(s, got); diff != "" || !ok || key != imageKey("octo", "api") || strings.Count(head, "-->") != 2 {
		t.Error(diff, ok, key, head)
	}
	for i := range 500 {
		s.Gone = append(s.Gone, gone{Rule: fmt.Sprint("CVE-", i, strings.Repeat("<", 100))})
	}
	if head = s.head(key); len(head) > 2*listsMost || !strings.Contains(head, "CVE-499") {
		t.Errorf("%d bytes", len(head))
	}
	if imageKey("a", "bc") == imageKey("ab", "c") {
		t.Error("two images share a key")
	}
}

func FuzzParseIssue(f *testing.F) {
	f.Add(state{Name: "api", Said: saidOpen, Told: "0123456789abd"}.head("0123456789abcdef") + "text")
	f.Add("<!-- gate rescan v=1 key=0123456789abcdef -->\n<!-- gate state {\"seq\":-1} -->")
	f.Add(telling{key: "0123456789abcdef", seq: 1, kind: kindNews, told: told{"0123456789ab": {}}}.head())
	f.Fuzz(func(t *testing.T, body string) {
		if key, s, ok := parseIssue(body); ok {
			again, back, ok := parseIssue(s.head(key))
			if !ok || again != key || back.Seq != s.Seq || back.Said != s.Said || back.Told != s.Told || back.More != s.More {
				t.Errorf("%q became %+v and %+v", body, s, back)
			}
		}
		if says, ok := parseComment(body); ok {
			if back, ok := parseComment(says.head()); !ok || back.seq != says.seq || len(back.told) != len(says.told) {
				t.Errorf("%q became %+v and %+v", body, says, back)
			}
		}
	})
}

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{"a", "`", "``a`", "a\x00\u202e", "<!-- -->", "a|b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shown := plain.Code(plain.Word(text))
		if strings.ContainsAny(shown, "\n|\x1b\u202e") || strings.Contains(shown, "<!--") || len(shown) > 8*plain.WordMost {
			t.Errorf("%q became %q", text, shown)
		}
	})
}
