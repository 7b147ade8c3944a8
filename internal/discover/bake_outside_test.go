package discover

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestNothingOfBakeLeadsOutOfTheRepository(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(outside+"/Dockerfile", []byte(from), 0o600); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"Dockerfile": from, "link": "-> " + outside, "up": "-> ../..", "docker-bake.hcl": `
		target "up" { context = "../../etc" }
		target "absolute" { context = "/etc" }
		target "home" { context = "~/.ssh" }
		target "link" { context = "link" }
		target "linkup" { context = "up" }
		target "file" { dockerfile = "../../etc/passwd" }
		target "named" { contexts = { x = "../../../etc" } }
		target "layout" { contexts = { x = "oci-layout:///var/lib/x:tag" } }
		target "cwd" { context = "cwd://../.." }`}
	found := find(t, files, Options{})
	wantNames(t, found, "absolute", "cwd", "file", "home", "layout", "link", "linkup", "named", "up")
	for _, i := range found.Images {
		wantUnresolved(t, i, "leads out of the repository")
		wantProblem(t, found, "docker-bake.hcl:", `"`+i.Name+`"`, "leads out")
		for _, at := range append(slices.Collect(maps.Values(i.Contexts)), i.Context, i.Dockerfile) {
			if strings.Contains(at, "..") || strings.Contains(at, outside) || strings.HasPrefix(at, "/") {
				t.Errorf("%s: %s", i.Name, at)
			}
		}
	}
}

func TestTargetsThatNeedThemselvesAreUnresolved(t *testing.T) {
	found := find(t, map[string]string{"Dockerfile": from, "docker-bake.hcl": `
		target "a" {
		  contexts = { x = "target:b" }
		}
		target "b" {
		  target = "b"
		  contexts = { x = "target:a" }
		}
		target "c" {
		  target = "c"
		  contexts = { x = "target:gone" }
		}`}, Options{})
	wantUnresolved(t, image(t, found, "a"), "needs itself")
	wantUnresolved(t, image(t, found, "b"), "needs itself")
	wantUnresolved(t, image(t, found, "c"), `"gone"`, "not there")
}
