package discover

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// maxImages is how many images a repository may have.
const maxImages = 2000

// finder is one Find.
type finder struct {
	tree             tree
	opts             Options
	include, exclude globs
	problems         []Problem
	notes            []string
	drafts           []*draft
	// asked are those of Options.Targets that were found.
	asked map[string]bool
	// used are the Dockerfiles of bake targets, listed or not.
	used map[string]bool
}

// draft is an image before it has its name.
type draft struct {
	Image
	// folder is that of the file that defines it.
	folder string
	// id is the target or service, by which others of the folder refer to it.
	id string
	// wants are the named contexts that are another target or service: name → id.
	wants map[string]string
	// suffix tells it from others of its folder: a stage, or the word in the
	// Dockerfile's name.
	suffix string
	// beneath is the reference of the service that a bake target rests on.
	beneath string
	// also are the references of the definitions that it stands for too.
	also []string
	// first is the name that it would have had alone.
	first string
}

// Find says which images the files below a folder build. The error is that of
// the folder, of a pattern or of a cancelled context; what is wrong in the
// repository's files is a Problem.
func Find(ctx context.Context, root string, opts Options) (Found, error) {
	opened, err := os.OpenRoot(root)
	if err != nil {
		return Found{}, fmt.Errorf("find images: %w", err)
	}
	defer func() { _ = opened.Close() }()
	f := &finder{tree: tree{opened}, opts: opts, asked: map[string]bool{}, used: map[string]bool{}}
	if f.include, err = newGlobs(opts.Include); err != nil {
		return Found{}, fmt.Errorf("find images: %w", err)
	}
	if f.exclude, err = newGlobs(opts.Exclude); err != nil {
		return Found{}, fmt.Errorf("find images: %w", err)
	}
	if err := f.all(ctx); err != nil {
		return Found{}, fmt.Errorf("find images in %s: %w", root, err)
	}
	return f.found(), nil
}

// all reads every definition. A folder's Compose files come before its bake
// files, which rest on them.
func (f *finder) all(ctx context.Context) error {
	definitions := map[string][]string{}
	if f.opts.wants(Bake) || f.opts.wants(Compose) {
		var err error
		if definitions, err = f.definitions(ctx); err != nil {
			return err
		}
	}
	folders := make([]string, 0, len(definitions))
	for folder := range definitions {
		folders = append(folders, folder)
	}
	slices.Sort(folders)
	for _, folder := range folders {
		if err := ctx.Err(); err != nil {
			return err
		}
		services := f.composeIn(ctx, folder, definitions[folder])
		f.bakeIn(ctx, folder, definitions[folder], services)
	}
	for _, target := range f.opts.Targets {
		if !f.asked[target] {
			f.problem(Place{Path: "."}, fmt.Sprintf("no bake file has the target %s", quote(target)), "correct its name")
		}
	}
	f.join()
	if f.opts.wants(Dockerfile) {
		f.dockerfiles(ctx)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(f.drafts) > maxImages {
		f.problem(f.drafts[maxImages].Source, fmt.Sprintf("there are more than %d images, of which this and others are left out", maxImages), "exclude files, or look in a folder of the repository")
		f.drafts = f.drafts[:maxImages]
	}
	f.name()
	return nil
}

// found sorts what came together.
func (f *finder) found() Found {
	result := Found{Problems: f.problems, Notes: f.notes}
	for _, d := range f.drafts {
		slices.Sort(d.Unresolved)
		d.Unresolved = slices.Compact(d.Unresolved)
		result.Images = append(result.Images, d.Image)
	}
	slices.SortFunc(result.Images, func(a, b Image) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(result.Problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.Where.Path, b.Where.Path), a.Where.Line-b.Where.Line, a.Where.Column-b.Where.Column, strings.Compare(a.Message, b.Message))
	})
	result.Problems = slices.Compact(result.Problems)
	slices.Sort(result.Notes)
	result.Notes = slices.Compact(result.Notes)
	return result
}

// problem remembers what is wrong. Text of the repository in it is cut short
// and quoted where it is put in; control characters are taken out here.
func (f *finder) problem(where Place, message, next string) {
	if len(f.problems) > maxProblems {
		return
	}
	if len(f.problems) == maxProblems {
		message, next = fmt.Sprintf("there are more than %d problems", maxProblems), "correct the others first"
	}
	f.problems = append(f.problems, Problem{Where: where, Message: plain(message), Next: next})
}

func (f *finder) note(format string, args ...any) {
	f.notes = append(f.notes, plain(fmt.Sprintf(format, args...)))
}

// maxProblems is how many problems are told.
const maxProblems = 500

// maxMessage is the longest message in bytes.
const maxMessage = 500

// plain makes a text one short line without control characters.
func plain(text string) string {
	if len(text) > 2*maxMessage {
		text = text[:2*maxMessage]
	}
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "\uFFFD")
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, text)
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	return text
}

// reason is an error of the file system without the path, which the place tells.
func reason(err error) string {
	var broken *fs.PathError
	if errors.As(err, &broken) {
		return broken.Err.Error()
	}
	return err.Error()
}
