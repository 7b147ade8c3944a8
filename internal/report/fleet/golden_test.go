package fleet

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/report/reporttest"
)

func TestReportsAreTheGoldens(t *testing.T) {
	for _, v := range []struct {
		file  string
		write func(io.Writer, gate.Fleet) error
	}{
		{"page.html", func(w io.Writer, f gate.Fleet) error {
			return HTML(w, f, Options{RunURL: "https://github.com/acme/shop/actions/runs/7"})
		}},
		{"summary.md", func(w io.Writer, f gate.Fleet) error { return Markdown(w, f, Options{}) }},
		{"terminal-80.txt", func(w io.Writer, f gate.Fleet) error { return Terminal(w, f, Options{Width: 80}) }},
		{"terminal-color.txt", func(w io.Writer, f gate.Fleet) error { return Terminal(w, f, Options{Width: 120, Color: true}) }},
		{"terminal-log.txt", func(w io.Writer, f gate.Fleet) error { return Terminal(w, f, Options{}) }},
		{"fleet.json", JSON},
		{"remedies.json", func(w io.Writer, f gate.Fleet) error {
			text, err := RemediesJSON(f)
			if err != nil {
				return err
			}
			_, err = w.Write(append(text, '\n'))
			return err
		}},
	} {
		for _, n := range sharedFleets() {
			if n.name == "many" || n.name == "hostile" || n.name == "one-point" && v.file != "page.html" {
				continue // too large to read, or as that of another
			}
			t.Run(n.name+"/"+v.file, func(t *testing.T) {
				golden := filepath.Join("testdata", "golden", n.name, v.file)
				var got bytes.Buffer
				if err := v.write(&got, n.fleet); err != nil {
					t.Fatal(err)
				}
				reporttest.Golden(t, golden, got.Bytes())
			})
		}
	}
}

func TestThePreviewIsWrittenOnDemand(t *testing.T) {
	folder := os.Getenv("GATE_PREVIEW")
	if folder == "" {
		t.Skip("GATE_PREVIEW names no folder for pages to look at")
	}
	for _, n := range append(sharedFleets(), named{"huge", manyReleases(2000, 300, 60)}) {
		if err := os.WriteFile(filepath.Join(folder, "fleet-"+n.name+".html"), pageBytes(t, n.fleet), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
