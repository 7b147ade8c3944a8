package rest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"net/url"
	"time"

	"github.com/google/go-github/v60/github"
)

const (
	// maxPacked is the size of a packed SARIF file that code scanning takes.
	maxPacked = 10 << 20
	// maxProblems is how many processing errors of an upload are shown.
	maxProblems = 20
)

// UploadSARIF hands a SARIF file to code scanning, which then processes it: see
// SARIFStatus.
func (c *Client) UploadSARIF(ctx context.Context, repo string, upload Upload) (Receipt, error) {
	var receipt Receipt
	err := c.in(ctx, repo, call{op: "upload SARIF"}, func(ctx context.Context, where place) error {
		packed, err := pack(upload.SARIF)
		if err != nil {
			return err
		}
		made, _, err := c.api.CodeScanning.UploadSarif(ctx, where.owner, where.name, &github.SarifAnalysis{
			CommitSHA: &upload.Commit, Ref: &upload.Ref, Sarif: &packed,
			CheckoutURI: filled(upload.CheckoutURI), StartedAt: timestamp(upload.Started), ToolName: filled(upload.Tool),
		})
		if err != nil {
			return err
		}
		// Everything but 202 is no receipt.
		if made.GetID() == "" {
			return unexpected("receipt")
		}
		receipt = Receipt{ID: made.GetID(), URL: made.GetURL()}
		return nil
	})
	return receipt, err
}

// pack compresses as the API wants it; equal files give equal text.
func pack(plain []byte) (string, error) {
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return "", fmt.Errorf("pack the SARIF file: %w", err)
	}
	if _, err := writer.Write(plain); err != nil {
		return "", fmt.Errorf("pack the SARIF file: %w", err)
	}
	if err := writer.Close(); err != nil {
		return "", fmt.Errorf("pack the SARIF file: %w", err)
	}
	if packed.Len() > maxPacked {
		return "", &Error{Kind: TooLarge, Message: fmt.Sprintf("the packed SARIF file has %d bytes, and GitHub takes %d", packed.Len(), maxPacked)}
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes()), nil
}

// SARIFStatus says how far the processing of an upload is. The errors are
// GitHub's words, one line each, and may quote the file.
func (c *Client) SARIFStatus(ctx context.Context, repo, id string) (Processing, error) {
	var state Processing
	err := c.in(ctx, repo, call{op: "ask for the state of the SARIF upload"}, func(ctx context.Context, where place) error {
		// go-github has no field for the errors.
		var found struct {
			State    string   `json:"processing_status"`
			Analyses string   `json:"analyses_url"`
			Errors   []string `json:"errors"`
		}
		if err := c.get(ctx, where.path("/code-scanning/sarifs/"+url.PathEscape(id)), "", &found); err != nil {
			return err
		}
		if found.State == "" {
			return unexpected("state")
		}
		state = Processing{State: found.State, AnalysesURL: found.Analyses}
		for _, problem := range found.Errors[:min(len(found.Errors), maxProblems)] {
			state.Errors = append(state.Errors, c.words.foreign(problem))
		}
		return nil
	})
	return state, err
}

// filled is nil for an empty text, so that the field is left out.
func filled(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// timestamp is nil for no time; GitHub wants UTC and whole seconds.
func timestamp(at time.Time) *github.Timestamp {
	if at.IsZero() {
		return nil
	}
	return &github.Timestamp{Time: at.UTC().Truncate(time.Second)}
}
