package advisories

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	v6 "github.com/anchore/grype/grype/db/v6"
)

// weighed is what a database says of a vulnerability beside its records: how
// likely it is that somebody exploits it, and which weaknesses it comes of.
type weighed struct {
	scores     []v6.EpssHandle
	weaknesses []v6.CWEHandle
}

// weights asks for both, and for many vulnerabilities, in one statement. The
// library takes two for each, which is a good part of what matching costs.
type weights struct {
	told *answers[weighed]
	once sync.Once
	// scored is the day of the scores; nil where only the library may be asked.
	scored *time.Time
}

func newWeights() weights {
	return weights{told: newAnswers(mostRecords, func(w weighed) int { return len(w.scores) + len(w.weaknesses) })}
}

// of is what is known of a vulnerability; false when the library must be asked.
func (w *weights) of(r *reader, cve string) (weighed, bool) {
	if r.pool == nil {
		return weighed{}, false
	}
	w.once.Do(func() { w.scored = scoredOn(r) })
	if w.scored == nil {
		return weighed{}, false
	}
	found, err := w.told.ask(cve, func() (weighed, error) {
		soon, err := w.unknown(r, cve)
		if err != nil {
			return weighed{}, err
		}
		found, err := weighedIn(r.pool, soon, *w.scored)
		if err != nil {
			return weighed{}, err
		}
		for _, one := range soon {
			w.told.keep(one, found[folded(one)])
		}
		return found[folded(cve)], nil
	})
	return found, err == nil
}

// unknown are a vulnerability and those, by all their names, that were read with
// it, unless something is known of them already.
func (w *weights) unknown(r *reader, cve string) ([]string, error) {
	next := r.next[:min(len(r.next), mostAtOnce)]
	r.next = nil
	more, err := aliases(r.pool, slices.DeleteFunc(slices.Clone(next), isCVE))
	if err != nil {
		return nil, err
	}
	soon := []string{cve}
	for _, one := range slices.Concat(next, more) {
		if len(soon) < mostAtOnce && isCVE(one) && !w.told.has(one) && !slices.Contains(soon, one) {
			soon = append(soon, one)
		}
	}
	return soon, nil
}

func isCVE(id string) bool { return strings.HasPrefix(strings.ToLower(id), "cve-") }

// scoredOn is the day of the scores, in a database that is new enough to have
// scores and weaknesses.
func scoredOn(r *reader) *time.Time {
	about, err := r.GetDBMetadata()
	if err != nil || about.Model != v6.ModelVersion || about.Revision < 1 || about.Revision == 1 && about.Addition < 2 {
		return nil
	}
	var day time.Time
	// The library's own questions have no context either; they end on their own.
	if err := r.pool.QueryRowContext(context.Background(), "SELECT date FROM epss_metadata ORDER BY date LIMIT 1").Scan(&day); err != nil {
		return nil
	}
	return &day
}

// aliases are what else vulnerabilities are called.
func aliases(pool *sql.DB, ids []string) (found []string, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := pool.QueryContext(context.Background(), withPlaces("SELECT alias FROM vulnerability_aliases WHERE name IN (?)", len(ids)), anyOf(ids)...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

// weighing takes upper and lower case as one, like the library.
const weighing = "SELECT 0, id, cve, epss, percentile, '', '', '' FROM epss_handles WHERE cve COLLATE NOCASE IN (?)" +
	" UNION ALL SELECT 1, id, cve, 0.0, 0.0, cwe, COALESCE(source, ''), COALESCE(type, '') FROM cwe_handles" +
	" WHERE cve COLLATE NOCASE IN (?) ORDER BY 1, 2"

// weighedIn reads it of several vulnerabilities, by their folded names.
func weighedIn(pool *sql.DB, cves []string, scored time.Time) (found map[string]weighed, err error) {
	rows, err := pool.QueryContext(context.Background(), withPlaces(weighing, len(cves)), anyOf(cves)...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found = map[string]weighed{}
	for rows.Next() {
		var weakness bool
		score, cwe := v6.EpssHandle{Date: scored}, v6.CWEHandle{}
		if err := rows.Scan(&weakness, &score.ID, &score.Cve, &score.Epss, &score.Percentile, &cwe.CWE, &cwe.Source, &cwe.Type); err != nil {
			return nil, err
		}
		one := found[folded(score.Cve)]
		if weakness {
			cwe.ID, cwe.CVE = score.ID, score.Cve
			one.weaknesses = append(one.weaknesses, cwe)
		} else {
			one.scores = append(one.scores, score)
		}
		found[folded(score.Cve)] = one
	}
	return found, rows.Err()
}

// withPlaces is a statement with numbered places for n values wherever it has a
// list of one.
func withPlaces(statement string, n int) string {
	places := make([]string, n)
	for i := range places {
		places[i] = fmt.Sprintf("?%d", i+1)
	}
	return strings.ReplaceAll(statement, "(?)", "("+strings.Join(places, ",")+")")
}

// anyOf are values for the places.
func anyOf(values []string) []any {
	out := make([]any, len(values))
	for i, value := range values {
		out[i] = value
	}
	return out
}
