package build

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

// all is a builder that can do everything.
func all() capabilities {
	return capabilities{describe: "buildkitd test", namedContexts: true, ociLayouts: true, layout: true}
}

func requestFor(t *testing.T, spec gate.BuildSpec, caps capabilities) (*request, error) {
	t.Helper()
	if spec.Context == "" {
		spec.Context = tree(t, map[string]string{"Dockerfile": "FROM scratch AS one\n"})
	}
	return newRequest(spec, caps, gate.RegistryPlan{}, t.TempDir())
}

func TestEveryOptionReachesTheBuilder(t *testing.T) {
	ctx := tree(t, map[string]string{"Dockerfile": "FROM scratch AS one\n"})
	local := map[string]string{"cmdline": "builtin", "filename": "Dockerfile"}
	with := func(extra map[string]string) map[string]string {
		attrs := maps.Clone(local)
		maps.Copy(attrs, extra)
		return attrs
	}
	engine := engineCapabilities("27.0.1", nil)
	for name, test := range map[string]struct {
		spec gate.BuildSpec
		caps capabilities
		want map[string]string
	}{
		"nothing given":           {gate.BuildSpec{Context: ctx}, all(), local},
		"target":                  {gate.BuildSpec{Context: ctx, Target: "one"}, all(), with(map[string]string{"target": "one"})},
		"arguments and labels":    {gate.BuildSpec{Context: ctx, Args: map[string]string{"A": "1"}, Labels: map[string]string{"l": "2"}}, all(), with(map[string]string{"build-arg:A": "1", "label:l": "2"})},
		"no cache":                {gate.BuildSpec{Context: ctx, NoCache: true}, all(), with(map[string]string{"no-cache": ""})},
		"pull":                    {gate.BuildSpec{Context: ctx, Pull: true}, engine, with(map[string]string{"image-resolve-mode": "pull"})},
		"the Engine's own images": {gate.BuildSpec{Context: ctx}, engine, with(map[string]string{"image-resolve-mode": "local"})},
		"no network":              {gate.BuildSpec{Context: ctx, Network: "none"}, all(), with(map[string]string{"force-network-mode": "none"})},
		"the host's network":      {gate.BuildSpec{Context: ctx, Network: "host"}, all(), with(map[string]string{"force-network-mode": "host"})},
		"hosts":                   {gate.BuildSpec{Context: ctx, AddHosts: []string{"a:10.0.0.1", "b=::1", "c:fe80::2"}}, all(), with(map[string]string{"add-hosts": "a=10.0.0.1,b=::1,c=fe80::2"})},
		"a URL":                   {gate.BuildSpec{Context: "https://h/c.tar.gz", Dockerfile: "d/app.df"}, all(), map[string]string{"cmdline": "builtin", "context": "https://h/c.tar.gz", "filename": "d/app.df"}},
		"named contexts":          {gate.BuildSpec{Context: ctx, Contexts: map[string]string{"docker.io/library/base:latest": "docker-image://alpine", "src": ctx, "x": "https://h/r.git"}}, all(), with(map[string]string{"context:base": "docker-image://alpine", "context:src": "local:context1", "context:x": "https://h/r.git"})},
		"an allowed frontend":     {gate.BuildSpec{Context: frontendTree(t), Frontends: []string{goodFrontend}}, all(), map[string]string{"cmdline": goodFrontend + " mode=x", "source": goodFrontend, "filename": "Dockerfile"}},
		"a frontend not allowed":  {gate.BuildSpec{Context: frontendTree(t)}, all(), local},
		"another one is allowed":  {gate.BuildSpec{Context: frontendTree(t), Frontends: []string{strings.Replace(goodFrontend, "sha256:0", "sha256:1", 1)}}, all(), local},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := requestFor(t, test.spec, test.caps)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, req.solve.FrontendAttrs); diff != "" {
				t.Error(diff)
			}
			wantHost := test.spec.Network == "host"
			if got := slices.Contains(req.solve.AllowedEntitlements, "network.host"); got != wantHost {
				t.Errorf("the host's network is granted: %v, want %v", got, wantHost)
			}
		})
	}
}

const goodFrontend = "example.com/frontend@sha256:0000000000000000000000000000000000000000000000000000000000000000"

func frontendTree(t *testing.T) string {
	return tree(t, map[string]string{"Dockerfile": "# syntax=" + goodFrontend + " mode=x\nFROM scratch\n"})
}

func TestTheDockerfileIsSentAsItWasRead(t *testing.T) {
	dir := tree(t, map[string]string{"ctx/f": "", "real/x.df": "FROM scratch\n"})
	link := filepath.Join(dir, "link.df")
	if err := os.Symlink("real/x.df", link); err != nil {
		t.Fatal(err)
	}
	private := t.TempDir()
	_, err := newRequest(gate.BuildSpec{Context: dir + "/ctx", Dockerfile: link}, all(), gate.RegistryPlan{}, private)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := os.ReadFile(filepath.Join(private, "dockerfile", "link.df"))
	if err != nil || string(sent) != "FROM scratch\n" {
		t.Errorf("sent %q, %v", sent, err)
	}
}

