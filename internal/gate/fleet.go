package gate

import "time"

// Fleet is what a rescan says of all released images together.
type Fleet struct {
	Tool Tool `json:"tool"`
	// Time is when the rescan was made, in UTC.
	Time time.Time `json:"time"`
	// Data says which databases it rests on.
	Data []DataSource `json:"data"`
	// Images are sorted by name.
	Images []FleetImage `json:"images"`
	// Gaps are about no release in particular: a list that could not be read,
	// a part of the run that is lost. A fleet with gaps, or with a release that
	// has some, is not complete.
	Gaps  []Gap    `json:"gaps,omitempty"`
	Notes []string `json:"notes,omitempty"`
}

// FleetImage is one logical image with all its releases.
type FleetImage struct {
	Name string `json:"name"`
	// Releases are sorted by reference and platform.
	Releases []Release `json:"releases"`
	// Points are what was found over time, oldest first: one for each database.
	Points []Point `json:"points,omitempty"`
	// Issue is the address of the tracking issue; empty where there is none.
	Issue string `json:"issue,omitempty"`
}

// Point counts the findings of an image by severity, waived and ignored ones
// left out.
type Point struct {
	// Time is when the data of the database was taken.
	Time       time.Time        `json:"time"`
	Severities map[Severity]int `json:"severities"`
}

// Release is one platform of one released reference.
type Release struct {
	Reference string `json:"reference"`
	Platform  string `json:"platform,omitempty"`
	// Digest is that of the platform's manifest, and Index that of the index it
	// stands in; both are empty where the registry did not tell.
	Digest string `json:"digest,omitempty"`
	Index  string `json:"index,omitempty"`
	// Moved is what the tag stood for at the last rescan, where it stands for
	// something else now.
	Moved string `json:"moved,omitempty"`
	// Published is when it was released; the zero time is unknown.
	Published time.Time `json:"published,omitzero"`
	Listed    []string  `json:"listed,omitempty"`
	// Bill says where the packages were read: kept, attached, released or image.
	Bill string `json:"bill,omitempty"`
	// Reused is true where neither packages nor database have changed since
	// the last rescan, so that the findings are those.
	Reused   bool   `json:"reused,omitempty"`
	Distro   string `json:"distro,omitempty"`
	Packages int    `json:"packages,omitempty"`
	// Base is the image it was built on; nil where nothing tells.
	Base *ReleaseBase `json:"base,omitempty"`
	// Observed are sorted by Compare of their findings; those that are gone
	// since the last rescan, with StatusFixed, among them.
	Observed []Observed `json:"observed"`
	// Gaps are why it was not scanned, or not whole. A release with gaps is
	// never clean.
	Gaps  []Gap    `json:"gaps,omitempty"`
	Notes []string `json:"notes,omitempty"`
}

// ReleaseBase is the base image of a release, as its labels name it.
type ReleaseBase struct {
	// Name is its reference, and Digest what it was when the release was built.
	Name   string `json:"name"`
	Digest string `json:"digest,omitempty"`
	// Newer is what the reference stands for today, where that is another digest.
	Newer string `json:"newer,omitempty"`
}

// Disclosure says whether a vulnerability could be known when an image was released.
type Disclosure string

// The disclosures there are.
const (
	// DisclosedBefore: the advisory was there when the image was released.
	DisclosedBefore Disclosure = "before-release"
	// DisclosedSince: the advisory is younger than the release.
	DisclosedSince Disclosure = "since-release"
	// DisclosedUnknown: nothing tells.
	DisclosedUnknown Disclosure = ""
)

// Observed is one finding in a release, and what became of it.
type Observed struct {
	Finding Finding `json:"finding"`
	// Status is against the last rescan of the same release: new, worse,
	// existing, or fixed for what is gone. At the first rescan everything is new.
	Status Status `json:"status"`
	// Action is what the policy says, and Why in one sentence. WouldBlock is
	// true for a warning that only the policy's mode keeps from blocking.
	Action     Action `json:"action"`
	Why        string `json:"why,omitempty"`
	WouldBlock bool   `json:"wouldBlock,omitempty"`
	// Worse says in words what rose since the last rescan: its severity, known
	// exploitation, a fix that appeared. Empty where nothing did.
	Worse []string `json:"worse,omitempty"`
	// FirstSeen is the day (YYYY-MM-DD) of the rescan that saw it first.
	FirstSeen  string     `json:"firstSeen,omitempty"`
	Disclosure Disclosure `json:"disclosure,omitempty"`
	// Dismissed is why somebody dismissed it in code scanning; empty where
	// nobody did.
	Dismissed string `json:"dismissed,omitempty"`
	Remedy    Remedy `json:"remedy,omitzero"`
}

// Matters reports whether somebody must do something about it: it is there, the
// policy blocks it or would, and nobody dismissed it.
func (o Observed) Matters() bool {
	return o.Status != StatusFixed && o.Dismissed == "" && (o.Action == ActionBlock || o.WouldBlock)
}

// RemedyKind says what removes a vulnerability from a release.
type RemedyKind string

// The remedies there are.
const (
	// RemedyRebuild: building again takes the distribution's mended package, or
	// a newer base image.
	RemedyRebuild RemedyKind = "rebuild"
	// RemedyDependency: a dependency must be raised to another version.
	RemedyDependency RemedyKind = "dependency"
	// RemedyNone: there is no mended version yet.
	RemedyNone RemedyKind = ""
)

// Remedy is what removes a vulnerability.
type Remedy struct {
	Kind RemedyKind `json:"kind,omitempty"`
	// Package is the one that changes, From what it is, and To the first
	// version without the vulnerability; empty where the database does not tell.
	Package string `json:"package,omitempty"`
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
}

// Matters are the findings of an image that ask for action, in all its releases.
func (i FleetImage) Matters() []Observed {
	var found []Observed
	for _, r := range i.Releases {
		for _, o := range r.Observed {
			if o.Matters() {
				found = append(found, o)
			}
		}
	}
	return found
}

// Complete reports whether every release of the image was scanned whole. An image
// of which nothing was scanned is not.
func (i FleetImage) Complete() bool {
	if len(i.Releases) == 0 {
		return false
	}
	for _, r := range i.Releases {
		if len(r.Gaps) > 0 {
			return false
		}
	}
	return true
}

// Complete reports whether every list was read and every release scanned whole.
func (f Fleet) Complete() bool {
	for _, i := range f.Images {
		if !i.Complete() {
			return false
		}
	}
	return len(f.Gaps) == 0
}
