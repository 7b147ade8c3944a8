package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	// anyAge begins a policy file whose demands on the database are none.
	anyAge        = "version: 1\nmax-db-age: 0\n"
	ratchetFile   = ".gate-baseline.json"
	ratchetPolicy = anyAge + "baseline: file:" + ratchetFile + "\n"
)

// ratchetScenes compare with a committed list of what is accepted for now.
func ratchetScenes() map[string]scene {
	return map[string]scene{
		"what the list accepts is existing, and it can only shrink": ratchetScene,
		"a list that is damaged is none": func(t *testing.T, b *bases) {
			r := b.repository(t)
			r.commit(t, debian(badPerl).with(tree{".gate.yaml": ratchetPolicy, ratchetFile: "{\"version\": 1,\n \"entries\": {}}"}))
			j := r.check(t, 1, ".")
			j.is(t, "", "new CVE-2023-31484 perl-base")
			j.says(t, ratchetFile+":2:13: entries must begin with [")
			r.refused(t, ratchetFile+":2:13: ", "baseline", "write", "--report", r.report(t, "HEAD", 1))
		},
		"nothing is written of an incomplete run": func(t *testing.T, b *bases) {
			r := b.repository(t)
			r.commit(t, debian(badPerl))
			r.refused(t, "the run was incomplete", "baseline", "write", "--report", r.report(t, "HEAD", 3, "--max-db-age", "1h", "--fail-on", "critical"))
			absent(t, filepath.Join(r.dir, ratchetFile))
		},
	}
}

func ratchetScene(t *testing.T, b *bases) {
	r := b.repository(t)
	old := pages().with(debian(badPerl, coreutils)).dockerfile(addsFile, anEnd)
	r.commit(t, old)
	r.refused(t, "there is no gate-report.json", "baseline", "write")
	r.run(t, 0, nil, "baseline", "write", "--report", r.report(t, "main", 1))
	list := string(read(t, filepath.Join(r.dir, ratchetFile)))
	if strings.Count(list, "CVE-2023-31484") != 1 || strings.Count(list, "add-local-file") != 1 || strings.Contains(list, "CVE-2016-2781") {
		t.Errorf("what blocks is not just what is listed:\n%s", list)
	}
	accepted := tree{".gate.yaml": ratchetPolicy, ratchetFile: list}
	r.commit(t, old.with(accepted))
	known := []string{"existing CVE-2023-31484 perl-base", "existing add-local-file Dockerfile"}
	r.check(t, 0, ".").is(t, ratchetFile, append(known, "new CVE-2016-2781 coreutils")...)

	// One more of the same and another: both are new, and the list does not take them.
	r.commit(t, old.dockerfile(addsFile, addsFile, anEnd).with(accepted, lock("web", badLodash)))
	report := filepath.Join(t.TempDir(), "report.json")
	r.check(t, 1, ".", "--output", "json="+report).is(t, ratchetFile,
		append(known, "new CVE-2016-2781 coreutils", "new GHSA-35jh-r3h4-6jhm lodash in web/package-lock.json", "new add-local-file Dockerfile")...)
	r.refused(t, "would accept more than before", "baseline", "write", "--report", report)
	if now := string(read(t, filepath.Join(r.dir, ratchetFile))); now != list {
		t.Errorf("it was written all the same:\n%s", now)
	}
	r.run(t, 0, nil, "baseline", "write", "--report", report, "--force")
	if now := string(read(t, filepath.Join(r.dir, ratchetFile))); !strings.Contains(now, "CVE-2021-23337") || !strings.Contains(now, `"count":2`) {
		t.Errorf("not all is accepted:\n%s", now)
	}

	// Mended: the entry is stale, which is told, and taken out when asked.
	r.commit(t, pages().with(debian(goodPerl, coreutils), accepted).dockerfile(addsFile, anEnd))
	report = filepath.Join(t.TempDir(), "mended.json")
	j := r.check(t, 0, ".", "--output", "json="+report)
	j.is(t, ratchetFile, "existing add-local-file Dockerfile", "new CVE-2016-2781 coreutils")
	j.says(t, `accepts more than there is: "CVE-2023-31484"`)
	r.run(t, 0, nil, "baseline", "write", "--prune", "--report", report)
	pruned := string(read(t, filepath.Join(r.dir, ratchetFile)))
	if strings.Contains(pruned, "CVE-2023-31484") || !strings.Contains(pruned, "add-local-file") {
		t.Errorf("pruned:\n%s", pruned)
	}
	if err := os.Remove(filepath.Join(r.dir, ratchetFile)); err != nil {
		t.Fatal(err)
	}
	r.refused(t, "to take anything out of", "baseline", "write", "--prune", "--report", report)
}
