package advisories

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestThoseThatAskAtOnceAreToldTheSame asks for everything with more goroutines
// than there are libraries, and holds each answer against that of one library
// alone. The race detector sees what they share.
func TestThoseThatAskAtOnceAreToldTheSame(t *testing.T) {
	db := built(t)
	plain := newLibrary(must(newReader(db.libraries.first().Reader))).provider
	want := map[string]string{}
	names := packageNames(t, db)
	for _, name := range names {
		for i, criteria := range questions(name) {
			found, err := plain.FindVulnerabilities(criteria...)
			want[fmt.Sprint(name, i)] = fmt.Sprint(described(found), err)
		}
	}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for n := range names {
				name := names[(n+worker*len(names)/8)%len(names)]
				for i, criteria := range questions(name) {
					found, err := db.Provider().FindVulnerabilities(criteria...)
					if got := fmt.Sprint(described(found), err); got != want[fmt.Sprint(name, i)] {
						t.Errorf("%s, question %d: got %s, want %s", name, i, got, want[fmt.Sprint(name, i)])
					}
				}
			}
		})
	}
	group.Wait()
}

// lendTwo lends two libraries at once.
func lendTwo(t *testing.T, db *DB) {
	t.Helper()
	err := db.libraries.lend(func(first *library) error {
		return db.libraries.lend(func(second *library) error {
			if first == second {
				t.Error("one library was lent twice")
			}
			if first.reader.GetDB() == second.reader.GetDB() || second.reader.GetDB() == nil {
				t.Error("the second library has not opened the database for itself")
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestASecondNameOfTheDatabaseGoesWithIt(t *testing.T) {
	dir, links := dirOf(t), t.TempDir()
	db, err := openDir(dir, links, description{})
	if err != nil {
		t.Fatal(err)
	}
	lendTwo(t, db)
	if made, _ := filepath.Glob(filepath.Join(links, "*", "vulnerability.db")); len(made) != 1 {
		t.Errorf("there are %d further names, want 1", len(made))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(links); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// A folder where no name can be made is no reason to stop.
func TestADatabaseWithOneNameIsAskedByAllAllTheSame(t *testing.T) {
	db, err := openDir(dirOf(t), filepath.Join(t.TempDir(), "is not there"), description{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	lendTwo(t, db)
}
