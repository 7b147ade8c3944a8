package tracking

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/containergate/gate/internal/github/rest"
	"github.com/containergate/gate/internal/report/plain"
)

// errUnlabelled is an issue that GitHub made without our label.
var errUnlabelled = errors.New("GitHub left out the label " + Label + " of the new issue, so that no later run would find it, and the issue was closed; the token's user needs the right to push, or to triage")

// explain says why, in whole sentences, and what to do about it.
func (d *delivery) explain(err error) string {
	var failed *rest.Error
	if !errors.As(err, &failed) {
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return "GitHub took too long to answer. The next rescan goes on."
		case errors.Is(err, context.Canceled):
			return "the run was interrupted. The next rescan goes on."
		}
		return oneLine(err.Error(), saidMost) + "."
	}
	said := strings.TrimRight(oneLine(failed.Message, saidMost), ".")
	if failed.Status != 0 {
		said = fmt.Sprintf("%d %s", failed.Status, said)
	}
	repository := plain.Word(d.options.Repository)
	switch failed.Kind {
	case rest.Unauthorized:
		return "GitHub does not accept the token (" + said + "). Leave it at its default, or renew it."
	case rest.Forbidden:
		return "the token may not do that (" + said + "). Add \"issues: write\" to the permissions of the job; for another repository than the workflow's own, a token of an app or a person with that permission is needed."
	case rest.NotFound:
		if failed.Status == http.StatusGone {
			return "issues are switched off in " + repository + " (" + said + "). Switch them on in its settings, name another repository for them, or keep no issues."
		}
		return "GitHub does not find it in " + repository + " (" + said + "). The issue may have been deleted or moved; or the token may not see it: add \"issues: write\" to the permissions of the job."
	case rest.Locked:
		return "the conversation is locked (" + said + "). Unlock it."
	case rest.Archived:
		return "the repository " + repository + " is archived, so nothing can be written to it (" + said + ")."
	case rest.RateLimited:
		return "GitHub's rate limit was reached and did not pass in time (" + said + "). The next rescan goes on."
	case rest.Unavailable:
		return "GitHub gave no usable answer (" + said + "). The next rescan goes on."
	default:
		return "GitHub refused it (" + said + ")."
	}
}

func kindOf(err error) rest.Kind {
	var failed *rest.Error
	if errors.As(err, &failed) {
		return failed.Kind
	}
	return ""
}

// passing reports whether an error may be over after a while.
func passing(err error) bool {
	kind := kindOf(err)
	return kind == rest.Unavailable || kind == rest.Conflict
}

// lasting reports whether the next image would fail by the same reason.
func lasting(err error) bool {
	switch kindOf(err) {
	case rest.Unauthorized, rest.Forbidden, rest.Archived, rest.FeatureOff, rest.RateLimited:
		return true
	case rest.NotFound:
		var failed *rest.Error
		return errors.As(err, &failed) && failed.Status == http.StatusGone
	}
	return errors.Is(err, errUnlabelled) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
