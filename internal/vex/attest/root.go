package attest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/sigstore/sigstore-go/pkg/tuf"
	"github.com/theupdateframework/go-tuf/v2/metadata"
)

// fetchRoot fetches the trusted root of Sigstore's public instance through TUF,
// which begins at a root that sigstore-go brings.
func fetchRoot(ctx context.Context, opts Options) (raw []byte, err error) {
	defer caught(&err)
	client, err := tuf.New(&tuf.Options{
		Root: tuf.DefaultRoot(), RepositoryBaseURL: cmp.Or(opts.mirror, tuf.DefaultMirror), CachePath: opts.CacheDir,
		DisableLocalCache: opts.CacheDir == "", Context: ctx, Fetcher: &fetcher{ctx: ctx},
	})
	if err != nil {
		return nil, err
	}
	return client.GetTarget("trusted_root.json")
}

// fetcher is TUF's way to the network. The context lives in it because the
// interface it serves has no room for one.
type fetcher struct{ ctx context.Context }

// DownloadFile implements the interface of go-tuf.
func (f *fetcher) DownloadFile(address string, limit int64, _ time.Duration) (data []byte, err error) {
	const longest = time.Minute
	ctx, cancel := context.WithTimeout(f.ctx, longest)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	if answer.StatusCode != http.StatusOK {
		return nil, &metadata.ErrDownloadHTTP{StatusCode: answer.StatusCode, URL: address}
	}
	data, err = io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, &metadata.ErrDownloadLengthMismatch{Msg: fmt.Sprintf("%s has more than %d bytes", address, limit)}
	}
	return data, nil
}
