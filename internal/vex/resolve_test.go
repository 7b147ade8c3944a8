package vex_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/vex"
)

func TestAProductIsTheImageOnlyWhenItIsCalledSo(t *testing.T) {
	hub := vex.Target{Image: "web", Names: []string{"nginx:1.25"}, Platform: "linux/arm64/v8"}
	for _, test := range []struct {
		name    string
		target  vex.Target
		product any
		is      bool
	}{
		{"the digest of a package URL", app(), image("pkg:oci/app@" + digestA), true},
		{"the digest of a package URL with an encoded colon", app(), image("pkg:oci/app@" + strings.Replace(digestA, ":", "%3A", 1)), true},
		{"the digest, from a mirror", app(), image("pkg:oci/app@" + digestA + "?repository_url=mirror.example.net/app"), true},
		{"another digest", app(), image("pkg:oci/app@" + digestB), false},
		{"a name without version", app(), image("pkg:oci/app"), true},
		{"another name", app(), image("pkg:oci/other"), false},
		{"the repository and the tag", app(), image("pkg:oci/app?repository_url=registry.example.com:5000/team/app&tag=1.2"), true},
		{"the repository without the name", app(), image("pkg:oci/app?repository_url=registry.example.com:5000%2Fteam"), true},
		{"another tag", app(), image("pkg:oci/app?repository_url=registry.example.com:5000/team/app&tag=1.3"), false},
		{"another repository", app(), image("pkg:oci/app?repository_url=registry.example.com:5000/other/app"), false},
		{"a repository that only begins alike", app(), image("pkg:oci/app?repository_url=registry.example.com:5000/te"), false},
		{"the architecture", app(), image("pkg:oci/app?arch=amd64"), true},
		{"another architecture", app(), image("pkg:oci/app?arch=arm64"), false},
		{"the reference as text", app(), image("registry.example.com:5000/team/app:1.2"), true},
		{"the repository as text", app(), image("registry.example.com:5000/team/app"), true},
		{"the reference with a digest", app(), image("registry.example.com/elsewhere@" + digestA), true},
		{"the reference with another digest", app(), image("registry.example.com:5000/team/app@" + digestB), false},
		{"the reference with another tag", app(), image("registry.example.com:5000/team/app:1"), false},
		{"the logical name", app(), image("app"), true},
		{"a plain text in version 0.0.x style", app(), "pkg:oci/app@" + digestA, true},
		{"a hash", app(), says{"@id": "urn:x", "hashes": says{"sha-256": strings.Repeat("a", 64)}}, true},
		{"the name, but another hash", app(), says{"@id": "pkg:oci/app", "hashes": says{"sha-256": strings.Repeat("b", 64)}}, false},
		{"an identifier", app(), says{"@id": "urn:x", "identifiers": says{"purl": "pkg:oci/app@" + digestA}}, true},
		{"an unknown product", app(), image("Unknown Product"), false},
		{"a web address", app(), image("https://example.com/app"), false},
		{"a CPE", app(), image("cpe:2.3:a:app:app:1:*:*:*:*:*:*:*"), false},
		{"pkg:docker on Docker Hub", hub, image("pkg:docker/nginx@1.25"), true},
		{"pkg:docker with its namespace", hub, image("pkg:docker/library/nginx"), true},
		{"pkg:docker of another namespace", hub, image("pkg:docker/bitnami/nginx@1.25"), false},
		{"pkg:docker of another version", hub, image("pkg:docker/nginx@1.24"), false},
		{"pkg:docker of another registry", app(), image("pkg:docker/team/app@1.2?repository_url=registry.example.com:5000"), true},
		{"Docker Hub under its old name", hub, image("pkg:oci/nginx?repository_url=index.docker.io/library/nginx&tag=1.25"), true},
		{"Docker Hub with the short path", hub, image("pkg:oci/nginx?repository_url=docker.io/nginx"), true},
		{"Docker Hub as text", hub, image("docker.io/library/nginx:1.25"), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			excused, notes := resolve(t, []vex.Target{test.target}, openVEX(t, notAffected(test.product)))
			if is := len(excused) == 1; is != test.is {
				t.Errorf("excused %q, notes %q", excused, notes)
			}
			if !test.is && len(notes) == 0 {
				t.Error("nothing says that the statement does not count")
			}
		})
	}
}

