package listing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"
)

// form is how an attached file is read.
type form int

const (
	formNone form = iota
	// formList is a list of images.
	formList
	// formText is a text that may name images.
	formText
	// formBill is a bill of materials.
	formBill
)

var (
	listForm = regexp.MustCompile(`image|digest`)
	// sumsForm is a text that names no images, or those of others.
	sumsForm = regexp.MustCompile(`checksum|sha(1|256|512)|md5|sums?\b|licen[cs]e|notice|readme|changelog|requirements`)
)

// formOf tells by an attached file's name how it is read.
func formOf(title string) form {
	title = strings.ToLower(title)
	extension := path.Ext(title)
	switch {
	case isBill(title):
		return formBill
	case listForm.MatchString(title) && (extension == ".txt" || extension == ".json" || extension == ".list" || extension == "" && strings.Contains(title, "digests")):
		return formList
	case extension == ".txt" && !sumsForm.MatchString(title):
		return formText
	}
	return formNone
}

// list reads an attached file that may be a list of images.
func (p *publication) list(ctx context.Context, asset Asset) {
	kind := formOf(asset.Name)
	if kind != formList && kind != formText {
		return
	}
	const next = "attach a correct list, or leave the release out with except"
	text, err := p.fetch(ctx, asset)
	if err != nil {
		p.gap(fmt.Sprintf("the file %s of %s can't be read: %s", quote(asset.Name), p.place(), reason(err)), next)
		return
	}
	if kind == formText {
		p.mention(inNotes(string(text), p.release.Tag)...)
		return
	}
	found, faults := inList(string(text), p.release.Tag)
	p.mention(found...)
	for _, fault := range faults {
		p.gap(fmt.Sprintf("the file %s of %s: %s", quote(asset.Name), p.place(), fault), next)
	}
}

// fetch downloads a list, and holds it against the digest that GitHub has of it.
func (p *publication) fetch(ctx context.Context, asset Asset) ([]byte, error) {
	if asset.Size > mostBytes {
		return nil, fmt.Errorf("it has more than %d bytes", mostBytes)
	}
	if *p.fetched++; *p.fetched > mostLists {
		return nil, fmt.Errorf("the releases have more than %d lists; choose fewer with last", mostLists)
	}
	text, err := p.world.GitHub.Asset(ctx, p.repository, asset.ID, mostBytes)
	if err != nil {
		return nil, err
	}
	if len(text) > mostBytes {
		return nil, fmt.Errorf("it has more than %d bytes", mostBytes)
	}
	sum := sha256.Sum256(text)
	if isDigest(asset.Digest) && asset.Digest != "sha256:"+hex.EncodeToString(sum[:]) {
		return nil, errors.New("what was downloaded is not what GitHub has the digest of")
	}
	if !utf8.Valid(text) {
		return nil, errors.New("it is no text")
	}
	return text, nil
}

// inList reads a list of images: lines, or a JSON array of references. Other
// JSON is read for what is unmistakable in it. The faults say what may be an
// image and can't be read.
func inList(text, tag string) (found []mention, faults []string) {
	trimmed := strings.TrimSpace(text)
	if strings.HasPrefix(trimmed, "[") || strings.HasPrefix(trimmed, "{") {
		return inJSON(trimmed, tag)
	}
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		m, names, err := parseLine(line)
		switch {
		case err != nil && len(faults) > mostTold:
			return found, faults
		case err != nil:
			faults = append(faults, fmt.Sprintf("line %d: %s", number, err))
		case names:
			found = append(found, m)
		}
	}
	if len(found)+len(faults) == 0 {
		faults = append(faults, "it names no image")
	}
	return found, faults
}

func inJSON(text, tag string) (found []mention, faults []string) {
	if !json.Valid([]byte(text)) {
		return nil, []string{"it is no valid JSON"}
	}
	var references []string
	if err := json.Unmarshal([]byte(text), &references); err != nil {
		if found = inNotes(strings.ReplaceAll(text, ",", "\n"), tag); len(found) == 0 {
			faults = append(faults, "it is no JSON array of references")
		}
		return found, faults
	}
	for _, one := range references {
		m, names, err := parseLine(one)
		switch {
		case err != nil && len(faults) > mostTold:
			return found, faults
		case err != nil:
			faults = append(faults, err.Error())
		case names:
			found = append(found, m)
		}
	}
	if len(references) == 0 {
		faults = append(faults, "it names no image")
	}
	return found, faults
}
