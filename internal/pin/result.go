package pin

import (
	"fmt"

	"github.com/containergate/gate/internal/dockerfile"
)

// Status is what becomes of a reference.
type Status string

// What can become of a reference.
const (
	// Pinned: it gets a digest.
	Pinned Status = "pinned"
	// Moved: it gets another digest, because its tag has moved.
	Moved Status = "moved"
	// Kept: it has a digest, and keeps it.
	Kept Status = "kept"
	// Unpinned: it has no digest, and nobody was asked for one.
	Unpinned Status = "unpinned"
	// Left: it can't be rewritten; Reason says why.
	Left Status = "left"
	// Failed: no source knows its digest; Err says why.
	Failed Status = "failed"
)

// Reference is a place in a Dockerfile that names an image.
type Reference struct {
	dockerfile.Position
	// Text is what stands there, New what is to stand there; the same where
	// nothing changes.
	Text, New string
	Status    Status
	// Source says in words who named the digest.
	Source string
	// Reason says why the reference is left.
	Reason string
	// Open is true for a reference that is without a digest afterwards, or
	// that has an outdated one before.
	Open bool
	Err  error
}

// Result is a Dockerfile before and after.
type Result struct {
	Path string
	// Before and After are the whole texts.
	Before, After []byte
	// References are in the order of the file.
	References []Reference
	// Err says why the file is left as it is.
	Err error
}

// Changed reports whether there is anything to write.
func (r Result) Changed() bool { return string(r.Before) != string(r.After) }

// result puts the digests into the file.
func (w work) result(tags map[string]*answer, opts Options) Result {
	r := Result{Path: w.input.Path, Before: w.input.Source, After: w.input.Source}
	if !w.file.Complete() {
		r.Err = incomplete(w.file)
		return r
	}
	var edits []edit
	for _, s := range w.sites {
		ref := s.reference(tags, opts)
		r.References = append(r.References, ref)
		if ref.New != ref.Text {
			edits = append(edits, edit{start: s.start, old: ref.Text, text: ref.New})
		}
	}
	if len(edits) == 0 {
		return r
	}
	after := rewrite(w.input.Source, edits)
	if line, same := compare(w.file, dockerfile.Parse(w.input.Path, after)); !same {
		r.Err = fmt.Errorf("%s:%d: the file is left as it is, because it would read otherwise with digests in it", w.input.Path, line)
		return r
	}
	r.After = after
	return r
}

// incomplete names the first piece of a file that could not be read.
func incomplete(file *dockerfile.File) error {
	for _, p := range file.Problems {
		if p.Kind == dockerfile.Unreadable {
			return fmt.Errorf("%s:%d:%d: the file is left as it is, because it cannot be read to its end: %s", file.Path, p.Line, p.Column, p.Message)
		}
	}
	return nil
}

// reference decides about one place.
func (s site) reference(tags map[string]*answer, opts Options) Reference {
	ref := parseReference(s.text)
	r := Reference{Position: s.Position, Text: s.text, New: s.text, Status: Kept}
	switch {
	case s.left != "":
		r.Status, r.Reason, r.Open = Left, s.left, s.open
	case ref.pinned && !digestForm.MatchString(ref.digest):
		r.Status, r.Reason, r.Open = Left, "what stands behind its @ is no sha256 digest", true
	case ref.pinned && ref.tag == "" && opts.Update:
		r.Status, r.Reason = Left, "it has a digest and no tag, which would say where to look for a newer one"
	case !ref.pinned || opts.Update:
		r.take(ref, tags[ref.tagged()])
	}
	return r
}

// take puts in what was resolved; nil is a tag that nobody was asked about.
func (r *Reference) take(ref reference, found *answer) {
	r.Open = !ref.pinned
	switch {
	case found == nil:
		if !ref.pinned {
			r.Status = Unpinned
		}
	case found.err != nil:
		r.Status, r.Err = Failed, found.err
	case !digestForm.MatchString(found.Digest):
		r.Status, r.Err = Failed, fmt.Errorf("%s names %q, which is no sha256 digest", found.Source, found.Digest)
	case ref.digest != found.Digest:
		r.New, r.Source, r.Open = ref.with(found.Digest), found.Source, true
		if r.Status = Pinned; ref.pinned {
			r.Status = Moved
		}
	}
}
