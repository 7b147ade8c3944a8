package tracking

import (
	"cmp"
	"context"
	"slices"

	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/report/plain"
)

// heard is a comment of ours that the text does not count yet.
type heard struct {
	id int64
	telling
}

// tell writes the comment, unless a run that was killed before it could change
// the text has written it already. It returns the number of the last comment,
// and what has been told with all of them.
func (t *tracked) tell(ctx context.Context, k kind, before told) (seq int, after told, err error) {
	comments, err := t.heard(ctx)
	if err != nil {
		return 0, nil, err
	}
	after, seq = before.clone(), t.state.Seq
	last, more := kind(""), false
	for _, c := range comments {
		if c.kind == kindClean || c.kind == kindRetired {
			after, more = told{}, false
		}
		after.join(c.told)
		last, seq, more = c.kind, c.seq, more || c.more
	}
	fresh := newsOf(t.rows, after, t.state.More || more, more || t.unchanged())
	if len(fresh) == 0 && (k == kindNews || last == k) {
		return seq, after, nil
	}
	seq++
	says := telling{key: t.key, seq: seq, kind: k, told: told{}}
	for _, n := range fresh {
		says.told[n.key] = n.mark
	}
	after.join(says.told)
	err = t.write(ctx, func() error {
		_, err := t.api.CreateComment(ctx, t.options.Repository, t.Number, says.head()+"\n"+announcement(k, t.image, t.rows, fresh, t.options.RunURL))
		return err
	})
	if kindOf(err) == rest.Locked {
		t.note(deliver.LevelNotice, "The tracking issue of the image "+plain.Word(t.image.Name)+" got no comment: "+t.explain(err))
		return seq, after, nil
	}
	if err != nil {
		return 0, nil, err
	}
	t.result.Commented = append(t.result.Commented, t.image.Name)
	// Another run may have said the same meanwhile.
	_, err = t.heard(ctx)
	return seq, after, err
}

// heard lists our comments that the text does not count, the oldest first. Of
// those that say the same, the first one stays.
func (t *tracked) heard(ctx context.Context) ([]heard, error) {
	all, err := t.api.Comments(ctx, t.options.Repository, t.Number)
	if err != nil {
		return nil, err
	}
	var found []heard
	said := map[string]bool{}
	slices.SortFunc(all, func(a, b rest.Comment) int { return cmp.Compare(a.ID, b.ID) })
	for _, c := range all {
		says, ok := parseComment(c.Body)
		if !ok || says.key != t.key || says.seq <= t.state.Seq || !rest.Wrote(t.login, c.Author) {
			continue
		}
		head := says.head()
		if !said[head] {
			said[head] = true
			found = append(found, heard{c.ID, says})
			continue
		}
		err := t.write(ctx, func() error { return t.api.DeleteComment(ctx, t.options.Repository, c.ID) })
		if err != nil && kindOf(err) != rest.NotFound {
			return nil, err
		}
	}
	slices.SortStableFunc(found, func(a, b heard) int { return cmp.Compare(a.seq, b.seq) })
	return found, nil
}
