package store

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// forged is a document with a right head that tells what it likes.
func forged(t testing.TB, of head, document []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err := writer.Write(document)
	check(t, err)
	check(t, writer.Close())
	of.Packed = int64(packed.Len())
	line, err := json.Marshal(of)
	check(t, err)
	return fmt.Appendf(nil, "%s%s\n%s\n%s", magic, sum(line), line, packed.Bytes())
}

func TestADocumentThatLiesAboutItselfIsRefused(t *testing.T) {
	bomb := make([]byte, 17<<20)
	info := entryOf("a", 10).Info
	info.Size, info.Sum = 10, sum(bomb)
	about := func(change func(*Info)) head {
		changed := info
		change(&changed)
		return head{SBOM: &changed}
	}
	for name, of := range map[string]head{
		"a small one that unpacks to much":    about(func(*Info) {}),
		"one that says it is larger":          about(func(i *Info) { i.Size = 18 << 20 }),
		"one that says it is far too large":   about(func(i *Info) { i.Size = maxSBOM + 1 }),
		"one with a negative size":            about(func(i *Info) { i.Size = -1 }),
		"one with another checksum":           about(func(i *Info) { i.Size, i.Sum = int64(len(bomb)), sum(nil) }),
		"one of no image":                     about(func(i *Info) { i.Digest = "latest" }),
		"one with a terminal's commands":      about(func(i *Info) { i.Reference = "\x1b]0;x\a" }),
		"one that is two things at once":      {SBOM: &info, State: "a"},
		"one that is nothing":                 {Size: 10, Sum: sum(bomb)},
		"a state that is larger than they be": {State: "a", Size: int64(len(bomb)), Sum: sum(bomb)},
	} {
		if _, _, err := unpack(forged(t, of, bomb)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	info.Size = int64(len(bomb))
	if _, _, err := unpack(forged(t, head{SBOM: &info}, bomb)); err != nil {
		t.Errorf("an honest one: %v", err)
	}
}

func TestUnpackingStopsWhereADocumentSaysItEnds(t *testing.T) {
	info := entryOf("a", 10).Info
	info.Size, info.Sum = 10, sum(nil)
	data := forged(t, head{SBOM: &info}, make([]byte, 64<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := unpack(data)
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; err == nil || taken > 4<<20 {
		t.Errorf("%d bytes were taken, %v", taken, err)
	}
}

func FuzzDocument(f *testing.F) {
	seed, _, err := packSBOM(entryOf("a", 100))
	check(f, err)
	f.Add(seed)
	seed, _, err = packState(State{Name: "a", Data: []byte("one")})
	check(f, err)
	f.Add(seed)
	f.Add([]byte(magic + strings.Repeat("0", 64) + "\n{}\n"))
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		// A head without the right checksum is soon refused: the rest is tried with one.
		before, rest, _ := bytes.Cut(data, []byte("\n"))
		if line, packed, found := bytes.Cut(rest, []byte("\n")); found && bytes.HasPrefix(before, []byte(magic)) {
			data = fmt.Appendf(nil, "%s%s\n%s\n%s", magic, sum(line), line, packed)
		}
		of, document, err := unpack(data)
		if err != nil {
			return
		}
		if size, want := of.document(); int64(len(document)) != size || sum(document) != want || of.check() != nil {
			t.Errorf("%q became %+v and %d bytes", data, of, len(document))
		}
		again, _, err := pack(of, document)
		if err != nil {
			t.Fatalf("%+v can't be kept again: %v", of, err)
		}
		if back, same, err := unpack(again); err != nil || !bytes.Equal(same, document) || back.State != of.State {
			t.Errorf("%+v became %+v, %v", of, back, err)
		}
	})
}
