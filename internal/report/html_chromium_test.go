package report

import (
	"cmp"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// playScript uses the page as a reader does and tells what came of it in the
// page's title.
const playScript = `setTimeout(() => {
  const told = {};
  const status = () => document.getElementById("shown").textContent;
  const first = () => document.querySelector("#findings tbody th a").textContent;
  const wait = () => new Promise((resolve) => setTimeout(resolve));
  (async () => {
    const heads = document.querySelectorAll("#findings thead th");
    told.start = status();
    heads[3].firstElementChild.click();
    told.sorted = heads[3].getAttribute("aria-sort") + " " + heads[0].hasAttribute("aria-sort") + " " + first();
    heads[3].firstElementChild.click();
    told.turned = heads[3].getAttribute("aria-sort") + " " + first();
    document.querySelector("input[value=high]").click();
    document.querySelector("input[value=critical]").click();
    told.boxes = status();
    document.getElementById("clear").click();
    const find = document.getElementById("find");
    find.value = "LIB001 1.0.1";
    find.dispatchEvent(new Event("input", { bubbles: true }));
    told.found = status();
    location.hash = "#r1777-1";
    await wait(); await wait();
    told.revealed = document.activeElement.id + " " + document.activeElement.closest("details").open;
    told.wide = document.documentElement.scrollWidth <= innerWidth;
    document.title = JSON.stringify(told);
  })();
});`

// browse opens a page in Chromium and returns the page as it is then.
func browse(t *testing.T, page []byte) string {
	t.Helper()
	program, err := exec.LookPath(cmp.Or(os.Getenv("GATE_CHROMIUM"), "chromium"))
	if err != nil {
		t.Skip("there is no chromium to look at pages with; GATE_CHROMIUM names another one")
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "page.html")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	command := exec.CommandContext(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
		"--user-data-dir="+filepath.Join(folder, "profile"), "--window-size=500,900", "--virtual-time-budget=10000", "--dump-dom", "file://"+file)
	var log strings.Builder
	command.Stderr = &log
	out, err := command.Output()
	if err != nil && os.Getenv("GATE_CHROMIUM") == "" {
		t.Skipf("the chromium that is here does not run: %v\n%s", err, log.String())
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "CONSOLE") {
			t.Errorf("the browser says: %s", line)
		}
	}
	return string(out)
}

func TestABrowserHasNothingToSayOfThePage(t *testing.T) {
	for _, name := range []string{"empty", "incomplete", "hostile"} {
		page := browse(t, written(t, "html", reportNamed(t, name), Options{}))
		if sorts := strings.Contains(page, `<button type="button">Severity</button>`); sorts == (name == "empty") {
			t.Errorf("%s: the table can be sorted: %v", name, sorts)
		}
	}
}

func TestTheTableIsSortedAndNarrowedAndLinksLeadToStories(t *testing.T) {
	page := string(written(t, "html", reportNamed(t, "big"), Options{}))
	page = strings.Replace(page, "script-src ", "script-src "+hashSource([]byte(playScript))+" ", 1)
	page = strings.Replace(page, "</body>", "<script>"+playScript+"</script></body>", 1)
	_, rest, _ := strings.Cut(browse(t, []byte(page)), "<title>")
	title, _, _ := strings.Cut(rest, "</title>")
	var told map[string]any
	if err := json.Unmarshal([]byte(title), &told); err != nil {
		t.Fatalf("%v: %s", err, title)
	}
	for name, want := range map[string]any{
		"start": "2000 findings, the first 500 are shown", "sorted": "ascending false CVE-2025-10000", "turned": "descending CVE-2025-11999",
		"boxes": "1334 of 2000 findings match, the first 500 are shown, sorted by finding, descending",
		"found": "2 of 2000 findings match, sorted by finding, descending", "revealed": "r1777-1 true", "wide": true,
	} {
		if told[name] != want {
			t.Errorf("%s: %v, want %v", name, told[name], want)
		}
	}
}
