package fleet

import (
	"bufio"
	"embed"
	"fmt"
	"io"

	"github.com/containergate/gate/internal/gate"
)

// pageFiles are the page's templates, its style and its script.
//
//go:embed html
var pageFiles embed.FS

// HTML writes the fleet as one page that needs nothing else: no network, no
// other file, and for reading not even its script. It is written release by
// release. Findings beyond a bound are left out, and how many is said.
func HTML(w io.Writer, f gate.Fleet, o Options) error {
	p := newPage(f, o)
	templates, err := p.Templates(pageFiles)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(w)
	if err := templates.ExecuteTemplate(buffered, "page.html", p); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}
