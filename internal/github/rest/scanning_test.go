package rest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/containergate/gate/internal/github/rest"
)

func TestASARIFFileGoesUpPackedWithWhereItBelongs(t *testing.T) {
	f := serve(t, reply{status: 202, body: `{"id":"47177e22","url":"https://api.github.com/s/47177e22"}`})
	c, _ := client(t, f)
	upload := rest.Upload{
		Commit: sha1, Ref: "refs/pull/3/merge", SARIF: []byte(`{"version":"2.1.0"}`), CheckoutURI: "file:///github/workspace/",
		Started: time.Date(2026, 1, 2, 4, 4, 5, 999, time.FixedZone("CET", 3600)), Tool: "gate",
	}
	for range 2 {
		receipt, err := c.UploadSARIF(t.Context(), repo, upload)
		if want := (rest.Receipt{ID: "47177e22", URL: "https://api.github.com/s/47177e22"}); err != nil || receipt != want {
			t.Fatalf("got %v, %v", receipt, err)
		}
	}
	got := f.requests()
	if got[0].method+got[0].path != "POST/repos/octo/app/code-scanning/sarifs" || got[0].body != got[1].body {
		t.Errorf("got %v", got)
	}
	var sent map[string]string
	if err := json.Unmarshal([]byte(got[0].body), &sent); err != nil {
		t.Fatal(err)
	}
	packed, err := base64.StdEncoding.DecodeString(sent["sarif"])
	if err != nil {
		t.Fatal(err)
	}
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(reader); err != nil || !bytes.Equal(plain, upload.SARIF) {
		t.Errorf("got %q, %v", plain, err)
	}
	delete(sent, "sarif")
	want := map[string]string{
		"commit_sha": sha1, "ref": "refs/pull/3/merge", "checkout_uri": "file:///github/workspace/",
		"started_at": "2026-01-02T03:04:05Z", "tool_name": "gate",
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Error(diff)
	}
}

func TestAnUploadLeavesOutWhatItDoesNotKnow(t *testing.T) {
	f := serve(t, reply{status: 202, body: `{"id":"1"}`})
	c, _ := client(t, f)
	if _, err := c.UploadSARIF(t.Context(), repo, rest.Upload{Commit: sha1, Ref: "refs/heads/main", SARIF: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	var sent map[string]any
	if err := json.Unmarshal([]byte(f.requests()[0].body), &sent); err != nil || len(sent) != 3 {
		t.Errorf("got %v, %v", sent, err)
	}
}

func TestAnUploadWithoutAReceiptIsAnError(t *testing.T) {
	for _, answer := range []reply{{status: 202, body: `{}`}, {status: 200, body: `{"id":"1"}`}, {status: 202}, {status: 202, body: `{"id":`}} {
		c, _ := client(t, serve(t, answer))
		_, err := c.UploadSARIF(t.Context(), repo, rest.Upload{Commit: sha1, Ref: "refs/heads/main"})
		fails(t, err, rest.Unavailable, "upload SARIF: ")
	}
}

func TestAFileThatIsTooLargeIsNotSent(t *testing.T) {
	f := serve(t, reply{})
	c, _ := client(t, f)
	noise := make([]byte, 11<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	_, err := c.UploadSARIF(t.Context(), repo, rest.Upload{Commit: sha1, SARIF: noise})
	fails(t, err, rest.TooLarge, "packed SARIF file")
	f.wants(t, 0)
}

func TestTheStateOfAnUploadComesWithItsErrors(t *testing.T) {
	for body, want := range map[string]rest.Processing{
		`{"processing_status":"pending"}`:                                             {State: "pending"},
		`{"processing_status":"complete","analyses_url":"https://x","errors":null}`:   {State: "complete", AnalysesURL: "https://x"},
		`{"processing_status":"failed","errors":["rejecting\nSARIF","two\u001b[1m"]}`: {State: "failed", Errors: []string{"rejecting SARIF", "two[1m"}},
	} {
		f := serve(t, reply{body: body})
		c, _ := client(t, f)
		got, err := c.SARIFStatus(t.Context(), repo, "a/b?c")
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		if path := f.requests()[0].path; path != "/repos/octo/app/code-scanning/sarifs/a%2Fb%3Fc" {
			t.Errorf("asked for %s", path)
		}
	}
	c, _ := client(t, serve(t, reply{body: `{"processing_status":"failed","errors":[` + strings.Repeat(`"x",`, 500) + `"x"]}`}))
	if got, err := c.SARIFStatus(t.Context(), repo, "a"); err != nil || len(got.Errors) != 20 {
		t.Errorf("got %d errors, %v", len(got.Errors), err)
	}
	c, _ = client(t, serve(t, reply{body: `{}`}))
	_, err := c.SARIFStatus(t.Context(), repo, "a")
	fails(t, err, rest.Unavailable)
}
