package advisories

import "sync"

// answers remember what was asked before, up to a weight. It is dropped whole
// when it grows beyond that: what is asked again soon is learned again soon.
type answers[V any] struct {
	// most is the weight of all values together, and weigh that of one.
	most  int
	weigh func(V) int

	mu     sync.Mutex
	known  map[string]V
	weight int
}

func newAnswers[V any](most int, weigh func(V) int) *answers[V] {
	return &answers[V]{most: most, weigh: weigh, known: map[string]V{}}
}

// ask returns what is known under a key, or learns it. What can't be learned is
// asked again the next time. Two that ask at once may both learn.
func (m *answers[V]) ask(key string, learn func() (V, error)) (V, error) {
	m.mu.Lock()
	value, known := m.known[key]
	m.mu.Unlock()
	if known {
		return value, nil
	}
	value, err := learn()
	if err != nil {
		return value, err
	}
	m.keep(key, value)
	return value, nil
}

// has reports whether something is known under a key.
func (m *answers[V]) has(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, known := m.known[key]
	return known
}

func (m *answers[V]) keep(key string, value V) {
	weight := 1 + m.weigh(value)
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.known[key]; known {
		return
	}
	if m.weight += weight; m.weight > m.most {
		m.known, m.weight = map[string]V{}, weight
	}
	m.known[key] = value
}

// count is a slice's own length, as a weight.
func count[V any](values []V) int { return len(values) }
