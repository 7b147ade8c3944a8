package github

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/sethvargo/go-githubactions"
)

// SummaryLimit is the size in bytes above which the runner drops a step's
// whole job summary. Each step has its own.
const SummaryLimit = 1 << 20

// Runtime is the surroundings of one step.
type Runtime struct {
	getenv func(string) (string, bool)
	out    io.Writer
	action *githubactions.Action
}

// New makes a runtime over an environment and the step's log.
func New(getenv func(string) (string, bool), out io.Writer) *Runtime {
	plain := func(name string) string { value, _ := getenv(name); return value }
	return &Runtime{
		getenv: getenv, out: out,
		action: githubactions.New(githubactions.WithGetenv(plain), githubactions.WithWriter(lossy{out})),
	}
}

// lossy is a log whose reader may have gone: the library panics on an error,
// and a log that nobody reads is no reason to.
type lossy struct{ out io.Writer }

func (l lossy) Write(text []byte) (int, error) {
	_, _ = l.out.Write(text)
	return len(text), nil
}

// Env returns a variable of the environment; empty when it is not set.
func (r *Runtime) Env(name string) string {
	value, _ := r.getenv(name)
	return value
}

// Active reports whether a runner is listening.
func (r *Runtime) Active() bool { return r.Env("GITHUB_ACTIONS") == "true" }

// Mask makes the runner replace a value in everything that is logged from now on.
func (r *Runtime) Mask(value string) {
	if r.Active() && value != "" {
		r.action.AddMask(value)
	}
}

// Error, Warning and Notice write an annotation of the step; outside Actions a
// plain line. The library escapes what would end the command.
func (r *Runtime) Error(message string) { r.say(r.action.Errorf, "error", message) }

// Warning writes a warning; see Error.
func (r *Runtime) Warning(message string) { r.say(r.action.Warningf, "warning", message) }

// Notice writes a notice; see Error.
func (r *Runtime) Notice(message string) { r.say(r.action.Noticef, "notice", message) }

func (r *Runtime) say(command func(string, ...any), word, message string) {
	message = clean(message)
	if r.Active() {
		command("%s", message)
		return
	}
	_, _ = fmt.Fprintf(r.out, "%s: %s\n", word, message)
}

// Group opens a foldable group of the log, and returns what closes it. What is
// logged in between is Raw, so that a build which prints "::set-output" or
// "::add-mask" is only text.
func (r *Runtime) Group(title string) func() {
	if !r.Active() {
		return func() {}
	}
	r.action.Group(clean(oneLine(title)))
	end := r.Raw()
	return func() {
		end()
		r.action.EndGroup()
	}
}

// Raw makes the runner take everything that is logged as text, until the
// returned function is called. Foreign text goes nowhere else.
func (r *Runtime) Raw() func() {
	if !r.Active() {
		return func() {}
	}
	token := randomWord()
	_, _ = fmt.Fprintf(r.out, "::stop-commands::%s\n", token)
	return func() { _, _ = fmt.Fprintf(r.out, "\n::%s::\n", token) }
}

// Output sets an output of the step. Without a runner, or with one that gives
// no file, it does nothing.
func (r *Runtime) Output(name, value string) error {
	if strings.ContainsAny(name, "=\r\n<") || name == "" {
		return fmt.Errorf("%q is no name for an output", name)
	}
	delimiter := "gate_" + randomWord()
	return r.appendTo("GITHUB_OUTPUT", fmt.Sprintf("%s<<%s\n%s\n%s\n", name, delimiter, value, delimiter))
}

// Summary adds Markdown to the job summary. What would make the step's whole
// summary larger than SummaryLimit is refused, so that what is there stays.
func (r *Runtime) Summary(markdown string) error {
	size := int64(len(markdown))
	if info, err := os.Stat(r.Env("GITHUB_STEP_SUMMARY")); err == nil {
		size += info.Size()
	}
	if size > SummaryLimit {
		return fmt.Errorf("the job summary would have %d bytes, and the runner takes %d", size, SummaryLimit)
	}
	return r.appendTo("GITHUB_STEP_SUMMARY", markdown)
}

// appendTo adds text to a file that the runner named in the environment.
func (r *Runtime) appendTo(variable, text string) (err error) {
	path := r.Env(variable)
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the file of %s: %w", variable, err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err = io.WriteString(file, text); err != nil {
		return fmt.Errorf("write the file of %s: %w", variable, err)
	}
	return nil
}

// randomWord is a delimiter that no output can guess.
func randomWord() string {
	var bytes [16]byte
	_, _ = rand.Read(bytes[:]) // Never fails: crypto/rand ends the program instead.
	return hex.EncodeToString(bytes[:])
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}
