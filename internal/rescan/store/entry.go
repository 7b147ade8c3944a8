package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/klauspost/compress/gzip"
)

// The limits of what is kept and read, in bytes.
const (
	maxSBOM  = 256 << 20
	maxState = 16 << 20
	maxHead  = 32 << 10
	// maxPacked is what a registry takes as well.
	maxPacked = 64 << 20
	maxText   = 1024
)

// magic begins every kept document. The number is the version of the form: it
// changes when an older gate would misread what a newer one keeps. A new field
// alone does not change it.
const magic = "gate-kept 1 "

// head is what stands before a document: one line of JSON, with its SHA-256 in
// the line above. Exactly one of SBOM and State is set.
type head struct {
	SBOM *Info `json:"sbom,omitempty"`
	// State is a name. Size and Sum are those of its document.
	State string `json:"state,omitempty"`
	Size  int64  `json:"size,omitempty"`
	Sum   string `json:"sum,omitempty"`
	// Packed is the number of bytes that follow: the document, packed by gzip.
	Packed int64 `json:"packed"`
}

// packSBOM makes the bytes of an entry.
func packSBOM(entry Entry) ([]byte, head, error) {
	info := entry.Info
	info.Catalogued = info.Catalogued.UTC()
	info.Size, info.Sum = int64(len(entry.SBOM)), sum(entry.SBOM)
	return pack(head{SBOM: &info}, entry.SBOM)
}

// packState makes the bytes of a state.
func packState(state State) ([]byte, head, error) {
	return pack(head{State: state.Name, Size: int64(len(state.Data)), Sum: sum(state.Data)}, state.Data)
}

func pack(of head, document []byte) ([]byte, head, error) {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err := writer.Write(document)
	if err := errors.Join(err, writer.Close()); err != nil {
		return nil, head{}, err
	}
	of.Packed = int64(packed.Len())
	if err := of.check(); err != nil {
		return nil, head{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	line, err := json.Marshal(of)
	if err != nil {
		return nil, head{}, err
	}
	if len(line) > maxHead {
		return nil, head{}, fmt.Errorf("%w: what is known of it has more than %d bytes", ErrInvalid, maxHead)
	}
	return fmt.Appendf(nil, "%s%s\n%s\n%s", magic, sum(line), line, packed.Bytes()), of, nil
}

// readHead reads the two lines before a document, and how long they are.
func readHead(start []byte) (head, int, error) {
	rest, found := bytes.CutPrefix(start, []byte(magic))
	if !found || len(rest) < 65 || rest[64] != '\n' {
		return head{}, 0, errors.New("it does not begin as gate's documents of this version do")
	}
	line, _, found := bytes.Cut(rest[65:], []byte("\n"))
	if !found || len(line) > maxHead {
		return head{}, 0, errors.New("its first lines are cut off")
	}
	if sum(line) != string(rest[:64]) {
		return head{}, 0, errors.New("its first lines have another checksum than they should")
	}
	of, err := parseHead(line)
	return of, len(magic) + 65 + len(line) + 1, err
}

// parseHead reads what is known of a document.
func parseHead(line []byte) (head, error) {
	var of head
	if err := json.Unmarshal(line, &of); err != nil {
		return head{}, fmt.Errorf("what is known of it is not valid: %w", err)
	}
	return of, of.check()
}

// unpack reads a document whole and holds it against its checksum.
func unpack(data []byte) (head, []byte, error) {
	of, start, err := readHead(data)
	if err != nil {
		return head{}, nil, err
	}
	packed := bytes.NewReader(data[start:])
	if packed.Size() != of.Packed {
		return head{}, nil, fmt.Errorf("it has %d bytes, and should have %d", packed.Size(), of.Packed)
	}
	size, want := of.document()
	reader, err := gzip.NewReader(packed)
	if err != nil {
		return head{}, nil, fmt.Errorf("it can't be unpacked: %w", err)
	}
	reader.Multistream(false)
	document, err := io.ReadAll(io.LimitReader(reader, size+1))
	switch {
	case err != nil:
		return head{}, nil, fmt.Errorf("it can't be unpacked: %w", err)
	case int64(len(document)) != size || packed.Len() != 0:
		return head{}, nil, errors.New("it has another size than it should")
	case sum(document) != want:
		return head{}, nil, errors.New("it has another checksum than it should")
	}
	return of, document, nil
}

// document gives the size and the checksum.
func (h head) document() (size int64, sum string) {
	if h.SBOM != nil {
		return h.SBOM.Size, h.SBOM.Sum
	}
	return h.Size, h.Sum
}

func (h head) check() error {
	if (h.SBOM == nil) == (h.State == "") {
		return errors.New("it is neither a bill of materials nor a state")
	}
	size, sum := h.document()
	most := int64(maxState)
	if h.SBOM != nil {
		most = maxSBOM
		if err := h.SBOM.check(); err != nil {
			return err
		}
	}
	switch {
	case size < 0 || size > most || h.Packed < 0 || h.Packed > maxPacked:
		return fmt.Errorf("it has %d bytes (%d packed), and up to %d (%d packed) are kept", size, h.Packed, most, maxPacked)
	case !isHex(sum):
		return errors.New("it has no checksum")
	case !plain(h.State):
		return fmt.Errorf("the name %.80q is too long or holds control characters", h.State)
	}
	return nil
}

func (i Info) check() error {
	if _, err := hexDigest(i.Digest); err != nil {
		return err
	}
	for _, text := range []string{i.Platform, i.Reference, i.ConfigID, i.Format, i.Origin, i.Cataloguer} {
		if !plain(text) {
			return fmt.Errorf("%.80q is too long or holds control characters", text)
		}
	}
	switch {
	case i.Format == "":
		return errors.New("it does not say its format")
	case i.Size == 0:
		return errors.New("the document is empty, which no image's is")
	case i.ImageSize < 0:
		return fmt.Errorf("the image can't have %d bytes", i.ImageSize)
	}
	return nil
}

func plain(text string) bool {
	return len(text) <= maxText && !strings.ContainsFunc(text, unicode.IsControl)
}

func sum(data []byte) string {
	made := sha256.Sum256(data)
	return hex.EncodeToString(made[:])
}
