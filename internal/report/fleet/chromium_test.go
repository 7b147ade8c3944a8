package fleet

import (
	"strconv"
	"strings"
	"testing"

	"github.com/containergate/gate/internal/report/reporttest"
)

// playScript uses the page as a reader does and tells what came of it in the
// page's title.
const playScript = `setTimeout(() => {
  const told = {};
  const status = () => document.getElementById("shown").textContent;
  const first = () => document.querySelector("#releases tbody th a").textContent;
  const wait = () => new Promise((resolve) => setTimeout(resolve));
  (async () => {
    const heads = Array.from(document.querySelectorAll("#releases thead th"));
    const high = heads.findIndex((head) => head.textContent === "High");
    told.start = status();
    heads[high].firstElementChild.click();
    told.sorted = heads[high].getAttribute("aria-sort") + " " + document.querySelector("#releases tbody tr").cells[high].textContent;
    heads[0].firstElementChild.focus();
    told.focus = document.activeElement.tagName + " " + document.activeElement.tabIndex;
    heads[0].firstElementChild.click();
    told.named = heads[0].getAttribute("aria-sort") + " " + heads[high].hasAttribute("aria-sort") + " " + first();
    heads[0].firstElementChild.click();
    told.turned = heads[0].getAttribute("aria-sort") + " " + first();
    document.querySelector("input[value=clean]").click();
    document.querySelector("input[value='to do']").click();
    told.boxes = status();
    document.getElementById("clear").click();
    const find = document.getElementById("find");
    find.value = "SERVICE-003 1.7.0";
    find.dispatchEvent(new Event("input", { bubbles: true }));
    told.found = status();
    const images = document.querySelector("#images table");
    images.querySelector("thead button").click(); images.querySelector("thead button").click();
    told.images = images.querySelector("tbody th a").textContent;
    const late = document.querySelectorAll("#r1 .rows li").length;
    location.hash = "#r1";
    await wait(); await wait();
    told.revealed = document.activeElement.parentElement.id + " " + document.getElementById("r1").open + " " + late + " " + (document.querySelectorAll("#r1 .rows li").length > 9);
    told.wide = document.documentElement.scrollWidth <= innerWidth;
    document.title = JSON.stringify(told);
  })();
});`

func TestABrowserHasNothingToSayOfThePage(t *testing.T) {
	for _, name := range []string{"empty", "three", "one-point", "hostile"} {
		for scheme := range 2 { // dark and light
			if scheme == 1 && name != "three" {
				continue // one is enough: the script knows nothing of schemes
			}
			page := reporttest.Browse(t, pageBytes(t, fleetNamed(t, name)), "--blink-settings=preferredColorScheme="+strconv.Itoa(scheme))
			if sorts := strings.Contains(page, `<button type="button">Release</button>`); sorts == (name == "empty") {
				t.Errorf("%s: the table can be sorted: %v", name, sorts)
			}
		}
	}
}

func TestTheTablesAreSortedAndNarrowedAndLinksLeadToReleases(t *testing.T) {
	told := reporttest.Play(t, pageBytes(t, manyReleases(1000, 60, 60)), playScript)
	for name, want := range map[string]any{
		"start": "1000 releases, the first 300 are shown", "sorted": "descending 5", "focus": "BUTTON 0",
		"named": "ascending false ghcr.io/acme/service-000:1.0.0", "turned": "descending ghcr.io/acme/service-049:1.19.0",
		"boxes": "20 of 1000 releases match, sorted by release, descending",
		"found": "1 of 1000 releases match, sorted by release, descending", "images": "service-049", "revealed": "r1 true 0 true", "wide": true,
	} {
		if told[name] != want {
			t.Errorf("%s: %v, want %v", name, told[name], want)
		}
	}
}
