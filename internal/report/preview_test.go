package report

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

// previewPage is a page that looks about as a comment does on GitHub.
const previewPage = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>
body{margin:0;padding:16px;font:14px/1.5 -apple-system,"Segoe UI",Helvetica,Arial,"DejaVu Sans",sans-serif;color:#1f2328;background:#fff}
main{border:1px solid #d1d9e0;border-radius:6px;padding:16px;overflow-wrap:break-word}
h2{font-size:1.5em;border-bottom:1px solid #d1d9e0;padding-bottom:.3em}h2,h3,h4{margin:24px 0 16px;line-height:1.25;font-weight:600}
h2:first-child{margin-top:0}h3{font-size:1.25em}h4{font-size:1em}
p,ul,table,pre,blockquote,details{margin:0 0 16px}ul{padding-left:2em}li>ul{margin:0}
code{font:85% ui-monospace,"Liberation Mono","DejaVu Sans Mono",monospace;background:#818b981f;padding:.2em .4em;border-radius:6px;white-space:break-spaces}
pre{background:#f6f8fa;padding:16px;overflow:auto;border-radius:6px}pre code{background:none;padding:0;white-space:pre}
table{display:block;width:max-content;max-width:100%;overflow:auto;border-spacing:0;border-collapse:collapse}
td,th{border:1px solid #d1d9e0;padding:6px 13px}tr:nth-child(2n){background:#f6f8fa}
blockquote{padding:0 1em;color:#59636e;border-left:.25em solid #d1d9e0}a{color:#0969da}
</style><main>`

func TestThePreviewIsWrittenOnDemand(t *testing.T) {
	folder := os.Getenv("GATE_PREVIEW")
	if folder == "" {
		t.Skip("GATE_PREVIEW names no folder for pages to look at")
	}
	// In comments GitHub breaks lines where the text does.
	github := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe(), html.WithHardWraps()))
	for _, v := range variants() {
		if v.format == "html" {
			for _, n := range sharedReports() {
				page := written(t, v.format, n.report, v.opts)
				if err := os.WriteFile(filepath.Join(folder, v.name+"-"+n.name+".html"), page, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		if v.format != "markdown" {
			continue
		}
		for _, n := range sharedReports() {
			var page bytes.Buffer
			page.WriteString(previewPage)
			if err := github.Convert(written(t, "markdown", n.report, v.opts), &page); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, v.name+"-"+n.name+".html"), page.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
