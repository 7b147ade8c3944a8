package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/containergate/gate/examples/workflows"
	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/lint"
)

type textFile struct{ path, text string }

func (o initOptions) files(ctx context.Context) ([]textFile, error) {
	images, err := dockerfiles(ctx)
	if err != nil {
		return nil, err
	}
	names := []string{o.workflow}
	switch {
	case o.workflow == "fork-safe":
		names = []string{"fork-safe-check", "fork-safe-deliver"}
	case o.workflow == "" && len(images) > 1:
		names = []string{"monorepo"}
	case o.workflow == "":
		names = []string{"pull-request"}
	}
	var files []textFile
	for _, name := range names {
		t, ok := find(workflows.All(), name)
		if !ok {
			return nil, usageError{fmt.Errorf("there is no workflow %q: gate init --list shows those there are", name)}
		}
		path := ".github/workflows/gate.yml"
		if len(names) > 1 {
			path = ".github/workflows/" + strings.Replace(name, "fork-safe", "gate", 1) + ".yml"
		}
		if t.Scheduled {
			path = ".github/workflows/gate-" + name + ".yml"
		}
		files = append(files, textFile{path, o.fillIn(t.Content, images)})
	}
	if _, err := os.Lstat(config.Paths[0]); err == nil && o.scheduled() && !o.force {
		// What is being made has a policy already, which holds for what is out there.
		return files, nil
	}
	policy := "gate"
	if o.warnOnly {
		policy = "gate-warn"
	}
	t, _ := find(workflows.Policies(), policy)
	return append(files, textFile{config.Paths[0], t.Content + listImages(images)}), nil
}

// scheduled reports whether the workflow that was asked for is one that the clock
// starts.
func (o initOptions) scheduled() bool {
	t, ok := find(workflows.All(), o.workflow)
	return ok && t.Scheduled
}

func find(templates []workflows.Template, name string) (workflows.Template, bool) {
	i := slices.IndexFunc(templates, func(t workflows.Template) bool { return t.Name == name })
	if i < 0 {
		return workflows.Template{}, false
	}
	return templates[i], true
}

// fillIn puts the release and the images into a workflow.
func (o initOptions) fillIn(text string, images []imageEntry) string {
	if o.ref != "" {
		text = strings.ReplaceAll(text, "@"+workflows.Placeholder+" # "+workflows.PlaceholderTag, "@"+o.ref)
		head, rest, _ := strings.Cut(text, "# Before use:")
		if _, rest, found := strings.Cut(rest, "\nname:"); found {
			text = strings.TrimRight(head, "# \n") + "\nname:" + rest
		}
	}
	if len(images) > 0 {
		var names []string
		for _, i := range images {
			names = append(names, i.name)
		}
		text = strings.Replace(text, "image: [shop, till]", "image: ["+strings.Join(names, ", ")+"]", 1)
	}
	return text
}

// imageEntry is a Dockerfile and what to call its image.
type imageEntry struct{ name, context, dockerfile string }

// dockerfiles finds the images of the working directory. Names are made of
// letters, digits and dashes, so that they need no quotes.
func dockerfiles(ctx context.Context) ([]imageEntry, error) {
	found, err := lint.Files(ctx, []string{"."})
	if err != nil {
		return nil, fmt.Errorf("look for Dockerfiles: %w", err)
	}
	var images []imageEntry
	for _, file := range found {
		folder := filepath.ToSlash(filepath.Dir(file))
		name := filepath.Base(folder)
		if folder == "." {
			if dir, err := filepath.Abs("."); err == nil {
				name = filepath.Base(dir)
			}
		}
		if base := filepath.Base(file); base != "Dockerfile" && base != "Containerfile" {
			name += "-" + strings.TrimSuffix(strings.TrimPrefix(base, "Dockerfile."), ".Dockerfile")
		}
		name = strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "-"), "-")
		if name == "" || slices.ContainsFunc(images, func(i imageEntry) bool { return i.name == name }) {
			name = fmt.Sprintf("image-%d", len(images)+1)
		}
		images = append(images, imageEntry{name, folder, filepath.ToSlash(file)})
	}
	return images, nil
}

// listImages is the policy's list; one image in the working directory needs none.
func listImages(images []imageEntry) string {
	if len(images) == 0 || (len(images) == 1 && images[0].dockerfile == "Dockerfile") {
		return ""
	}
	var b strings.Builder
	b.WriteString("\nimages:\n")
	for _, i := range images {
		fmt.Fprintf(&b, "  - name: %s\n    context: %q\n", i.name, i.context)
		if i.dockerfile != strings.TrimPrefix(i.context+"/Dockerfile", "./") {
			fmt.Fprintf(&b, "    dockerfile: %q\n", i.dockerfile)
		}
	}
	return b.String()
}

func writeText(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("make the folder of %s: %w", path, err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // A workflow and a policy are for everybody to read.
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
