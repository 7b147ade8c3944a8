package deliver

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/github/rest"
)

// refusals are all kinds of errors, with what GitHub says.
func refusals() []error {
	return []error{
		failure(rest.Unauthorized, 401, "Bad credentials"),
		failure(rest.Forbidden, 403, "Resource not accessible by integration"),
		failure(rest.FeatureOff, 403, "Advanced Security must be enabled for this repository to use code scanning."),
		failure(rest.NotFound, 404, "Not Found"),
		failure(rest.Locked, 403, "Unable to create comment because issue is locked."),
		failure(rest.Archived, 403, "Repository was archived so is read-only."),
		failure(rest.Conflict, 409, "Conflict"),
		failure(rest.TooLarge, 413, "The SARIF file is too large"),
		failure(rest.Invalid, 422, "Validation Failed"),
		failure(rest.RateLimited, 403, "API rate limit exceeded (the limit passes at 2026-11-22T10:00:00Z)"),
		failure(rest.Unavailable, 502, "a web page came instead of an answer of the API"),
		failure(rest.Unavailable, 0, "connection reset by peer"),
		context.DeadlineExceeded,
		context.Canceled,
	}
}

// operations are the calls at which each delivery can fail.
func operations() []string {
	return []string{"create", "upload", "processing", "check", "status"}
}

func TestEveryFailureOfEveryDeliveryIsSaidInWords(t *testing.T) {
	var out bytes.Buffer
	for _, op := range operations() {
		for _, fork := range []bool{false, true} {
			for _, err := range refusals() {
				f := &fake{forever: true, errs: map[string][]error{op: {err}}}
				at := target(10)
				at.Fork = fork
				c := newClock()
				report := failing()
				result := Deliver(t.Context(), report, at, f, nil, everything(c))
				if fork && kindOf(err) != rest.Forbidden && kindOf(err) != rest.NotFound {
					continue
				}
				fmt.Fprintf(&out, "%s: %v", op, err)
				if fork {
					out.WriteString(" (fork)")
				}
				out.WriteByte('\n')
				for _, n := range result.Notices {
					if !strings.HasPrefix(n.Message, "A check run was made") {
						fmt.Fprintf(&out, "  %s: %s\n", n.Level, n.Message)
					}
				}
			}
		}
	}
	golden(t, "notices.txt", out.Bytes())
}

func TestALoginOrAListThatFailsIsAFailedComment(t *testing.T) {
	for _, op := range []string{"login", "list"} {
		for _, err := range refusals() {
			f := &fake{forever: true, errs: map[string][]error{op: {err}}}
			result := Deliver(t.Context(), failing(), target(10), f, nil, commenting(newClock(), "always"))
			if len(result.Notices) != 1 || !strings.HasPrefix(result.Notices[0].Message, "The comment on the pull request was not written: ") {
				t.Errorf("%s, %v: %s", op, err, messages(result))
			}
		}
	}
}

func TestWhatIsKnownOfCodeScanningIsAnsweredWithAdvice(t *testing.T) {
	var out bytes.Buffer
	for _, said := range []string{
		"CodeQL analyses from advanced configurations cannot be processed when the default setup is enabled",
		"rejecting delivery as the repository has too many logical alerts",
		"All analysis uploads blocked due to alert limit",
		"A delivery cannot contain multiple runs with the same category",
		"an invalid URI was provided as a SARIF location",
		"SARIF URI scheme \"https\" did not match the checkout URI scheme \"file\"",
		"locationFromSarifResult: expected artifact location",
		"could not convert rules: invalid security severity value, is not a number",
		"rejecting SARIF, as there are more runs than allowed",
		"commit not found",
		"ref 'refs/heads/gone' not found in this repository",
		"something else",
	} {
		f := &fake{states: []rest.Processing{{State: "pending"}, {State: "failed", Errors: []string{said}}}}
		c := newClock()
		result := Deliver(t.Context(), failing(), target(10), f, nil, Options{Comment: "never", Upload: true, RequireUpload: true, Now: c.now, Sleep: c.sleep})
		fmt.Fprintln(&out, messages(result))
		if len(result.Missed) != 1 {
			t.Errorf("%s: missed = %q", said, result.Missed)
		}
	}
	golden(t, "processing.txt", out.Bytes())
}

// golden compares with a file of testdata; UPDATE=1 writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if os.Getenv("UPDATE") == "1" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what was delivered; UPDATE=1 writes it:\n%s", file, got)
	}
}
