package githubtest

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// page cuts a list as the query asks: 30 to a page, 100 at most. The header
// names the next and the last page.
func page[T any](c *call, all []T) ([]T, http.Header) {
	query := c.r.URL.Query()
	size := positive(query.Get("per_page"), 30)
	size = min(size, 100)
	number := positive(query.Get("page"), 1)
	last := max(1, (len(all)+size-1)/size)
	header := http.Header{}
	var links []string
	link := func(n int, relation string) {
		links = append(links, fmt.Sprintf("<%s>; rel=%q", c.pageAddress(query, n), relation))
	}
	if number > 1 {
		link(min(number-1, last), "prev")
	}
	if number < last {
		link(number+1, "next")
		link(last, "last")
	}
	if len(links) > 0 {
		header.Set("Link", strings.Join(links, ", "))
	}
	// A page number can be so large that the product overflows.
	if number > last {
		return nil, header
	}
	from := (number - 1) * size
	return all[from:min(from+size, len(all))], header
}

func (c *call) pageAddress(query url.Values, number int) string {
	next := url.Values{}
	for name, values := range query {
		next[name] = values
	}
	next.Set("page", strconv.Itoa(number))
	return c.api(strings.TrimPrefix(c.r.URL.EscapedPath(), "/")) + "?" + next.Encode()
}

func positive(text string, fallback int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return fallback
	}
	return n
}

// list answers one page of a list, each entry shown by one function.
func list[T any](c *call, all []T, show func(T) object) answer {
	part, header := page(c, all)
	shown := make([]any, 0, len(part))
	for _, entry := range part {
		shown = append(shown, show(entry))
	}
	return answer{status: http.StatusOK, header: header, body: shown}
}

// counted answers one page inside an object that also has the number of all.
func counted[T any](c *call, name string, all []T, show func(T) object) answer {
	a := list(c, all, show)
	a.body = object{"total_count": len(all), name: a.body}
	return a
}
