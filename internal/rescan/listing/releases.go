package listing

import (
	"context"
	"fmt"
	"strings"
)

// mostLists is how many attached lists of one source are fetched.
const mostLists = 500

// releases reads the releases of a repository of GitHub.
func (r *reading) releases(ctx context.Context) {
	owner, title, ok := r.owned()
	if !ok {
		return
	}
	repository := owner + "/" + title
	all, complete, err := r.world.GitHub.Releases(ctx, repository)
	if err != nil {
		r.gap("its releases can't be listed: "+reason(err), "see that the repository exists and that the token may read its contents (contents: read)")
		return
	}
	if !complete {
		r.gap(fmt.Sprintf("only %d of its releases could be listed", len(all)), "list the images of the other releases by other means")
	}
	var tags []string
	of := map[string]Release{}
	for _, release := range all {
		if !release.Draft && (!release.Prerelease || r.source.Prereleases) {
			tags = append(tags, release.Tag)
			of[release.Tag] = release
		}
	}
	var silent []string
	fetched := 0
	for _, tag := range r.chosen(tags, "published release") {
		if ctx.Err() != nil {
			return
		}
		p := &publication{reading: r, release: of[tag], repository: repository, fetched: &fetched}
		if !p.read(ctx) {
			silent = append(silent, quote(tag))
		}
	}
	if len(silent) > 0 {
		r.gap(fmt.Sprintf("%d of its releases name no image: %s", len(silent), strings.Join(silent, ", ")),
			"name the images in the notes or in an attached images.txt, or leave these releases out with tags, except, versions or last")
	}
}

// publication is one release as it is read.
type publication struct {
	*reading
	release    Release
	repository string
	said       mentions
	// fetched counts the lists of the whole source.
	fetched *int
}

// read adds what the release names; false means that it names nothing, and that
// nothing was told about it.
func (p *publication) read(ctx context.Context) bool {
	told := p.told
	p.mention(inNotes(cut(p.release.Body), p.release.Tag)...)
	for _, asset := range p.release.Assets {
		p.list(ctx, asset)
	}
	bills := p.bills()
	for _, m := range p.said.all {
		p.add(m, p.place(), p.release.Published, bills[m.name]...)
	}
	return len(p.said.all) > 0 || p.told > told
}

// place is where the release's images are listed.
func (p *publication) place() string {
	return fmt.Sprintf("the release %s of %s", p.release.Tag, p.repository)
}

// mention notes what the release names.
func (p *publication) mention(found ...mention) {
	for _, m := range found {
		m.name = m.name.latest()
		p.said.add(m)
	}
}

// cut bounds the notes; GitHub's own limit lies far below.
func cut(text string) string { return text[:min(len(text), mostBytes)] }
