package check

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/vex"
	"github.com/containergate/gate/internal/vex/attest"
)

// cutScheme divides a reference at its scheme, and tells whether what follows
// is the name of an image rather than a path.
func cutScheme(ref string) (scheme, rest string, name bool) {
	scheme, rest, found := strings.Cut(ref, ":")
	return scheme, rest, found && (scheme == "docker" || scheme == "registry")
}

// statements are the VEX documents attached to images, by the policy that
// believes their signers.
type statements struct {
	own, base, organisation []vex.Document
}

// attached reads the VEX documents that are attached to an image in its
// registry, for each policy with the signers that it believes. A registry that
// does not answer is a note: what is not excused stays.
func (r *run) attached(ctx context.Context, t target) error {
	scheme, _, _ := cutScheme(t.ref)
	if r.base || scheme != "registry" || t.subject.Digest == "" {
		return nil
	}
	base, organisation := r.beside()
	fetch := func(policy gate.Policy, into *[]vex.Document) error {
		found, notes, err := attest.Fetch(ctx, t.ref, t.subject.Digest, policy.VEXSigners, attest.Options{Registry: r.plan.Registry, Now: r.env.Now})
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, attest.ErrSigner):
			return &InputError{Err: err}
		case err != nil:
			// What is attached and was not seen might take an excuse back.
			r.gap(t.plan, gate.Gap{
				Guard: gate.GuardAnalyzerError, Platform: t.subject.Platform,
				Message: "the VEX documents that are attached to the image could not be read: " + t.redact(err.Error()),
				Next:    "run again when the registry answers, or give it a login with registry-auth",
			})
		}
		*into = append(*into, found...)
		r.note(notes...)
		return nil
	}
	err := fetch(r.plan.Policy, &r.attachments.own)
	if err == nil && base != nil {
		err = fetch(base.Policy, &r.attachments.base)
	}
	if err == nil && organisation != nil {
		err = fetch(organisation.Policy, &r.attachments.organisation)
	}
	return err
}

// resolve turns the VEX documents of the policies into what they say of the
// images at hand. A document that can't be read is the user's to mend.
func (r *run) resolve() error {
	own, notes, err := vex.Resolve(r.plan.Policy, r.attachments.own, r.targets)
	if err != nil {
		return &InputError{Err: err}
	}
	r.plan.Policy.Statements = own
	r.note(notes...)
	if floor := r.plan.Floor; floor != nil {
		copied := *floor
		copied.Base.Policy.Statements = r.floorStatements(copied.Base.Policy, r.attachments.base)
		r.plan.Floor = &copied
	}
	if organisation := r.plan.Organisation; organisation != nil {
		copied := *organisation
		copied.Policy.Statements = r.floorStatements(copied.Policy, r.attachments.organisation)
		r.plan.Organisation = &copied
	}
	return nil
}

// floorStatements is what the documents of a policy beside the own one say. One
// that is broken there can't be mended here, and excuses nothing.
func (r *run) floorStatements(policy gate.Policy, attached []vex.Document) []gate.Statement {
	found, notes, err := vex.Resolve(policy, attached, r.targets)
	if err != nil {
		r.note("a VEX document of a policy beside this one excuses nothing: " + err.Error())
		return nil
	}
	r.note(notes...)
	return found
}

// note adds remarks about the run, each once.
func (r *run) note(notes ...string) {
	for _, note := range notes {
		if !slices.Contains(r.notes, note) {
			r.notes = append(r.notes, note)
		}
	}
}
