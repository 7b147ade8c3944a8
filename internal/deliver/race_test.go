package deliver

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// beginnings are the comments that a race can find.
func beginnings() map[string][]int64 {
	return map[string][]int64{"no comment": nil, "one comment": {5}, "two comments": {5, 4}}
}

func newWorld(comments []int64, racers ...*racer) *world {
	f := &fake{}
	f.add("mallory", newMarker(target(99), saidPass).String()+"not ours")
	for _, run := range comments {
		f.add(bot, newMarker(target(run), saidFail).String()+"text of "+fmt.Sprint(run))
	}
	return &world{github: f, racers: racers}
}

// newestSurvivor is the newest run that came to its end.
func (w *world) newestSurvivor() int64 {
	newest := int64(0)
	for _, r := range w.racers {
		if !r.dead {
			newest = max(newest, r.number)
		}
	}
	return newest
}

// verify says what is wrong after a race.
func (w *world) verify() string {
	found := ours(w.github.comments)
	survivor := w.newestSurvivor()
	killed := false
	for _, r := range w.racers {
		killed = killed || r.dead
	}
	switch {
	case survivor > 0 && len(found) == 0:
		return "there is no comment"
	case survivor > 0 && found[0].run < survivor:
		return fmt.Sprintf("the comment is of run %d, but run %d came to its end", found[0].run, survivor)
	case !killed && len(found) > 1:
		return fmt.Sprintf("there are %d comments", len(found))
	}
	// Whatever is left, the next run mends it.
	w.racers = []*racer{{number: 50}}
	w.race()
	if found = ours(w.github.comments); len(found) != 1 || found[0].run != 50 {
		return fmt.Sprintf("the next run leaves %+v", found)
	}
	for _, c := range w.github.comments {
		if m, ok := parseMarker(c.Body); ok && !strings.Contains(c.Body, fmt.Sprintf("text of %d", m.run)) && c.Author == bot {
			return "the marker and the text are of different runs"
		}
	}
	if w.github.comments[0].Author != "mallory" || !strings.Contains(w.github.comments[0].Body, "not ours") {
		return "another user's comment was touched"
	}
	return ""
}

func TestTwoRunsInEveryOrderLeaveOneCommentOfTheNewest(t *testing.T) {
	for name, comments := range beginnings() {
		t.Run(name, func(t *testing.T) {
			races := everyOrder(func(choose func(int) int) {
				w := newWorld(comments, &racer{number: 10}, &racer{number: 20})
				w.choose = choose
				w.race()
				if fault := w.verify(); fault != "" {
					t.Fatalf("%s\nrequests: %q", fault, w.steps)
				}
			})
			t.Logf("%d orders", races)
			if races < 100 {
				t.Errorf("only %d orders were tried", races)
			}
		})
	}
}

func TestARunThatIsKilledAnywhereInEveryOrderDoesNoHarm(t *testing.T) {
	const requests = 8
	for name, comments := range beginnings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := range requests {
				for _, how := range []death{{request: n}, {request: n, after: true}} {
					for victim := range 2 {
						everyOrder(func(choose func(int) int) {
							racers := []*racer{{number: 10}, {number: 20}}
							racers[victim].death = &how
							w := newWorld(comments, racers...)
							w.choose = choose
							w.race()
							if fault := w.verify(); fault != "" {
								t.Fatalf("victim %d, %+v: %s\nrequests: %q", victim, how, fault, w.steps)
							}
						})
					}
				}
			}
		})
	}
}

func TestThreeRunsInASampleOfOrdersLeaveOneCommentOfTheNewest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	starts := [][]int64{nil, {5}, {5, 4}, {4, 5, 3}}
	for range 3000 {
		racers := []*racer{{number: 10}, {number: 20}, {number: 30}}
		for _, r := range racers {
			if random.IntN(4) == 0 {
				r.death = &death{request: random.IntN(8), after: random.IntN(2) == 0, lost: random.IntN(3) == 0}
			}
		}
		w := newWorld(starts[random.IntN(len(starts))], racers...)
		w.choose = random.IntN
		w.race()
		if fault := w.verify(); fault != "" {
			t.Fatalf("%s\nrequests: %q", fault, w.steps)
		}
	}
}
