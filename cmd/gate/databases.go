package main

import (
	"github.com/containergate/gate/internal/github/cache"
	"github.com/containergate/gate/internal/scan/advisories"
)

// databases is the runner's cache service, for the vulnerability database; nil
// where the runner has none.
func (p *process) databases(s *step) advisories.Store {
	address, token := p.env("ACTIONS_RESULTS_URL"), p.env("ACTIONS_RUNTIME_TOKEN")
	if address == "" || token == "" {
		return nil
	}
	s.runtime.Mask(token)
	store, err := cache.New(cache.Options{URL: address, Token: token})
	if err != nil {
		s.runtime.Notice("the runner's cache is not used: " + err.Error())
		return nil
	}
	return store
}
