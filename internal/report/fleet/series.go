package fleet

import (
	"slices"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// sample is how many findings of each severity there were at a time.
type sample struct {
	at     time.Time
	counts [int(gate.SeverityCritical) + 1]int
}

func (s sample) sum() int {
	n := 0
	for _, c := range s.counts {
		n += c
	}
	return n
}

// grave counts what is critical or high.
func (s sample) grave() int {
	return s.counts[gate.SeverityCritical] + s.counts[gate.SeverityHigh]
}

// samplesMost is how many samples are drawn and listed, the newest ones.
const samplesMost = 400

// samplesOf are an image's points in the order of time, one for each instant.
func samplesOf(points []gate.Point) []sample {
	var samples []sample
	for _, p := range points {
		one := sample{at: p.Time.UTC()}
		for severity, n := range p.Severities {
			one.counts[min(max(severity, gate.SeverityUnknown), gate.SeverityCritical)] += max(0, n)
		}
		samples = append(samples, one)
	}
	slices.SortStableFunc(samples, func(a, b sample) int { return a.at.Compare(b.at) })
	kept := samples[:0]
	for _, s := range samples {
		if last := len(kept) - 1; last >= 0 && kept[last].at.Equal(s.at) {
			kept[last] = s
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

// fleetSamples are the samples of all images together. Between its points an
// image has what it had at the last one, and before its first nothing.
func fleetSamples(images []gate.FleetImage) []sample {
	var steps []sample
	for _, image := range images {
		var before sample
		for _, s := range samplesOf(image.Points) {
			step := sample{at: s.at}
			for i := range s.counts {
				step.counts[i] = s.counts[i] - before.counts[i]
			}
			steps = append(steps, step)
			before = s
		}
	}
	slices.SortStableFunc(steps, func(a, b sample) int { return a.at.Compare(b.at) })
	var samples []sample
	var now sample
	for _, step := range steps {
		now.at = step.at
		for i := range step.counts {
			now.counts[i] += step.counts[i]
		}
		if last := len(samples) - 1; last >= 0 && samples[last].at.Equal(step.at) {
			samples[last] = now
			continue
		}
		samples = append(samples, now)
	}
	return samples
}

// newest keeps the last of the samples, and says how many are left out.
func newest(samples []sample) (kept []sample, left int) {
	left = max(0, len(samples)-samplesMost)
	return samples[left:], left
}
