package plain

import (
	"encoding/json"
	"testing"

	"github.com/containergate/gate/internal/report/reporttest"
)

func TestJSONIsSafeToPrintAndSaysTheSame(t *testing.T) {
	for _, text := range append(reporttest.Hostile(), "\U000e0041\u202e\ufffd ##[group]") {
		data, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		safe := JSON(data)
		if fault := reporttest.Unsafe(string(safe)); fault != "" {
			t.Errorf("%q: %s", safe, fault)
		}
		var before, after string
		if err := json.Unmarshal(data, &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(safe, &after); err != nil || before != after {
			t.Errorf("%q means %q, not %q: %v", safe, after, before, err)
		}
	}
}
