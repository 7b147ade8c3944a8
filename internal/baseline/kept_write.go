package baseline

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// envelope is the file's outermost object. The checksum is over the bytes of Kept.
type envelope struct {
	Schema int             `json:"schema"`
	SHA256 string          `json:"sha256"`
	Kept   json.RawMessage `json:"kept"`
}

// Write writes the document, as JSON packed with Zstandard. Equal documents give
// equal bytes. One that Read would refuse is an error, and nothing is written.
func Write(w io.Writer, kept Kept) error {
	if err := kept.check(); err != nil {
		return fmt.Errorf("keep the baseline: %w", err)
	}
	kept.Created, kept.Captured = kept.Created.UTC(), kept.Captured.UTC()
	if kept.Known == nil {
		kept.Known = []Known{}
	}
	body, err := plainJSON(kept)
	if err != nil {
		return fmt.Errorf("keep the baseline of %.80q: %w", kept.Image, err)
	}
	sum := sha256.Sum256(body)
	whole, err := plainJSON(envelope{Schema: Schema, SHA256: hex.EncodeToString(sum[:]), Kept: body})
	if err != nil {
		return fmt.Errorf("keep the baseline of %.80q: %w", kept.Image, err)
	}
	packer, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("keep the baseline of %.80q: %w", kept.Image, err)
	}
	_, err = packer.Write(whole)
	if err = errors.Join(err, packer.Close()); err != nil {
		return fmt.Errorf("keep the baseline of %.80q: %w", kept.Image, err)
	}
	return nil
}

// plainJSON is JSON that leaves < and > as they are, which documents are full of.
func plainJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}
