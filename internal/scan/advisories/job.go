package advisories

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// job is one look for the current database of a plan's remote source.
type job struct {
	keeper Keeper
	plan   gate.DatabasePlan
	cache  cache
	// sources are the address that the plan names and its mirrors, in order.
	sources []remote
	fetcher fetcher
	// unlock is set while the cache is being filled, and alone while no other
	// process can be doing the same.
	unlock func()
	alone  bool
	notes  []string
	// aged is set when the database may not be the current one, so that its age
	// is worth a word.
	aged bool
}

func (k Keeper) job(plan gate.DatabasePlan) (*job, error) {
	c, err := openCache(plan.CacheDir)
	if err != nil {
		return nil, err
	}
	first, err := published()
	if plan.Source != "" {
		first, err = parseRemote(plan.Source)
	}
	if err != nil {
		return nil, err
	}
	j := &job{keeper: k, plan: plan, cache: c, sources: []remote{first}, fetcher: k.fetcher()}
	for i, address := range plan.Mirrors {
		mirror, err := parseRemote(address)
		if err != nil {
			return nil, fmt.Errorf("mirror %d of the vulnerability database: %w", i+1, err)
		}
		if s := mirror.scheme(); s != "http" && s != "https" {
			return nil, fmt.Errorf("mirror %d of the vulnerability database is not an http or https address", i+1)
		}
		mirror.name = first.name
		j.sources = append(j.sources, mirror)
	}
	return j, nil
}

func (j *job) note(format string, args ...any) {
	j.notes = append(j.notes, fmt.Sprintf(format, args...))
}

// enter makes this process the one that fills the cache, until close.
func (j *job) enter(ctx context.Context) (err error) {
	if j.unlock == nil {
		j.unlock, j.alone, err = j.cache.lock(ctx, j.keeper)
	}
	return err
}

// close lets other processes fill the cache.
func (j *job) close() {
	if j.unlock != nil {
		j.unlock()
	}
}

// failures are those of several addresses, told in one line.
type failures []error

// Error tells all of them.
func (f failures) Error() string {
	var texts []string
	for _, err := range f {
		texts = append(texts, err.Error())
	}
	return strings.Join(texts, "; then ")
}

// Unwrap gives all of them.
func (f failures) Unwrap() []error { return f }

// fetch brings the cache up to date with the first source that answers rightly,
// and says whether that changed anything. The caller closes the job.
func (j *job) fetch(ctx context.Context) (pointer, bool, error) {
	var failed failures
	for i, r := range j.sources {
		p, changed, err := j.from(ctx, r, i > 0)
		if err == nil {
			if i > 0 {
				j.note("The vulnerability database is that of the mirror %s: %v.", r.display(), failed)
			}
			return p, changed, nil
		}
		if ctx.Err() != nil {
			return pointer{}, false, err
		}
		failed = append(failed, err)
	}
	if len(failed) == 1 {
		return pointer{}, false, failed[0]
	}
	return pointer{}, false, failed
}

// from fetches from one source, unless what it has is there already.
func (j *job) from(ctx context.Context, r remote, mirror bool) (pointer, bool, error) {
	r, next, err := r.resolve(ctx, j.fetcher)
	if err != nil {
		return pointer{}, false, err
	}
	if old, had := j.has(r, next); had {
		return old, false, nil
	}
	if err := j.enter(ctx); err != nil {
		return pointer{}, false, err
	}
	// Another process may have fetched it in the meantime.
	if old, had := j.has(r, next); had {
		return old, false, nil
	}
	old, had := j.cache.recall(r.name)
	if mirror && had && next.Built.Before(old.Built) {
		return pointer{}, false, fmt.Errorf("%s: %w: its database is older than the one that is here", r.display(), ErrFetch)
	}
	if p, ok := j.restore(ctx, r, next); ok {
		return p, true, j.cache.remember(r.name, p)
	}
	tag := ""
	if had && r.checksum == "" && old.Source == next.Source {
		tag = old.Tag
	}
	next, unchanged, err := j.take(ctx, r, next, tag)
	if err != nil || unchanged {
		return old, false, err
	}
	return next, !had || old.Digest != next.Digest, j.cache.remember(r.name, next)
}

// has is the database with the promised checksum, if it is in the cache.
func (j *job) has(r remote, next pointer) (pointer, bool) {
	old, had := j.cache.recall(r.name)
	return old, had && next.Checksum != "" && next.Checksum == old.Checksum
}

// take downloads a source's archive and makes it a database of the cache.
func (j *job) take(ctx context.Context, r remote, next pointer, tag string) (pointer, bool, error) {
	work, err := j.cache.workspace()
	if err != nil {
		return pointer{}, false, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	file := filepath.Join(work, "download")
	if j.alone && isChecksum(r.checksum) {
		// Whoever comes after a run that was killed goes on where it stopped.
		if file, err = j.cache.partial(r.checksum); err != nil {
			return pointer{}, false, err
		}
	}
	t := transfer{fetcher: j.fetcher, address: r.archive, known: tag, wanted: r.checksum, file: file}
	got, err := t.download(ctx)
	if err != nil || got.Unchanged {
		return pointer{}, got.Unchanged, err
	}
	next.Digest, next.Tag = got.Digest, got.Tag
	err = j.cache.adopt(ctx, file, next.Digest, next.Source)
	if err == nil {
		j.offer(ctx, r, next, file)
	}
	if j.alone && (err == nil || errors.Is(err, ErrCorrupt)) {
		err = errors.Join(err, os.RemoveAll(filepath.Join(j.cache.dir, "partial")))
	}
	return next, false, err
}

// partial is the file for the beginning of an archive with this checksum.
// Beginnings of others are removed.
func (c cache) partial(checksum string) (string, error) {
	dir := filepath.Join(c.dir, "partial")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("make a folder for the vulnerability database: %w", err)
	}
	sum := sha256.Sum256([]byte(strings.ToLower(checksum)))
	name := hex.EncodeToString(sum[:16])
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("look for a begun download: %w", err)
	}
	for _, e := range entries {
		if e.Name() != name {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return "", fmt.Errorf("remove an old download: %w", err)
			}
		}
	}
	return filepath.Join(dir, name), nil
}

// current is the database of the plan's remote source: fetched anew, or, when
// that fails and there is one from before, that one with a note that says why.
func (j *job) current(ctx context.Context) (pointer, error) {
	defer j.close()
	name := j.sources[0].name
	old, had := j.cache.recall(name)
	if j.plan.NoUpdate {
		if !had {
			return pointer{}, fmt.Errorf("%w in %s, and updating is switched off: run gate db update, or give one with --db", ErrMissing, j.cache.dir)
		}
		return old, nil
	}
	next, _, err := j.fetch(ctx)
	switch {
	case err == nil:
		return next, nil
	case ctx.Err() != nil || !errors.Is(err, ErrFetch) && !errors.Is(err, ErrCorrupt):
		return pointer{}, err
	case had:
		j.aged = true
		j.note("The vulnerability database could not be updated, and the one from before is used: %v.", err)
		return old, nil
	case j.shares(j.sources[0]):
		if p, ok := j.restoreUnconfirmed(ctx, j.sources[0]); ok {
			j.note("That is because it could not be fetched: %v.", err)
			return p, j.cache.remember(name, p)
		}
	}
	return pointer{}, j.told(err)
}

// told adds the notes to an error: without a database nobody reads them.
func (j *job) told(err error) error {
	if len(j.notes) == 0 {
		return err
	}
	return fmt.Errorf("%w (%s)", err, strings.Join(j.notes, " "))
}
