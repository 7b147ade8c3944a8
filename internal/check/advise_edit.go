package check

import (
	"fmt"

	"github.com/containergate/gate/internal/advise"
	"github.com/containergate/gate/internal/pin"
)

// Edited is a Dockerfile with other base images.
type Edited struct {
	Path          string
	Before, After []byte
}

// EditBases puts the recommended base images into their Dockerfiles, without
// writing them. Stages that begin with one line, through a variable, change
// together; several images that one Dockerfile makes change once.
func EditBases(a advise.Advice) ([]Edited, error) {
	var files []Edited
	at := map[string]int{}
	done := map[string]bool{}
	for _, base := range a.Bases {
		if base.Recommended < 0 || base.Options[base.Recommended].Edit == nil {
			continue
		}
		edit := *base.Options[base.Recommended].Edit
		key := fmt.Sprintf("%s %d", base.Path, edit.Line)
		if done[key] {
			continue
		}
		done[key] = true
		n, known := at[base.Path]
		if !known {
			text, err := pin.Read(base.Path)
			if err != nil {
				return nil, &InputError{Err: err}
			}
			n = len(files)
			at[base.Path], files = n, append(files, Edited{Path: base.Path, Before: text, After: text})
		}
		after, err := edit.Apply(files[n].After)
		if err != nil {
			return nil, err
		}
		files[n].After = after
	}
	return files, nil
}
