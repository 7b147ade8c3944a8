package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/migrate"
	"github.com/containergate/gate/internal/waiverfile"
)

// importOptions are the flags of gate import.
type importOptions struct {
	policy, waivers string
	days            int
	print           bool
}

func (p *process) importCommand() *cobra.Command {
	o := &importOptions{}
	cmd := &cobra.Command{
		Use:   "import [FILE…]",
		Short: "Make a policy and waivers from other tools' configuration",
		Long: `import reads .grype.yaml, .trivyignore, .trivyignore.yaml, .hadolint.yaml, .snyk and
.dockleignore – those that are here, or those that are named – and writes
.gate.yaml and .gate-waivers.yaml. What can't be carried over is noted with its
line, and never accepted more widely than it was. A waiver without an end gets
one, --days from today.`,
		Example: "  gate import\n  gate import .trivyignore --days 30 --print",
		RunE: p.command(func(_ context.Context, _ *cobra.Command, files []string) error {
			return p.imports(*o, files, time.Now())
		}),
	}
	cmd.Flags().StringVar(&o.policy, "policy", config.Paths[0], "the policy file to write; it must not be there yet")
	cmd.Flags().StringVar(&o.waivers, "waivers", waiversFile, "the waivers file to write, or to add to")
	cmd.Flags().IntVar(&o.days, "days", 90, "how many days a waiver without an end holds")
	cmd.Flags().BoolVar(&o.print, "print", false, "print what would be written and write nothing")
	return cmd
}

func (p *process) imports(o importOptions, names []string, now time.Time) error {
	if o.days < 1 {
		return usageError{errors.New("--days must be at least 1")}
	}
	files, err := importFiles(names)
	if err != nil {
		return err
	}
	result, err := migrate.Import(files, migrate.Options{Now: now, Days: o.days})
	if err != nil {
		return usageError{err}
	}
	if o.print {
		_, _ = fmt.Fprintf(p.stdout, "# %s\n%s\n# %s\n%s", o.policy, result.Policy, o.waivers, result.Waivers)
	} else if err := p.writeImported(o, result); err != nil {
		return err
	}
	for _, note := range result.Notes {
		_, _ = fmt.Fprintf(p.stderr, "gate: note: %s\n", shown(note.String()))
	}
	return nil
}

// importFiles reads the files that are named, or of the usual ones those that
// are there.
func importFiles(names []string) ([]migrate.File, error) {
	usual := len(names) == 0
	if usual {
		names = migrate.Paths()
	}
	var files []migrate.File
	for _, name := range names {
		data, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) && usual {
			continue
		}
		if err != nil {
			return nil, usageError{fmt.Errorf("read %s: %w", name, err)}
		}
		files = append(files, migrate.File{Name: name, Data: data})
	}
	if len(files) == 0 {
		return nil, usageError{errors.New("there is nothing to import here: name the file of the other tool")}
	}
	return files, nil
}

// writeImported writes both files. A policy that is there already is somebody's
// work, and is not replaced; waivers are added to those that are there.
func (p *process) writeImported(o importOptions, result migrate.Result) error {
	if _, err := os.Lstat(o.policy); err == nil {
		return usageError{fmt.Errorf("%s is there already: --print shows what would be written, and --policy names another file", o.policy)}
	}
	before, mode, err := readWaivers(o.waivers)
	if err != nil {
		return err
	}
	waivers := result.Waivers
	if len(before) > 0 && len(result.Accepted) > 0 {
		if waivers, err = waiverfile.Add(before, result.Accepted); err != nil {
			return usageError{fmt.Errorf("%s: %w", o.waivers, err)}
		}
	}
	write := func(path string, mode os.FileMode, data []byte) error {
		err := replaceFile(path, mode, func(w io.Writer) error { _, err := w.Write(data); return err })
		if err == nil {
			_, err = fmt.Fprintf(p.stdout, "%s written\n", path)
		}
		return err
	}
	if err := write(o.policy, 0o644, result.Policy); err != nil || len(waivers) == 0 {
		return err
	}
	return write(o.waivers, mode, waivers)
}
