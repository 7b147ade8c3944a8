package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"unicode"

	"github.com/google/go-github/v60/github"
)

// maxFile is the largest file that Contents returns.
const maxFile = 10 << 20

// Contents reads a file of a repository at a commit, branch or tag, and of the
// default branch when ref is empty. path is relative to the repository's root
// and has forward slashes.
//
// NotFound (also fs.ErrNotExist) means that the token sees the commit and that
// the commit has no such file. When the commit cannot be seen either, the error
// is of another kind, so that nobody takes a hidden file for a missing one.
// Directories, symbolic links that lead nowhere and submodules are Invalid.
func (c *Client) Contents(ctx context.Context, repo, path, ref string) ([]byte, error) {
	var data []byte
	op := "read " + c.words.foreign(path)
	err := c.in(ctx, repo, call{op: op}, func(ctx context.Context, where place) error {
		address, err := contentsPath(where, path, ref)
		if err != nil {
			return err
		}
		var found json.RawMessage
		if err := c.get(ctx, address, "", &found); err != nil {
			return c.surelyMissing(ctx, where, ref, err)
		}
		entry, err := parseEntry(found)
		if err != nil {
			return err
		}
		if data, err = c.fileData(ctx, address, entry); err != nil {
			return err
		}
		if len(data) != entry.GetSize() {
			data = nil
			return &Error{Kind: Unavailable, Message: fmt.Sprintf("the file has %d bytes, but %d came", entry.GetSize(), len(data))}
		}
		return nil
	})
	return data, err
}

// contentsPath escapes each part of the path on its own.
func contentsPath(where place, path, ref string) (string, error) {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if part == "" || part == "." || part == ".." || strings.ContainsFunc(part, unicode.IsControl) {
			return "", &Error{Kind: Invalid, Message: "this is not the path of a file in the repository; write it from the root, without . and .."}
		}
		parts[i] = url.PathEscape(part)
	}
	address := where.path("/contents/" + strings.Join(parts, "/"))
	if ref != "" {
		address += "?ref=" + url.QueryEscape(ref)
	}
	return address, nil
}

// parseEntry refuses everything that is not a file.
func parseEntry(found json.RawMessage) (*github.RepositoryContent, error) {
	not := func(what string) error {
		return &Error{Kind: Invalid, Message: "this is a " + what + ", not a file"}
	}
	if bytes.HasPrefix(bytes.TrimSpace(found), []byte("[")) {
		return nil, not("directory")
	}
	var entry github.RepositoryContent
	if json.Unmarshal(found, &entry) != nil || entry.Size == nil {
		return nil, unexpected("file")
	}
	switch {
	case entry.GetType() == "submodule" || entry.GetSubmoduleGitURL() != "":
		return nil, not("submodule")
	case entry.GetType() == "symlink":
		return nil, not("symbolic link")
	case entry.GetType() == "dir":
		return nil, not("directory")
	case entry.GetType() != "file":
		return nil, unexpected("file")
	case entry.GetSize() > maxFile:
		return nil, &Error{Kind: TooLarge, Message: fmt.Sprintf("the file has %d bytes, and gate reads %d", entry.GetSize(), maxFile)}
	}
	return &entry, nil
}

// fileData decodes what came with the entry. For more than 1 MB nothing comes,
// and the file is asked for as it is.
func (c *Client) fileData(ctx context.Context, address string, entry *github.RepositoryContent) ([]byte, error) {
	if entry.GetEncoding() == "base64" && (entry.Content != nil && *entry.Content != "" || entry.GetSize() == 0) {
		text, err := entry.GetContent()
		if err != nil {
			return nil, unexpected("readable file")
		}
		return []byte(text), nil
	}
	callOf(ctx).bound = maxFile
	var raw bytes.Buffer
	err := c.get(ctx, address, "application/vnd.github.raw+json", &raw)
	return raw.Bytes(), err
}

// surelyMissing asks for the commit when GitHub found no file: it says the same
// to a token that may not see the repository.
func (c *Client) surelyMissing(ctx context.Context, where place, ref string, err error) error {
	var refused *Error
	if !errors.As(err, &refused) || refused.Kind != NotFound {
		return err
	}
	if ref == "" {
		ref = "HEAD"
	}
	_, unseen := c.commit(ctx, where, ref)
	if unseen == nil {
		return &Error{Kind: NotFound, Status: refused.Status, Message: refused.Message, Err: fs.ErrNotExist}
	}
	var reason *Error
	if errors.As(unseen, &reason) && reason.Kind == NotFound {
		return &Error{Kind: Forbidden, Status: reason.Status, Message: reason.Message +
			" (neither the file nor the commit: the token may need the permission contents: read)"}
	}
	return unseen
}
