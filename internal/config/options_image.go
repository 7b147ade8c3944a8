package config

import (
	"fmt"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// imageDraft is an image while sources are still being applied to it.
type imageDraft struct {
	gate.ImagePlan
	spec       gate.BuildSpec
	allowances []gate.Allowance
	// set holds the names of the options that were given, and by whom.
	set map[string]gate.Origin
}

func (d *imageDraft) apply(o Option, v Value) error {
	if d.set == nil {
		d.set = map[string]gate.Origin{}
	}
	d.set[o.Name] = v.Origin
	return o.image(d, v)
}

func imageOptions() []Option {
	return []Option{
		{
			Name: "name", Kind: Text, Commands: Check | Scan, Places: Anywhere, Example: "shop",
			Usage: "stable logical name of the image in reports; without tag or digest", Default: "from the context or the reference",
			image: func(d *imageDraft, v Value) error { d.Name = v.text(); return checkName(v.text()) },
		},
		{
			Name: "image", Kind: Text, Commands: Check, Places: Anywhere, Example: "docker:app:1",
			Usage: "a ready image instead of a build: docker:, registry:, docker-archive:, oci-archive: or oci-dir: and a reference",
			image: func(d *imageDraft, v Value) error { d.Ref = v.text(); return nil },
		},
		{
			Name: "context", Kind: Text, Commands: Check, Places: Input | File, Example: ".",
			Usage: "build context: a directory, or a tar or git URL", Default: ".",
			image: func(d *imageDraft, v Value) error { d.spec.Context = v.text(); return nil },
		},
		{
			Name: "dockerfile", Short: "f", Kind: Text, Commands: Check, Places: Anywhere, Example: "build/Dockerfile",
			Usage: "path of the Dockerfile", Default: "Dockerfile in the context",
			image: func(d *imageDraft, v Value) error { d.Dockerfile = v.text(); return nil },
		},
		{
			Name: "target", Kind: Text, Commands: Check, Places: Anywhere, Example: "production",
			Usage: "stage to build", Default: "the last one",
			image: func(d *imageDraft, v Value) error { d.Target = v.text(); return nil },
		},
		{
			Name: "platforms", FlagName: "platform", Kind: List, Commands: Check | Scan, Places: Anywhere, Example: "linux/arm64",
			Usage: "platform to build or to pick from the reference, os/arch[/variant]", Default: "the machine's own",
			image: func(d *imageDraft, v Value) error { d.spec.Platforms = splitCommas(v.Texts); return nil },
		},
		{
			Name: "sbom", Kind: Text, Commands: Check | Scan, Places: Anywhere, Example: "out/app.syft.json",
			Usage: "write the bill of materials to this path",
			image: func(d *imageDraft, v Value) error { d.SBOM = v.text(); return nil },
		},
		{
			Name: "sbom-format", Kind: Text, Commands: Check | Scan, Places: Anywhere, Default: "syft-json", Example: "spdx-json", Choices: sbomFormats(),
			Usage: "form of the bill of materials",
			image: func(d *imageDraft, v Value) (err error) {
				d.SBOMFormat, err = parseChoice(v.text(), sbomFormats())
				return err
			},
		},
		{
			Name: "allow", Kind: List, Commands: Check | Scan, Places: Anywhere, Example: "no-packages",
			Usage: "guard that may be open for the image, as guard or guard=path-pattern (unidentified-executables=/usr/bin/tool)",
			image: func(d *imageDraft, v Value) error { return d.allow(v) },
		},
	}
}

func sbomFormats() []string { return []string{"syft-json", "spdx-json", "cyclonedx-json"} }

func (d *imageDraft) allow(v Value) error {
	for _, text := range v.Texts {
		word, pattern, _ := strings.Cut(text, "=")
		guard, err := parseGuard(word)
		if err != nil {
			return err
		}
		a := gate.Allowance{Guard: guard, Origin: v.Origin}
		if pattern != "" {
			a.Paths = []string{pattern}
		}
		d.allowances = append(d.allowances, a)
	}
	return nil
}

// checkName refuses what would make identities unstable or file names unsafe.
func checkName(name string) error {
	if name == "" {
		return fmt.Errorf("an image name must not be empty")
	}
	if strings.ContainsAny(name, ":@* \t\r\n\\") || strings.HasPrefix(name, "/") || strings.HasSuffix(name, "/") || strings.Contains(name, "..") {
		return fmt.Errorf("%q is no image name: use letters, digits, '-', '_', '.' and '/', without tag or digest", name)
	}
	return nil
}

// splitCommas takes both repeated values and lists with commas.
func splitCommas(texts []string) []string {
	var out []string
	for _, text := range texts {
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}
