package proposal

import (
	"context"
	"errors"
	"io/fs"
)

// Tracks reports whether the commit of the event has a file. Paths are relative
// to the repository's root.
func (s Source) Tracks(ctx context.Context, path string) (bool, error) {
	if s.API != nil {
		s.API = &patience{API: s.API}
	}
	_, err := (&reader{Source: s, ctx: ctx, sha: s.Event.SHA}).ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
