package vex

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/anchore/packageurl-go"

	"github.com/containergate/gate/internal/gate"
)

// exportWaiver makes one statement for each vulnerability that the waiver
// accepts in the report.
func exportWaiver(waiver gate.Waiver, report gate.Report, subjects map[string][]string) ([]exportStatement, error) {
	base, err := exportStatus(waiver)
	if err != nil {
		return nil, err
	}
	// accepted are the package URLs by vulnerability and image.
	accepted := map[string]map[string]map[string]bool{}
	aliases := map[string]map[string]bool{}
	for _, decision := range report.Decisions {
		finding := decision.Change.Finding
		if !acceptedBy(decision, waiver) || len(subjects[finding.Image]) == 0 {
			continue
		}
		if accepted[finding.Rule] == nil {
			accepted[finding.Rule], aliases[finding.Rule] = map[string]map[string]bool{}, map[string]bool{}
		}
		if accepted[finding.Rule][finding.Image] == nil {
			accepted[finding.Rule][finding.Image] = map[string]bool{}
		}
		accepted[finding.Rule][finding.Image][finding.Package.PURL] = true
		for _, alias := range finding.Aliases {
			aliases[finding.Rule][alias] = true
		}
	}
	var made []exportStatement
	for _, id := range sorted(accepted) {
		statement := base
		delete(aliases[id], id)
		statement.Vulnerability = exportVulnerability{Name: id, Aliases: sorted(aliases[id])}
		for _, image := range sorted(accepted[id]) {
			statement.Products = append(statement.Products, exportProducts(subjects[image], sorted(accepted[id][image]))...)
		}
		made = append(made, statement)
	}
	return made, nil
}

// acceptedBy reports whether it is this waiver that accepts a vulnerability of a
// package. Where a stricter policy decided, nothing is accepted.
func acceptedBy(decision gate.Decision, waiver gate.Waiver) bool {
	finding := decision.Change.Finding
	return decision.Action == gate.ActionWaived && decision.Origin == waiver.Origin && finding.Analyzer == gate.AnalyzerScan &&
		finding.Is(waiver.ID) && finding.Package != nil && strings.HasPrefix(finding.Package.PURL, "pkg:")
}

// exportStatus says in OpenVEX's words what a waiver says.
func exportStatus(waiver gate.Waiver) (exportStatement, error) {
	said := exportStatement{Status: string(waiver.Status)}
	terms := "accepted until " + waiver.LastDay() + ": " + waiver.Reason
	switch waiver.Status {
	case gate.VEXNotAffected:
		if waiver.Justification != "" && !known(waiver.Justification) {
			return said, fmt.Errorf("export the waiver of %s as OpenVEX: the justification %q is none of %s; correct it",
				waiver.Origin, shorten(waiver.Justification, 60), strings.Join(justifications(), ", "))
		}
		said.Justification, said.Impact = waiver.Justification, waiver.Reason
	case gate.VEXFixed, gate.VEXUnderInvestigation:
		said.Notes = terms
	case gate.VEXAffected, "":
		said.Status, said.Action = string(gate.VEXAffected), terms
		if waiver.Ticket != "" {
			said.Action += " (" + waiver.Ticket + ")"
		}
	default:
		return said, fmt.Errorf("export the waiver of %s as OpenVEX: the status %q is none of not_affected, affected, fixed and under_investigation; correct it",
			waiver.Origin, shorten(string(waiver.Status), 60))
	}
	if waiver.Owner != "" {
		said.Notes = strings.TrimSpace(said.Notes + " Owner: " + waiver.Owner)
	}
	return said, nil
}

func exportProducts(ids, purls []string) []exportProduct {
	var made []exportProduct
	for _, id := range ids {
		one := exportProduct{ID: id, Identifiers: map[string]string{"purl": id}}
		for _, spelled := range purls {
			one.Subcomponents = append(one.Subcomponents, exportPart{ID: spelled, Identifiers: map[string]string{"purl": spelled}})
		}
		made = append(made, one)
	}
	return made
}

// newSubjects gives the package URLs of the images by logical name: with the
// digest where it and a repository are known, with repository and tag
// otherwise, and the logical name alone where the image has no other.
func newSubjects(subjects []gate.Subject) map[string][]string {
	sets := map[string]map[string]bool{}
	for _, subject := range subjects {
		if sets[subject.Image] == nil {
			sets[subject.Image] = map[string]bool{}
		}
		for _, id := range subjectIDs(subject) {
			sets[subject.Image][id] = true
		}
	}
	found := map[string][]string{}
	for image, ids := range sets {
		found[image] = slices.Sorted(maps.Keys(ids))
	}
	return found
}

func subjectIDs(subject gate.Subject) []string {
	names := slices.Clone(subject.Tags)
	for _, scheme := range []string{"registry:", "docker:"} {
		if name, ok := strings.CutPrefix(subject.Source, scheme); ok {
			names = append(names, strings.TrimPrefix(name, "//"))
		}
	}
	digest, known := digestOf(subject.Digest)
	var ids []string
	for _, name := range names {
		repository, tag, _, ok := splitName(name)
		if !ok {
			continue
		}
		qualifiers := map[string]string{"repository_url": purlRepository(repository)}
		if known {
			ids = append(ids, ociPURL(repository, digest, qualifiers))
		} else {
			if tag == "" {
				tag = "latest"
			}
			qualifiers["tag"] = tag
			ids = append(ids, ociPURL(repository, "", qualifiers))
		}
	}
	if len(ids) > 0 {
		return ids
	}
	if subject.Image == "" {
		return nil
	}
	if !known {
		digest = ""
	}
	return []string{ociPURL(subject.Image, digest, nil)}
}

// purlRepository spells Docker Hub as other scanners expect it in a package URL.
func purlRepository(repository string) string {
	if rest, ok := strings.CutPrefix(repository, "docker.io/"); ok {
		return "index.docker.io/" + rest
	}
	return repository
}

func ociPURL(repository, digest string, qualifiers map[string]string) string {
	return packageurl.NewPackageURL("oci", "", path.Base(repository), digest, packageurl.QualifiersFromMap(qualifiers), "").String()
}
