package gate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"
)

// Key is the identity of a finding over time: equal for "the same finding" in
// another build, at another version, line or path. Findings are compared as a
// multiset of keys. Platform, version, path and line are evidence and not part of it.
type Key struct {
	// Image is the logical image name.
	Image string
	// Rule is the canonical one of the finding's names.
	Rule string
	// Subject is the package without its version, or else the file and the
	// anchor of what the finding speaks of. The stage of a Dockerfile is not
	// part of it, so that a block may move.
	Subject string
}

// KeyOf returns the identity of a finding.
func KeyOf(f Finding) Key {
	return Key{Image: f.Image, Rule: canonicalName(f), Subject: subjectOf(f)}
}

// Fingerprint is the key as 32 hexadecimal characters, for places that want
// one opaque word, such as SARIF's partial fingerprints.
func (k Key) Fingerprint() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{k.Image, k.Rule, k.Subject}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// canonicalName picks one name of a finding, the same whichever of its names
// the database used as the id: for vulnerabilities the first CVE, or else the
// first of all names; for everything else the rule itself.
func canonicalName(f Finding) string {
	if f.Analyzer != AnalyzerScan {
		return f.Rule
	}
	names := f.Names()
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(nameRank(a), nameRank(b)), cmp.Compare(a, b))
	})
	return names[0]
}

func nameRank(name string) int {
	switch {
	case strings.HasPrefix(name, "CVE-"):
		return 0
	case strings.HasPrefix(name, "GHSA-"):
		return 1
	default:
		return 2
	}
}

func subjectOf(f Finding) string {
	if f.Package == nil {
		return plainPath(f.Location.Path) + "\x00" + anchorText(f)
	}
	if purl := stripVersion(f.Package.PURL); purl != "" {
		return purl
	}
	return f.Package.Type + "/" + f.Package.Name
}

// plainPath is a path without what leads nowhere, so that ./Dockerfile and
// Dockerfile are one file. No path stays none.
func plainPath(name string) string {
	if name == "" {
		return ""
	}
	return path.Clean(name)
}

// anchorText is the anchor without the stage, which stands before the first
// zero byte of a lint anchor and is often a number that counts from the top.
func anchorText(f Finding) string {
	if f.Analyzer != AnalyzerLint {
		return f.Anchor
	}
	if _, text, ok := strings.Cut(f.Anchor, "\x00"); ok {
		return text
	}
	return f.Anchor
}

// stripVersion cuts version, qualifiers and subpath off a package URL
// (purl-spec: scheme:type/namespace/name@version?qualifiers#subpath).
func stripVersion(purl string) string {
	purl, _, _ = strings.Cut(purl, "#")
	purl, _, _ = strings.Cut(purl, "?")
	if at := strings.LastIndexByte(purl, '@'); at > strings.LastIndexByte(purl, '/') {
		purl = purl[:at]
	}
	return purl
}
