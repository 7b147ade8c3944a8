package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// digestOf makes a digest of a word.
func digestOf(word string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(word))) }

// entryOf makes an entry whose document has some length and does not pack well.
func entryOf(word string, length int) Entry {
	source := rand.New(rand.NewPCG(uint64(length), 7))
	document := bytes.NewBufferString(`{"artifacts": "` + word)
	for document.Len() < length {
		fmt.Fprintf(document, "%x", source.Uint64())
	}
	document.WriteString(`"}`)
	return Entry{
		Info: Info{
			Digest: digestOf(word), Platform: "linux/amd64", Reference: "registry.example.com/app:" + word, ConfigID: digestOf("config"),
			ImageSize: 12345, Format: "syft-json", Cataloguer: "gate 1, syft 1.54", Catalogued: time.Date(2026, 9, 1, 12, 0, 0, 0, time.FixedZone("", 3600)),
		},
		SBOM: document.Bytes(),
	}
}

func openTemp(t *testing.T) *dir {
	t.Helper()
	return openAt(t, t.TempDir())
}

func openAt(t *testing.T, place string) *dir {
	t.Helper()
	opened, err := openDir(place)
	check(t, err)
	t.Cleanup(func() { check(t, opened.Close()) })
	return opened
}
