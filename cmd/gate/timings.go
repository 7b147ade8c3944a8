package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/gate"
)

// timings listens to the steps of a run when the plan asks for it. The
// function it returns prints them, in the order in which they ended.
func (p *process) timings(env *check.Environment, plan gate.Plan) func() {
	if !plan.Timings {
		return func() {}
	}
	var mutex sync.Mutex
	var lines []string
	start := time.Now()
	env.Step = func(name string) func() {
		begun := time.Now()
		return func() {
			mutex.Lock()
			defer mutex.Unlock()
			lines = append(lines, fmt.Sprintf("%-24s %6.2f s", name, time.Since(begun).Seconds()))
		}
	}
	return func() {
		mutex.Lock()
		defer mutex.Unlock()
		for _, line := range lines {
			p.complain("time %s", line)
		}
		p.complain("time %-24s %6.2f s", "all", time.Since(start).Seconds())
	}
}
