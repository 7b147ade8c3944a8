package advisories

import (
	"errors"
	"fmt"
	"sync"
	"testing"
)

func TestAQuestionIsAskedOnce(t *testing.T) {
	a := newAnswers(10, count[int])
	asked := 0
	for range 3 {
		got, err := a.ask("q", func() ([]int, error) { asked++; return []int{7}, nil })
		if err != nil || len(got) != 1 || got[0] != 7 {
			t.Fatalf("got %v, %v", got, err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestWhatCouldNotBeLearnedIsAskedAgain(t *testing.T) {
	a := newAnswers(10, count[int])
	if _, err := a.ask("q", func() ([]int, error) { return nil, errors.New("no") }); err == nil {
		t.Fatal("the error is lost")
	}
	if got, err := a.ask("q", func() ([]int, error) { return []int{1}, nil }); err != nil || len(got) != 1 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestAnswersNeverWeighMoreThanTheyMay(t *testing.T) {
	a := newAnswers(10, count[int])
	for i := range 100 {
		if _, err := a.ask(fmt.Sprint(i), func() ([]int, error) { return make([]int, i%5), nil }); err != nil {
			t.Fatal(err)
		}
		weight := 0
		for _, v := range a.known {
			weight += 1 + len(v)
		}
		if weight != a.weight || weight > 10 {
			t.Fatalf("after %d: %d, counted as %d", i, weight, a.weight)
		}
	}
}

func TestManyMayAskAtOnce(t *testing.T) {
	a := newAnswers(50, count[int])
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			for i := range 500 {
				want := (i * (n + 1)) % 60
				got, err := a.ask(fmt.Sprint(want), func() ([]int, error) { return []int{want}, nil })
				if err != nil || got[0] != want {
					t.Errorf("got %v, %v for %d", got, err, want)
				}
			}
		})
	}
	group.Wait()
}
