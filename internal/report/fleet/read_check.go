package fleet

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/plain"
)

// checkFleet reports what the parts of a fleet may not be.
func checkFleet(f gate.Fleet) error {
	if err := checkTime("time", f.Time); err != nil {
		return err
	}
	for i, d := range f.Data {
		if err := checkTime(fmt.Sprintf("data[%d].captured", i), d.Captured); err != nil {
			return err
		}
	}
	names := map[string]bool{}
	for _, image := range f.Images {
		if names[image.Name] {
			return fmt.Errorf("the image %s is there twice", plain.Word(image.Name))
		}
		names[image.Name] = true
		if err := checkPoints(image); err != nil {
			return fmt.Errorf("the image %s: %w", plain.Word(image.Name), err)
		}
	}
	return nil
}

func checkPoints(image gate.FleetImage) error {
	if len(image.Points) > pointsMost {
		return fmt.Errorf("%w: more than %d points", ErrTooLarge, pointsMost)
	}
	const greatest = 1_000_000_000
	for i, p := range image.Points {
		if err := checkTime(fmt.Sprintf("points[%d].time", i), p.Time); err != nil {
			return err
		}
		for severity, n := range p.Severities {
			if n < 0 || n > greatest {
				return fmt.Errorf("points[%d]: %d findings of severity %s", i, n, severity)
			}
		}
	}
	return nil
}

// checkTime refuses times that can't be written again.
func checkTime(what string, t time.Time) error {
	const last = 9998
	if t.IsZero() || (t.UTC().Year() >= 1 && t.UTC().Year() <= last) {
		return nil
	}
	return fmt.Errorf("%s: no such year", what)
}

func checkRelease(r gate.Release) error {
	switch {
	case r.Reference == "":
		return errors.New("reference is missing")
	case len(r.Observed) > observedMost:
		return fmt.Errorf("%w: more than %d findings", ErrTooLarge, observedMost)
	case r.Packages < 0:
		return errors.New("packages: less than none")
	}
	if err := checkTime("published", r.Published); err != nil {
		return err
	}
	for i, o := range r.Observed {
		if err := checkObserved(o); err != nil {
			return fmt.Errorf("observed[%d]: %w", i, err)
		}
	}
	return nil
}

func checkObserved(o gate.Observed) error {
	statuses := []gate.Status{gate.StatusNew, gate.StatusWorse, gate.StatusExisting, gate.StatusFixed}
	actions := []gate.Action{gate.ActionBlock, gate.ActionWarn, gate.ActionWaived, gate.ActionIgnore}
	switch {
	case o.Finding.Rule == "":
		return errors.New("finding.rule is missing")
	case !slices.Contains(statuses, o.Status):
		return fmt.Errorf("status: %q is none of %v", plain.Word(string(o.Status)), statuses)
	case !slices.Contains(actions, o.Action) && (o.Action != "" || o.Status != gate.StatusFixed):
		return fmt.Errorf("action: %q is none of %v", plain.Word(string(o.Action)), actions)
	case !slices.Contains([]gate.Disclosure{gate.DisclosedBefore, gate.DisclosedSince, gate.DisclosedUnknown}, o.Disclosure):
		return fmt.Errorf("disclosure: %q is none", plain.Word(string(o.Disclosure)))
	case !slices.Contains([]gate.RemedyKind{gate.RemedyRebuild, gate.RemedyDependency, gate.RemedyNone}, o.Remedy.Kind):
		return fmt.Errorf("remedy.kind: %q is none", plain.Word(string(o.Remedy.Kind)))
	}
	if a := o.Finding.Advisory; a != nil {
		if len(a.Description) > textBytesMost {
			return fmt.Errorf("%w: the advisory has more than %d bytes", ErrTooLarge, textBytesMost)
		}
		for _, n := range []float64{a.Risk, epssOf(a)} {
			if math.IsNaN(n) || math.Abs(n) > math.MaxInt32 {
				return errors.New("the advisory: a number is out of range")
			}
		}
	}
	return nil
}

func epssOf(a *gate.Advisory) float64 {
	if a.EPSS == nil {
		return 0
	}
	return a.EPSS.Probability
}
