package report

import (
	"embed"
	"io"

	"github.com/containergate/gate/internal/gate"
)

// htmlFiles are the page's templates, its style and its script.
//
//go:embed html
var htmlFiles embed.FS

// writeHTML writes the report as one page that needs nothing else: no network,
// no other file, and for reading not even its script. All text is made plain
// before the template escapes it for its place.
func writeHTML(w io.Writer, r gate.Report, opts Options) error {
	p := newHTMLPage(r, opts)
	templates, err := p.Templates(htmlFiles)
	if err != nil {
		return err
	}
	return templates.ExecuteTemplate(w, "page.html", p)
}
