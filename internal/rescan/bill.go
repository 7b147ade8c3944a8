package rescan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
	"github.com/containergate/gate/internal/rescan/store"
)

// formatSyft is what gate makes itself.
const formatSyft = "syft-json"

// bill is a bill of materials that says what is in a target.
type bill struct {
	kind   string
	format string
	// source is where it was found, for the reader and for the store; empty for
	// one that gate made.
	source string
	data   []byte
}

// look finds out what is in a target: from the bill of materials that is kept,
// or one that lies beside it, and from the image itself where there is none, or
// none that is of use.
func (p *part) look(ctx context.Context, t Target) (seen check.Seen, b bill, notes []string, err error) {
	entry, seenThen, err := p.kept(ctx, t)
	if err == nil {
		b = bill{kind: billKept, format: entry.Info.Format, source: entry.Info.Origin, data: entry.SBOM}
		seen, err = p.match(ctx, t, b)
		if err == nil && (!useless(seen) || entry.Info.Origin == "" && !passing(seen.Gaps)) || ctx.Err() != nil {
			seen.Gaps = append(seen.Gaps, seenThen...)
			return seen, b, nil, cause(ctx, err)
		}
		notes = append(notes, "The bill of materials that is kept is of no use, so the image was looked at again.")
	} else if !missing(err) {
		notes = append(notes, fmt.Sprintf("What is kept of it could not be read: %v.", err))
	}
	candidates, more := p.lying(ctx, t)
	notes = append(notes, more...)
	for _, b := range candidates {
		seen, err := p.match(ctx, t, b)
		if ctx.Err() != nil {
			return check.Seen{}, b, nil, context.Cause(ctx)
		}
		if err != nil || useless(seen) {
			notes = append(notes, fmt.Sprintf("The bill of materials at %s is of no use: %s.", b.source, whyUseless(seen, err)))
			continue
		}
		return seen, b, append(notes, p.keep(ctx, t, b)...), nil
	}
	seen, more, err = p.read(ctx, t)
	return seen, bill{kind: billImage}, append(notes, more...), err
}

// lying are the bills of materials that lie beside a target, in its registry and
// its release.
func (p *part) lying(ctx context.Context, t Target) (found []bill, notes []string) {
	if !p.world.Trust {
		return nil, nil
	}
	attached, more, err := image.SBOMs(ctx, "registry:"+t.Repository+"@"+t.Index, t.Digest, p.world.Registry)
	notes = append(notes, more...)
	if err != nil {
		notes = append(notes, fmt.Sprintf("Whether a bill of materials lies beside it is not known: %v.", err))
	}
	for _, one := range attached {
		found = append(found, bill{kind: billAttached, format: one.Format, source: one.Source, data: one.Data})
	}
	for _, asset := range t.Released.Bills {
		if p.world.Assets == nil || asset.Platform != "" && asset.Platform != t.Platform {
			continue
		}
		data, err := p.world.Assets(ctx, asset)
		if err != nil {
			notes = append(notes, fmt.Sprintf("The file %s of the release could not be read: %v.", asset.Name, err))
			continue
		}
		if !names(data, t, asset) {
			notes = append(notes, fmt.Sprintf("The file %s of the release does not name the image by its digest, so it is not known to be about it.", asset.Name))
			continue
		}
		found = append(found, bill{kind: billReleased, source: asset.Repository + " release file " + asset.Name, data: data})
	}
	return found, notes
}

// names reports whether a bill of materials names an image by the digest of its
// manifest or configuration. A file of a release may as well be about a program
// that was released beside the image, and would hide what else is in that. The
// digest of an index is enough only where the file's name says which platform.
func names(data []byte, t Target, asset gate.ReleasedBill) bool {
	digests := []string{t.Digest, t.ConfigID}
	if asset.Platform == t.Platform {
		digests = append(digests, t.Index)
	}
	return slices.ContainsFunc(digests, func(digest string) bool {
		_, hex, found := strings.Cut(digest, ":")
		return found && bytes.Contains(data, []byte(hex))
	})
}

// match matches the packages of a bill of materials.
func (p *part) match(ctx context.Context, t Target, b bill) (check.Seen, error) {
	file, remove, err := p.temporary(b.data)
	if err != nil {
		return check.Seen{}, err
	}
	defer remove()
	return p.world.Fleet.Examine(ctx, check.Out{Name: t.Released.Name, Platform: t.Platform, Source: "sbom:" + file})
}

