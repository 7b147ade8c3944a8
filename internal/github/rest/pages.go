package rest

import "github.com/google/go-github/v60/github"

const (
	// perPage is the most that GitHub puts on a page; maxPages bounds a list.
	perPage  = 100
	maxPages = 100
)

// pages reads a list page by page. complete is false when it has more pages
// than gate reads.
func pages[T any](read func(github.ListOptions) ([]T, *github.Response, error)) (all []T, complete bool, err error) {
	for page := 1; page <= maxPages; page++ {
		found, answer, err := read(github.ListOptions{Page: page, PerPage: perPage})
		if err != nil {
			return nil, false, err
		}
		all = append(all, found...)
		switch answer.NextPage {
		case page + 1:
		case 0:
			if answer.NextPageToken == "" && answer.After == "" && answer.Cursor == "" {
				return all, true, nil
			}
			return nil, false, unexpected("page number for the next page")
		default:
			return nil, false, unexpected("next page that follows this one")
		}
	}
	return all, false, nil
}
