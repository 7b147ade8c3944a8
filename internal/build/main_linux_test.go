package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMain makes this very program the buildkitd of its own tests, when it is
// called by a name that begins like that.
func TestMain(m *testing.M) {
	if name := filepath.Base(os.Args[0]); strings.HasPrefix(name, "buildkitd") {
		serveFake(name, os.Args[1:])
		return
	}
	code := m.Run()
	if os.Getenv("GATE_E2E") == "1" {
		if dir, err := debianOnce(); err == nil {
			_ = os.RemoveAll(dir)
		}
	}
	os.Exit(code)
}
