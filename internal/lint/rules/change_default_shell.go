package rules

import (
	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/lint"
)

func changeDefaultShell() lint.Rule {
	return lint.Rule{
		Info: gate.RuleInfo{
			ID: "change-default-shell", Title: "The shell is changed by a link", Severity: gate.SeverityMedium,
			Why:     "A link over /bin/sh changes the shell of every script in the image, not only of the build, and an update of the package undoes it.",
			Fix:     "Write SHELL [\"/bin/bash\", \"-c\"].",
			Aliases: []string{"DL4005", "use-shell-instruction"},
		},
		Check: func(p *lint.Pass) {
			p.Commands(func(i *dockerfile.Instruction, c *dockerfile.Command) {
				if c.Name != "ln" || !c.Has("/bin/sh") {
					return
				}
				// A link that points to the shell changes nothing.
				if last := c.Args[len(c.Args)-1]; last.Text != "/bin/sh" && !parity(p) {
					return
				}
				p.Report(lint.AtCommand(i, c), "a link takes the place of /bin/sh", direct(c, "DL4005", "use-shell-instruction"))
			})
		},
	}
}
