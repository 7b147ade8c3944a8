package scan_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/scan"
	"github.com/containergate/gate/internal/scan/advisories"
)

// fullDatabase is the large database that lies beside the repository, or a skip.
func fullDatabase(t testing.TB) string {
	t.Helper()
	archive := "../../../shared/data/vulnerabilities/grype-db-full.tar.zst"
	if named := os.Getenv("GATE_TEST_DB"); named != "" {
		archive = named
	}
	if _, err := os.Stat(archive); err != nil {
		t.Skip("there is no large database beside the repository, and GATE_TEST_DB names none")
	}
	return archive
}

// exampleRecords is absolute, since a test may go to another folder before the
// first that needs the database.
var exampleRecords, errRecords = filepath.Abs("../../examples/advisories")

// temporary is the folder for what outlives a test, since a test may name another
// one for its own time before the first that needs the database.
var temporary = os.TempDir()

// exampleDatabase is built once from the example records.
var exampleDatabase = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp(temporary, "gate-test-")
	if err = errors.Join(err, errRecords); err != nil {
		return "", err
	}
	return dir, advisories.Build(context.Background(), exampleRecords, dir)
})

// licenses is shared by all tests, as a process would.
var licenses = sync.OnceValue(scan.Warm)

func TestMain(m *testing.M) {
	m.Run()
	if dir, err := exampleDatabase(); err == nil {
		_ = os.RemoveAll(dir)
	}
}

func newScanner(t testing.TB, plan gate.DatabasePlan) *scan.Scanner {
	t.Helper()
	db, err := advisories.Open(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return scan.New(db, scan.Options{Licenses: licenses(), Version: "0.0.0-test"})
}

// exampleScanner scans with the example records.
func exampleScanner(t testing.TB) *scan.Scanner {
	t.Helper()
	dir, err := exampleDatabase()
	if err != nil {
		t.Fatal(err)
	}
	return newScanner(t, gate.DatabasePlan{Source: dir})
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// lockFiles is a directory with lock files of several languages, all of them old.
func lockFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"web/package-lock.json": `{"name":"web","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{
 "":{"name":"web","version":"1.0.0"},
 "node_modules/lodash":{"version":"4.17.20"},
 "node_modules/minimist":{"version":"1.2.5"},
 "node_modules/jquery":{"version":"3.4.0"},
 "node_modules/express":{"version":"4.18.2"}}}`,
		"api/requirements.txt": "jinja2==3.1.2\nrequests==2.31.0\nurllib3==1.26.17\ndjango==3.2.0\ncryptography==41.0.0\n",
		"job/Gemfile.lock":     "GEM\n  remote: https://rubygems.org/\n  specs:\n    rack (2.0.1)\n    nokogiri (1.10.0)\n    activerecord (5.2.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rack\n",
		"cli/Cargo.lock":       "version = 3\n\n[[package]]\nname = \"smallvec\"\nversion = \"1.6.0\"\n\n[[package]]\nname = \"time\"\nversion = \"0.1.40\"\n\n[[package]]\nname = \"regex\"\nversion = \"1.5.4\"\n",
		"svc/go.mod":           "module example.org/svc\n\ngo 1.20\n\nrequire (\n\tgolang.org/x/net v0.16.0\n\tgolang.org/x/text v0.3.7\n\tgithub.com/gogo/protobuf v1.3.1\n)\n",
		"php/composer.lock":    `{"packages":[{"name":"symfony/http-kernel","version":"v4.4.0"},{"name":"twig/twig","version":"v2.0.0"}],"packages-dev":[]}`,
		"jvm/pom.xml": `<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>jvm</artifactId><version>1.0</version>
<dependencies><dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>2.14.1</version></dependency>
<dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>2.9.10</version></dependency></dependencies></project>`,
	} {
		put(t, filepath.Join(dir, name), text)
	}
	return dir
}

// alpine is an Alpine root as apk leaves it.
func alpine() map[string]content {
	entry := func(name, version, origin string) string {
		return "C:Q1x\nP:" + name + "\nV:" + version + "\nA:x86_64\nL:MIT\no:" + origin + "\nF:usr/lib\nR:" + name + ".so\n\n"
	}
	return map[string]content{
		"/etc/os-release": text("NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.18.2\nPRETTY_NAME=\"Alpine Linux v3.18\"\n"),
		"/lib/apk/db/installed": text(entry("libcrypto3", "3.1.0-r4", "openssl") + entry("libssl3", "3.1.0-r4", "openssl") +
			entry("busybox", "1.36.0-r9", "busybox") + entry("zlib", "1.2.13-r0", "zlib") + entry("curl", "8.0.1-r0", "curl")),
	}
}

// jars are Java archives by their names: a library, one that holds it, and one
// that says nothing of itself but its name.
func jars(t *testing.T) map[string]string {
	t.Helper()
	log4j := zipOf(t, map[string]string{
		"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\nImplementation-Title: Apache Log4j Core\nImplementation-Version: 2.14.1\n",
		"META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties": "groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.14.1\n",
	})
	return map[string]string{
		"log4j-core-2.14.1.jar": log4j,
		"shop.war": zipOf(t, map[string]string{
			"META-INF/MANIFEST.MF":              "Manifest-Version: 1.0\nImplementation-Title: shop\nImplementation-Version: 1.0\n",
			"WEB-INF/lib/log4j-core-2.14.1.jar": log4j,
		}),
		"jackson-databind-2.9.10.jar": zipOf(t, map[string]string{
			"META-INF/maven/com.fasterxml.jackson.core/jackson-databind/pom.properties": "groupId=com.fasterxml.jackson.core\nartifactId=jackson-databind\nversion=2.9.10\n",
			"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\nBundle-Version: 2.9.10\n",
		}),
	}
}

// zipOf makes a ZIP archive.
func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// cycloneDX is a document of another tool: a distribution only by its package URLs.
const cycloneDX = `{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,
"metadata":{"component":{"type":"container","name":"app"}},
"components":[
 {"bom-ref":"1","type":"library","name":"libssl3","version":"3.0.11-1~deb12u1","purl":"pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12&upstream=openssl"},
 {"bom-ref":"2","type":"library","name":"lodash","version":"4.17.20","purl":"pkg:npm/lodash@4.17.20"},
 {"bom-ref":"3","type":"library","name":"jinja2","version":"3.1.2","purl":"pkg:pypi/jinja2@3.1.2"}
]}`
