package rescan

import (
	"encoding/json"
	"sync"

	"github.com/containergate/gate/internal/gate"
)

// interned holds what many findings of a fleet have in common once: releases of
// one image have most of their findings in common.
type interned struct {
	mu    sync.Mutex
	known map[string]*gate.Advisory
}

func newInterned() *interned { return &interned{known: map[string]*gate.Advisory{}} }

// slim is an observation that takes less memory: it shares its advisory with
// others, and what nobody must act on loses the long text of it.
func (i *interned) slim(o gate.Observed) gate.Observed {
	about := o.Finding.Advisory
	if about == nil {
		return o
	}
	short := *about
	if !o.Matters() {
		short.Description, short.CVSS, short.CWEs = "", nil, nil
		short.URLs = about.URLs[:min(len(about.URLs), 1):min(len(about.URLs), 1)]
	}
	text, err := json.Marshal(short)
	if err != nil {
		return o
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	known := i.known[string(text)]
	if known == nil {
		known = &short
		i.known[string(text)] = known
	}
	o.Finding.Advisory = known
	return o
}
