package baseline_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	difference "github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/baseline"
	"github.com/containergate/gate/internal/gate"
)

const most = 1 << 20

func now() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func aKept() baseline.Kept {
	return baseline.Kept{
		Tool: gate.Tool{Name: "gate", Version: "1.0.0"}, Image: "shop", Platform: "linux/amd64", Digest: "sha256:" + strings.Repeat("d", 64),
		Commit: strings.Repeat("c", 40), Created: now().Add(-time.Hour), Captured: now().Add(-24 * time.Hour), Complete: true,
		Dockerfile: &baseline.Dockerfile{Path: "docker/Dockerfile", Text: "FROM debian:12\nRUN a && b > c\n"},
		Known: baseline.KnownOf([]gate.Finding{
			vulnerability("GHSA-a", "zlib", "1", aliases("CVE-1"), exploited(true)), fault("no-sudo", "Dockerfile", 3, "0", "RUN sudo x"),
		}),
		SBOM: json.RawMessage(`{"artifacts":[{"name":"a <b> & ü\u2028","size":12345678901234567890}]}`), ContextSBOM: json.RawMessage(`{}`),
	}
}

func written(t *testing.T, kept baseline.Kept) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := baseline.Write(&out, kept); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func packed(t testing.TB, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// sealed is a document around any content, with the right checksum.
func sealed(t testing.TB, schema int, content string) []byte {
	t.Helper()
	sum := sha256.Sum256([]byte(content))
	return packed(t, fmt.Sprintf(`{"schema":%d,"sha256":%q,"kept":%s}`, schema, hex.EncodeToString(sum[:]), content))
}

func plain(t testing.TB, kept baseline.Kept) string {
	t.Helper()
	text, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatIsKeptIsReadAgain(t *testing.T) {
	want := aKept()
	data := written(t, want)
	got, err := baseline.Read(bytes.NewReader(data), most)
	if err != nil {
		t.Fatal(err)
	}
	if diff := difference.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	want.Created = want.Created.In(time.FixedZone("x", 3600))
	if !bytes.Equal(data, written(t, want)) {
		t.Error("another time zone gives other bytes")
	}
}

func TestTheSBOMStaysAsItIsWithinItsDocument(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		kept := aKept()
		text, err := json.Marshal(map[string]any{rapid.String().Draw(r, "key"): rapid.SliceOf(rapid.String()).Draw(r, "values")})
		if err != nil {
			r.Fatal(err)
		}
		kept.SBOM, kept.Known = text, baseline.KnownOf(genFindings().Draw(r, "findings"))
		var out bytes.Buffer
		if err := baseline.Write(&out, kept); err != nil {
			r.Fatal(err)
		}
		got, err := baseline.Read(&out, most)
		if diff := difference.Diff(kept, got); diff != "" || err != nil {
			r.Fatal(err, diff)
		}
	})
}

func TestReadRefuses(t *testing.T) {
	good := written(t, aKept())
	incomplete := aKept()
	incomplete.Complete = false
	noCommit := aKept()
	noCommit.Commit = "main"
	withoutSBOM := aKept()
	withoutSBOM.SBOM = nil
	flipped := bytes.Replace([]byte(plain(t, aKept())), []byte("shop"), []byte("till"), 1)
	sum := sha256.Sum256([]byte(plain(t, aKept())))
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":                    {nil, "truncated"},
		"half of it":                 {good[:len(good)/2], "truncated"},
		"one byte too few":           {good[:len(good)-1], "truncated"},
		"text":                       {[]byte("<html>not found</html>"), "not packed"},
		"another schema":             {packed(t, `{"schema":1,"what":"is this"}`), "schema version 1, and this gate reads 2"},
		"no schema":                  {packed(t, `{}`), "schema version 0"},
		"no JSON":                    {packed(t, `{`), "damaged"},
		"a list":                     {packed(t, `[]`), "damaged"},
		"an unknown key":             {packed(t, `{"schema":2,"x":1}`), "damaged"},
		"something behind it":        {append(bytes.Clone(good), packed(t, "{}")...), "damaged"},
		"an unknown key within":      {sealed(t, 2, `{"x":1}`), "damaged"},
		"null":                       {sealed(t, 2, `null`), "incomplete"},
		"another content":            {packed(t, fmt.Sprintf(`{"schema":2,"sha256":%q,"kept":%s}`, hex.EncodeToString(sum[:]), flipped)), "another checksum"},
		"an incomplete run":          {sealed(t, 2, plain(t, incomplete)), "incomplete run"},
		"no commit":                  {sealed(t, 2, plain(t, noCommit)), "names no commit"},
		"a severity that is none":    {sealed(t, 2, strings.Replace(plain(t, aKept()), `"high"`, `"dire"`, 1)), "unknown severity"},
		"no SBOM":                    {sealed(t, 2, plain(t, withoutSBOM)), "no SBOM"},
		"a name that comes twice":    {sealed(t, 2, strings.Replace(plain(t, aKept()), `"sbom":{`, `"sbom":null,"sbom":{`, 1)), "damaged"},
		"more than is read":          {packed(t, strings.Repeat(" ", most+1)), "more than 1048576 bytes"},
		"no day on which it is from": {sealed(t, 2, strings.Replace(plain(t, aKept()), `"created":"2026-11-22T11:00:00Z"`, `"created":"0001-01-01T00:00:00Z"`, 1)), "when it was made"},
	} {
		kept, err := baseline.Read(bytes.NewReader(tt.data), most)
		if err == nil || !strings.Contains(err.Error(), tt.want) || kept.Image != "" {
			t.Errorf("%s: want %q, got %v", name, tt.want, err)
		}
	}
}