func TestWhatAStatementCoversOfTheImage(t *testing.T) {
	const part = "CVE-2024-1 app not_affected: "
	for _, test := range []struct {
		name    string
		product any
		want    []string
	}{
		{"the image without parts is all of it", image("app"), []string{part + "all"}},
		{"parts narrow it", image("app", lodash), []string{part + lodash}},
		{"a part without version is every version", image("app", "pkg:deb/debian/openssl"), []string{part + "pkg:deb/debian/openssl"}},
		{"a part with another version is none", image("app", "pkg:npm/lodash@1.0.0"), nil},
		{"a part that is no package URL does not widen to the image", image("app", "openssl"), nil},
		{"a part of a part does not widen to the package", image("app", "pkg:npm/lodash@4.17.20#lib/template"), nil},
		{"a package by itself, whatever the image", image(lodash), []string{part + lodash}},
		{"a package in another spelling", image("pkg:DEB/debian/openssl@3.0.11-1?distro=debian-12&arch=amd64"), []string{part + openssl}},
		{"a package of another distribution", image("pkg:deb/debian/openssl@3.0.11-1?distro=debian-11"), nil},
		{"a package that holds others does not excuse those", image("pkg:npm/other@1", lodash), nil},
		{"a part of a package by itself", image(lodash + "#lib/template"), nil},
		{"a package that the image has not", image("pkg:npm/left-pad@1.0.0"), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, notes := resolve(t, []vex.Target{app()}, openVEX(t, notAffected(test.product))); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q (notes %q)", got, test.want, notes)
			}
		})
	}
}

