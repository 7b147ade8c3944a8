package proposal

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

// Refusal is a plan that a pull request may not have. Its text says why.
type Refusal struct{ Message string }

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

func refuse(format string, args ...any) error {
	return &Refusal{Message: fmt.Sprintf(format, args...)}
}

// keep takes from the base's policy and the inputs what the change's own policy
// has no say in: where the vulnerability data comes from, what the findings are
// compared with, which registries are spoken to without TLS, what builds, and
// which frontends may.
func (s Source) keep(request config.Request, plan *gate.Plan, read func(string) ([]byte, error)) error {
	rebased, err := request.Rebased(read)
	if err != nil {
		// Nothing is known of them, and nothing of the change's is believed.
		rebased = gate.Plan{Builder: gate.BuilderPlan{Kind: "auto"}}
	}
	plan.Database.Mirrors, plan.Database.ActionsCache = rebased.Database.Mirrors, rebased.Database.ActionsCache
	plan.Database.Source, plan.Builder.Kind, plan.Registry.Insecure = rebased.Database.Source, rebased.Builder.Kind, rebased.Registry.Insecure
	if len(plan.Baseline.Wanted()) > 0 {
		// To compare with nothing is the strictest, and anybody's to ask for.
		plan.Baseline.Auto, plan.Baseline.Candidates = rebased.Baseline.Auto, rebased.Baseline.Candidates
	}
	plan.Baseline.Required = plan.Baseline.Required || rebased.Baseline.Required
	// What is found by the base's wish stays to be found, and is left out only
	// if the base leaves it out as well.
	if len(rebased.Discover.Kinds) > 0 {
		plan.Discover = rebased.Discover
	}
	plan.SkipUnchanged = plan.SkipUnchanged && rebased.SkipUnchanged
	var frontends []string
	for _, image := range rebased.Images {
		if image.Build != nil {
			frontends = append(frontends, image.Build.Frontends...)
		}
	}
	for _, image := range plan.Images {
		if image.Build == nil {
			continue
		}
		image.Build.Frontends = slices.DeleteFunc(slices.Clone(image.Build.Frontends), func(f string) bool { return !slices.Contains(frontends, f) })
	}
	if err == nil {
		// What the change has built otherwise was not there before.
		plan.Baseline.Images = slices.Concat([]gate.ImagePlan{}, rebased.Images)
		keepImages(plan, rebased.Images, request.Picks())
	}
	return err
}

// confine refuses policy files that reach for what is not the change's: the
// runner's variables and files. What the base's policy names is the
// repository's own will, and inputs are the workflow's.
func (s Source) confine(request config.Request, plan, base gate.Plan) error {
	head, variables, err := request.Handed()
	if err != nil {
		// The plan may rest on a part of it, and the rest is then not known.
		return refuse("the policy file of this change is not right as a whole: %v", err)
	}
	trusted := secretsOf(base)
	for _, name := range variables {
		if reserved(name) && !slices.ContainsFunc(trusted, func(t gate.BuildSecret) bool { return t.Env == name }) {
			return refuse("the policy file of this change hands the variable %s to a build, which is the runner's: name it in the workflow", name)
		}
	}
	for _, image := range head.Images {
		if err := s.confineImage(image, trusted, agentsOf(base)); err != nil {
			return err
		}
	}
	for _, image := range plan.Images {
		if image.Dockerfile != "" && s.below(image.Dockerfile) && !s.inside(image.Dockerfile) {
			return refuse("the Dockerfile %s is a link that leads out of the checkout", image.Dockerfile)
		}
	}
	return nil
}

func (s Source) confineImage(image gate.ImagePlan, trusted []gate.BuildSecret, agents []string) error {
	paths := []string{image.Dockerfile, image.SBOM}
	if build := image.Build; build != nil {
		if !gate.RemoteContext(build.Context) {
			paths = append(paths, build.Context)
		}
		for _, folder := range contexts(build) {
			if !gate.RemoteContext(folder) {
				paths = append(paths, folder)
			}
		}
		for _, secret := range build.Secrets {
			if !slices.Contains(trusted, secret) {
				paths = append(paths, secret.File)
			}
		}
		for _, cache := range slices.Concat(build.CacheFrom, build.CacheTo) {
			paths = append(paths, cachePaths(cache)...)
		}
		for _, agent := range build.SSH {
			if !slices.Contains(agents, agent) {
				return refuse("the policy file of this change hands the SSH agent or key %s to the image %s: name it in the workflow, or in the base's policy", agent, image.Name)
			}
		}
	}
	if scheme, path, _ := strings.Cut(image.Ref, ":"); slices.Contains([]string{"dir", "sbom", "docker-archive", "oci-archive", "oci-dir"}, scheme) {
		paths = append(paths, path)
	}
	for _, path := range paths {
		if path != "" && !s.inside(path) {
			return refuse("the policy file of this change names %s for the image %s, which is outside the checkout: name it in the workflow, or in the base's policy", path, image.Name)
		}
	}
	return nil
}

// cachePaths are the folders of a local cache, in BuildKit's spelling. What is
// not written as it should be is taken for a path, and so not let through.
func cachePaths(cache string) []string {
	fields, err := csv.NewReader(strings.NewReader(cache)).Read()
	if err != nil {
		return []string{"/" + cache}
	}
	var paths []string
	for _, field := range fields {
		key, value, _ := strings.Cut(field, "=")
		if key = strings.ToLower(strings.TrimSpace(key)); key == "src" || key == "dest" {
			paths = append(paths, value)
		}
	}
	return paths
}

func agentsOf(plan gate.Plan) []string {
	var agents []string
	for _, image := range plan.Images {
		if image.Build != nil {
			agents = append(agents, image.Build.SSH...)
		}
	}
	return agents
}

func secretsOf(plan gate.Plan) []gate.BuildSecret {
	var secrets []gate.BuildSecret
	for _, image := range plan.Images {
		if image.Build != nil {
			secrets = append(secrets, image.Build.Secrets...)
		}
	}
	return secrets
}

// reserved reports whether a variable is the runner's or gate's own, and may
// hold a token.
func reserved(name string) bool {
	name = strings.ToUpper(name)
	for _, prefix := range []string{"INPUT_", "ACTIONS_", "GATE_", "RUNNER_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "GITHUB_TOKEN"
}

// below reports whether a path, as it is written, is inside the workspace.
func (s Source) below(path string) bool {
	root, err := filepath.Abs(s.Workspace)
	if err != nil {
		return false
	}
	return within(root, path)
}

// inside reports whether a path is inside the workspace once links are
// followed. Of what is not there yet the folder counts.
func (s Source) inside(path string) bool {
	root, err := filepath.Abs(s.Workspace)
	if err != nil {
		return false
	}
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return false
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return false
	}
	rest := ""
	for {
		resolved, err := filepath.EvalSymlinks(path)
		if err == nil {
			return within(root, filepath.Join(resolved, rest))
		}
		if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return false // A link to what is not there yet.
		}
		parent := filepath.Dir(path)
		if parent == path {
			return false
		}
		path, rest = parent, filepath.Join(filepath.Base(path), rest)
	}
}

func within(root, path string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	relative, err := filepath.Rel(root, path)
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
}
