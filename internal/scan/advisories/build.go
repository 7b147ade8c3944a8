package advisories

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/spf13/afero"
)

// Build makes a database from the JSON records in the folder from. What out
// names decides what is written: an archive (.tar.zst, .tar.gz), or else a
// folder with vulnerability.db and import.json. Equal records give equal bytes:
// the database is dated by the manifest and not by the clock.
func Build(ctx context.Context, from, out string) error {
	m, records, err := parseFolder(from)
	if err != nil {
		return err
	}
	archive := strings.HasSuffix(out, ".tar.zst") || strings.HasSuffix(out, ".tar.gz")
	parent := filepath.Dir(filepath.Clean(out))
	if err := os.MkdirAll(parent, 0o750); err != nil {
		return fmt.Errorf("build vulnerability database: %w", err)
	}
	work, err := os.MkdirTemp(parent, ".gate-db-")
	if err != nil {
		return fmt.Errorf("build vulnerability database: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()

	if err := write(ctx, m, records, work); err != nil {
		return fmt.Errorf("build vulnerability database: %w", err)
	}
	if archive {
		return pack(ctx, filepath.Join(work, v6.VulnerabilityDBFileName), out)
	}
	return publish(work, out)
}

// publish moves the finished files into the folder out.
func publish(work, out string) error {
	if err := os.MkdirAll(out, 0o750); err != nil {
		return fmt.Errorf("build vulnerability database: %w", err)
	}
	for _, name := range []string{v6.VulnerabilityDBFileName, v6.ImportMetadataFileName} {
		if err := os.Rename(filepath.Join(work, name), filepath.Join(out, name)); err != nil {
			return fmt.Errorf("build vulnerability database: %w", err)
		}
	}
	return nil
}

// write makes the database in dir, indexes it and dates it.
func write(ctx context.Context, m manifest, records []record, dir string) error {
	digest, err := inputDigest(records)
	if err != nil {
		return err
	}
	store, err := v6.NewWriter(v6.Config{DBDirPath: dir})
	if err != nil {
		return err
	}
	w := writer{store: store, captured: m.Captured.Time, epssDate: m.EPSSDate.Time, digest: digest, seen: map[string]bool{}}
	for _, r := range records {
		if err := errors.Join(ctx.Err(), w.add(r)); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", r.file, err), store.Close())
		}
	}
	if err := store.Close(); err != nil {
		return err
	}
	if err := v6.Hydrater()(dir); err != nil {
		return fmt.Errorf("make indexes: %w", err)
	}
	if err := settle(ctx, filepath.Join(dir, v6.VulnerabilityDBFileName), m.Captured.Time); err != nil {
		return fmt.Errorf("put in order: %w", err)
	}
	_, err = v6.WriteImportMetadata(afero.NewOsFs(), dir, m.Name)
	return err
}

// inputDigest names the records that a database was made from.
func inputDigest(records []record) (string, error) {
	canonical, err := json.Marshal(records)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(canonical)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// writer adds records to a database that is being made.
type writer struct {
	store              v6.ReadWriter
	captured, epssDate time.Time
	digest             string
	// seen are the CVEs that have their own entry, estimate and catalogue
	// entry already.
	seen map[string]bool
}

func (w *writer) add(r record) error {
	entries, err := r.entries(w.captured, w.digest)
	if err != nil {
		return err
	}
	if national, ok := r.national(w.captured, w.digest); ok && w.first("nvd", r.cve()) {
		entries = append([]entry{national}, entries...)
	}
	for _, e := range entries {
		if err := w.store.AddVulnerabilities(&e.vulnerability); err != nil {
			return err
		}
		for _, p := range e.packages {
			p.VulnerabilityID = e.vulnerability.ID
			if err := w.store.AddAffectedPackages(&p); err != nil {
				return err
			}
		}
	}
	return errors.Join(w.addCWEs(r), w.addEPSS(r), w.addKEV(r))
}

// first reports whether this is the first time that the pair is asked for.
func (w *writer) first(kind, cve string) bool {
	key := kind + " " + cve
	if w.seen[key] {
		return false
	}
	w.seen[key] = true
	return true
}

func (w *writer) addCWEs(r record) error {
	cve := r.cve()
	if cve == "" {
		return nil
	}
	for _, cwe := range r.CWEs {
		if w.first(cwe, cve) {
			if err := w.store.AddCWE(&v6.CWEHandle{CVE: cve, CWE: cwe, Source: "gate", Type: "Primary"}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) addEPSS(r record) error {
	if r.EPSS == nil || !w.first("epss", r.cve()) {
		return nil
	}
	if err := w.store.AddProvider(*publisher("epss", w.captured, w.digest)); err != nil {
		return err
	}
	return w.store.AddEpss(&v6.EpssHandle{Cve: r.cve(), Epss: r.EPSS.Probability, Percentile: r.EPSS.Percentile, Date: w.epssDate})
}

func (w *writer) addKEV(r record) error {
	if r.KEV == nil || !w.first("kev", r.cve()) {
		return nil
	}
	if err := w.store.AddProvider(*publisher("kev", w.captured, w.digest)); err != nil {
		return err
	}
	campaign := "unknown"
	if r.KEV.Ransomware {
		campaign = "known"
	}
	return w.store.AddKnownExploitedVulnerabilities(&v6.KnownExploitedVulnerabilityHandle{
		Cve: r.cve(),
		BlobValue: &v6.KnownExploitedVulnerabilityBlob{
			Cve:                        r.cve(),
			VendorProject:              r.KEV.Vendor,
			Product:                    r.KEV.Product,
			DateAdded:                  r.KEV.Added.pointer(),
			DueDate:                    r.KEV.Due.pointer(),
			KnownRansomwareCampaignUse: campaign,
			CWEs:                       r.CWEs,
		},
	})
}
