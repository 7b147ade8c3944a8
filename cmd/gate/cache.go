package main

import "github.com/containergate/gate/internal/github/cache"

// cache is the runner's cache service; nil where the runner has none.
func (p *process) cache(s *step) *cache.Client {
	address, token := p.env("ACTIONS_RESULTS_URL"), p.env("ACTIONS_RUNTIME_TOKEN")
	if address == "" || token == "" {
		return nil
	}
	s.runtime.Mask(token)
	client, err := cache.New(cache.Options{URL: address, Token: token})
	if err != nil {
		s.runtime.Notice("the runner's cache is not used: " + err.Error())
		return nil
	}
	return client
}
