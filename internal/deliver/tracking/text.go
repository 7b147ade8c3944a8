package tracking

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/containergate/gate/internal/report/plain"
)

// saidMost is how many characters of a sentence are shown.
const saidMost = 300

// oneLine makes foreign text one line of visible characters, at most so many.
func oneLine(text string, most int) string { return plain.Cut(plain.Text(text), most) }

// name makes a foreign name a code span.
func name(text string) string { return plain.Code(plain.Word(text)) }

// runLink is the run's page as a link; empty when the address is none.
func runLink(address string) string {
	page, err := url.Parse(address)
	if err != nil || page.Scheme != "https" && page.Scheme != "http" || page.Host == "" || strings.ContainsAny(address, "()<> \n\r\t\"'`\\[]|") {
		return ""
	}
	return " ([run](" + address + "))"
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// lines joins as many lines as have room in so many bytes, and says in words
// how many are left out.
func lines(all []string, most int, left func(n int) string) string {
	var b strings.Builder
	for i, line := range all {
		const reserve = 120
		if last := i == len(all)-1; b.Len()+len(line)+1 > most || !last && b.Len()+len(line)+1 > most-reserve {
			b.WriteString(left(len(all)-i) + "\n")
			break
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
