package proposal

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// approved lets waivers that the change adds count against the base's policy
// too, where a code owner of their file has approved this very commit. Whatever
// can't be found out leaves them as they are: not counting. A file that only the
// change makes policy does not count either: its author could choose one whose
// owner has no say over the policy.
func (s Source) approved(ctx context.Context, r *reader, plan *gate.Plan, policies []string) {
	floor := plan.Floor
	fresh := freshWaivers(floor.Base.Policy.Waivers, plan.Policy.Waivers)
	if len(fresh) == 0 || s.API == nil {
		return
	}
	number, head, author, err := s.pull(ctx)
	if err != nil {
		floor.Notes = append(floor.Notes, "whether a code owner approved the new waivers is not known: "+err.Error())
		return
	}
	lines, err := readOwners(r)
	if err != nil {
		floor.Notes = append(floor.Notes, "whether a code owner approved the new waivers is not known: "+err.Error())
		return
	}
	for _, file := range waiverFiles(fresh) {
		if !slices.Contains(policies, file) {
			floor.Notes = append(floor.Notes, fmt.Sprintf("new waivers in %s do not count yet: the base does not read that file as policy", file))
			continue
		}
		owners := ownersOf(lines, file)
		if len(owners) == 0 {
			floor.Notes = append(floor.Notes, fmt.Sprintf("new waivers in %s do not count yet: nobody owns the file in CODEOWNERS of the base", file))
			continue
		}
		users, teams, err := s.approvers(ctx, number, head, author, owners)
		switch {
		case err != nil:
			floor.Notes = append(floor.Notes, "whether a code owner approved the new waivers is not known: "+err.Error())
		case len(users) == 0:
			note := fmt.Sprintf("new waivers in %s do not count yet: none of its code owners has approved %s", file, short(head))
			if teams {
				note += " (owners that are teams are not looked up: name users)"
			}
			floor.Notes = append(floor.Notes, note)
		default:
			for _, w := range fresh {
				if w.Location.Path == file {
					floor.Base.Policy.Waivers = append(floor.Base.Policy.Waivers, w)
				}
			}
			floor.Notes = append(floor.Notes, fmt.Sprintf("new waivers in %s count, because its code owner %s approved %s", file, strings.Join(users, ", "), short(head)))
		}
	}
}

// freshWaivers are those of the head that the base does not have as they are.
func freshWaivers(base, head []gate.Waiver) []gate.Waiver {
	plain := func(w gate.Waiver) gate.Waiver {
		w.Origin, w.Location = "", gate.Location{}
		return w
	}
	return slices.DeleteFunc(slices.Clone(head), func(w gate.Waiver) bool {
		return slices.ContainsFunc(base, func(other gate.Waiver) bool { return plain(other) == plain(w) })
	})
}

func waiverFiles(waivers []gate.Waiver) []string {
	var files []string
	for _, w := range waivers {
		files = append(files, w.Location.Path)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// queueRef is the branch of a merge group: gh-readonly-queue/main/pr-7-<sha>.
var queueRef = regexp.MustCompile(`^refs/heads/gh-readonly-queue/.+/pr-([1-9][0-9]{0,9})-[0-9a-f]{40}$`)

// pull is the pull request that is proposed, its newest commit and its author.
// Of a merge group that is the one that its branch names.
func (s Source) pull(ctx context.Context) (number int, head, author string, err error) {
	if p := s.Event.PullRequest; p != nil {
		return p.Number, p.Head.SHA, p.Author, nil
	}
	if s.Event.MergeGroup == nil {
		return 0, "", "", errors.New("the event names no pull request")
	}
	found := queueRef.FindStringSubmatch(s.Event.MergeGroup.HeadRef)
	if found == nil {
		return 0, "", "", errors.New("the merge group names no pull request")
	}
	if number, err = strconv.Atoi(found[1]); err != nil {
		return 0, "", "", err
	}
	pull, err := s.API.PullRequest(ctx, s.Event.Repository, number)
	return number, pull.Head.SHA, pull.Author, err
}
