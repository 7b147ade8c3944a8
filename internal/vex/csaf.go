package vex

import (
	"fmt"
	"strings"
	"time"

	"github.com/containergate/gate/internal/gate"
)

// csafHead is what a CSAF document says about itself, as far as it matters here.
type csafHead struct {
	Category  string `json:"category"`
	Version   string `json:"csaf_version"`
	Publisher struct {
		Name string `json:"name"`
	} `json:"publisher"`
	Tracking struct {
		ID       string `json:"id"`
		Released string `json:"current_release_date"`
	} `json:"tracking"`
}

// csafVulnerability is one vulnerability of a CSAF document.
type csafVulnerability struct {
	CVE string `json:"cve"`
	IDs []struct {
		Text string `json:"text"`
	} `json:"ids"`
	Status  map[string][]string `json:"product_status"`
	Flags   []csafRemark        `json:"flags"`
	Threats []csafRemark        `json:"threats"`
}

// csafRemark is a flag (why something is not affected) or a threat (what a
// vulnerability does) about some products.
type csafRemark struct {
	Label    string   `json:"label"`
	Category string   `json:"category"`
	Details  string   `json:"details"`
	Products []string `json:"product_ids"`
	Groups   []string `json:"group_ids"`
}

func (d *Document) readCSAF(t *text, top map[string]member) error {
	var head csafHead
	if err := t.decode(top["document"], &head); err != nil {
		return fmt.Errorf("document: %w", err)
	}
	if head.Version != "2.0" && head.Version != "2.1" {
		return fmt.Errorf("line %d: its csaf_version is %q, and gate reads 2.0 and 2.1", t.line(top["document"].offset), shorten(head.Version, 40))
	}
	d.Author = shorten(head.Publisher.Name, 200)
	released, err := moment(t, top["document"], "current_release_date", head.Tracking.Released)
	if err != nil {
		return err
	}
	products, err := readProducts(t, top["product_tree"])
	if err != nil {
		return fmt.Errorf("product_tree: %w", err)
	}
	list, err := t.items(top["vulnerabilities"])
	if err != nil {
		return fmt.Errorf("vulnerabilities: %w", err)
	}
	pairs := 0
	for _, raw := range list {
		var said csafVulnerability
		if err := t.decode(raw, &said); err != nil {
			return fmt.Errorf("vulnerability: %w", err)
		}
		for _, named := range said.Status {
			pairs += len(named)
		}
		if pairs > maxPairs {
			return fmt.Errorf("line %d: it names more than %d products; split it", t.line(raw.offset), maxPairs)
		}
		if err := d.csafClaims(t.line(raw.offset), said, products, released); err != nil {
			return err
		}
	}
	return nil
}

func (v csafVulnerability) ids() []string {
	var ids []string
	if v.CVE != "" {
		ids = append(ids, shorten(v.CVE, 200))
	}
	for _, id := range v.IDs {
		if text := strings.TrimSpace(id.Text); text != "" && len(text) <= 200 {
			ids = append(ids, text)
		}
	}
	return ids
}

// csafStatuses are the lists of products, in the order in which they are read.
// What is only recommended says nothing about anything that is installed.
func csafStatuses() []struct {
	list   string
	status gate.VEXStatus
} {
	return []struct {
		list   string
		status gate.VEXStatus
	}{
		{"known_affected", gate.VEXAffected}, {"first_affected", gate.VEXAffected}, {"last_affected", gate.VEXAffected},
		{"under_investigation", gate.VEXUnderInvestigation}, {"unknown", gate.VEXUnderInvestigation},
		{"fixed", gate.VEXFixed}, {"first_fixed", gate.VEXFixed},
		{"known_not_affected", gate.VEXNotAffected},
	}
}

// csafClaims makes the claims about one vulnerability. Products with one reason
// make one claim.
func (d *Document) csafClaims(line int, said csafVulnerability, products *productTree, released time.Time) error {
	ids := said.ids()
	if len(ids) == 0 {
		if len(said.Status) > 0 {
			d.note("%s:%d: the vulnerability has neither a CVE nor another id, so nothing of it counts", d.Name, line)
		}
		return nil
	}
	why, err := products.reasons(said)
	if err != nil {
		return fmt.Errorf("line %d: %w", line, err)
	}
	for _, kind := range csafStatuses() {
		sets := map[reason][]*product{}
		for _, id := range said.Status[kind.list] {
			var because reason
			if kind.status == gate.VEXNotAffected {
				because = why[id]
			}
			sets[because] = append(sets[because], products.product(id))
		}
		for _, because := range sortedReasons(sets) {
			err := d.add(claim{
				ids: ids, products: sets[because], status: kind.status, at: released, line: line,
				justification: because.label, impact: because.impact,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
