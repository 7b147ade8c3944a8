package githubtest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"
)

const (
	// largestUpload is the most bytes of a packed file; largestLog the most that
	// the fake unpacks.
	largestUpload = 10 << 20
	largestLog    = 256 << 20
)

// Upload is a SARIF file that was taken, and what became of it.
type Upload struct {
	ID      string    `json:"id"`
	Commit  string    `json:"commit"`
	Ref     string    `json:"ref"`
	Tool    string    `json:"tool,omitempty"`
	Created time.Time `json:"created"`
	// Asked is how often its state was asked for.
	Asked int `json:"asked"`
	// Errors are why processing failed; empty after success.
	Errors []string `json:"errors,omitempty"`
	// SARIF is the file, unpacked.
	SARIF json.RawMessage `json:"sarif"`
}

// uploadForm is the request's body.
type uploadForm struct {
	Commit   string `json:"commit_sha"`
	Ref      string `json:"ref"`
	SARIF    string `json:"sarif"`
	Checkout string `json:"checkout_uri"`
	Tool     string `json:"tool_name"`
}

func uploadSARIF(c *call) answer {
	var form uploadForm
	if refused := c.decode(&form); refused != nil {
		return *refused
	}
	if refused := c.place(form); refused != nil {
		return *refused
	}
	data, refused := unpack(form.SARIF)
	if refused != nil {
		return *refused
	}
	var log sarifLog
	if err := json.Unmarshal(data, &log); err != nil {
		return refuse(http.StatusBadRequest, "Invalid SARIF. %v", err)
	}
	n := c.s.state.nextID()
	u := Upload{
		ID:     fmt.Sprintf("%08x-0000-4000-8000-%012x", n, n),
		Commit: form.Commit, Ref: form.Ref, Tool: form.Tool, Created: c.now, SARIF: data,
	}
	u.Errors = log.faults(form.Checkout)
	if c.repo.AlertLimit {
		u.Errors = append(u.Errors, "rejecting delivery as the repository has too many logical alerts")
	}
	if len(u.Errors) == 0 {
		for i := range log.Runs {
			c.analyse(u, &log.Runs[i], log.Runs[i].root(form.Checkout))
		}
	}
	c.repo.Uploads = append(c.repo.Uploads, u)
	return answer{status: http.StatusAccepted, body: object{"id": u.ID, "url": c.api("repos", c.repo.Name, "code-scanning/sarifs", u.ID)}}
}

// place refuses an upload for a commit or a ref that is not there.
func (c *call) place(form uploadForm) *answer {
	var a answer
	switch {
	case !regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`).MatchString(form.Commit):
		a = refuse(http.StatusUnprocessableEntity, "Invalid request.\n\n%s does not match /^[0-9a-f]+$/.", form.Commit)
	case !regexp.MustCompile(`^refs/(heads|tags|pull)/.*$`).MatchString(form.Ref):
		a = refuse(http.StatusUnprocessableEntity, "Invalid request.\n\n%s does not match /^refs\\/(heads|pull|tags)\\/.*$/.", form.Ref)
	case c.repo.commit(form.Commit) == nil:
		a = refuse(http.StatusNotFound, "commit not found")
	default:
		if _, found := c.repo.resolve(form.Ref); found {
			return nil
		}
		a = refuse(http.StatusNotFound, "ref '%s' not found in this repository", form.Ref)
	}
	return &a
}

// unpack takes the base64 and the gzip off.
func unpack(text string) ([]byte, *answer) {
	bad := func(status int, message string) ([]byte, *answer) {
		a := refuse(status, "%s", message)
		return nil, &a
	}
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return bad(http.StatusBadRequest, "Invalid SARIF. The sarif field is not base64")
	}
	if len(packed) > largestUpload {
		return bad(http.StatusRequestEntityTooLarge, "The SARIF file is too large")
	}
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return bad(http.StatusBadRequest, "Invalid SARIF. The sarif field is not gzip")
	}
	data, err := io.ReadAll(io.LimitReader(reader, largestLog+1))
	if err = errors.Join(err, reader.Close()); err != nil || len(data) > largestLog {
		return bad(http.StatusBadRequest, "Invalid SARIF. The sarif field can't be unpacked")
	}
	return data, nil
}

func getUpload(c *call) answer {
	for i := range c.repo.Uploads {
		u := &c.repo.Uploads[i]
		if u.ID != c.text("sarif_id") {
			continue
		}
		u.Asked++
		switch {
		case u.Asked <= c.repo.SlowProcessing:
			return ok(object{"processing_status": "pending"})
		case len(u.Errors) > 0:
			return ok(object{"processing_status": "failed", "errors": u.Errors})
		}
		return ok(object{"processing_status": "complete",
			"analyses_url": c.api("repos", c.repo.Name, "code-scanning/analyses") + "?sarif_id=" + u.ID})
	}
	return notFound()
}