func TestAFrontendIsOnlyGivenTheGatewayWhenAllowed(t *testing.T) {
	for want, frontends := range map[string][]string{builtinFrontend: nil, imageFrontend: {goodFrontend}} {
		req, err := requestFor(t, gate.BuildSpec{Context: frontendTree(t), Frontends: frontends}, all())
		if err != nil || req.solve.Frontend != want {
			t.Errorf("frontend %s, %v; want %s", req.solve.Frontend, err, want)
		}
	}
}

func TestWrongOptionsAreErrors(t *testing.T) {
	for name, test := range map[string]struct {
		spec gate.BuildSpec
		kind error
		want string
	}{
		"a network that is not known":      {gate.BuildSpec{Network: "bridge"}, ErrInput, `network "bridge"`},
		"a host without address":           {gate.BuildSpec{AddHosts: []string{"a"}}, ErrInput, "name=address"},
		"a host with a wrong address":      {gate.BuildSpec{AddHosts: []string{"a=b"}}, ErrInput, `"b" is not an IP`},
		"the host's gateway":               {gate.BuildSpec{AddHosts: []string{"a:host-gateway"}}, ErrUnsupported, "host-gateway"},
		"a platform that is none":          {gate.BuildSpec{Platforms: []string{"linux/amd64/x/y"}}, ErrInput, "platform"},
		"a platform twice":                 {gate.BuildSpec{Platforms: []string{"linux/arm64", "linux/arm64/v8"}}, ErrInput, "twice"},
		"a cache without type":             {gate.BuildSpec{CacheFrom: []string{"ref=x"}}, ErrInput, "no type"},
		"a registry cache without ref":     {gate.BuildSpec{CacheFrom: []string{"type=registry"}}, ErrInput, "needs ref"},
		"a local cache without dest":       {gate.BuildSpec{CacheTo: []string{"type=local,src=x"}}, ErrInput, "needs dest"},
		"the runner's cache":               {gate.BuildSpec{CacheTo: []string{"type=gha"}}, ErrUnsupported, "type=gha"},
		"cache-to with two platforms":      {gate.BuildSpec{CacheTo: []string{"type=inline"}, Platforms: []string{"linux/amd64", "linux/arm64"}}, ErrUnsupported, "cache-to with 2 platforms"},
		"a frontend without digest":        {gate.BuildSpec{Frontends: []string{"docker/dockerfile:1"}}, ErrInput, "no digest"},
		"a frontend by argument":           {gate.BuildSpec{Args: map[string]string{"BUILDKIT_SYNTAX": "x"}}, ErrInput, "BUILDKIT_SYNTAX"},
		"frontends with a URL":             {gate.BuildSpec{Context: "https://h/r.git", Frontends: []string{goodFrontend}}, ErrUnsupported, "frontends"},
		"a secret without id":              {gate.BuildSpec{Secrets: []gate.BuildSecret{{Env: "X"}}}, ErrInput, "no id"},
		"a secret twice":                   {gate.BuildSpec{Secrets: []gate.BuildSecret{{ID: "a", Env: "PATH"}, {ID: "a", Env: "PATH"}}}, ErrInput, "twice"},
		"a secret without source":          {gate.BuildSpec{Secrets: []gate.BuildSecret{{ID: "a"}}}, ErrInput, "needs either"},
		"a secret whose file is missing":   {gate.BuildSpec{Secrets: []gate.BuildSecret{{ID: "a", File: "/nope"}}}, ErrInput, "secret a"},
		"a secret whose variable is unset": {gate.BuildSpec{Secrets: []gate.BuildSecret{{ID: "a", Env: "GATE_SURELY_UNSET"}}}, ErrInput, "GATE_SURELY_UNSET is not set"},
		"an ssh socket that is missing":    {gate.BuildSpec{SSH: []string{"default=/nope/socket"}}, ErrInput, "ssh default=/nope/socket"},
		"a context with a foreign scheme":  {gate.BuildSpec{Contexts: map[string]string{"a": "ftp://x"}}, ErrInput, "neither a directory"},
		"a context that does not exist":    {gate.BuildSpec{Contexts: map[string]string{"a": "/nope"}}, ErrInput, "does not exist"},
		"a context with a wrong name":      {gate.BuildSpec{Contexts: map[string]string{"A B": "/"}}, ErrInput, `named context "A B"`},
		"a layout that does not exist":     {gate.BuildSpec{Contexts: map[string]string{"a": "oci-layout:///nope"}}, ErrInput, "no OCI layout"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := requestFor(t, test.spec, all())
			if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %v with %q", err, test.kind, test.want)
			}
		})
	}
}

