package pin

import (
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/dockerfile"
)

// instruction looks at the images that an instruction of a stage takes files from.
func (f *finder) instruction(i *dockerfile.Instruction) {
	for ; i != nil; i = i.OnBuild {
		for _, flag := range i.Flags {
			switch {
			case flag.Name == "from" && i.Name == "COPY":
				f.from(i, flag.Position, flag.Value, `--from=`, `--from="`, `--from='`)
			case flag.Name == "mount" && i.Name == "RUN":
				f.mount(i, flag)
			}
		}
	}
}

// from looks at what stands in a --from, which is a stage or an image.
func (f *finder) from(i *dockerfile.Instruction, at dockerfile.Position, text string, prefixes ...string) {
	switch {
	case text == "" || text == scratch || isNumber(text) || f.stages[strings.ToLower(text)] && !i.Trigger:
	case strings.Contains(text, "$"):
		f.leave(at, text, "it has a variable, which builders do not expand here; name a stage that begins with the image", true)
	case i.Trigger && maybeStage(text):
		f.leave(at, text, "it stands in ONBUILD, and may be a stage of the Dockerfile that builds on this image", false)
	default:
		f.named(at, text, prefixes...)
	}
}

// mount looks at the from of a --mount. The fields of the flag are separated by
// commas; what stands before a field belongs to the text before the name.
func (f *finder) mount(i *dockerfile.Instruction, flag dockerfile.Flag) {
	before := "--mount="
	for _, field := range strings.Split(flag.Value, ",") {
		key, value, found := strings.Cut(field, "=")
		if found && strings.EqualFold(strings.TrimSpace(key), "from") {
			f.from(i, flag.Position, value, before+key+"=")
		}
		before += field + ","
	}
}

// syntaxLine is a line that chooses a frontend.
var syntaxLine = regexp.MustCompile(`^#\s*(?i:syntax)\s*=\s*`)

// frontend looks at the image of a # syntax= line. What follows its first word
// is for the frontend.
func (f *finder) frontend(syntax *dockerfile.Directive) {
	words := strings.Fields(syntax.Value)
	start := f.offset(syntax.Position)
	if len(words) == 0 || start < 0 {
		return
	}
	line, _, _ := strings.Cut(string(f.file.Source[start:]), "\n")
	f.named(syntax.Position, words[0], syntaxLine.FindString(line))
}