func TestAnIncompleteRunKeepsNothing(t *testing.T) {
	kept := aKept()
	kept.Complete = false
	var out bytes.Buffer
	if err := baseline.Write(&out, kept); err == nil || out.Len() > 0 {
		t.Errorf("%d bytes were written, %v", out.Len(), err)
	}
	kept = aKept()
	kept.SBOM = json.RawMessage(`{"cut`)
	if err := baseline.Write(&out, kept); err == nil || out.Len() > 0 {
		t.Errorf("an SBOM that is none: %d bytes were written, %v", out.Len(), err)
	}
}

func TestEveryChangedByteIsNoticed(t *testing.T) {
	good := written(t, aKept())
	for i := range good {
		for _, flip := range []byte{1, 0x80} {
			bad := bytes.Clone(good)
			bad[i] ^= flip
			got, err := baseline.Read(bytes.NewReader(bad), most)
			if err == nil && !difference.Equal(aKept(), got) {
				t.Errorf("byte %d is another one, and nobody noticed", i)
			}
		}
	}
}

func TestFits(t *testing.T) {
	fits := func(edit func(*baseline.Kept, *baseline.Want)) error {
		kept, want := aKept(), baseline.Want{Image: "shop", Platform: "linux/amd64", Commit: strings.Repeat("c", 40), Now: now()}
		edit(&kept, &want)
		return kept.Fits(want)
	}
	for name, tt := range map[string]struct {
		edit func(*baseline.Kept, *baseline.Want)
		want string
	}{
		"all is right":             {func(*baseline.Kept, *baseline.Want) {}, ""},
		"any commit will do":       {func(_ *baseline.Kept, w *baseline.Want) { w.Commit = "" }, ""},
		"a clock that is ahead":    {func(k *baseline.Kept, _ *baseline.Want) { k.Created = now().Add(5 * time.Minute) }, ""},
		"from the future":          {func(k *baseline.Kept, _ *baseline.Want) { k.Created = now().Add(5*time.Minute + 1) }, "from the future"},
		"another image":            {func(_ *baseline.Kept, w *baseline.Want) { w.Image = "till" }, `of the image "shop", not of "till"`},
		"another platform":         {func(_ *baseline.Kept, w *baseline.Want) { w.Platform = "linux/arm64" }, `for the platform "linux/amd64", not for "linux/arm64"`},
		"another commit":           {func(_ *baseline.Kept, w *baseline.Want) { w.Commit = strings.Repeat("b", 40) }, "of commit cccc"},
		"an incomplete run":        {func(k *baseline.Kept, _ *baseline.Want) { k.Complete = false }, "incomplete run"},
		"a document that is empty": {func(k *baseline.Kept, _ *baseline.Want) { *k = baseline.Kept{} }, "incomplete run"},
	} {
		err := fits(tt.edit)
		if (err == nil) != (tt.want == "") || (err != nil && !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: want %q, got %v", name, tt.want, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(plain(f, aKept())), true)
	f.Add([]byte(`{"schema":2,"sha256":"","kept":{}}`), false)
	f.Add([]byte(`{"known":[{"names":[],"severity":"high"}]}`), true)
	f.Fuzz(func(t *testing.T, text []byte, seal bool) {
		data := packed(t, string(text))
		if seal {
			data = sealed(t, 2, string(text))
		}
		for _, bytesOf := range [][]byte{text, data} {
			kept, err := baseline.Read(bytes.NewReader(bytesOf), most)
			if err != nil {
				continue
			}
			var out bytes.Buffer
			if err := baseline.Write(&out, kept); err != nil {
				t.Fatalf("what was read can't be written: %v", err)
			}
			again, err := baseline.Read(&out, 4*most)
			if err != nil || again.Image != kept.Image || len(again.Known) != len(kept.Known) {
				t.Fatalf("what was written can't be read: %v", err)
			}
			// What may stand in it must not break what uses it.
			baseline.Mark(baseline.Base{Findings: []gate.Finding{vulnerability("CVE-1", "zlib", "1")}, Kept: &kept}, nil)
		}
	})
}
