package githubtest

import (
	"context"
	"errors"
	"fmt"
)

// Client is a program that talks to the fake, one request at a time.
type Client struct {
	// Agent is the User-Agent of all its requests: so they are told apart.
	Agent string
	// Run is the whole program. It returns soon after the context's end.
	Run func(context.Context)
}

// Race is a server and the clients that run against each other.
type Race struct {
	Server  *Server
	Clients []Client
	// Check looks at the outcome. The steps say in which order the requests were
	// applied, for the message of a failure.
	Check func(steps []string)
}

// Explore runs a race once for every order in which the requests of its clients
// can be applied, and returns how many there are. Each run has a fresh race,
// whose server is closed after its check. With kills, as many clients of a run
// may also be killed at a request: before it is applied, or after, when its
// answer is lost. The clients must do the same when they get the same answers.
func Explore(ctx context.Context, kills int, fresh func() Race) (int, error) {
	var choices []choice
	for runs := 1; ; runs++ {
		r := &racing{Race: fresh(), kills: kills, choices: choices}
		err := r.run(ctx)
		r.Server.Close()
		if err != nil {
			return runs, fmt.Errorf("run %d, after %q: %w", runs, r.steps, err)
		}
		choices = r.choices
		// The last choice that has an alternative is made otherwise next.
		for len(choices) > 0 && choices[len(choices)-1].taken+1 >= choices[len(choices)-1].of {
			choices = choices[:len(choices)-1]
		}
		if len(choices) == 0 {
			return runs, nil
		}
		choices[len(choices)-1].taken++
	}
}

// choice is which of several things was done at a step.
type choice struct{ taken, of int }

// racing is one run.
type racing struct {
	Race
	kills   int
	choices []choice
	made    int
	steps   []string

	gate     *Gate
	runners  []*runner
	finished chan int
}

// runner is a client during a run.
type runner struct {
	name string
	stop context.CancelFunc
	// held is the request that waits to be applied.
	held *Held
	done bool
	// dying is true when the client ends with the request that is under way;
	// dead when it has been killed.
	dying, dead bool
}

// deed is what a step can do with a held request.
type deed struct {
	who  *runner
	what string
}

const (
	goOn       = ""
	killBefore = " (killed before it was applied)"
	killAfter  = " (killed before it was answered)"
)

func (r *racing) run(ctx context.Context) error {
	r.gate = r.Server.Hold(Match{})
	defer r.gate.Open()
	r.finished = make(chan int, len(r.Clients))
	for i, client := range r.Clients {
		own, stop := context.WithCancel(ctx)
		defer stop()
		r.runners = append(r.runners, &runner{name: client.Agent, stop: stop})
		go func() {
			defer func() { r.finished <- i }()
			client.Run(own)
		}()
	}
	for {
		if err := r.settle(ctx); err != nil {
			return err
		}
		deeds := r.deeds()
		if len(deeds) == 0 {
			break
		}
		d, err := r.choose(deeds)
		if err != nil {
			return err
		}
		r.do(d)
	}
	if r.Check != nil {
		r.Check(r.steps)
	}
	return nil
}

// settle waits until every client has a request at the gate, or has ended.
func (r *racing) settle(ctx context.Context) error {
	for r.busy() {
		select {
		case i := <-r.finished:
			r.runners[i].done = true
		case h := <-r.gate.held:
			if err := r.receive(h); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (r *racing) busy() bool {
	for _, one := range r.runners {
		if !one.done && one.held == nil {
			return true
		}
	}
	return false
}

// receive takes a request that came to the gate. What was applied is answered
// in the same step: nobody else can tell the two apart.
func (r *racing) receive(h *Held) error {
	for _, one := range r.runners {
		if one.name != h.Request.Agent {
			continue
		}
		switch {
		case one.dead:
			h.Drop()
		case h.Stage == Applied && one.dying:
			one.kill(h)
		case h.Stage == Applied:
			h.Pass()
		case one.held != nil:
			h.Drop()
			return fmt.Errorf("the client %q has two requests at a time", one.name)
		default:
			one.held = h
		}
		return nil
	}
	h.Drop()
	return fmt.Errorf("no client has the agent %q", h.Request.Agent)
}

func (r *racing) deeds() []deed {
	var all []deed
	for _, one := range r.runners {
		if one.held == nil {
			continue
		}
		all = append(all, deed{one, goOn})
		if r.kills > 0 {
			all = append(all, deed{one, killBefore}, deed{one, killAfter})
		}
	}
	return all
}

var errUnsteady = errors.New("the clients behave differently from run to run")

func (r *racing) choose(deeds []deed) (deed, error) {
	if r.made == len(r.choices) {
		r.choices = append(r.choices, choice{of: len(deeds)})
	}
	c := r.choices[r.made]
	if c.of != len(deeds) {
		return deed{}, errUnsteady
	}
	r.made++
	return deeds[c.taken], nil
}

func (r *racing) do(d deed) {
	h := d.who.held
	d.who.held = nil
	r.steps = append(r.steps, fmt.Sprintf("%s %s %s%s", d.who.name, h.Request.Method, h.Request.Path, d.what))
	switch d.what {
	case killBefore:
		r.kills--
		d.who.kill(h)
	case killAfter:
		r.kills--
		d.who.dying = true
		h.Pass()
	default:
		h.Pass()
	}
}

// kill ends the client together with the request.
func (one *runner) kill(h *Held) {
	one.dead = true
	one.stop()
	h.Drop()
}
