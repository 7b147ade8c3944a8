package image

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// explain says in gate's words why the registry did not hand the image out.
func (r *registry) explain(ctx context.Context, ref name.Reference, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if errors.Is(err, ErrUnsupported) || errors.Is(err, ErrCorrupt) {
		return withoutQuery(err)
	}
	host := ref.Context().RegistryStr()
	var answer *transport.Error
	if !errors.As(err, &answer) {
		return fmt.Errorf("%w: the registry %s did not hand out %s; check the name, the network and the proxy: %w",
			ErrUnreachable, host, ref, withoutQuery(err))
	}
	status := describeAnswer(answer)
	switch answer.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return r.refused(ref, status)
	case http.StatusNotFound:
		return fmt.Errorf("%w: the registry %s has no %s (%s); check the name and the tag, or push it first", ErrNotFound, host, ref, status)
	case http.StatusTooManyRequests:
		return fmt.Errorf("%w: the registry %s limits how often it may be asked (%s); log in, wait, or use a mirror", ErrLimited, host, status)
	default:
		return fmt.Errorf("%w: the registry %s answered %s for %s; try again later or look at its log", ErrUnreachable, host, status, ref)
	}
}

// refused explains a 401 or 403 by what gate sent and what it could not see.
func (r *registry) refused(ref name.Reference, status string) error {
	host := ref.Context().RegistryStr()
	login, helperErr := r.keychain.used()
	switch {
	case login:
		return fmt.Errorf("%w: the registry %s refuses %s with the login it was given (%s); check the user's rights and the password, and that the image exists",
			ErrAuth, host, ref, status)
	case r.plan.HiddenLogin:
		return fmt.Errorf("%w: the registry %s refuses %s without a login (%s); inside a container action HOME is another directory, so the login of docker/login-action is not visible here: give it to gate's registry inputs, or docker pull the image in an earlier step and use docker:%s",
			ErrAuth, host, ref, status, ref)
	case helperErr != nil:
		return fmt.Errorf("%w: the registry %s refuses %s without a login (%s), and Docker's credential helper failed; mend it, or give gate the login: %w",
			ErrAuth, host, ref, status, helperErr)
	default:
		return fmt.Errorf("%w: the registry %s refuses %s without a login (%s); check the name, or log in with docker login %s or gate's registry options",
			ErrAuth, host, ref, status, host)
	}
}

// answered is the status of a registry's answer, 0 where there was none.
func answered(err error) int {
	var answer *transport.Error
	if errors.As(err, &answer) {
		return answer.StatusCode
	}
	return 0
}

// describeAnswer shortens what a registry said to its status and first reason.
func describeAnswer(answer *transport.Error) string {
	text := fmt.Sprintf("%d %s", answer.StatusCode, http.StatusText(answer.StatusCode))
	if len(answer.Errors) > 0 && answer.Errors[0].Code != "" {
		text += ", " + shorten(string(answer.Errors[0].Code), 40)
	}
	return text
}

// shorten cuts text after so many characters.
func shorten(text string, most int) string {
	if characters := []rune(text); len(characters) > most {
		return string(characters[:most]) + "…"
	}
	return text
}
