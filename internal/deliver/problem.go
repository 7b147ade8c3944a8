package deliver

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/github/rest"
)

// channel is one way to GitHub, in the words of notices.
type channel struct {
	// what was not delivered, as the beginning of a sentence.
	what string
	// permission is the line of a workflow that it needs.
	permission string
	// missing is what may be the matter when GitHub says that something is not there.
	missing string
	// off says how to switch on what is off.
	off string
}

func commentChannel() channel {
	return channel{
		what: "The comment on the pull request was not written", permission: "pull-requests: write",
		missing: "The pull request may have been deleted",
	}
}

func uploadChannel() channel {
	return channel{
		what: "The results were not uploaded to code scanning", permission: "security-events: write",
		missing: "The commit may be gone, or the repository has no code scanning",
		off:     "Switch code scanning on in the repository's settings (a private repository needs GitHub Code Security), or set upload-sarif: false.",
	}
}

func checkChannel() channel {
	return channel{what: "The check run was not made", permission: "checks: write", missing: "The commit may be gone"}
}

func statusChannel() channel {
	return channel{what: "The commit status was not set", permission: "statuses: write", missing: "The commit may be gone"}
}

// problem notes that a delivery did not succeed, why, and what to do about it.
func (d *delivery) problem(c channel, err error) string {
	level, why := d.explain(c, err)
	message := c.what + ": " + why
	d.note(level, message)
	return message
}

// explain says why, in whole sentences.
func (d *delivery) explain(c channel, err error) (Level, string) {
	said := wordsOf(err)
	kind := kindOf(err)
	if d.target.Fork && (kind == rest.Forbidden || kind == rest.NotFound) {
		return LevelNotice, "the run of a pull request from a fork may only read, as GitHub intends it (" + said + "). The two workflows in docs/github.md deliver for forks."
	}
	switch kind {
	case rest.Unauthorized:
		return LevelWarning, "GitHub does not accept the token (" + said + "). Leave github-token at its default, or renew the token that it names."
	case rest.Forbidden:
		return LevelWarning, fmt.Sprintf("the token may not do that (%s). Add \"%s\" to the permissions of the job.", said, c.permission)
	case rest.NotFound:
		return LevelWarning, fmt.Sprintf("GitHub does not find it (%s). %s; or the token may not see it: add \"%s\" to the permissions of the job.", said, c.missing, c.permission)
	default:
		return LevelWarning, refused(kind, c, err, said)
	}
}

// refused words the kinds that have nothing to do with permissions.
func refused(kind rest.Kind, c channel, err error, said string) string {
	switch kind {
	case rest.FeatureOff:
		return strings.TrimSpace("the repository has that switched off (" + said + "). " + c.off)
	case rest.Locked:
		return "the conversation is locked (" + said + "). Unlock it, or read the job summary."
	case rest.Archived:
		return "the repository is archived, so nothing can be written to it (" + said + ")."
	case rest.Conflict:
		return "something else changed it at the same time (" + said + "). Run the job again."
	case rest.TooLarge:
		return "it is larger than GitHub takes (" + said + "). Waive or mend what is found, or examine the images in several jobs."
	case rest.Invalid:
		return "GitHub refused it (" + said + "). " + adviceFor(said)
	case rest.RateLimited:
		return "GitHub's rate limit was reached and did not pass in time (" + said + "). Run the job again later."
	case rest.Unavailable:
		return "GitHub gave no usable answer (" + said + "). The verdict stands, and the job summary has the report; run the job again to deliver it."
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "GitHub took too long to answer. The verdict stands, and the job summary has the report; run the job again to deliver it."
	case errors.Is(err, context.Canceled):
		return "the run was interrupted."
	default:
		return said + "."
	}
}

// kindOf is the kind of an API error, and empty for every other error and for none.
func kindOf(err error) rest.Kind {
	var failed *rest.Error
	if errors.As(err, &failed) {
		return failed.Kind
	}
	return ""
}

// wordsOf is what GitHub or the network said, on one line.
func wordsOf(err error) string {
	var failed *rest.Error
	if !errors.As(err, &failed) {
		return oneLine(err.Error(), saidMost)
	}
	message := strings.TrimRight(oneLine(failed.Message, saidMost), ".")
	if failed.Status == 0 {
		return message
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", failed.Status, message))
}
