package githubtest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// mostFiles is how many files of a pull request GitHub lists.
const mostFiles = 3000

// File is a file that a pull request changes.
type File struct {
	Path     string `json:"path"`
	Previous string `json:"previous,omitempty"`
	// Status is added, removed, modified, renamed, copied, changed or unchanged.
	Status string `json:"status"`
	Patch  string `json:"patch,omitempty"`
}

func decimal[T int | int64](n T) string { return strconv.FormatInt(int64(n), 10) }

func listPullFiles(c *call) answer {
	p := c.repo.pull(c.number("pull_number"))
	if p == nil {
		return notFound()
	}
	files := c.changedFiles(p)
	part, header := page(c, files[:min(len(files), mostFiles)])
	return answer{status: http.StatusOK, header: header, body: c.fileObjects(c.repo, part, p.Head.SHA)}
}

func (c *call) changedFiles(p *Pull) []File {
	if p.Files != nil {
		return p.Files
	}
	base := c.repo.mergeBase(p.Base.SHA, p.Head.SHA)
	return difference(c.repo.tree(base), c.repo.tree(p.Head.SHA))
}

// difference is what changed between two trees, sorted by path. It finds no renames.
func difference(before, after map[string]string) []File {
	var files []File
	for name, text := range after {
		old, was := before[name]
		switch {
		case !was:
			files = append(files, File{Path: name, Status: "added", Patch: patchText("", text)})
		case old != text:
			files = append(files, File{Path: name, Status: "modified", Patch: patchText(old, text)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, is := after[name]; !is {
			files = append(files, File{Path: name, Status: "removed", Patch: patchText(before[name], "")})
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

// patchText is a unified diff without context, from the first to the last line
// that differs.
func patchText(before, after string) string {
	old, fresh := lines(before), lines(after)
	start := 0
	for start < len(old) && start < len(fresh) && old[start] == fresh[start] {
		start++
	}
	tail := 0
	for tail < len(old)-start && tail < len(fresh)-start && old[len(old)-1-tail] == fresh[len(fresh)-1-tail] {
		tail++
	}
	old, fresh = old[start:len(old)-tail], fresh[start:len(fresh)-tail]
	var b strings.Builder
	fmt.Fprintf(&b, "@@ -%s +%s @@", hunk(start, len(old)), hunk(start, len(fresh)))
	for _, line := range old {
		b.WriteString("\n-" + line)
	}
	for _, line := range fresh {
		b.WriteString("\n+" + line)
	}
	return b.String()
}

// hunk is one side of a hunk's head: an empty side names the line before it.
func hunk(start, count int) string {
	if count == 0 {
		return fmt.Sprintf("%d,0", start)
	}
	return fmt.Sprintf("%d,%d", start+1, count)
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

func (c *call) fileObjects(r *Repository, files []File, sha string) []any {
	all := make([]any, 0, len(files))
	for _, f := range files {
		added, removed := strings.Count(f.Patch, "\n+"), strings.Count(f.Patch, "\n-")
		o := object{
			"sha": SHA("blob of " + f.Path), "filename": f.Path, "status": f.Status, "patch": f.Patch,
			"additions": added, "deletions": removed, "changes": added + removed,
			"blob_url": web(r.Name, "blob", sha), "raw_url": web(r.Name, "raw", sha),
			"contents_url": c.api("repos", r.Name, "contents"),
		}
		if f.Previous != "" {
			o["previous_filename"] = f.Previous
		}
		all = append(all, o)
	}
	return all
}