func TestWhatAnEngineCannotDoIsAnErrorThatNamesIt(t *testing.T) {
	for name, test := range map[string]struct {
		version string
		status  [][2]string
		spec    gate.BuildSpec
		// unsupported is what the error names; empty means that it can be done.
		unsupported string
	}{
		"20.10 and a named context":        {"20.10.24+dfsg1", nil, gate.BuildSpec{Contexts: map[string]string{"a": "docker-image://b"}}, `named context "a": Docker Engine 20.10.24+dfsg1`},
		"27 and a named context":           {"27.1.0", nil, gate.BuildSpec{Contexts: map[string]string{"a": "docker-image://b"}}, ""},
		"27 and a registry cache to write": {"27.1.0", nil, gate.BuildSpec{CacheTo: []string{"type=registry,ref=r"}}, "cache-to type=registry: Docker Engine 27.1.0"},
		"27 and an inline cache":           {"27.1.0", nil, gate.BuildSpec{CacheTo: []string{"type=inline"}}, ""},
		"27 and a registry cache to read":  {"27.1.0", nil, gate.BuildSpec{CacheFrom: []string{"example.com/cache"}}, ""},
		"27 and an S3 cache to read":       {"27.1.0", nil, gate.BuildSpec{CacheFrom: []string{"type=s3,bucket=b"}}, "cache-from type=s3"},
		"containerd store and any cache":   {"29.0.0", containerdStore(), gate.BuildSpec{CacheTo: []string{"type=registry,ref=r"}}, ""},
		"27 and an OCI layout":             {"27.1.0", nil, gate.BuildSpec{Contexts: map[string]string{"a": "oci-layout://x"}}, "reads no OCI layouts"},
		"an unknown version counts as old": {"dev", nil, gate.BuildSpec{Contexts: map[string]string{"a": "docker-image://b"}}, "no named contexts"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := requestFor(t, test.spec, engineCapabilities(test.version, test.status))
			if test.unsupported == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), test.unsupported) {
				t.Errorf("got %v, want ErrUnsupported with %q", err, test.unsupported)
			}
		})
	}
}

func TestWhatAnOldFrontendDoesNotKnowIsNamed(t *testing.T) {
	for name, test := range map[string]struct{ version, text, want string }{
		"a heredoc":                  {"20.10.24", "FROM a\nRUN <<EOF\nx\nEOF\n", "Dockerfile:2: heredoc in RUN: Docker Engine 20.10.24"},
		"a flag":                     {"20.10.24", "FROM a\nLABEL x=y\nCOPY --link a b\n", "Dockerfile:3: COPY --link: Docker Engine 20.10.24"},
		"a flag it knows":            {"20.10.24", "FROM a\nCOPY --chown=1:1 a b\nRUN --mount=type=cache,target=/x y\n", ""},
		"a heredoc for a new Engine": {"24.0.1", "FROM a\nRUN <<EOF\nx\nEOF\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := requestFor(t, gate.BuildSpec{Context: tree(t, map[string]string{"Dockerfile": test.text})}, engineCapabilities(test.version, nil))
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want ErrUnsupported with %q", err, test.want)
			}
		})
	}
}

func containerdStore() [][2]string {
	return [][2]string{{"driver-type", "io.containerd.snapshotter.v1"}}
}

func TestSecretsAreReadFromFilesAndEnvironment(t *testing.T) {
	dir := tree(t, map[string]string{"s": "from-file"})
	t.Setenv("GATE_TEST_SECRET", "from-env")
	values, err := readSecrets([]gate.BuildSecret{{ID: "f", File: dir + "/s"}, {ID: "e", Env: "GATE_TEST_SECRET"}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]byte{"f": []byte("from-file"), "e": []byte("from-env")}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Error(diff)
	}
}

func TestArgumentsSecretsAndPasswordsAreHidden(t *testing.T) {
	t.Setenv("GATE_TEST_SECRET", "the-secret")
	plan := gate.RegistryPlan{Credentials: []gate.RegistryCredential{{Host: "h", Username: "u", Password: gate.NewSecret("the-password")}}}
	spec := gate.BuildSpec{
		Context: tree(t, map[string]string{"Dockerfile": "FROM scratch\n"}),
		Args:    map[string]string{"A": "the-argument"},
		Secrets: []gate.BuildSecret{{ID: "s", Env: "GATE_TEST_SECRET"}},
	}
	req, err := newRequest(spec, all(), plan, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if got := req.redact.text("the-argument the-secret the-password"); got != "*** *** ***" {
		t.Errorf("shown: %s", got)
	}
}
