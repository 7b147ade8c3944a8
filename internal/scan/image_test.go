package scan_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/image"
)

// content is a file of a test image: its text, or where it links to.
type content struct {
	text string
	link string
}

func text(s string) content { return content{text: s} }

func linkTo(target string) content { return content{link: target} }

// makeImage makes an image of layers and opens it. Every layer is a map of
// paths; parents need not be listed.
func makeImage(t *testing.T, layers ...map[string]content) *image.Image {
	t.Helper()
	return openImage(t, "docker-archive:"+makeArchive(t, layers...))
}

// makeArchive makes a docker save archive of layers.
func makeArchive(t *testing.T, layers ...map[string]content) string {
	t.Helper()
	var diffIDs, names []string
	files := map[string][]byte{}
	for _, layer := range layers {
		raw := tarOf(t, layer)
		sum := sha256.Sum256(raw)
		id := hex.EncodeToString(sum[:])
		diffIDs, names = append(diffIDs, "sha256:"+id), append(names, id+".tar")
		files[id+".tar"] = raw
	}
	config := jsonOf(t, map[string]any{
		"architecture": "amd64", "os": "linux", "config": map[string]any{"Labels": map[string]string{"token": "s3cret"}},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": diffIDs},
		"history": []map[string]string{{"created_by": "RUN TOKEN=s3cret make"}},
	})
	sum := sha256.Sum256(config)
	configName := hex.EncodeToString(sum[:]) + ".json"
	files[configName] = config
	files["manifest.json"] = jsonOf(t, []map[string]any{{"Config": configName, "RepoTags": []string{"test:latest"}, "Layers": names}})

	archive := filepath.Join(t.TempDir(), "image.tar")
	entries := map[string]content{}
	for name, raw := range files {
		entries[name] = text(string(raw))
	}
	if err := os.WriteFile(archive, tarOf(t, entries), 0o600); err != nil {
		t.Fatal(err)
	}
	return archive
}

func tarOf(t *testing.T, files map[string]content) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		c := files[name]
		for _, dir := range parents(strings.TrimPrefix(name, "/")) {
			if _, isFile := files["/"+dir]; seen[dir] || isFile {
				continue
			}
			seen[dir] = true
			if err := archive.WriteHeader(&tar.Header{Name: dir + "/", Mode: 0o755, Typeflag: tar.TypeDir}); err != nil {
				t.Fatal(err)
			}
		}
		header := &tar.Header{Name: strings.TrimPrefix(name, "/"), Mode: 0o755, Size: int64(len(c.text)), Typeflag: tar.TypeReg}
		if c.link != "" {
			header.Typeflag, header.Linkname = tar.TypeSymlink, c.link
		}
		if err := archive.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(c.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// parents are the directories above a path, outermost first.
func parents(name string) []string {
	var out []string
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		out = append(out, dir)
	}
	slices.Reverse(out)
	return out
}

// elf is the smallest program that counts as one: the header of a static
// x86-64 executable without sections.
func elf() content {
	header := make([]byte, 120)
	copy(header, "\x7fELF\x02\x01\x01")
	header[16], header[18], header[20] = 2, 62, 1 // executable, x86-64, version 1
	header[32], header[52], header[54] = 64, 64, 56
	header[56] = 1 // one program header
	header[64], header[68] = 1, 5
	return text(string(header))
}

const (
	bookworm = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nVERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n"
	libssl   = "Package: libssl3\nStatus: install ok installed\nSource: openssl\nVersion: 3.0.11-1~deb12u1\nArchitecture: amd64\nMaintainer: Debian\nDescription: TLS\n"
	libc     = "Package: libc6\nStatus: install ok installed\nSource: glibc\nVersion: 2.36-9+deb12u1\nArchitecture: amd64\nMaintainer: Debian\nDescription: C\n"
	lodash   = `{"name":"lodash","version":"4.17.20"}`
)

// debian is a small Debian root.
func debian() map[string]content {
	return map[string]content{
		"/etc/os-release":      text(bookworm),
		"/var/lib/dpkg/status": text(libssl + "\n" + libc + "\n"),
	}
}

// stanza is an entry of dpkg's database.
func stanza(name, source, version string) string {
	if source != "" {
		source = "Source: " + source + "\n"
	}
	return "Package: " + name + "\nStatus: install ok installed\n" + source + "Version: " + version +
		"\nArchitecture: amd64\nMaintainer: Debian\nDescription: x\n\n"
}

// oldDebian is a Debian root with old packages, among them some that a match
// must be left out for: kernel headers, and modules that a package owns.
func oldDebian() map[string]content {
	jinja := "/usr/lib/python3/dist-packages/Jinja2-3.1.2.egg-info/PKG-INFO"
	urllib := "/usr/local/lib/python3.11/site-packages/urllib3-1.26.5.dist-info/METADATA"
	return map[string]content{
		"/etc/os-release": text(bookworm),
		"/var/lib/dpkg/status": text(stanza("libssl3", "openssl", "3.0.9-1") + stanza("libc6", "glibc", "2.36-9") +
			stanza("libcurl4", "curl", "7.88.1-10") + stanza("perl-base", "perl", "5.36.0-7") + stanza("coreutils", "", "9.1-1") +
			stanza("linux-libc-dev", "linux", "6.1.55-1") + stanza("libxml2", "", "2.9.14+dfsg-1.2") + stanza("tar", "", "1.34+dfsg-1.2") +
			stanza("libsqlite3-0", "sqlite3", "3.40.1-2") + stanza("python3-jinja2", "jinja2", "3.1.2-1") + stanza("libpam0g", "pam", "1.5.2-6")),
		"/var/lib/dpkg/info/python3-jinja2.list":    text(jinja + "\n"),
		"/var/lib/dpkg/info/python3-jinja2.md5sums": text("d41d8cd98f00b204e9800998ecf8427e  " + strings.TrimPrefix(jinja, "/") + "\n"),
		jinja:                                   text("Metadata-Version: 2.1\nName: Jinja2\nVersion: 3.1.2\n"),
		urllib:                                  text("Metadata-Version: 2.1\nName: urllib3\nVersion: 1.26.5\n"),
		"/app/node_modules/lodash/package.json": text(lodash),
		"/app/node_modules/minimist/package.json": text(`{"name":"minimist","version":"1.2.5"}`),
	}
}
