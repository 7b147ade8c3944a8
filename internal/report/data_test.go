package report

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/gate"
)

func TestPartsOfADatabaseAreToldInItsLine(t *testing.T) {
	date := func(month int) time.Time { return time.Date(2026, time.Month(month), 1, 0, 0, 0, 0, time.UTC) }
	v := view{Report: gate.Report{Analyses: []gate.Analysis{{Data: []gate.DataSource{
		{Name: "database", Schema: "6", Captured: date(9)},
		{Name: "database: debian", Captured: date(8)},
		{Name: "database: kev", Captured: date(9)},
		{Name: "database: silent"},
		{Name: "other"},
	}}}}}
	want := []string{"database 6, data of 2026-09-01 (debian 2026-08-01)", "other, which does not say how old it is"}
	if diff := cmp.Diff(want, v.data()); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
}
