package report

import (
	"strings"
	"testing"

	"github.com/containergate/gate/internal/report/reporttest"
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

func TestABrowserHasNothingToSayOfThePage(t *testing.T) {
	for _, name := range []string{"empty", "incomplete", "hostile"} {
		page := reporttest.Browse(t, written(t, "html", reportNamed(t, name), Options{}))
		if sorts := strings.Contains(page, `<button type="button">Severity</button>`); sorts == (name == "empty") {
			t.Errorf("%s: the table can be sorted: %v", name, sorts)
		}
	}
}

func TestTheTableIsSortedAndNarrowedAndLinksLeadToStories(t *testing.T) {
	told := reporttest.Play(t, written(t, "html", reportNamed(t, "big"), Options{}), playScript)
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
