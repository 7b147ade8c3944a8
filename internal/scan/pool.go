package scan

import (
	"crypto/sha256"
	"encoding/json"
	"sync"

	"github.com/containergate/gate/internal/gate"
)

// mostPooled is how many different things of one kind a scanner keeps to share
// them; they take some kilobytes each at most.
const mostPooled = 100_000

// pool lets the findings of all images of a process share what is equal in
// them: what the database says of a vulnerability, a package, a file. A process
// that keeps the findings of thousands of images would hold as many copies of
// each. Findings may share because nobody changes one after it was made.
type pool struct {
	mu         sync.Mutex
	advisories shelf[*gate.Advisory]
	fixes      shelf[*gate.Fix]
	packages   shelf[*gate.Package]
	lists      shelf[[]string]
	words      map[string]string
}

// shelf holds the first of all that are equal, by a sum over the whole of it.
// It is emptied when it is full: then equal ones are held twice, which only
// costs memory.
type shelf[V any] map[identity]V

func (s *shelf[V]) same(id identity, v V) V {
	if id == (identity{}) {
		return v
	}
	if known, ok := (*s)[id]; ok {
		return known
	}
	if *s == nil || len(*s) >= mostPooled {
		*s = shelf[V]{}
	}
	(*s)[id] = v
	return v
}

// settle makes findings share what they have in common with others.
func (p *pool) settle(findings []gate.Finding) {
	type sums struct{ advisory, fix, about, aliases, tags, paths identity }
	made := make([]sums, len(findings))
	for i, f := range findings {
		made[i] = sums{sumOf(f.Advisory), sumOf(f.Fix), sumOf(f.Package), sumOfList(f.Aliases), sumOfList(f.Tags), sumOfList(f.Paths)}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range findings {
		f, sum := &findings[i], made[i]
		f.Advisory = p.advisories.same(sum.advisory, f.Advisory)
		f.Fix = p.fixes.same(sum.fix, f.Fix)
		f.Package = p.packages.same(sum.about, f.Package)
		f.Aliases = p.lists.same(sum.aliases, f.Aliases)
		f.Tags = p.lists.same(sum.tags, f.Tags)
		f.Paths = p.lists.same(sum.paths, f.Paths)
		for _, word := range []*string{&f.Message, &f.Location.Layer, &f.Distro, &f.Image, &f.Platform} {
			*word = p.word(*word)
		}
	}
}

func (p *pool) word(text string) string {
	if known, ok := p.words[text]; ok {
		return known
	}
	if p.words == nil || len(p.words) >= mostPooled {
		p.words = map[string]string{}
	}
	p.words[text] = text
	return text
}

// sumOf sums up all that a report can show of a thing; the zero sum is of one
// that JSON has no words for, and is shared by nobody.
func sumOf(thing any) identity {
	text, err := json.Marshal(thing)
	if err != nil {
		return identity{}
	}
	return sha256.Sum256(text)
}

// sumOfList tells a list that is empty from none.
func sumOfList(words []string) identity {
	text := make(written, 0, 256)
	if words == nil {
		text = text.add("none")
	}
	return sha256.Sum256(text.list(words))
}
