// Package frame holds what the HTML reports have in common: the head of a page,
// its verdict, the style that all of them begin with, and the rule that lets a
// page use its own style and script and nothing else.
//
// What stands on a page, and how its texts are made harmless, is not known here.
package frame

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"
)

//go:embed frame.html style.css
var files embed.FS

// Page is what every page has around its content, for the template head. Look is the name of the verdict's colours.
type Page struct {
	Security string
	Style    template.CSS
	Script   template.JS

	Title, Look, Word, Headline string
}

// Templates are those of a page's own folder, html, and the shared ones: head,
// and sign, the icon of a look. The page's style and script go into the Page.
func (p *Page) Templates(own fs.FS) (*template.Template, error) {
	base, err := files.ReadFile("style.css")
	if err != nil {
		return nil, fmt.Errorf("read the style of all pages: %w", err)
	}
	style, err := fs.ReadFile(own, "html/style.css")
	if err != nil {
		return nil, fmt.Errorf("read the page's style: %w", err)
	}
	script, err := fs.ReadFile(own, "html/script.js")
	if err != nil {
		return nil, fmt.Errorf("read the page's script: %w", err)
	}
	templates, err := template.ParseFS(files, "frame.html")
	if err == nil {
		templates, err = templates.ParseFS(own, "html/*.html")
	}
	if err != nil {
		return nil, fmt.Errorf("read the page's templates: %w", err)
	}
	style = slices.Concat(base, style)
	p.Security = contentSecurity(style, script)
	p.Style = template.CSS(style)  //nolint:gosec // a file of this program
	p.Script = template.JS(script) //nolint:gosec // a file of this program
	return templates, nil
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
