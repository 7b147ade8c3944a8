package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/containergate/gate/internal/github/githubtest"
)

// settings are the flags.
type settings struct {
	listen, other, otherName, scenario, openapi, dump string
}

func parse(arguments []string, out io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("fakegithub", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&s.listen, "listen", "127.0.0.1:0", "address of the API")
	flags.StringVar(&s.other, "other", "127.0.0.1:0", "address of the other host, to which downloads redirect")
	flags.StringVar(&s.otherName, "other-name", "localhost", "name by which clients reach the other host; not the API's")
	flags.StringVar(&s.scenario, "scenario", "", "JSON file with the state at the start")
	flags.StringVar(&s.openapi, "openapi", "", "GitHub's OpenAPI description (default: shared/data beside the project, if it is there)")
	flags.StringVar(&s.dump, "dump", "", "file that gets the state at the end, as JSON")
	if err := flags.Parse(arguments); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return s, nil
}

// run serves until the context ends. It says on out where it listens.
func run(ctx context.Context, arguments []string, out io.Writer) error {
	s, err := parse(arguments, out)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	scenario, err := read(s.scenario)
	if err != nil {
		return err
	}
	server, err := githubtest.Start(githubtest.Options{ //nolint:contextcheck // it ends by Close
		Scenario: scenario, DescriptionFile: s.openapi, Listen: s.listen, ListenOther: s.other, OtherName: s.otherName,
	})
	if err != nil {
		return err
	}
	defer server.Close()
	if _, err := fmt.Fprintf(out, "api=%s\nother=%s\nvalidates=%t\n", server.URL(), server.OtherURL(), server.Validates()); err != nil {
		return fmt.Errorf("say the address: %w", err)
	}
	<-ctx.Done()
	return write(server, s.dump)
}

// read reads a scenario. A member that has no meaning is an error: it is a typo.
func read(file string) (githubtest.Scenario, error) {
	var scenario githubtest.Scenario
	if file == "" {
		return scenario, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return scenario, fmt.Errorf("read the scenario: %w", err)
	}
	decoder := json.NewDecoder(f)
	decoder.DisallowUnknownFields()
	if err := errors.Join(decoder.Decode(&scenario), f.Close()); err != nil {
		return scenario, fmt.Errorf("read the scenario %s: %w", file, err)
	}
	return scenario, nil
}

func write(server *githubtest.Server, file string) error {
	if file == "" {
		return nil
	}
	data, err := server.Snapshot()
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	return nil
}
