package image

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

// The limits of a repository's list of tags.
const (
	mostTags     = 100_000
	mostTagPages = 2000
	// tagsPerPage is what is asked for; registries give less as they like.
	tagsPerPage = "1000"
	// mostTagLetters is how long a tag may be, by the distribution protocol.
	mostTagLetters = 128
)

// Tags lists all tags of a repository, sorted by their bytes. A repository that
// is not there is ErrNotFound; some registries call it ErrAuth, to hide what is
// private.
func Tags(ctx context.Context, repository string, plan gate.RegistryPlan) ([]string, error) {
	opened, err := OpenRepository(ctx, repository, plan)
	if err != nil {
		return nil, fmt.Errorf("list the tags of %s: %w", repository, err)
	}
	defer opened.Close()
	return opened.Tags(ctx)
}

// Tags lists all tags, as the function of that name does.
func (r *Repository) Tags(ctx context.Context) ([]string, error) {
	tags, err := r.tags(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the tags of %s: %w", r, err)
	}
	slices.Sort(tags)
	return slices.Compact(tags), nil
}

func (r *Repository) tags(ctx context.Context) ([]string, error) {
	page := r.shelf.address("tags", "list")
	page.RawQuery = url.Values{"n": {tagsPerPage}}.Encode()
	var tags []string
	for range mostTagPages {
		got, err := r.shelf.must(ctx, page, "application/json", maxDocument)
		if err != nil {
			return nil, err
		}
		if tags, err = r.addTags(tags, got.body); err != nil {
			return nil, err
		}
		if page, err = r.shelf.nextPage(page, got.header.Get("Link")); err != nil || page == nil {
			return tags, err
		}
	}
	return nil, fmt.Errorf("%w: the list does not end after %d pages", ErrUnsupported, mostTagPages)
}

// addTags reads one page. A name that no tag may have says that the answer is
// not a registry's, or is made to be misread.
func (r *Repository) addTags(tags []string, body []byte) ([]string, error) {
	var page struct {
		Tags []string `json:"tags"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, fmt.Errorf("%w: what the registry %s answers is no list of tags; check the name and the proxy: %w", ErrCorrupt, r.repo.RegistryStr(), err)
	}
	if len(tags)+len(page.Tags) > mostTags {
		return nil, fmt.Errorf("%w: it has more than %d tags; delete old ones, or name the images one by one", ErrUnsupported, mostTags)
	}
	for _, tag := range page.Tags {
		if !isTag(tag) {
			return nil, fmt.Errorf("%w: the registry %s lists %.80q, which is no tag", ErrCorrupt, r.repo.RegistryStr(), tag)
		}
	}
	return append(tags, page.Tags...), nil
}

func isTag(text string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	return text != "" && len(text) <= mostTagLetters && strings.ContainsRune(letters, rune(text[0])) && strings.Trim(text, letters+".-") == ""
}
