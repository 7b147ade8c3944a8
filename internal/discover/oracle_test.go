package discover

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// printed is a target as docker buildx bake --print shows it.
type printed struct {
	Context, Dockerfile, Target string
	Args                        map[string]string
	Contexts                    map[string]string
	Tags, Platforms             []string
	Network                     string
}

// TestBakeUnderstandsTheFilesAlike compares with Docker's own bake where it is
// installed: a program buildx, or docker with the plugin.
func TestBakeUnderstandsTheFilesAlike(t *testing.T) {
	bake := []string{"buildx", "bake"}
	if _, err := exec.LookPath("buildx"); err != nil {
		bake = []string{"docker", "buildx", "bake"}
		if exec.CommandContext(t.Context(), "docker", "buildx", "version").Run() != nil {
			t.Skip("there is no buildx to compare with")
		}
	}
	both := composeShop()
	both["docker-bake.hcl"] = `
		group "default" { targets = ["lib", "web", "worker", "api"] }
		target "lib" { context = "lib" }
		target "web" { args = { W = split("-", "a-b")[1] } }
		target "worker" { inherits = ["api"] }`
	both["lib/Dockerfile"] = from
	for name, files := range map[string]map[string]string{
		"a shop": shop(), "bake upon Compose": both, "Compose": composeShop(),
		"functions": {"Dockerfile": from, "docker-bake.hcl": functionsBake},
		"JSON": {"Dockerfile": from, "docker-bake.json": `{"group": {"default": {"targets": ["a"]}}, "variable": {"V": {"default": 3}},
			"function": {"f": {"params": ["x"], "variadic_params": "r", "result": "${x}-${length(r)}"}},
			"target": {"a": {"matrix": {"n": ["x", "y"]}, "name": "a-${n}", "args": {"V": "${V}", "F": "${f(1,2,3)}", "T": true, "N": "${n}"}}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := repository(t, tame(files))
			command := exec.CommandContext(t.Context(), bake[0], append(slices.Clone(bake[1:]), "--print")...)
			command.Dir = dir
			command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
			var complaint strings.Builder
			command.Stderr = &complaint
			out, err := command.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, complaint.String())
			}
			var want struct{ Target map[string]printed }
			if err := json.Unmarshal(out, &want); err != nil {
				t.Fatal(err)
			}
			found, err := Find(t.Context(), dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			noProblems(t, found)
			byID := map[string]Image{}
			for _, i := range found.Images {
				byID[i.Name] = i
			}
			for id, target := range want.Target {
				got, listed := byID[id]
				if renamed, other := byID["shop-api"]; id == "api" && !listed && other {
					got, listed = renamed, true
				}
				if !listed {
					t.Errorf("%s is not listed among %v", id, names(found))
					continue
				}
				sameAs(t, got, target)
			}
			if len(found.Images) > len(want.Target) {
				t.Errorf("images %v, targets %v", names(found), slices.Collect(maps.Keys(want.Target)))
			}
		})
	}
}

// tame takes out what bake would open on the machine, and the platform of a
// service, which Compose builds for and bake does not.
func tame(files map[string]string) map[string]string {
	tamed := map[string]string{}
	for name, text := range files {
		for _, line := range []string{"  ssh    = [\"default\"]\n", "    env_file: ../../etc/passwd\n", "    platform: linux/arm64\n", "      ssh: [default, \"key=/root/.ssh/id\"]\n", "      secrets: [npm, {source: token, target: t}]\n"} {
			text = strings.ReplaceAll(text, line, "")
		}
		tamed[name] = text
	}
	return tamed
}

func sameAs(t *testing.T, got Image, want printed) {
	t.Helper()
	if got.Context != path.Clean(want.Context) || got.Dockerfile != path.Join(want.Context, want.Dockerfile) || got.Target != want.Target || got.Network != want.Network {
		t.Errorf("%+v, want %+v", got, want)
	}
	if !maps.Equal(got.Args, want.Args) && len(got.Args)+len(want.Args) > 0 {
		t.Errorf("%s: args %v, want %v", got.Name, got.Args, want.Args)
	}
	if len(got.Contexts) != len(want.Contexts) {
		t.Errorf("%s: contexts %v, want %v", got.Name, got.Contexts, want.Contexts)
	}
	if local := slices.Equal(want.Platforms, []string{"local"}); !local && !slices.Equal(got.Platforms, want.Platforms) {
		t.Errorf("%s: platforms %v, want %v", got.Name, got.Platforms, want.Platforms)
	}
}

const functionsBake = `
variable "OBJ" {
  type    = object({ name = string, n = number })
  default = { name = "x", n = 2 }
}
variable "NOTHING" { default = null }
top = "t-${OBJ.name}"
group "default" { targets = ["a"] }
target "a" {
  args = {
    BASE64  = base64encode("hallo")
    BACK    = base64decode("aGFsbG8=")
    MD5     = md5("x")
    SHA1    = sha1("x")
    SHA256  = sha256("x")
    SHA512  = sha512("x")
    BASE    = basename("/a/b.c")
    DIR     = dirname("/a/b.c")
    CLEAN   = sanitize("a/b:c-d_1")
    URL     = urlencode("a b&c/ä")
    FORMAT  = format("%05.1f|%-4s|%d", 3.14159, "ab", OBJ.n)
    LIST    = join(",", formatlist("%s-x", ["a", "b"]))
    REPLACE = replace("a.b.c", ".", "/")
    REGEX   = regex_replace("v1.2.3", "v(\\d+)\\.(\\d+).*", "$2-$1")
    INDENT  = indent(2, "a\nb")
    TRY     = try(OBJ.missing, "fallback")
    CAN     = can(OBJ.missing)
    COND    = NOTHING == null ? "none" : NOTHING
    TOP     = top
    JSON    = jsonencode({ a = [1, "b"] })
    LOOP    = join("", [for k, v in { a = 1, b = 2 } : "${k}${v}" if v > 1])
    SPLAT   = join("-", [{ n = "p" }, { n = "q" }][*].n)
    TPL     = "%{ for x in ["1", "2"] }<${x}>%{ endfor }%{ if true }y%{ else }n%{ endif }"
    PRODUCT = join(" ", [for p in setproduct(["a", "b"], ["c"]) : join("", p)])
    NUMBER  = 1.5 + 2
    BOOL    = !false
    DROPPED = NOTHING
    HEREDOC = <<-EOT
      one
        two
    EOT
  }
}
`
