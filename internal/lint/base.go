package lint

// Base is what is known of a base image.
type Base struct {
	// OS and Architecture are as in its configuration: linux, amd64.
	OS, Architecture string
	// Variables are the names of those that its configuration sets.
	Variables []string
}

// Base returns what is known of a base image; ok is false for others.
func (p *Pass) Base(name string) (base Base, ok bool) {
	base, ok = p.options.Bases[name]
	return base, ok
}

// Platform returns the platform that is built for, empty when it is not known.
func (p *Pass) Platform() string { return p.options.Platform }
