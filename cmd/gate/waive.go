package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/waiverfile"
)

// waiversFile is where gate waive writes unless told otherwise.
const waiversFile = ".gate-waivers.yaml"

// waiveOptions are the flags of gate waive.
type waiveOptions struct {
	waiver  gate.Waiver
	expires string
	status  string
	days    int
	file    string
	remove  bool
	renew   bool
	print   bool
}

func (p *process) waiveCommand() *cobra.Command {
	o := &waiveOptions{}
	cmd := &cobra.Command{
		Use:   "waive ID…",
		Short: "Accept a finding for a while: write a waiver, and keep the rest of the file as it is",
		Long: `waive adds a waiver for each ID – a rule, an advisory, or any alias of either –
to .gate-waivers.yaml, or to the file that --file names, such as .gate.yaml.
Comments and layout stay as they are. A waiver needs a reason and an end: give
--expires or --days. --renew gives waivers that are there a new end, and --remove
takes them out again.`,
		Example: `  gate waive CVE-2023-45853 --package zlib1g --reason "minizip is not built" --days 90
  gate waive DL3008 --image shop --reason "the mirror keeps one version" --expires 2027-03-31 --owner platform
  gate waive CVE-2023-45853 --remove`,
		Args: cobra.MinimumNArgs(1),
		RunE: p.command(func(_ context.Context, _ *cobra.Command, ids []string) error {
			return p.waive(*o, ids, time.Now())
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&o.waiver.Reason, "reason", "", "why this is acceptable until then")
	flags.StringVar(&o.expires, "expires", "", "the last day on which it holds, YYYY-MM-DD")
	flags.IntVar(&o.days, "days", 0, "how many days it holds, in place of --expires")
	flags.StringVar(&o.waiver.Image, "image", "", "only for this image, by its name in the policy")
	flags.StringVar(&o.waiver.Package, "package", "", "only for this package")
	flags.StringVar(&o.waiver.PURL, "purl", "", "only for package URLs like this pattern")
	flags.StringVar(&o.waiver.Versions, "package-version", "", "only for versions in this range, such as \"<2.0\"")
	flags.StringVar(&o.waiver.Path, "path", "", "only for files like this pattern")
	flags.StringVar(&o.waiver.Owner, "owner", "", "who answers for it")
	flags.StringVar(&o.waiver.Ticket, "ticket", "", "where it is followed up")
	flags.BoolVar(&o.waiver.UntilFixed, "until-fixed", false, "end it as soon as a fixed version exists")
	flags.StringVar(&o.status, "status", "", "what VEX exports say of it: not_affected (with --justification)")
	flags.StringVar(&o.waiver.Justification, "justification", "", "why it is not affected, in OpenVEX's words")
	flags.StringVar(&o.file, "file", waiversFile, "the file to edit")
	flags.BoolVar(&o.remove, "remove", false, "take waivers for these ids out")
	flags.BoolVar(&o.renew, "renew", false, "give the waivers for these ids a new end")
	flags.BoolVar(&o.print, "print", false, "print the new file and write nothing")
	return cmd
}

func (p *process) waive(o waiveOptions, ids []string, now time.Time) error {
	before, mode, err := readWaivers(o.file)
	if err != nil {
		return err
	}
	after, said, err := o.edit(before, ids, now)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", o.file, err)}
	}
	if err := config.Validate(o.file, after); err != nil {
		return usageError{err}
	}
	if o.print {
		_, err := p.stdout.Write(after)
		return err
	}
	if err := replaceFile(o.file, mode, func(w io.Writer) error { _, err := w.Write(after); return err }); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(p.stdout, "%s: %s\n", o.file, said)
	return nil
}

// readWaivers reads the file, which need not be there. A link is not followed:
// the file would be replaced by one that is none.
func readWaivers(path string) ([]byte, os.FileMode, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0o644, nil
	}
	if err != nil {
		return nil, 0, usageError{fmt.Errorf("read the waivers: %w", err)}
	}
	if !info.Mode().IsRegular() {
		return nil, 0, usageError{fmt.Errorf("%s is no ordinary file: name the file itself with --file", path)}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, usageError{fmt.Errorf("read the waivers: %w", err)}
	}
	return data, info.Mode().Perm(), nil
}

// edit makes the new text, and says what was done.
func (o waiveOptions) edit(before []byte, ids []string, now time.Time) (after []byte, said string, err error) {
	if o.remove {
		after, removed, err := waiverfile.Remove(before, o.matches(ids))
		if err == nil && removed == 0 {
			err = fmt.Errorf("there is no waiver for %s", strings.Join(ids, ", "))
		}
		return after, fmt.Sprintf("%d removed", removed), err
	}
	model, err := o.model(now)
	if err != nil {
		return nil, "", err
	}
	if o.renew {
		after, renewed, err := waiverfile.Renew(before, o.matches(ids), model.Expires.AddDate(0, 0, -1))
		if err == nil && renewed == 0 {
			err = fmt.Errorf("there is no waiver for %s", strings.Join(ids, ", "))
		}
		return after, fmt.Sprintf("%d renewed until %s", renewed, model.LastDay()), err
	}
	var added []gate.Waiver
	for _, id := range ids {
		model.ID = id
		added = append(added, model)
	}
	after, err = waiverfile.Add(before, added)
	return after, fmt.Sprintf("accepted %s until %s", strings.Join(ids, ", "), model.LastDay()), err
}

// matches narrows a removal by the ids, and by image and package where given.
func (o waiveOptions) matches(ids []string) func(gate.Waiver) bool {
	return func(w gate.Waiver) bool {
		for _, id := range ids {
			if strings.EqualFold(w.ID, id) && (o.waiver.Image == "" || o.waiver.Image == w.Image) &&
				(o.waiver.Package == "" || o.waiver.Package == w.Package) {
				return true
			}
		}
		return false
	}
}

// model is the waiver that the flags describe, apart from its id.
func (o waiveOptions) model(now time.Time) (gate.Waiver, error) {
	w := o.waiver
	w.Status = gate.VEXStatus(o.status)
	last, err := time.Parse(time.DateOnly, o.expires)
	switch {
	case w.Reason == "" && !o.renew:
		return w, errors.New("a waiver needs a reason: --reason \"…\"")
	case o.expires != "" && o.days != 0:
		return w, errors.New("give --expires or --days, not both")
	case o.days < 0:
		return w, errors.New("--days must be at least 1")
	case o.days > 0:
		last = now.UTC().Truncate(24*time.Hour).AddDate(0, 0, o.days)
	case o.expires == "":
		return w, errors.New("a waiver needs an end: --expires YYYY-MM-DD or --days N")
	case err != nil:
		return w, fmt.Errorf("--expires: %q is no day: write YYYY-MM-DD", o.expires)
	}
	w.Expires = last.AddDate(0, 0, 1)
	if !now.Before(w.Expires) {
		return w, fmt.Errorf("%s is over: a waiver that has expired accepts nothing", last.Format(time.DateOnly))
	}
	if w.Versions != "" {
		if err := gate.CheckRange(w.Versions); err != nil {
			return w, fmt.Errorf("--package-version: %w", err)
		}
	}
	if w.Status != "" && w.Status != gate.VEXNotAffected {
		return w, fmt.Errorf("--status: %q is not known: a waiver may say not_affected, or nothing", o.status)
	}
	if (w.Status == "") != (w.Justification == "") {
		return w, errors.New("--status not_affected and --justification belong together")
	}
	return w, nil
}
