package attack_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/check"
	"github.com/containergate/gate/internal/deliver"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/github"
	"github.com/containergate/gate/internal/github/githubtest"
)

// insideTheImage is what a dependency or a base image brings.
func insideTheImage() map[string]attack {
	return map[string]attack{
		"hide-the-packages": hideThePackages,
		"half-a-scan":       halfAScan,
		"corrupt-image":     corruptImage,
		"text-of-a-package": textOfAPackage,
	}
}

// elf is a program for Linux that says nothing of what is in it.
func elf() string {
	header := make([]byte, 120)
	copy(header, "\x7fELF\x02\x01\x01")
	header[16], header[18], header[20], header[32], header[52], header[54], header[56], header[64], header[68] = 2, 62, 1, 64, 64, 56, 1, 1, 5
	return string(header)
}

// layer packs files into a layer; an entry in front of its files may be anything.
func layer(t *testing.T, files tree, odd ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, header := range odd {
		if err := w.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := files[name]
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// archive makes an image of layers as docker save does. Its digests are right,
// whatever the layers are.
func archive(t *testing.T, labels map[string]string, layers ...[]byte) string {
	t.Helper()
	files := tree{}
	var ids, names []string
	for _, data := range layers {
		plain := data
		if unpacked, err := gzip.NewReader(bytes.NewReader(data)); err == nil {
			sum := sha256.New()
			if _, err := io.Copy(sum, unpacked); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, "sha256:"+hex.EncodeToString(sum.Sum(nil)))
		} else {
			sum := sha256.Sum256(plain)
			ids = append(ids, "sha256:"+hex.EncodeToString(sum[:]))
		}
		name := strings.TrimPrefix(ids[len(ids)-1], "sha256:") + ".tar"
		files[name], names = string(data), append(names, name)
	}
	encode := func(value any) string {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	files["config.json"] = encode(map[string]any{"architecture": "amd64", "os": "linux", "config": map[string]any{"Labels": labels},
		"rootfs": map[string]any{"type": "layers", "diff_ids": ids}})
	files["manifest.json"] = encode([]map[string]any{{"Config": "config.json", "RepoTags": []string{"shop:1"}, "Layers": names}})
	path := filepath.Join(t.TempDir(), "image.tar")
	put(t, path, string(layer(t, files)))
	return path
}

// scan judges an image by the usual policy.
func scan(t *testing.T, ref string) gate.Report {
	t.Helper()
	return run(t, gate.Plan{
		Images: []gate.ImagePlan{{Name: "shop", Ref: ref}}, Policy: gate.DefaultPolicy(), Database: gate.DatabasePlan{Source: database(t)}, Lint: gate.LintPlan{Off: true},
	})
}

// notUploaded holds that a report closes no alerts.
func notUploaded(t *testing.T, r gate.Report) {
	t.Helper()
	main := githubtest.SHA("main")
	server := serve(t, githubtest.Scenario{
		Tokens:       map[string]githubtest.Token{token: githubtest.ActionsToken()},
		Repositories: []githubtest.Repository{{Name: repository, Branches: map[string]string{"main": main}, Commits: []githubtest.Commit{{SHA: main}}}},
	})
	here := newRunner(t)
	push := github.Event{Name: "push", Repository: repository, Ref: "refs/heads/main", SHA: main, DefaultBranch: "main"}
	options := all()
	options.RequireUpload = true
	result := deliver.Deliver(t.Context(), r, deliver.TargetOf(push, here.Run()), connect(t, server.URL()), here.Runtime, options)
	if uploads := server.Repository(repository).Uploads; len(uploads) != 0 || len(result.Missed) == 0 {
		t.Errorf("%d uploads, missed %v", len(uploads), result.Missed)
	}
}

func hideThePackages(t *testing.T) {
	system := tree{"etc/os-release": debian12, "var/lib/dpkg/status": oldCurl, "usr/bin/curl": elf(), "var/lib/dpkg/info/libcurl4:amd64.md5sums": "d41d8cd98f00b204e9800998ecf8427e  usr/bin/curl\n"}
	if r := scan(t, "docker-archive:"+archive(t, nil, layer(t, system))); !r.Verdict.Complete || r.Verdict.Blocked == 0 {
		t.Fatalf("the image as it is: %+v", r.Verdict)
	}
	for name, c := range map[string]struct {
		above tree
		guard gate.Guard
	}{
		"whiteouts over the database":      {tree{"var/lib/dpkg/.wh.status": "", "var/lib/dpkg/.wh.info": ""}, gate.GuardUnidentified},
		"a whiteout over everything":       {tree{"var/lib/dpkg/.wh..wh..opq": "", "usr/bin/.wh.curl": ""}, gate.GuardNoPackages},
		"an empty database":                {tree{"var/lib/dpkg/status": "", "var/lib/dpkg/info/.wh..wh..opq": ""}, gate.GuardAnalyzerError},
		"a database that is none":          {tree{"var/lib/dpkg/status": "\x00\xffnothing"}, gate.GuardAnalyzerError},
		"no distribution":                  {tree{"etc/.wh.os-release": ""}, gate.GuardUnknownDistro},
		"a distribution that nobody knows": {tree{"etc/os-release": "ID=unheardof\nVERSION_ID=12\n"}, gate.GuardUnknownDistro},
		"a version that is to come":        {tree{"etc/os-release": "ID=debian\nVERSION_ID=\"99\"\n"}, gate.GuardUnknownDistro},
		"a program that nobody brought":    {tree{"usr/local/bin/curl": elf() + "x"}, gate.GuardUnidentified},
	} {
		t.Run(name, func(t *testing.T) {
			r := scan(t, "docker-archive:"+archive(t, nil, layer(t, system), layer(t, c.above)))
			wantGap(t, r, c.guard)
			notUploaded(t, r)
		})
	}
}

func halfAScan(t *testing.T) {
	whole := layer(t, tree{"etc/os-release": debian12, "var/lib/dpkg/status": oldCurl, "zz": strings.Repeat("z", 5000)})
	good := layer(t, tree{"etc/os-release": debian12, "var/lib/dpkg/status": strings.Replace(oldCurl, "u3", "u12", 1)})
	for name, data := range map[string][]byte{
		"in the middle of a header": whole[:1024+200], "in the middle of a file": whole[:len(whole)-3000],
		"a header that is none": append(bytes.Clone(good[:512]), bytes.Repeat([]byte("x"), 4096)...),
	} {
		t.Run(name, func(t *testing.T) {
			// The digests are those of the broken layer, so that nothing but reading shows it.
			r := scan(t, "docker-archive:"+archive(t, nil, good, data))
			wantGap(t, r, gate.GuardAnalyzerError)
			wantExit(t, r, gate.ExitIncomplete)
			notUploaded(t, r)
		})
	}
}

func corruptImage(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	put(t, filepath.Join(outside, "victim"), "as it was")
	up := strings.Repeat("../", 20)
	system := tree{"etc/os-release": debian12, "var/lib/dpkg/status": oldCurl}
	t.Run("paths and links that lead out", func(t *testing.T) {
		odd := []tar.Header{
			{Name: up + strings.TrimPrefix(outside, "/") + "/victim", Typeflag: tar.TypeReg, Mode: 0o644},
			{Name: outside + "/planted", Typeflag: tar.TypeReg, Mode: 0o644},
			{Name: "usr/out", Typeflag: tar.TypeSymlink, Linkname: outside}, {Name: "usr/out/victim", Typeflag: tar.TypeReg, Mode: 0o644},
			{Name: "usr/hard", Typeflag: tar.TypeLink, Linkname: outside + "/victim"},
			{Name: "usr/loop", Typeflag: tar.TypeSymlink, Linkname: "loop"}, {Name: "dev/sda", Typeflag: tar.TypeBlock, Devmajor: 8},
			{Name: "usr/local/lib/node_modules/x/package.json", Typeflag: tar.TypeSymlink, Linkname: up + strings.TrimPrefix(outside, "/") + "/victim"},
		}
		r := scan(t, "docker-archive:"+archive(t, nil, layer(t, system, odd...)))
		if r.Verdict.ExitCode() == gate.ExitPass {
			t.Errorf("verdict %+v", r.Verdict)
		}
		text, err := os.ReadFile(filepath.Join(outside, "victim"))
		left, dirErr := os.ReadDir(outside)
		if err != nil || dirErr != nil || string(text) != "as it was" || len(left) != 1 {
			t.Errorf("outside is %v, %q (%v, %v)", left, text, err, dirErr)
		}
	})
	t.Run("a bomb", func(t *testing.T) {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		bomb := tar.NewWriter(w)
		const size = 256 << 20
		if err := bomb.WriteHeader(&tar.Header{Name: "var/lib/dpkg/status", Size: size, Mode: 0o644, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(bomb, zeros{}, size); err != nil {
			t.Fatal(err)
		}
		if err := errorOf(bomb.Close, w.Close); err != nil {
			t.Fatal(err)
		}
		r := scan(t, "docker-archive:"+archive(t, nil, layer(t, tree{"etc/os-release": debian12}), packed.Bytes()))
		wantExit(t, r, gate.ExitIncomplete)
	})
	text, err := os.ReadFile(archive(t, nil, layer(t, system)))
	if err != nil {
		t.Fatal(err)
	}
	for name, broken := range map[string]string{
		"half of it": string(text[:len(text)/2]), "another layer under its name": strings.Replace(string(text), "7.88.1", "9.88.1", 1),
		"no image": "no image", "nothing": "",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "image.tar")
			put(t, path, broken)
			r := scan(t, "docker-archive:"+path)
			wantGap(t, r, gate.GuardAnalyzerError)
			notUploaded(t, r)
		})
	}
	if _, err := check.Run(t.Context(), gate.Plan{Images: []gate.ImagePlan{{Name: "shop", Ref: "docker-archive:nowhere.tar"}}, Database: gate.DatabasePlan{Source: database(t)}},
		check.Environment{Now: today(), TempDir: t.TempDir()}); err == nil {
		t.Error("an archive that is not there is examined")
	}
}

// zeros is a file without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func errorOf(calls ...func() error) error {
	for _, call := range calls {
		if err := call(); err != nil {
			return err
		}
	}
	return nil
}

func textOfAPackage(t *testing.T) {
	flat := strings.NewReplacer("\n", " ", "\r", " ").Replace(acting)
	status := strings.NewReplacer("nobody", flat, "transfers", flat).Replace(oldCurl) + "\nPackage: " + flat + "\nStatus: install ok installed\nArchitecture: amd64\nSource: curl\nVersion: 7.88.1-10+deb12u3\nMaintainer: n\nDescription: d\n"
	module, err := json.Marshal(map[string]string{"name": acting, "version": acting, "license": acting})
	if err != nil {
		t.Fatal(err)
	}
	p := propose(t, shop(), tree{"new": "x"})
	r := scan(t, "docker-archive:"+archive(t, map[string]string{acting: acting, "org.opencontainers.image.url": "https://evil.example/"}, layer(t, tree{
		"etc/os-release": debian12 + "PRETTY_NAME=\"" + flat + "\"\n", "var/lib/dpkg/status": status,
		"usr/lib/node_modules/x/package.json": string(module), "usr/bin/" + flat: elf(),
	})))
	if r.Verdict.Blocked == 0 {
		t.Fatalf("the hostile package is not found: %+v", r.Verdict)
	}
	inert(t, p, r)
}
