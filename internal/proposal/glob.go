package proposal

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/git"
	"github.com/containergate/gate/internal/github/rest"
)

// Glob lists the files of the commit that a pattern of path.Match names, sorted.
// Only the file's name may be a pattern: folders are listed one at a time.
func (r *reader) Glob(pattern string) ([]string, error) {
	folder, name := path.Split(path.Clean(filepath.ToSlash(pattern)))
	folder = path.Clean(folder)
	if strings.ContainsAny(folder, `*?[\`) {
		return nil, fmt.Errorf("%q: in a pull request only the name of the file may be a pattern, and not its folder", pattern)
	}
	if !fs.ValidPath(folder) {
		return nil, fmt.Errorf("%s is outside the repository", pattern)
	}
	names, err := r.list(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []string
	for _, one := range names {
		if ok, err := path.Match(name, one); err != nil || !ok {
			continue
		}
		found = append(found, path.Join(folder, one))
	}
	slices.Sort(found)
	return found, nil
}

// list asks the API, and the checkout where that does not answer.
func (r *reader) list(folder string) ([]string, error) {
	failed := errNoToken
	if r.API != nil {
		names, err := r.API.Folder(r.ctx, r.Event.Repository, folder, r.sha)
		var refused *rest.Error
		if err == nil || errors.As(err, &refused) && refused.Kind == rest.NotFound {
			return names, err
		}
		failed = err
	}
	repository, err := git.Open(r.Workspace)
	if err == nil {
		var names []string
		if names, err = repository.Folder(r.sha, folder); err == nil || errors.Is(err, fs.ErrNotExist) {
			return names, err
		}
	}
	return nil, fmt.Errorf("list %s at %s: %w; and from the checkout: %w", folder, r.sha, failed, err)
}
