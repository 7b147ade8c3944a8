package listing

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

const (
	// mostFiles is how many files of a folder are read, mostFolderBytes how much
	// they hold together, and mostEntries how many files and folders are walked.
	mostFiles       = 2000
	mostFolderBytes = 64 << 20
	mostEntries     = 200_000
	// mostKept is how many lines are kept until all files are read.
	mostKept = 50_000
)

// folder is a folder of manifests as it is read.
type folder struct {
	*reading
	at    string
	files []string
	// seen are the files that were read.
	seen map[string]bool
	// charts are the images that Helm values name: by folder, then by their key.
	charts map[string]map[string]name
	// parts are images of Helm values to which something is missing.
	parts []part
	// templates are lines of Helm templates that name images.
	templates []templateLine
	// follows are Compose files that others lead to.
	follows []follow
	// replaced are the repositories that a Kustomization replaces, and untagged
	// the images that may stand for one of them.
	replaced map[string]bool
	untagged []untagged
	kept     int
}

// keeps counts a line that is kept until all files are read, and tells once that
// there are too many.
func (f *folder) keeps() bool {
	if f.kept++; f.kept == mostKept+1 {
		f.gap(fmt.Sprintf("more than %d lines name an image without its tag, or in a template", mostKept), "name a folder of it, or leave files out with except")
	}
	return f.kept <= mostKept
}

// untagged is an image without tag and digest.
type untagged struct {
	name  name
	place string
}

// manifests reads the manifests of a folder, or of one file.
func (r *reading) manifests(ctx context.Context) {
	f := &folder{reading: r, seen: map[string]bool{}, charts: map[string]map[string]name{}, replaced: map[string]bool{}}
	for _, patterns := range [][]string{r.source.Tags, r.source.Except} {
		if err := checkPatterns(patterns); err != nil {
			r.gap(err.Error(), "correct the policy")
			return
		}
	}
	root, err := r.files.open()
	if err == nil {
		f.at, err = inside(r.source.Place)
	}
	var info fs.FileInfo
	if err == nil {
		info, err = root.Stat(f.at)
	}
	if err != nil {
		r.gap("the folder can't be read: "+reason(err), "correct the path")
		return
	}
	if info.IsDir() {
		f.walk(ctx, root)
	} else {
		f.files = []string{f.at}
	}
	if len(f.files) == 0 && r.told == 0 {
		r.gap("there is no YAML file in it", "correct the path, tags or except")
	}
	f.readAll(ctx)
}

func (f *folder) readAll(ctx context.Context) {
	bytes := 0
	for _, file := range f.files {
		if ctx.Err() != nil {
			return
		}
		text, err := f.reading.files.read(file)
		if err != nil {
			f.gap(fmt.Sprintf("%s can't be read: %s", quote(file), reason(err)), "make it readable, or leave it out with except", file)
			continue
		}
		if bytes += len(text); bytes > mostFolderBytes {
			f.gap(fmt.Sprintf("the files hold more than %d bytes", mostFolderBytes), "leave files out with except")
			break
		}
		f.seen[file] = true
		s := &sheet{folder: f, path: file, text: text}
		s.read()
	}
	f.finish()
}

// walk finds the files of the folder.
func (f *folder) walk(ctx context.Context, root *os.Root) {
	entries := 0
	err := fs.WalkDir(root.FS(), f.at, func(file string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return fs.SkipAll
		}
		if err != nil {
			f.gap(fmt.Sprintf("the folder %s can't be read: %s", quote(file), reason(err)), "make it readable, or leave it out with except", file)
			return nil
		}
		if entries++; entries > mostEntries || len(f.files) >= mostFiles {
			f.gap(fmt.Sprintf("there are more than %d YAML files in it, or more than %d files", mostFiles, mostEntries), "name a folder of it, or leave files out with except")
			return fs.SkipAll
		}
		below := strings.TrimPrefix(file, f.at+"/")
		switch {
		case file == f.at:
			return nil
		case entry.IsDir() && (strings.HasPrefix(path.Base(file), ".") || path.Base(file) == "node_modules" || onPath(f.source.Except, below)):
			return fs.SkipDir
		case entry.IsDir(), onPath(f.source.Except, below):
			return nil
		}
		f.consider(root, file, below, entry)
		return nil
	})
	if err != nil {
		f.gap("the folder can't be read: "+reason(err), "make it readable")
	}
}

// consider takes a file that the source wants.
func (f *folder) consider(root *os.Root, file, below string, entry fs.DirEntry) {
	extension := strings.ToLower(path.Ext(file))
	wanted := extension == ".yaml" || extension == ".yml"
	if len(f.source.Tags) > 0 {
		wanted = onPath(f.source.Tags, below)
	}
	if entry.Type()&fs.ModeSymlink != 0 {
		info, err := root.Stat(file)
		switch {
		case err == nil && info.IsDir():
			f.gap(quote(file)+" is a symbolic link to a folder, which is not followed", "list that folder too, or leave the link out with except", file)
			return
		case err != nil && (wanted || extension == ""):
			f.gap(fmt.Sprintf("the symbolic link %s can't be followed: %s", quote(file), reason(err)), "correct it, or leave it out with except", file)
			return
		}
	}
	if wanted {
		f.files = append(f.files, file)
	}
}
