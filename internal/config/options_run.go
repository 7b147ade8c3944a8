package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// ReportFormats are the words of --format and --output; report.Formats must
// have the same, which a test in cmd/gate holds.
var ReportFormats = []string{"terminal", "json", "sarif", "markdown", "html", "checkstyle", "junit", "gitlab", "github"}

// ReportForJobs is the format of --output that leaves a report for other jobs,
// in a folder: conclude and deliver read it.
const ReportForJobs = "report"

func databaseOptions() []Option {
	return []Option{
		{
			Name: "db", Kind: Text, Commands: Check | Scan | DB | Rescan, Places: Anywhere, Example: "mirror/vulnerability.db",
			Usage: "vulnerability database: a vulnerability.db, its folder, an archive, or a URL", Default: "the one that Anchore publishes",
			plan: func(p *gate.Plan, v Value) error { p.Database.Source = v.text(); return nil },
		},
		{
			Name: "db-cache", Kind: Text, Commands: Check | Scan | DB | Rescan, Places: Anywhere, Default: "auto", Example: ".cache/gate-db",
			Usage: "whether a downloaded database is kept in the runner's cache service (auto or off), or the folder to keep it in, in place of the user's cache folder",
			plan:  setDatabaseCache,
			inFile: func(text string) error {
				_, err := parseChoice(text, cacheModes())
				return err
			},
		},
		{
			Name: "db-mirrors", FlagName: "db-mirror", Kind: List, Commands: Check | Scan | DB | Rescan, Places: Anywhere, Example: "https://mirror.example.com/databases/v6/latest.json",
			Usage: "further address of the published database's listing, tried in order when the one before does not answer",
			plan:  setMirrors,
		},
		{
			Name: "max-db-age", Kind: Text, Commands: Check | Scan | DB | Rescan, Places: Anywhere, Default: "5d", Example: "48h",
			Usage: "how old the database's data may be; 0 means that age is not checked",
			plan:  func(p *gate.Plan, v Value) (err error) { p.Database.MaxAge, err = parseAge(v.text()); return err },
		},
		{
			Name: "db-update", Kind: Bool, Commands: Check | Scan | Rescan, Places: Flag | Input, Default: "true",
			Usage: "whether the network is asked for a newer database",
			plan: func(p *gate.Plan, v Value) error {
				on, err := parseBool(v.text())
				p.Database.NoUpdate = !on
				return err
			},
		},
	}
}

func cacheModes() []string { return []string{"auto", "off"} }

func setDatabaseCache(p *gate.Plan, v Value) error {
	switch v.text() {
	case "auto":
		p.Database.ActionsCache = true
	case "off":
		p.Database.ActionsCache = false
	case "":
		return fmt.Errorf("it says nothing: write auto, off or a folder")
	default:
		p.Database.CacheDir = v.text()
	}
	return nil
}

// setMirrors takes addresses whose answers nobody on the way can change.
func setMirrors(p *gate.Plan, v Value) error {
	p.Database.Mirrors = nil
	for _, text := range v.Texts {
		address, err := url.Parse(text)
		if err != nil || address.Host == "" {
			return fmt.Errorf("%q is no address: write it with https://", text)
		}
		local := slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, address.Hostname())
		if address.Scheme != "https" && (address.Scheme != "http" || !local) {
			return fmt.Errorf("%q is not encrypted, so that anybody on the way could take vulnerabilities out: write it with https://", text)
		}
		p.Database.Mirrors = append(p.Database.Mirrors, text)
	}
	return nil
}

func runOptions() []Option {
	return []Option{
		{
			Name: "config", Short: "c", Kind: Text, Commands: Check | Scan | Lint | DB | Conclude | Rescan, Places: Flag | Input, Example: "ci/gate.yaml",
			Usage: "policy file", Default: ".gate.yaml or .github/gate.yaml, where there is one",
		},
		{
			Name: "format", Kind: Text, Commands: Check | Scan | Lint | Conclude | Rescan, Places: Flag, Default: "terminal", Choices: ReportFormats,
			Usage: "what standard output gets",
			plan: func(p *gate.Plan, v Value) (err error) {
				p.Format, err = parseChoice(v.text(), ReportFormats)
				return err
			},
		},
		{
			Name: "output", Short: "o", Kind: List, Commands: Check | Scan | Lint | Conclude | Rescan, Places: Flag | Input, Example: "sarif=gate.sarif",
			Usage: "report to write, format=path; several at once; report=FOLDER leaves one for conclude and deliver",
			plan:  setOutputs,
		},
		{
			Name: "exit-zero", Kind: Bool, Commands: Check | Scan | Lint | Conclude, Places: Flag | Input, Default: "false",
			Usage: "exit with 0 instead of 1 when the policy says no; every other exit code stays",
			plan:  func(p *gate.Plan, v Value) (err error) { p.ExitZero, err = parseBool(v.text()); return err },
		},
		{
			Name: "verbose", Short: "v", Kind: Bool, Commands: Check | Scan | Lint | Conclude | Rescan, Places: Flag | Input, Default: "false",
			Usage: "show every finding on the terminal, and why each was decided as it was",
			plan:  func(p *gate.Plan, v Value) (err error) { p.Verbose, err = parseBool(v.text()); return err },
		},
		{
			Name: "timings", Kind: Bool, Commands: Check | Scan | Rescan, Places: Flag | Input, Default: "false",
			Usage: "show on standard error how long each step took",
			plan:  func(p *gate.Plan, v Value) (err error) { p.Timings, err = parseBool(v.text()); return err },
		},
		{
			Name: "registry-auth", Kind: List, Commands: Check | Scan | Rescan, Places: Input, Example: "ghcr.io USER PASSWORD",
			Usage: "login to a registry: host, user name and password or token, separated by blanks; also as GATE_REGISTRY_AUTH, never as a flag",
			plan:  setRegistryAuth,
		},
		{
			Name: "insecure-registries", FlagName: "insecure-registry", Kind: List, Commands: Check | Scan | Rescan, Places: Anywhere, Example: "localhost:5000",
			Usage: "registry host that is spoken to without TLS",
			plan:  func(p *gate.Plan, v Value) error { p.Registry.Insecure = splitCommas(v.Texts); return nil },
		},
	}
}

func setOutputs(p *gate.Plan, v Value) error {
	p.Outputs = nil
	for _, text := range v.Texts {
		format, path, err := parsePair(text)
		if err != nil {
			return fmt.Errorf("%q is not of the form format=path (sarif=gate.sarif)", text)
		}
		if format, err = parseChoice(format, append([]string{ReportForJobs}, ReportFormats...)); err != nil {
			return err
		}
		if path == "" {
			return fmt.Errorf("the output %q has no path", text)
		}
		if slices.ContainsFunc(p.Outputs, func(o gate.Output) bool { return o.Path == path }) {
			return fmt.Errorf("two outputs go to %s", path)
		}
		p.Outputs = append(p.Outputs, gate.Output{Format: format, Path: path})
	}
	return nil
}

func setRegistryAuth(p *gate.Plan, v Value) error {
	p.Registry.Credentials = nil
	for i, text := range v.Texts {
		fields := strings.Fields(text)
		if len(fields) != 3 {
			// The text holds a password, so it is not repeated.
			return fmt.Errorf("login %d is not of the form: host user password", i+1)
		}
		p.Registry.Credentials = append(p.Registry.Credentials, gate.RegistryCredential{
			Host: fields[0], Username: fields[1], Password: gate.NewSecret(fields[2]),
		})
	}
	return nil
}
