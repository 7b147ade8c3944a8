package attack_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/inputs"
)

// byLeavingOut is what a change does to not be looked at.
func byLeavingOut() map[string]attack {
	return map[string]attack{"leave-an-image-out": leaveAnImageOut}
}

func leaveAnImageOut(t *testing.T) {
	const all = "discover: [bake, dockerfile]\n"
	for name, c := range map[string]struct{ base, theirs string }{
		"by looking for none":       {all, "discover: none\nunchanged: skip\n"},
		"by looking elsewhere":      {all, "discover: all\ndiscover-exclude: ['**']\nunchanged: skip\n"},
		"by another bake target":    {all, all + "bake-targets: harmless\nunchanged: skip\n"},
		"by calling it unchanged":   {all, all + "unchanged: skip\n"},
		"where the base skips none": {all + "unchanged: check\n", all + "unchanged: skip\n"},
	} {
		t.Run(name, func(t *testing.T) {
			p := propose(t, shop().with(tree{policyPath: goodPolicy + c.base}), faulty(tree{policyPath: goodPolicy + c.theirs}))
			plan, err := p.plan(t)
			if err != nil {
				t.Fatal(err)
			}
			d := plan.Discover
			if plan.SkipUnchanged || len(d.Kinds) != 2 || len(d.Exclude) > 0 || len(d.Targets) > 0 {
				t.Errorf("the change has its way: %+v, unchanged %v", d, plan.SkipUnchanged)
			}
			wantAction(t, run(t, plan), gate.ActionBlock, vulnerable, "DL3004")
		})
	}
	t.Run("what differs is not taken for the same", func(t *testing.T) {
		for name, change := range map[string]func(t *testing.T, root string){
			"bytes moved over the border of two files": func(t *testing.T, root string) {
				rewrite(t, filepath.Join(root, "a"), "one")
				rewrite(t, filepath.Join(root, "b"), "twothree")
			},
			"two names swapped": func(t *testing.T, root string) {
				rewrite(t, filepath.Join(root, "a"), "three")
				rewrite(t, filepath.Join(root, "b"), "onetwo")
			},
			"a program made of a file": func(t *testing.T, root string) {
				if err := os.Chmod(filepath.Join(root, "a"), 0o755); err != nil {
					t.Fatal(err)
				}
			},
			"a link in the place of a file": func(t *testing.T, root string) {
				if err := os.Remove(filepath.Join(root, "a")); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink("b", filepath.Join(root, "a")); err != nil {
					t.Fatal(err)
				}
			},
			"an ignore file that brings back what was left out": func(t *testing.T, root string) {
				rewrite(t, filepath.Join(root, "Dockerfile.dockerignore"), "")
			},
		} {
			t.Run(name, func(t *testing.T) {
				of := func(change func(*testing.T, string)) inputs.Inputs {
					root := t.TempDir()
					for file, text := range map[string]string{"Dockerfile": "FROM scratch\nCOPY . /\n", ".dockerignore": "c\n", "a": "onetwo", "b": "three", "c": "evil"} {
						rewrite(t, filepath.Join(root, file), text)
					}
					change(t, root)
					found, err := inputs.Of(t.Context(), inputs.Build{Root: root, Spec: gate.BuildSpec{Context: ".", Dockerfile: "Dockerfile"}})
					if err != nil {
						t.Fatal(err)
					}
					return found
				}
				nothing := func(*testing.T, string) {}
				if before := of(nothing); !inputs.Same(before, of(nothing)) || inputs.Same(before, of(change)) {
					t.Error("what the build reads is told apart wrongly")
				}
			})
		}
	})
}

func rewrite(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
