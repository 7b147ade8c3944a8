package scan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/anchore/syft/syft/artifact"
	"github.com/klauspost/compress/zstd"
)

// maxFunctions is how large the functions of all modules of a document may be
// when they are unpacked, in bytes. A program of Kubernetes' size has a megabyte.
const maxFunctions = 256 << 20

// symbols are the functions of a module by the Go package that they are in.
type symbols map[string][]string

// packedFunctions are the functions of Go modules by the id of the package in
// the same document. gate alone writes them, in what it keeps for later: in the
// document itself, which any other reader may have, a module that has its
// functions here lists none, so that whoever does not know of them finds too
// much rather than too little.
//
// The text of one is packed with Zstandard. In it every Go package is a line
// with its path, a line for each function, and an empty line.
type packedFunctions map[artifact.ID][]byte

// packable reports whether the text can hold them.
func (s symbols) packable() bool {
	for path, names := range s {
		if noLine(path) || slices.ContainsFunc(names, noLine) {
			return false
		}
	}
	return len(s) > 0
}

func noLine(text string) bool {
	return text == "" || strings.Contains(text, "\n") || !utf8.ValidString(text)
}

// text has the paths sorted, and the functions in their order.
func (s symbols) text() string {
	var out strings.Builder
	for _, path := range slices.Sorted(maps.Keys(s)) {
		for _, line := range append([]string{path}, s[path]...) {
			out.WriteString(line)
			out.WriteByte('\n')
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// parseSymbols reads of what text wrote the functions that count. Of packages in
// which none does there is the name, so that the module is not taken for one of
// which no functions are known.
func parseSymbols(text string, counts counting) (symbols, error) {
	blocks, ended := strings.CutSuffix(text, "\n\n")
	if !ended || !utf8.ValidString(text) {
		return nil, errors.New("the functions of a Go module are damaged")
	}
	out := make(symbols, strings.Count(blocks, "\n\n")+1)
	for block := range strings.SplitSeq(blocks, "\n\n") {
		path, names, more := strings.Cut(block, "\n")
		out[path] = nil
		if more && counts.any(path) {
			out[path] = counts.of(path, strings.Split(names, "\n"))
		}
	}
	return out, nil
}

// withFunctions adds functions to a document, without what redact takes out.
func withFunctions(document []byte, all map[artifact.ID]symbols, redact func(string) string) ([]byte, error) {
	if len(all) == 0 {
		return document, nil
	}
	body, ended := bytes.CutSuffix(bytes.TrimRight(document, "\n"), []byte("}"))
	if !ended {
		// Without them, whoever compares with the document takes too much for old.
		return nil, errors.New("the document has no end to write the functions of Go modules at")
	}
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	packed := make(packedFunctions, len(all))
	for id, functions := range all {
		text := functions.text()
		if redact != nil {
			text = redact(text)
		}
		packed[id] = packer.EncodeAll([]byte(text), nil)
	}
	if err := packer.Close(); err != nil {
		return nil, err
	}
	member, err := json.Marshal(packed)
	if err != nil {
		return nil, err
	}
	return slices.Concat(body, []byte(`,"functions":`), member, []byte("}\n")), nil
}

// unpacker reads the functions of one document. Several goroutines may use it.
type unpacker struct {
	once   sync.Once
	reader *zstd.Decoder
	err    error
	// total is how many bytes were unpacked until now.
	total atomic.Int64
}

// symbols reads the functions of a module, as parseSymbols does.
func (u *unpacker) symbols(packed []byte, counts counting) (symbols, error) {
	u.once.Do(func() {
		u.reader, u.err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxFunctions))
	})
	if u.err != nil {
		return nil, u.err
	}
	text, err := u.reader.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack the functions of a Go module: %w", err)
	}
	if u.total.Add(int64(len(text))) > maxFunctions {
		return nil, fmt.Errorf("the functions of its Go modules take more than %d MB", maxFunctions>>20)
	}
	return parseSymbols(string(text), counts)
}

// close gives back what unpacking holds.
func (u *unpacker) close() {
	if u.reader != nil {
		u.reader.Close()
	}
}

// unpackedFunctions is a document with all functions where syft has them; one
// that has none apart stays as it is.
func unpackedFunctions(document []byte) ([]byte, error) {
	if !bytes.Contains(document, []byte(`"functions"`)) {
		return document, nil
	}
	var whole map[string]json.RawMessage
	if json.Unmarshal(document, &whole) != nil || whole["functions"] == nil {
		// Whether it is a document at all, the library says.
		return document, nil
	}
	var packed packedFunctions
	var packages []map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(whole["functions"], &packed), json.Unmarshal(whole["artifacts"], &packages)); err != nil {
		return nil, fmt.Errorf("read the functions of Go modules: %w", err)
	}
	var unpack unpacker
	defer unpack.close()
	for _, p := range packages {
		if err := packed.into(p, &unpack); err != nil {
			return nil, err
		}
	}
	delete(whole, "functions")
	var err error
	if whole["artifacts"], err = json.Marshal(packages); err != nil {
		return nil, err
	}
	return json.Marshal(whole)
}

// into puts a package's functions into what a document says of it.
func (f packedFunctions) into(p map[string]json.RawMessage, unpack *unpacker) error {
	var id artifact.ID
	var metadata map[string]json.RawMessage
	// What has no id that can be read has no functions either.
	_ = json.Unmarshal(p["id"], &id)
	if len(f[id]) == 0 {
		return nil
	}
	if json.Unmarshal(p["metadata"], &metadata) != nil || metadata == nil {
		return fmt.Errorf("package %.40q has functions and is no Go module", id)
	}
	all, err := unpack.symbols(f[id], counting{all: true})
	if err != nil {
		return err
	}
	if metadata["symbols"], err = json.Marshal(all); err != nil {
		return err
	}
	p["metadata"], err = json.Marshal(metadata)
	return err
}
