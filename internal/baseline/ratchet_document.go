package baseline

import (
	"errors"
	"io"
)

// document reads the whole file.
func (p *ratchetParser) document() (Ratchet, error) {
	var r Ratchet
	err := p.object("the baseline", []string{"version", "entries"}, nil, func(key string) error {
		if key == "version" {
			return p.version()
		}
		return p.entries(&r)
	})
	if err != nil {
		return Ratchet{}, err
	}
	p.skip()
	if _, err := p.decoder.Token(); !errors.Is(err, io.EOF) {
		return Ratchet{}, p.mistake("something follows the end of the baseline")
	}
	return r, nil
}

func (p *ratchetParser) version() error {
	const most = 1_000_000
	version, err := p.number("version", 1, most)
	if err != nil {
		return err
	}
	if version != RatchetVersion {
		return p.mistake("the baseline has version %d, and this gate reads %d", version, RatchetVersion)
	}
	return nil
}

func (p *ratchetParser) entries(r *Ratchet) error {
	if err := p.open('[', "entries"); err != nil {
		return err
	}
	seen := map[Entry]bool{}
	for p.decoder.More() {
		e, at, err := p.entry()
		if err != nil {
			return err
		}
		bare := e
		bare.Count = 0
		if seen[bare] {
			p.at = at
			return p.mistake("%s is there twice: add the counts", e)
		}
		seen[bare] = true
		r.Entries = append(r.Entries, e)
	}
	_, err := p.next()
	return err
}

// entry reads one entry, and returns where it begins.
func (p *ratchetParser) entry() (e Entry, at int64, err error) {
	err = p.object("an entry", []string{"analyzer", "rule", "subject", "count"}, []string{"image"}, func(key string) error {
		if at == 0 {
			at = p.at
		}
		var err error
		switch key {
		case "image":
			e.Image, err = p.text(key)
		case "analyzer":
			e.Analyzer, err = p.analyzer()
		case "rule":
			e.Rule, err = p.text(key)
		case "subject":
			e.Subject, err = p.text(key)
		default:
			var n int64
			n, err = p.number(key, 1, maxCount)
			e.Count = int(n)
		}
		return err
	})
	return e, at, err
}
