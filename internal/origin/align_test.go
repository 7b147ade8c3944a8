package origin

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/containergate/gate/internal/dockerfile"
	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/image"
)

// recorded reads a history as docker image inspect and docker save give it, and
// counts the layers.
func recorded(t testing.TB, data []byte) (history []image.HistoryEntry, layers int) {
	t.Helper()
	var steps []struct {
		CreatedBy  string `json:"created_by"`
		Comment    string `json:"comment"`
		EmptyLayer bool   `json:"empty_layer"`
	}
	if err := json.Unmarshal(data, &steps); err != nil {
		t.Fatal(err)
	}
	for _, entry := range steps {
		layer := -1
		if !entry.EmptyLayer {
			layer = layers
			layers++
		}
		history = append(history, image.HistoryEntry{CreatedBy: entry.CreatedBy, Comment: entry.Comment, EmptyLayer: entry.EmptyLayer, Layer: layer})
	}
	return history, layers
}

// told writes locations as one line each: "12 RUN make", "base 1 FROM x", or a
// question mark.
func told(locations []gate.Location) string {
	var text strings.Builder
	for _, place := range locations {
		switch {
		case place.Line == 0:
			text.WriteString("?\n")
		case place.Base:
			fmt.Fprintf(&text, "base %d %s\n", place.Line, place.Instruction)
		default:
			fmt.Fprintf(&text, "%d %s\n", place.Line, place.Instruction)
		}
	}
	return text.String()
}

func TestRecordedHistoriesFindTheirInstructions(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no recorded histories: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string][]byte{}
			for _, file := range archive.Files {
				files[file.Name] = file.Data
			}
			history, layers := recorded(t, files["history.json"])
			target := strings.TrimSpace(string(files["target"]))
			got := told(locate(dockerfile.Parse("Dockerfile", files["Dockerfile"]), target, history, layers).places)
			if os.Getenv("UPDATE") != "" {
				archive.Files[len(archive.Files)-1].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(files["want"]), got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
			for _, secret := range []string{"s3cret", "V=9"} {
				if strings.Contains(got, secret) {
					t.Errorf("a build argument's value is shown:\n%s", got)
				}
			}
		})
	}
}
