package baseline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"
)

// maxWindow bounds the memory that unpacking takes beside its result, in bytes.
const maxWindow = 64 << 20

// Read reads what Write wrote. The limit is the size in bytes that it may have
// when unpacked. A document that is truncated, damaged, of another schema
// version or from an incomplete run is an error that says so in one sentence.
func Read(r io.Reader, limit int64) (Kept, error) {
	whole, err := unpacked(r, limit)
	if err != nil {
		return Kept{}, err
	}
	var e envelope
	err = strictly(whole, &e)
	if err != nil || e.Schema != Schema {
		return Kept{}, cmp.Or(ofAnotherVersion(whole), fmt.Errorf("the kept baseline is damaged: %w", err))
	}
	sum := sha256.Sum256(e.Kept)
	if e.SHA256 != hex.EncodeToString(sum[:]) {
		return Kept{}, errors.New("the kept baseline is damaged: its content has another checksum than it says")
	}
	var kept Kept
	if err := strictly(e.Kept, &kept); err != nil {
		return Kept{}, fmt.Errorf("the kept baseline is damaged: %w", err)
	}
	if err := kept.check(); err != nil {
		return Kept{}, err
	}
	return kept, nil
}

// ofAnotherVersion says so of a document of another schema version, of which
// nothing else is known; nil for any other.
func ofAnotherVersion(whole []byte) error {
	var version struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(whole, &version); err == nil && version.Schema != Schema {
		return fmt.Errorf("the kept baseline has the schema version %d, and this gate reads %d: let the default branch keep a new one", version.Schema, Schema)
	}
	return nil
}

// unpacked returns the plain bytes.
func unpacked(r io.Reader, limit int64) ([]byte, error) {
	plain, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, fmt.Errorf("read the kept baseline: %w", err)
	}
	defer plain.Close()
	whole, err := io.ReadAll(io.LimitReader(plain, limit+1))
	switch {
	case int64(len(whole)) > limit:
		return nil, fmt.Errorf("the kept baseline has more than %d bytes, which is more than is read", limit)
	case errors.Is(err, io.ErrUnexpectedEOF), err == nil && len(whole) == 0:
		return nil, errors.New("the kept baseline is truncated: it ends too early")
	case errors.Is(err, zstd.ErrMagicMismatch):
		return nil, errors.New("the kept baseline is damaged: it is not packed as gate packs it")
	case err != nil:
		return nil, fmt.Errorf("the kept baseline is damaged: %w", err)
	}
	return whole, nil
}

// strictly decodes one JSON value that has no field but the known ones.
func strictly(data []byte, into any) error {
	return json.Unmarshal(data, into, json.RejectUnknownMembers(true))
}
