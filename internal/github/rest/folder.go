package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/google/go-github/v60/github"
)

// mostEntries is how many entries of a folder GitHub lists.
const mostEntries = 1000

// Folder lists the names of the ordinary files directly in a folder of a
// repository at a commit, sorted. It is NotFound (also fs.ErrNotExist) when the
// commit surely has no such folder, and TooLarge where GitHub does not list all.
func (c *Client) Folder(ctx context.Context, repo, path, ref string) ([]string, error) {
	var names []string
	op := "list " + c.words.foreign(path)
	err := c.in(ctx, repo, call{op: op}, func(ctx context.Context, where place) error {
		address, err := contentsPath(where, path, ref)
		if err != nil {
			return err
		}
		var found json.RawMessage
		if err := c.get(ctx, address, "", &found); err != nil {
			return c.surelyMissing(ctx, where, ref, err)
		}
		if !bytes.HasPrefix(bytes.TrimSpace(found), []byte("[")) {
			return &Error{Kind: Invalid, Message: "this is a file, not a directory"}
		}
		var entries []github.RepositoryContent
		if json.Unmarshal(found, &entries) != nil {
			return unexpected("directory")
		}
		if len(entries) >= mostEntries {
			return &Error{Kind: TooLarge, Message: "the directory has more files than GitHub lists"}
		}
		for _, entry := range entries {
			if entry.GetType() == "file" {
				names = append(names, entry.GetName())
			}
		}
		slices.Sort(names)
		return nil
	})
	return names, err
}
