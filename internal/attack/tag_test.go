package attack_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/containergate/gate/examples/workflows"
)

// byATag is what somebody does who controls a tag.
func byATag() map[string]attack {
	return map[string]attack{"moved-tag": movedTag}
}

func movedTag(t *testing.T) {
	texts := map[string]string{}
	for _, template := range workflows.All() {
		texts["examples/workflows/"+template.File] = template.Content
	}
	for _, dir := range []string{".github", "docs", "examples", "README.md", "action.yml", "Dockerfile"} {
		err := filepath.WalkDir(filepath.Join(home, dir), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !regexp.MustCompile(`\.(ya?ml|md)$|Dockerfile$`).MatchString(path) {
				return err
			}
			text, err := os.ReadFile(path)
			relative, _ := filepath.Rel(home, path)
			texts[filepath.ToSlash(relative)] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	pinned := regexp.MustCompile(`^(\./\S*|containergate/gate@` + workflows.Placeholder + `|[\w.-]+/[\w./-]+@[0-9a-f]{40}|docker://\S+@sha256:[0-9a-f]{64})$`)
	uses := regexp.MustCompile(`(?m)^\s*(?:- )?["']?uses["']?:\s*["']?([^\s"'#]+)`)
	count := 0
	for name, text := range texts {
		for _, found := range uses.FindAllStringSubmatch(text, -1) {
			count++
			if !pinned.MatchString(found[1]) {
				t.Errorf("%s uses %s, which somebody can move", name, found[1])
			}
		}
	}
	if count < 20 {
		t.Errorf("only %d uses were found: the test looks in the wrong place", count)
	}
	for line := range strings.Lines(texts["Dockerfile"]) {
		fields := strings.Fields(line)
		if len(fields) > 1 && fields[0] == "FROM" && !strings.Contains(line, "@sha256:") && strings.ContainsAny(fields[1], "/:.") {
			t.Errorf("the action's image is built from %s", fields[1])
		}
	}
}
