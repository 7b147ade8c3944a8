package fleet

import (
	"github.com/containergate/gate/internal/gate"
)

// newsList is what is new, worse or gone.
type newsList struct {
	ID, Title, Lead string
	Stories         []newsStory
	// More counts the stories that are left out.
	More int
}

// newsStory is a vulnerability in all the releases that it came to or went from.
type newsStory struct {
	item
	Places []newsPlace
	More   int
}

// newsPlace is a release, by its number on the page.
type newsPlace struct {
	Number int
	Title  string
}

func newsLists(f gate.Fleet) []newsList {
	n := newsOf(f)
	var lists []newsList
	for _, kind := range []struct {
		id, title, lead string
		stories         []story
	}{
		{"new", "New since the last rescan", "", n.fresh},
		{"worse", "Worse than at the last rescan", "", n.worse},
		{"gone", "Gone since the last rescan", "", n.gone},
	} {
		if len(kind.stories) == 0 {
			continue
		}
		const most = 100
		list := newsList{ID: kind.id, Title: kind.title, More: max(0, len(kind.stories)-most)}
		list.Lead = count(len(kind.stories), "vulnerability", "vulnerabilities")
		for _, s := range upTo(kind.stories, most) {
			list.Stories = append(list.Stories, newsStoryOf(s))
		}
		lists = append(lists, list)
	}
	return lists
}

func newsStoryOf(s story) newsStory {
	const most = 6
	told := s.observed
	told.Worse = s.worse
	one := newsStory{item: itemOf(told), More: max(0, len(s.places)-most)}
	one.Status, one.Why = "", ""
	for _, at := range upTo(s.places, most) {
		one.Places = append(one.Places, newsPlace{at.number, at.title()})
	}
	return one
}
