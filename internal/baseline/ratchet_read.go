package baseline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/containergate/gate/internal/gate"
)

// The bounds of a committed baseline.
const (
	maxRatchet = 32 << 20
	maxCount   = 1_000_000
)

// ReadRatchet reads a committed baseline. A mistake in it is an error with the
// file's name, line and column; file is the name to say. Entries may stand in
// any order, but an unknown key, one that is there twice, and two entries of the
// same thing are mistakes.
func ReadRatchet(r io.Reader, file string) (Ratchet, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxRatchet+1))
	if err != nil {
		return Ratchet{}, fmt.Errorf("%s: %w", file, err)
	}
	if len(data) > maxRatchet {
		return Ratchet{}, fmt.Errorf("%s: it has more than %d bytes, which is more than is read", file, maxRatchet)
	}
	p := &ratchetParser{file: file, data: data, decoder: json.NewDecoder(bytes.NewReader(data))}
	p.decoder.UseNumber()
	ratchet, err := p.document()
	if err != nil {
		return Ratchet{}, err
	}
	slices.SortFunc(ratchet.Entries, compareEntries)
	return ratchet, nil
}

// ratchetParser reads the file token by token, so that each mistake has a place.
type ratchetParser struct {
	file    string
	data    []byte
	decoder *json.Decoder
	// at is the offset at which the last token begins.
	at int64
}

// next reads a token.
func (p *ratchetParser) next() (json.Token, error) {
	p.skip()
	token, err := p.decoder.Token()
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		p.at = max(p.at, syntax.Offset-1)
		return nil, p.mistake("it is no JSON: %v", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		p.at = int64(len(p.data))
		return nil, p.mistake("it ends too early")
	case err != nil:
		return nil, p.mistake("it is no JSON: %v", err)
	}
	return token, nil
}

// skip goes to where the next token begins.
func (p *ratchetParser) skip() {
	p.at = p.decoder.InputOffset()
	rest := p.data[p.at:]
	p.at += int64(len(rest) - len(bytes.TrimLeft(rest, " \t\r\n,:")))
}

// mistake is an error at the last token.
func (p *ratchetParser) mistake(format string, args ...any) error {
	before := p.data[:min(p.at, int64(len(p.data)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Errorf("%s:%d:%d: %s", p.file, line, column, fmt.Sprintf(format, args...))
}

// open reads the beginning of an object or a list.
func (p *ratchetParser) open(bracket json.Delim, what string) error {
	token, err := p.next()
	if err != nil {
		return err
	}
	if token != bracket {
		return p.mistake("%s must begin with %s", what, bracket)
	}
	return nil
}

// object reads an object whose keys are all known and there.
func (p *ratchetParser) object(what string, required, optional []string, value func(key string) error) error {
	if err := p.open('{', what); err != nil {
		return err
	}
	begin := p.at
	seen := map[string]bool{}
	for p.decoder.More() {
		token, err := p.next()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		known := slices.Concat(required, optional)
		if !slices.Contains(known, key) {
			return p.mistake("unknown key %.40q in %s (one of: %s)", key, what, strings.Join(known, ", "))
		}
		if seen[key] {
			return p.mistake("the key %q is there twice", key)
		}
		seen[key] = true
		if err := value(key); err != nil {
			return err
		}
	}
	if _, err := p.next(); err != nil {
		return err
	}
	for _, key := range required {
		if !seen[key] {
			p.at = begin
			return p.mistake("%s lacks the key %q", what, key)
		}
	}
	return nil
}

// text reads a string that is not empty.
func (p *ratchetParser) text(key string) (string, error) {
	token, err := p.next()
	if err != nil {
		return "", err
	}
	text, ok := token.(string)
	if !ok || text == "" {
		return "", p.mistake("%s must be a text that is not empty", key)
	}
	return text, nil
}

// number reads a whole number within bounds.
func (p *ratchetParser) number(key string, least, most int64) (int64, error) {
	token, err := p.next()
	if err != nil {
		return 0, err
	}
	digits, _ := token.(json.Number)
	n, err := digits.Int64()
	if err != nil || n < least || n > most {
		return 0, p.mistake("%s must be a whole number from %d to %d", key, least, most)
	}
	return n, nil
}

// analyzer reads the name of an analyzer.
func (p *ratchetParser) analyzer() (gate.Analyzer, error) {
	text, err := p.text("analyzer")
	if err != nil {
		return "", err
	}
	if a := gate.Analyzer(text); slices.Contains(gate.Analyzers(), a) {
		return a, nil
	}
	words := make([]string, len(gate.Analyzers()))
	for i, a := range gate.Analyzers() {
		words[i] = string(a)
	}
	return "", p.mistake("analyzer: %.40q is not known (one of: %s)", text, strings.Join(words, ", "))
}