// kept is the bill of materials that is kept of a target, with the gaps that only
// the image itself shows. Without a word on those, what gate made counts as
// nothing.
func (p *part) kept(ctx context.Context, t Target) (store.Entry, []gate.Gap, error) {
	entry, err := p.world.Store.Get(ctx, t.Digest)
	others := entry.Info.Origin != ""
	switch {
	case err != nil, others && p.world.Trust:
		return entry, nil, err
	case others:
		return entry, nil, fmt.Errorf("%w that gate made", store.ErrMissing)
	case entry.Info.Cataloguer != p.cataloguer():
		return entry, nil, fmt.Errorf("%w of this version of gate", store.ErrMissing)
	}
	gaps, err := readLooked(ctx, p.world.Store, t.Digest)
	return entry, gaps, err
}

// read reads the image itself, and keeps its bill of materials.
func (p *part) read(ctx context.Context, t Target) (check.Seen, []string, error) {
	file, remove, err := p.temporary(nil)
	if err != nil {
		return check.Seen{}, nil, err
	}
	defer remove()
	seen, err := p.world.Fleet.Examine(ctx, check.Out{Name: t.Released.Name, Platform: t.Platform, Source: "registry:" + t.at(), Keep: file})
	if err != nil {
		return check.Seen{}, nil, err
	}
	data, err := os.ReadFile(file)
	if err != nil || len(data) == 0 || passing(seen.Gaps) {
		// What could not be read whole is read again the next time.
		return seen, nil, nil
	}
	if err := writeLooked(ctx, p.out, t.Digest, seen.Gaps); err != nil {
		return seen, []string{fmt.Sprintf("Its bill of materials could not be kept: %v.", err)}, nil
	}
	return seen, p.keep(ctx, t, bill{kind: billImage, format: formatSyft, data: data}), nil
}

// keep keeps a bill of materials for later. That it can't be kept costs time.
func (p *part) keep(ctx context.Context, t Target, b bill) []string {
	info := store.Info{
		Digest: t.Digest, Platform: t.Platform, Reference: t.Released.Reference, ConfigID: t.ConfigID, ImageSize: t.Size,
		Format: b.format, Origin: b.source, Catalogued: p.world.Now,
	}
	if info.Format == "" {
		info.Format = "unknown"
	}
	if b.kind == billImage {
		info.Cataloguer = p.cataloguer()
	}
	if err := p.out.Put(ctx, store.Entry{Info: info, SBOM: b.data}); err != nil {
		return []string{fmt.Sprintf("Its bill of materials could not be kept: %v.", err)}
	}
	return nil
}

// cataloguer is what makes bills of materials: another version may find more.
func (p *part) cataloguer() string { return p.world.Tool.Name + " " + p.world.Tool.Version }

// temporary makes a file of the run, with or without content.
func (p *part) temporary(data []byte) (path string, remove func(), err error) {
	file, err := os.CreateTemp(p.world.TempDir, "bill-*.json")
	if err != nil {
		return "", nil, fmt.Errorf("make a temporary file: %w (is the disk full? TMPDIR names another place)", err)
	}
	remove = func() { _ = os.Remove(file.Name()) }
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err != nil {
		remove()
		return "", nil, fmt.Errorf("write a temporary file: %w (is the disk full? TMPDIR names another place)", err)
	}
	return file.Name(), remove, nil
}

// useless reports whether a bill of materials leaves open what is in the image:
// it lists nothing, does not say of which distribution its packages are, or could
// not be matched.
func useless(seen check.Seen) bool {
	return slices.ContainsFunc(seen.Gaps, func(g gate.Gap) bool {
		switch g.Guard {
		case gate.GuardNoPackages, gate.GuardAnalyzerError:
			return true
		case gate.GuardUnknownDistro:
			return seen.Distro == ""
		}
		return false
	})
}

func whyUseless(seen check.Seen, err error) string {
	if err != nil {
		return err.Error()
	}
	var why []string
	for _, g := range seen.Gaps {
		why = append(why, g.Message)
	}
	return strings.Join(why, "; ")
}

// plainPath takes the names of temporary files out of a text: no two runs would
// say the same.
func (p *part) plainPath(text string) string {
	return strings.ReplaceAll(text, p.world.TempDir+string(filepath.Separator), "")
}
