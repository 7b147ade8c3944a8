package cache

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

const (
	service = "/twirp/github.actions.results.api.v1.CacheService/"
	// maxAnswer is the size in bytes of the longest answer that is read.
	maxAnswer = 64 << 10
)

// version is part of the name of every entry: one with another version is not
// found. It changes when the form of the archive does.
func version() string {
	sum := sha256.Sum256([]byte("gate: tar archive of a flat folder, 1"))
	return hex.EncodeToString(sum[:])
}

// question and answer hold the fields of all the service's three calls.
type question struct {
	Key         string   `json:"key"`
	RestoreKeys []string `json:"restore_keys,omitempty"`
	Version     string   `json:"version"`
	Size        int64    `json:"size_bytes,omitempty,string"`
}

type answer struct {
	OK          bool   `json:"ok"`
	UploadURL   string `json:"signed_upload_url"`
	DownloadURL string `json:"signed_download_url"`
	MatchedKey  string `json:"matched_key"`
	Message     string `json:"message"`
}

// call asks the service one question.
func (c *Client) call(ctx context.Context, method string, q question) (answer, error) {
	q.Version = version()
	body, err := json.Marshal(q)
	if err != nil {
		return answer{}, fmt.Errorf("ask the cache service: %w", err)
	}
	address := c.origin
	address.Path = service + method
	var a answer
	err = c.attempt(ctx, "ask the cache service ("+method+")", func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), bytes.NewReader(body))
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+c.token)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("User-Agent", "gate")
		return c.exchange(request, func(_ *http.Response, r io.Reader) error {
			raw, err := io.ReadAll(io.LimitReader(r, maxAnswer+1))
			if err != nil {
				return err
			}
			a, err = readAnswer(raw)
			return err
		})
	})
	return a, err
}

// readAnswer reads what the service said.
func readAnswer(raw []byte) (answer, error) {
	if len(raw) > maxAnswer {
		return answer{}, fmt.Errorf("the cache service answered with more than %d bytes", maxAnswer)
	}
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		return answer{}, errors.New("the cache service answered with something else than JSON")
	}
	return a, nil
}

// readRefusal finds the code and the words of a refusal; both are empty in what
// is no answer of the service's.
func readRefusal(raw []byte) (code, text string) {
	var said struct {
		Code string `json:"code"`
		Msg  string `json:"msg"`
	}
	if json.Unmarshal(raw, &said) != nil {
		return "", ""
	}
	text = strings.Join(strings.Fields(strings.ToValidUTF8(said.Msg, "?")), " ")
	if strings.Contains(text, "://") {
		// It may be a signed address.
		text = ""
	}
	return said.Code, text[:min(len(text), 200)]
}

// checkKeys holds keys to the service's rules.
func checkKeys(keys []string) error {
	if len(keys) > 10 {
		return fmt.Errorf("%d keys are given, and the cache service takes 10", len(keys))
	}
	for _, key := range keys {
		if key == "" || len(key) > 512 || strings.ContainsRune(key, ',') {
			return fmt.Errorf("%q is no key: it must have 1 to 512 characters and no comma", key[:min(len(key), 64)])
		}
	}
	return nil
}
