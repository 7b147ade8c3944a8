package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/anchore/syft/syft/file"

	"github.com/containergate/gate/internal/image"
)

// maxShebang is how much of a script's first line is read, in bytes.
const maxShebang = 512

// scripts lists the scripts that the given programs run, by the path of the
// program. A script counts when it may be started and no package owns it.
func (o *ownership) scripts(ctx context.Context, programs []image.Executable) (map[string][]string, error) {
	byName := map[string]string{}
	byBase := map[string]string{}
	for _, p := range programs {
		for _, name := range append([]string{p.Path}, p.Links...) {
			byName[name] = p.Path
			byBase[path.Base(name)] = p.Path
		}
	}
	out := map[string][]string{}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for l := range o.files.AllLocations(ctx) {
		m, err := o.files.FileMetadataByLocation(l)
		if err != nil || m.FileInfo == nil || !m.Mode().IsRegular() || m.Mode()&0o111 == 0 || o.owned[l.RealPath] {
			continue
		}
		interpreter, err := o.interpreter(l)
		if err != nil {
			return nil, err
		}
		if interpreter == "" {
			continue
		}
		program, err := o.runs(interpreter, byName, byBase)
		if err != nil {
			return nil, err
		}
		if program != "" {
			out[program] = append(out[program], l.RealPath)
		}
	}
	for _, of := range out {
		slices.Sort(of)
	}
	return out, nil
}

// interpreter is what the first line of a script names; empty for other files.
func (o *ownership) interpreter(l file.Location) (string, error) {
	content, err := o.files.FileContentsByLocation(l)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", l.RealPath, err)
	}
	begin := make([]byte, maxShebang)
	n, err := io.ReadFull(content, begin)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	if err := errors.Join(err, content.Close()); err != nil {
		return "", fmt.Errorf("read %s: %w", l.RealPath, err)
	}
	return shebang(string(begin[:n])), nil
}

// shebang is the program in the first line of a script: a path, or a bare name
// where env looks it up.
func shebang(text string) string {
	line, found := strings.CutPrefix(text, "#!")
	if !found {
		return ""
	}
	line, _, _ = strings.Cut(line, "\n")
	words := strings.Fields(line)
	if len(words) == 0 {
		return ""
	}
	if path.Base(words[0]) != "env" {
		return words[0]
	}
	for _, word := range words[1:] {
		if !strings.HasPrefix(word, "-") && !strings.Contains(word, "=") {
			return word
		}
	}
	return words[0]
}

// runs finds the unidentified program behind the name of an interpreter.
func (o *ownership) runs(interpreter string, byName, byBase map[string]string) (string, error) {
	if !path.IsAbs(interpreter) {
		return byBase[interpreter], nil
	}
	if program := byName[interpreter]; program != "" {
		return program, nil
	}
	target, err := o.follow(interpreter)
	return byName[target], err
}
