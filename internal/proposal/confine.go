package proposal

import (
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
// has no say in: where the vulnerability data comes from, which registries are
// spoken to without TLS, what builds, and which frontends may.
func (s Source) keep(request config.Request, plan *gate.Plan, read func(string) ([]byte, error)) error {
	rebased, err := request.Rebased(read)
	if err != nil {
		return err
	}
	plan.Database.Source, plan.Builder.Kind, plan.Registry.Insecure = rebased.Database.Source, rebased.Builder.Kind, rebased.Registry.Insecure
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
	return nil
}

// confine refuses policy files that reach for what is not the change's: the
// runner's variables and files. What the base's policy names is the
// repository's own will, and inputs are the workflow's.
func (s Source) confine(request config.Request, plan, base gate.Plan) error {
	head, variables, err := request.Handed()
	if err != nil {
		return nil //nolint:nilerr // The plan was made of the same files, so the mistake has been told.
	}
	trusted := secretsOf(base)
	for _, name := range variables {
		if reserved(name) && !slices.ContainsFunc(trusted, func(t gate.BuildSecret) bool { return t.Env == name }) {
			return refuse("the policy file of this change hands the variable %s to a build, which is the runner's: name it in the workflow", name)
		}
	}
	for _, image := range head.Images {
		if err := s.confineImage(image, trusted); err != nil {
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

func (s Source) confineImage(image gate.ImagePlan, trusted []gate.BuildSecret) error {
	paths := []string{image.Dockerfile, image.SBOM}
	if build := image.Build; build != nil {
		if !gate.RemoteContext(build.Context) {
			paths = append(paths, build.Context)
		}
		paths = append(paths, contexts(build)...)
		for _, secret := range build.Secrets {
			if !slices.Contains(trusted, secret) {
				paths = append(paths, secret.File)
			}
		}
		for _, agent := range build.SSH {
			if _, path, found := strings.Cut(agent, "="); found {
				paths = append(paths, path)
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
