package guards_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ofThePackages is what may be wrong with what an image says of its software.
func ofThePackages() map[string]fault {
	node := tree{"usr/lib/node_modules/left/package.json": `{"name":"left","version":"1.0.0"}`}
	return map[string]fault{
		"distro-unsaid":      inside(debian().without("etc/os-release"), debian()),
		"distro-unheard-of":  inside(debian().with(tree{"etc/os-release": "ID=unheardof\nVERSION_ID=12\n"}), debian()),
		"distro-to-come":     inside(debian().with(tree{"etc/os-release": "ID=debian\nVERSION_ID=99\n"}), debian()),
		"distro-at-its-end":  atItsEnd,
		"packages-none":      inside(tree{"etc/os-release": debian()["etc/os-release"]}, debian()),
		"dpkg-damaged":       inside(debian().with(node).with(tree{"var/lib/dpkg/status": "\x00\xffnothing"}), debian().with(node)),
		"dpkg-entry-cut":     inside(debian().with(tree{"var/lib/dpkg/status": debian()["var/lib/dpkg/status"] + "Package: b\nStatus: install ok installed\n"}), debian()),
		"dpkg-entry-lost":    inside(debian().with(tree{"var/lib/dpkg/info/zlib1g.list": "/usr/lib/libz.so\n"}), debian().with(tree{"var/lib/dpkg/info/libcurl4.list": "/usr/lib/libcurl.so\n"})),
		"apk-damaged":        inside(debian().with(tree{"lib/apk/db/installed": "\x00\xff"}), debian()),
		"rpm-damaged":        inside(debian().with(tree{"var/lib/rpm/rpmdb.sqlite": "SQLite format 3\x00"}), debian()),
		"python-nameless":    inside(debian().with(tree{pythonPackage: "Metadata-Version: 2.1\nSummary: of what?\n"}), debian().with(tree{pythonPackage: "Metadata-Version: 2.1\nName: left\nVersion: 1.0\n"})),
		"jar-damaged":        jar,
		"program-unknown":    inside(debian().with(tree{"usr/local/bin/tool": elf()}), debian()),
		"interpreter-itself": inside(debian().with(tree{"opt/runtime": elf(), "opt/app": "#!/opt/runtime\nprint\n"}), debian().with(tree{"opt/app": "#!/opt/runtime\nprint\n"})),
	}
}

const pythonPackage = "usr/lib/python3/dist-packages/left-1.0.dist-info/METADATA"

// inside scans one of two root file systems.
func inside(faulty, mended tree) fault {
	return func(t *testing.T, broken bool) call { return newScene(t).scan(choose(broken, faulty, mended)) }
}

// atItsEnd scans a distribution whose support has ended. Only databases of the
// publishers say so; the mended twin allows it, as its day does not change.
func atItsEnd(t *testing.T, broken bool) call {
	database, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data", "vulnerabilities", "grype-db-small.tar.zst"))
	check(t, err)
	if _, err := os.Stat(database); err != nil {
		t.Skip("there is no database of the publishers beside the repository")
	}
	c := newScene(t).scan(debian().with(tree{"etc/os-release": "ID=debian\nVERSION_ID=\"9\"\n"}), choose(broken, []string{"--fail-on", "never"}, []string{"--fail-on", "never", "--allow", "distro-eol"})...)
	c.env["GATE_DB"] = database
	return c
}

func jar(t *testing.T, broken bool) call {
	var whole bytes.Buffer
	w := zip.NewWriter(&whole)
	manifest, err := w.Create("META-INF/MANIFEST.MF")
	if err == nil {
		_, err = manifest.Write([]byte("Manifest-Version: 1.0\nImplementation-Title: left\nImplementation-Version: 1.0\n"))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	text := whole.String()
	return newScene(t).scan(debian().with(tree{"opt/left-1.0.jar": choose(broken, text[:len(text)-30], text)}))
}

// ofTheDocument is what may be wrong with a bill of materials.
func ofTheDocument() map[string]fault {
	debianPURL := `"purl":"pkg:deb/debian/libcurl4@7.88.1-10%2Bdeb12u12?arch=amd64&distro=debian-12"`
	return map[string]fault{
		"document-empty":              document(func(string) string { return "" }),
		"document-cut":                document(func(whole string) string { return whole[:len(whole)-20] }),
		"document-of-something-else":  document(func(string) string { return `{"name":"left"}` }),
		"document-without-the-distro": document(func(whole string) string { return strings.Replace(whole, "&distro=debian-12", "", 1) }),
		"document-without-packages":   document(func(whole string) string { return strings.Replace(whole, `"components":[`, `"components":[],"x":[`, 1) }),
		"document-without-versions": document(func(whole string) string {
			return strings.Replace(whole, `"version":"7.88.1-10+deb12u12",`+debianPURL, `"purl":"pkg:deb/debian/libcurl4?arch=amd64&distro=debian-12"`, 1)
		}),
		"document-that-is-not-there": func(t *testing.T, broken bool) call {
			return scanDocument(t, bill, choose(broken, "nowhere.json", "bill.json"))
		},
		"document-of-unknown-packages": document(func(whole string) string { return strings.Replace(whole, debianPURL, `"purl":"nothing"`, 1) }),
	}
}

const bill = `{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"metadata":{"component":{"type":"container","name":"app"}},
"components":[{"bom-ref":"1","type":"library","name":"libcurl4","version":"7.88.1-10+deb12u12","purl":"pkg:deb/debian/libcurl4@7.88.1-10%2Bdeb12u12?arch=amd64&distro=debian-12"}]}`

func document(spoil func(whole string) string) fault {
	return func(t *testing.T, broken bool) call {
		text := bill
		if broken {
			text = spoil(bill)
		}
		return scanDocument(t, text, "bill.json")
	}
}

func scanDocument(t *testing.T, text, name string) call {
	t.Helper()
	return newScene(t).with(tree{"bill.json": text}).call("scan", "sbom:"+name, "--name", "shop")
}
