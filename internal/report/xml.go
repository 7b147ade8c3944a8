package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/containergate/gate/internal/report/plain"
)

// writeXML writes a document. Text in it must have gone through plain.Text or
// fileName: what they leave is what XML 1.0 can hold. Only text of elements has
// several lines.
func writeXML(w io.Writer, document any) error {
	data, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	// Elements without content, and ends of lines, as people know them. In text
	// and in values neither could come of these: there their signs are escaped.
	data = regexp.MustCompile(`"></[a-z]+>`).ReplaceAll(data, []byte(`"/>`))
	data = bytes.ReplaceAll(data, []byte("&#xA;"), []byte("\n"))
	_, err = io.WriteString(w, xml.Header+string(data)+"\n")
	return err
}

// fileName is a path from outside with every character that is safe to show as
// it is: unlike plain.Text it keeps spaces, so that programs find the file.
func fileName(path string) string {
	var b strings.Builder
	b.Grow(len(path))
	for _, r := range path {
		b.WriteString(plain.Visible(r))
	}
	return strings.ReplaceAll(b.String(), "##[", "# #[")
}
