package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

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
	style, err := htmlFiles.ReadFile("html/style.css")
	if err != nil {
		return fmt.Errorf("read the page's style: %w", err)
	}
	script, err := htmlFiles.ReadFile("html/script.js")
	if err != nil {
		return fmt.Errorf("read the page's script: %w", err)
	}
	templates, err := template.ParseFS(htmlFiles, "html/*.html")
	if err != nil {
		return fmt.Errorf("read the page's templates: %w", err)
	}
	page := newHTMLPage(r, opts)
	page.Security = contentSecurity(style, script)
	page.Style = template.CSS(style)  //nolint:gosec // a file of this program
	page.Script = template.JS(script) //nolint:gosec // a file of this program
	return templates.ExecuteTemplate(w, "page.html", page)
}

// contentSecurity allows the page its own style and script by their hashes, and
// nothing else: were there markup in a text, it could neither run nor load.
func contentSecurity(style, script []byte) string {
	return strings.Join([]string{
		"default-src 'none'", "style-src " + hashSource(style), "script-src " + hashSource(script), "base-uri 'none'", "form-action 'none'",
	}, "; ")
}

func hashSource(body []byte) string {
	sum := sha256.Sum256(body)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
