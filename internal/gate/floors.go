package gate

import "slices"

// Beside returns the policies that decide beside the plan's own: that of the
// base commit and that of the organisation, nil where there is none, and the
// gaps where one of them should be known and is not.
func (p Plan) Beside() (base *BasePolicy, organisation *OrganisationPolicy, gaps []Gap) {
	repository := p.Policy
	if p.Floor != nil {
		copied := p.Floor.Base
		base, gaps = &copied, slices.Clone(p.Floor.Gaps)
		if len(base.Files) > 0 {
			repository = base.Policy
		}
	}
	if p.Organisation != nil {
		gaps = append(gaps, p.Organisation.Gaps...)
		if p.Organisation.Source != "" {
			organisation = &OrganisationPolicy{Source: p.Organisation.Source, Policy: p.Organisation.Policy.over(repository)}
		}
	}
	return base, organisation, gaps
}

// over is an organisation's policy as it holds for a repository: it only adds
// blocks, and takes the repository's waivers and allowances where it says so.
// In a pull request those are the base commit's.
func (p Policy) over(repository Policy) Policy {
	p.OnlyBlocks = true
	if p.AcceptWaivers {
		p.Waivers = slices.Concat(p.Waivers, repository.Waivers)
		p.Allowances = slices.Concat(p.Allowances, repository.Allowances)
		p.Statements = slices.Concat(p.Statements, repository.Statements)
	}
	return p
}

// FloorsOf returns the policies beside a report's own which decide: the base's
// where the base has one, and the organisation's.
func FloorsOf(base *BasePolicy, organisation *OrganisationPolicy) []Policy {
	var floors []Policy
	if base != nil && len(base.Files) > 0 {
		floors = append(floors, base.Policy)
	}
	if organisation != nil {
		floors = append(floors, organisation.Policy)
	}
	return floors
}
