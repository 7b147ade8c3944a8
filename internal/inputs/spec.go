package inputs

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
)

// frontendArgument is the build argument that chooses another frontend.
const frontendArgument = "BUILDKIT_SYNTAX"

// countSpec counts what is asked of the build, files left out. Values of
// arguments are hashed on their own and not kept.
func (l *ledger) countSpec() {
	spec := l.build.Spec
	l.count(fact{kind: kindTarget, value: spec.Target})
	l.count(fact{kind: kindNetwork, value: spec.Network})
	for name, value := range spec.Args {
		l.count(fact{kind: kindArgument, name: name, value: digestOf([]byte(value))})
	}
	for name, value := range spec.Labels {
		l.count(fact{kind: kindLabel, name: name, value: value})
	}
	for kind, list := range map[string][]string{
		kindPlatform: spec.Platforms, kindHost: spec.AddHosts, kindSSH: spec.SSH,
		kindCache: spec.CacheFrom, kindFrontend: spec.Frontends,
	} {
		for n, value := range list {
			l.count(fact{kind: kind, name: strconv.Itoa(n), value: value})
		}
	}
	if gate.RemoteContext(spec.Context) {
		l.count(fact{kind: kindRemote, name: spec.Dockerfile, value: spec.Context})
	}
	for name, value := range spec.Contexts {
		if place, layout := strings.CutPrefix(value, layoutScheme); layout {
			_, value = splitLayout(place)
			value = layoutScheme + value
		} else if isFolder(value) {
			value = "a folder"
		}
		l.count(fact{kind: kindContext, name: name, value: value})
	}
	if _, given := spec.Args[frontendArgument]; given {
		l.blame("", 0, "the build argument %s chooses another frontend, which may read anything", frontendArgument)
	}
	l.countSecrets()
}

// countSecrets counts the names of secrets. What a secret holds is never hashed,
// so none may come from a file that a commit can change.
func (l *ledger) countSecrets() {
	for _, secret := range l.build.Spec.Secrets {
		l.count(fact{kind: kindSecret, name: secret.ID})
		if secret.File != "" {
			l.outside("the secret "+secret.ID, secret.File)
		}
	}
	for _, forward := range l.build.Spec.SSH {
		if _, paths, ok := strings.Cut(forward, "="); ok {
			for path := range strings.SplitSeq(paths, ",") {
				l.outside("the key of the SSH agent", path)
			}
		}
	}
	for _, cache := range l.build.Spec.CacheFrom {
		for field := range strings.SplitSeq(cache, ",") {
			if key, path, ok := strings.Cut(field, "="); ok && strings.TrimSpace(key) == "src" {
				l.outside("the imported cache", path)
			}
		}
	}
}

// outside blames a file of the working directory that bears on the build but is
// not hashed.
func (l *ledger) outside(what, path string) {
	place := l.absolute(path)
	if target, err := filepath.EvalSymlinks(place); l.holds(place) || err == nil && l.holds(target) {
		l.blame("", 0, "%s is read from %s, which a commit may change and which is never hashed: keep it outside of the working directory", what, path)
	}
}

// isFolder reports whether a named context is a folder of this machine.
func isFolder(value string) bool {
	return !gate.RemoteContext(value) && !strings.Contains(value, "://")
}

// pinned blames an address whose content may change: all but git repositories
// at a commit.
func (l *ledger) pinned(what, address string) {
	_, fragment, _ := strings.Cut(address, "#")
	commit, _, _ := strings.Cut(fragment, ":")
	if (len(commit) == 40 || len(commit) == 64) && strings.Trim(commit, "0123456789abcdef") == "" {
		l.note("%s counts by its commit: %s", what, address)
		return
	}
	l.blame("", 0, "%s is an address whose content may change (%s): name a git repository with the full commit behind a #", what, address)
}

// readDockerfile reads the build's Dockerfile. path is where it is said to be,
// which may be a link.
func (l *ledger) readDockerfile() (path string, text []byte, ok bool) {
	spec := l.build.Spec
	switch {
	case spec.Dockerfile == "-":
		l.blame("", 0, "the Dockerfile comes from standard input, and no commit says what it is")
		return "", nil, false
	case spec.Dockerfile == "":
		spec.Dockerfile = filepath.Join(spec.Context, "Dockerfile")
	}
	place, ok := l.inside("the Dockerfile", spec.Dockerfile)
	if !ok {
		return "", nil, false
	}
	text, ok = l.readSmall(place)
	return l.absolute(spec.Dockerfile), text, ok
}

// readSmall reads a file that has at most the size of a Dockerfile.
func (l *ledger) readSmall(place string) (text []byte, ok bool) {
	info, err := os.Stat(place)
	if err == nil && info.Mode().IsRegular() && info.Size() <= dockerfile.MaxSize {
		text, err = os.ReadFile(place)
	}
	switch {
	case err != nil:
		l.blame(l.show(place), 0, "it can't be read: %v", err)
	case !info.Mode().IsRegular():
		l.blame(l.show(place), 0, "it is no regular file")
	case info.Size() > dockerfile.MaxSize || len(text) > dockerfile.MaxSize:
		l.blame(l.show(place), 0, "it is larger than %d bytes", dockerfile.MaxSize)
	default:
		return text, true
	}
	return nil, false
}
