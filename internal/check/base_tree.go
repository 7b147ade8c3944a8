package check

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

// tree is the base commit's files.
type tree struct {
	// dir holds them all, and root is the folder that stands for the working
	// directory.
	dir, root string
	notes     []string
	err       error
}

// files returns the base commit's files, which are written once.
func (c *comparison) files(ctx context.Context) (*tree, error) {
	if c.tree == nil {
		c.tree = c.readTree(ctx)
	}
	return c.tree, c.tree.err
}

func (c *comparison) readTree(ctx context.Context) *tree {
	plan, bases := c.run.plan.Baseline, c.run.env.Bases
	t := &tree{}
	switch {
	case plan.Commit == "" && plan.Unknown != "":
		t.err = errors.New(plan.Unknown)
	case plan.Commit == "" || bases == nil:
		t.err = errors.New("no base commit is known: name one with --base")
	}
	if t.err != nil {
		return t
	}
	if t.dir, t.err = os.MkdirTemp(c.run.env.TempDir, "base-"); t.err != nil {
		return t
	}
	t.root, t.notes, t.err = bases.Tree(ctx, plan.Commit, t.dir)
	if t.err != nil {
		t.err = fmt.Errorf("the files of the base commit %s can't be had: %w", shortCommit(plan.Commit), t.err)
	}
	return t
}

func (c *comparison) close() {
	c.end()
	if c.configs != nil {
		_ = c.configs.Close()
	}
	if c.tree != nil && c.tree.dir != "" {
		_ = os.RemoveAll(c.tree.dir)
	}
}

func shortCommit(sha string) string { return sha[:min(len(sha), 12)] }

// errNewImage says that the base commit has no such image.
var errNewImage = errors.New("the base commit has no such image")

// plan is an image as the base commit has it: by its own policy, and with its
// files. was is where its Dockerfile is in them.
func (t *tree) plan(ctx context.Context, here string, image gate.ImagePlan) (base gate.ImagePlan, was string, err error) {
	base, moved := image, false
	base.SBOM = ""
	if image.Dockerfile != "" && image.Dockerfile != stdin {
		inside, err := inner(here, image.Dockerfile)
		if err != nil {
			return base, "", err
		}
		was = inside
		if _, err := os.Stat(filepath.Join(t.root, inside)); errors.Is(err, os.ErrNotExist) {
			if was, err = t.renamed(ctx, here, inside); err != nil {
				return base, "", err
			}
			moved = true
		}
		base.Dockerfile = filepath.Join(t.root, was)
		if err := t.holds(base.Dockerfile); err != nil {
			return base, "", err
		}
	}
	if image.Build == nil {
		return base, was, nil
	}
	spec := *image.Build
	spec.CacheTo, spec.NoCache, spec.Dockerfile = nil, false, base.Dockerfile
	if spec.Context, err = t.folder(here, spec.Context); err != nil && moved && sameFolder(image) {
		spec.Context, err = filepath.Dir(base.Dockerfile), nil
	}
	spec.Contexts = map[string]string{}
	for name, place := range image.Build.Contexts {
		spec.Contexts[name] = place
		if inside, there := t.folder(here, place); there == nil && !strings.Contains(place, "://") {
			spec.Contexts[name] = inside
		}
	}
	base.Build = &spec
	return base, was, err
}

// holds refuses a file of the base commit that is a link out of its files: what
// it says is the machine's, and would be told in reports.
func (t *tree) holds(file string) error {
	target, err := filepath.EvalSymlinks(file)
	if err != nil {
		return err
	}
	whole, err := filepath.EvalSymlinks(t.dir)
	if err != nil {
		return err
	}
	if inside, err := filepath.Rel(whole, target); err != nil || !filepath.IsLocal(inside) {
		return fmt.Errorf("%s is a link that leads out of the base commit's files", file)
	}
	return nil
}

// sameFolder reports whether an image is built from the folder of its Dockerfile.
func sameFolder(image gate.ImagePlan) bool {
	return filepath.Clean(image.Build.Context) == filepath.Dir(filepath.Clean(image.Dockerfile))
}

// folder is a folder of the working directory as the base commit has it.
func (t *tree) folder(here, folder string) (string, error) {
	if gate.RemoteContext(folder) {
		return folder, nil
	}
	inside, err := inner(here, folder)
	if err != nil {
		return "", err
	}
	there := filepath.Join(t.root, inside)
	if info, err := os.Stat(there); err != nil || !info.IsDir() {
		return "", fmt.Errorf("it has no folder %s: %w", inside, errNewImage)
	}
	return there, nil
}

// inner is a path relative to the working directory; what lies outside of that
// is not the repository's, and so not the base commit's.
func inner(here, path string) (string, error) {
	if filepath.IsAbs(path) {
		relative, err := filepath.Rel(here, path)
		if err != nil {
			return "", fmt.Errorf("%s is outside the working directory: %w", path, err)
		}
		path = relative
	}
	if path = filepath.Clean(path); !filepath.IsLocal(path) {
		return "", fmt.Errorf("%s is outside the working directory, so the base commit can't have it", path)
	}
	return path, nil
}

// alike is the share of its lines that a renamed Dockerfile has kept at least.
const alike = 0.5

// renamed finds what a Dockerfile was called that the base commit does not have
// by this name: the most similar of those that the working directory has no more.
func (t *tree) renamed(ctx context.Context, here, name string) (string, error) {
	now, err := os.ReadFile(filepath.Join(here, name))
	if err != nil {
		return "", err
	}
	files, err := lint.Files(ctx, []string{t.root})
	if err != nil && len(files) == 0 {
		return "", err
	}
	best, most := "", alike
	for _, file := range files {
		inside, err := filepath.Rel(t.root, file)
		if err != nil {
			continue
		}
		if _, err := os.Lstat(filepath.Join(here, inside)); err == nil {
			continue
		}
		then, err := os.ReadFile(file)
		if share := shared(string(then), string(now)); err == nil && share > most {
			best, most = inside, share
		}
	}
	if best == "" {
		return "", fmt.Errorf("it has no %s: %w", name, errNewImage)
	}
	return best, nil
}

// shared is the share of lines that two texts have in common, of the longer one's.
func shared(a, b string) float64 {
	left := map[string]int{}
	lines := 0
	for line := range strings.Lines(a) {
		left[strings.TrimSpace(line)]++
		lines++
	}
	same, others := 0, 0
	for line := range strings.Lines(b) {
		others++
		if text := strings.TrimSpace(line); left[text] > 0 {
			left[text]--
			same++
		}
	}
	if lines = max(lines, others); lines == 0 {
		return 0
	}
	return float64(same) / float64(lines)
}

// local makes the paths of findings relative to the tree's root, as those of
// the head are to the working directory.
func (t *tree) local(findings []gate.Finding) []gate.Finding {
	if t.root == "" {
		return findings
	}
	prefix := filepath.ToSlash(t.root) + "/"
	for i := range findings {
		f := &findings[i]
		f.Location.Path = strings.TrimPrefix(f.Location.Path, prefix)
		if f.Source != gate.SourceContext {
			continue
		}
		paths := make([]string, len(f.Paths))
		for n, p := range f.Paths {
			paths[n] = strings.TrimPrefix(p, prefix)
		}
		f.Paths = paths
	}
	return findings
}