func TestTheLaterAndTheStricterStatementHolds(t *testing.T) {
	const prefix = "CVE-2024-1 app not_affected: "
	old, late := "2023-01-01T00:00:00Z", "2024-06-01T00:00:00Z"
	for _, test := range []struct {
		name      string
		documents [][]says
		want      []string
	}{
		{"affected after not affected", [][]says{{notAffected("app").at(old), affected("app").at(late)}}, nil},
		{"in whatever order they stand", [][]says{{affected("app").at(late), notAffected("app").at(old)}}, nil},
		{"not affected after affected", [][]says{{notAffected("app").at(late), affected("app").at(old)}}, []string{prefix + "all"}},
		{"also across documents", [][]says{{notAffected("app").at(old)}, {affected("app")}}, nil},
		{"and not the other way round", [][]says{{notAffected("app").at(late)}, {affected("app")}}, []string{prefix + "all"}},
		{"the stricter of two of one time", [][]says{{notAffected("app")}, {affected("app")}}, nil},
		{"under investigation takes back too", [][]says{{notAffected("app").at(old), {"vulnerability": "CVE-2024-1", "status": "under_investigation", "products": []any{"app"}}}}, nil},
		{"a time in another zone", [][]says{{notAffected("app").at("2024-01-01T01:00:00+02:00"), affected("app")}}, nil},
		{"another vulnerability", [][]says{{notAffected("app").at(old), affected("app").about("CVE-2024-2")}}, []string{prefix + "all"}},
		{"the same vulnerability by an alias", [][]says{{notAffected("app").at(old), affected("app").about("GHSA-1", "cve-2024-1")}}, nil},
		{"another image", [][]says{{notAffected("app").at(old), affected("pkg:oci/other")}}, []string{prefix + "all"}},
		{"a part of the image", [][]says{{notAffected("app").at(old), affected(image("app", lodash))}}, []string{prefix + openssl + " " + zlib}},
		{"a package of the image", [][]says{{notAffected("app").at(old), affected("pkg:deb/debian/openssl")}}, []string{prefix + zlib + " " + lodash}},
		{"one of two parts", [][]says{{notAffected(image("app", lodash, zlib)).at(old), affected(image("app", zlib))}}, []string{prefix + lodash}},
		{"one version of a package", [][]says{{notAffected("pkg:npm/lodash").at(old), affected(lodash)}}, nil},
		{"a version that is not here", [][]says{{notAffected("pkg:npm/lodash").at(old), affected("pkg:npm/lodash@5.0.0")}}, []string{prefix + lodash}},
		{"all versions", [][]says{{notAffected(lodash).at(old), affected("pkg:npm/lodash")}}, nil},
		{"one version against all, said at once", [][]says{{notAffected(lodash), affected("pkg:npm/lodash")}}, []string{prefix + lodash}},
		{"one version against all, said by two", [][]says{{notAffected(lodash)}, {affected("pkg:npm/lodash")}}, nil},
		{"the parts of a package take back, too", [][]says{{notAffected("app").at(old), affected(image("pkg:npm/tool@1", lodash))}}, []string{prefix + openssl + " " + zlib}},
		{"a later one without a reason", [][]says{{notAffected("app").at(old), {"vulnerability": "CVE-2024-1", "status": "not_affected", "products": []any{"app"}}}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var documents [][]byte
			for _, statements := range test.documents {
				documents = append(documents, openVEX(t, statements...))
			}
			got, _ := resolve(t, []vex.Target{app()}, documents...)
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestWithoutThePackagesAPartlyTakenStatementIsDroppedAndSaid(t *testing.T) {
	target := app()
	target.Packages = nil
	got, notes := resolve(t, []vex.Target{target}, openVEX(t, notAffected("app").at("2023-01-01"), affected(lodash)))
	if len(got) != 0 || !strings.Contains(strings.Join(notes, "\n"), "taken back in part by a later one") {
		t.Errorf("got %q, notes %q", got, notes)
	}
}

func TestADigestOfOnePlatformExcusesNothingOnAnother(t *testing.T) {
	amd, arm := app(), app()
	arm.Platform, arm.Digests = "linux/arm64", []string{digestB}
	got, notes := resolve(t, []vex.Target{amd, arm}, openVEX(t, notAffected("pkg:oci/app@"+digestA)))
	if len(got) != 0 || !strings.Contains(strings.Join(notes, "\n"), "only one of the platforms of app") {
		t.Errorf("got %q, notes %q", got, notes)
	}
	if got, _ = resolve(t, []vex.Target{amd, arm}, openVEX(t, notAffected("pkg:oci/app@"+digestA, "pkg:oci/app@"+digestB))); len(got) != 1 {
		t.Errorf("the digests of both platforms excuse %q", got)
	}
	if got, _ = resolve(t, []vex.Target{amd, arm}, openVEX(t, notAffected("app").at("2023-01-01"), affected("pkg:oci/app@"+digestB))); len(got) != 0 {
		t.Errorf("what is affected on one platform is excused: %q", got)
	}
}

func TestAnAttachedDocumentSpeaksOfItsImageOnly(t *testing.T) {
	other := vex.Target{Image: "other", Digests: []string{digestB}, Packages: []string{lodash}}
	document, err := vex.ReadAttached("attestation", digestA, openVEX(t, notAffected(lodash),
		says{"vulnerability": "CVE-2024-2", "status": "fixed"}, notAffected("pkg:oci/other").about("CVE-2024-3")))
	check(t, err)
	statements, _, err := vex.Resolve(gate.Policy{}, []vex.Document{document}, []vex.Target{app(), other})
	check(t, err)
	var got []string
	for _, s := range statements {
		got = append(got, short(s))
	}
	want := []string{"CVE-2024-1 app not_affected: " + lodash, "CVE-2024-2 app fixed: all"}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStatementsTellWhoWhyAndWhere(t *testing.T) {
	said := notAffected("app").about("CVE-2024-1", "GHSA-1")
	said["impact_statement"] = "never called"
	policy := gate.Policy{VEX: []gate.Document{{Path: "team.vex.json", Content: openVEX(t, said)}}}
	statements, _, err := vex.Resolve(policy, nil, []vex.Target{app()})
	check(t, err)
	if len(statements) != 1 {
		t.Fatalf("got %v", statements)
	}
	s := statements[0]
	if s.Author != "Jane" || s.Justification != "vulnerable_code_not_present" || s.Impact != "never called" ||
		!slices.Equal(s.IDs, []string{"CVE-2024-1", "GHSA-1"}) || s.Origin != "team.vex.json:6" {
		t.Errorf("got %+v", s)
	}
}

func TestTheOrderOfDocumentsDoesNotMatter(t *testing.T) {
	one, two := openVEX(t, notAffected("app").at("2023-01-01"), affected(lodash).about("CVE-2024-2")), openVEX(t, affected(zlib))
	first, _, err := vex.Resolve(gate.Policy{VEX: []gate.Document{{Path: "1", Content: one}, {Path: "2", Content: two}}}, nil, []vex.Target{app()})
	check(t, err)
	second, _, err := vex.Resolve(gate.Policy{VEX: []gate.Document{{Path: "2", Content: two}, {Path: "1", Content: one}}}, nil, []vex.Target{app()})
	check(t, err)
	if len(first) != 3 || !slices.EqualFunc(first, second, func(a, b gate.Statement) bool { return short(a) == short(b) && a.Origin == b.Origin }) {
		t.Errorf("got %v and %v", first, second)
	}
}
