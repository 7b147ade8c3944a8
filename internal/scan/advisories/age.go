package advisories

import (
	"fmt"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// clockSkew is how far in the future a date may lie before it is held to say
// nothing.
const clockSkew = 24 * time.Hour

// CheckAge says whether the data is too old at the time now. A limit of 0
// means that age does not matter. Data that does not say how old it is, or that
// is dated in the future, counts as too old.
func (db *DB) CheckAge(now time.Time, limit time.Duration) (gate.Gap, bool) {
	return checkAge(db.captured, now, limit)
}

// CheckAge judges a database that is not open as DB.CheckAge judges an open one.
func (s Status) CheckAge(now time.Time, limit time.Duration) (gate.Gap, bool) {
	return checkAge(s.Captured, now, limit)
}

func checkAge(captured, now time.Time, limit time.Duration) (gate.Gap, bool) {
	if limit <= 0 {
		return gate.Gap{}, false
	}
	gap := gate.Gap{
		Guard:    gate.GuardDatabaseAge,
		Analyzer: gate.AnalyzerScan,
		Next:     "Run gate db update, give a current database with --db, or allow a greater age with --max-db-age.",
	}
	age := now.Sub(captured)
	switch {
	case captured.IsZero():
		gap.Message = "The vulnerability database does not say how old its data is."
	case age < -clockSkew:
		gap.Message = fmt.Sprintf("The vulnerability data is dated in the future (%s).", captured.Format(time.DateOnly))
	case age > limit:
		gap.Message = fmt.Sprintf("The vulnerability data is %s old (of %s), and at most %s is allowed.",
			span(age), captured.Format(time.DateOnly), span(limit))
	default:
		return gate.Gap{}, false
	}
	return gap, true
}

// span writes a duration the way people say it.
func span(d time.Duration) string {
	unit, name := 24*time.Hour, "day"
	if d < 48*time.Hour {
		unit, name = time.Hour, "hour"
	}
	n := int64(d / unit)
	if n == 1 {
		return "1 " + name
	}
	return fmt.Sprintf("%d %ss", n, name)
}
