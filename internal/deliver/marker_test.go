package deliver

import (
	"strings"
	"testing"
)

func TestAMarkerIsReadAsItWasWritten(t *testing.T) {
	m := newMarker(target(1<<62), saidResolved)
	got, ok := parseMarker(m.String() + "\ntext")
	if !ok || got != m {
		t.Errorf("got %+v, want %+v", got, m)
	}
	if got, ok = parseMarker(strings.ReplaceAll(m.String(), "\n", "\r\n")); !ok || got != m {
		t.Errorf("with CR LF: %+v", got)
	}
}

func TestWhatATargetLacksIsZeroInTheMarker(t *testing.T) {
	m := newMarker(Target{RunID: -1, Attempt: -5, HeadSHA: "--> @mona"}, saidFail)
	if got, ok := parseMarker(m.String()); !ok || got.run != 0 || got.attempt != 0 || strings.Trim(got.sha, "0") != "" {
		t.Errorf("got %+v from %q", got, m.String())
	}
}

func TestWhatIsNoMarker(t *testing.T) {
	good := strings.SplitN(newMarker(target(10), saidFail).String(), "\n", 2)[0]
	for _, text := range []string{
		"", "text", " " + good, "\n" + good, good + " ", good + "x", strings.ToUpper(good),
		strings.Replace(good, "run=10", "run=010", 1), strings.Replace(good, "run=10", "run=-1", 1),
		strings.Replace(good, "run=10", "run=99999999999999999999", 1), strings.Replace(good, "run=10", "run=9999999999999999999", 1),
		strings.Replace(good, "run=10", "run=10 run=11", 1), strings.Replace(good, "attempt=1", "attempt=", 1),
		strings.Replace(good, "sha=1", "sha=", 1), strings.Replace(good, "-->", "-- >", 1), strings.Replace(good, "gate key", "gate  key", 1),
		"\ufeff" + good,
	} {
		if m, ok := parseMarker(text); ok {
			t.Errorf("%q is read as %+v", text, m)
		}
	}
}

func FuzzMarker(f *testing.F) {
	f.Add(newMarker(target(10), saidFail).String() + "text")
	f.Add("<!-- gate key=0000000000000000 run=0 attempt=0 sha=0000000000000000000000000000000000000000 -->\r\n<!-- gate said=pass -->")
	f.Fuzz(func(t *testing.T, body string) {
		m, ok := parseMarker(body)
		if !ok {
			return
		}
		line, _ := cutLine(body)
		if again, _ := cutLine(m.String()); again != line {
			t.Errorf("%q is read as %q", line, again)
		}
		if m.run < 0 || m.attempt < 0 || !isCommit(m.sha) {
			t.Errorf("%+v", m)
		}
	})
}
