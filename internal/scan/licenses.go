package scan

import (
	"context"
	"fmt"
	"sync"

	"github.com/anchore/syft/syft"
)

// Licenses is syft's licence scanner. Making one takes the better part of a
// second, and cataloguing needs one, so that a process makes one for all.
type Licenses struct {
	compile func() (context.Context, error)
	// made is closed when it is there, or can't be had.
	made chan struct{}
}

// Warm starts making the licence scanner in the background. It is never wrong
// to call it early; a scan waits for it when it is not ready yet.
func Warm() *Licenses {
	l := newLicenses()
	go func() { _, _ = l.compile() }()
	return l
}

func newLicenses() *Licenses {
	made := make(chan struct{})
	return &Licenses{made: made, compile: sync.OnceValues(func() (context.Context, error) {
		defer close(made)
		return syft.SetContextLicenseScanner(context.Background(), syft.DefaultCreateSBOMConfig().Licenses)
	})}
}

// Made is closed when the scanner has been made. Until then no image can be
// catalogued, so that there is time for other things. It is nil, and never
// closed, for a nil scanner.
func (l *Licenses) Made() <-chan struct{} {
	if l == nil {
		return nil
	}
	return l.made
}

// in returns ctx with the licence scanner in it.
func (l *Licenses) in(ctx context.Context) (context.Context, error) {
	scanner, err := l.compile()
	if err != nil {
		return nil, fmt.Errorf("prepare the licence scanner: %w", err)
	}
	return licensed{Context: ctx, scanner: scanner}, nil
}

// licensed is a context that ends with one context and finds the licence
// scanner in another, where syft put it under a key of its own.
type licensed struct {
	context.Context
	scanner context.Context
}

// Value looks in the run's own context first.
func (c licensed) Value(key any) any {
	if value := c.Context.Value(key); value != nil {
		return value
	}
	return c.scanner.Value(key)
}
