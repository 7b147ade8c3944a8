package githubtest

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// CacheOperation names what is asked of a CacheService.
type CacheOperation string

// The operations: the service's three calls, and what is done to the blob store.
const (
	CacheCreate   CacheOperation = "CreateCacheEntry"
	CacheFinalize CacheOperation = "FinalizeCacheEntryUpload"
	CacheLookup   CacheOperation = "GetCacheEntryDownloadURL"
	CachePut      CacheOperation = "put"
	CacheGet      CacheOperation = "get"
)

// CacheOptions say what a cache service is made of.
type CacheOptions struct {
	// Token is the only one that is let in; empty means "runtime-token".
	Token string
	// ReadOnly refuses to reserve entries, as for a fork's pull request.
	ReadOnly bool
	// Listen and ListenBlobs are the addresses of the service and of its blob
	// store; empty picks free ports of the loopback. BlobName is how clients reach
	// the blob store: localhost when it is empty, so that it is another host.
	Listen, ListenBlobs, BlobName string
}

// CacheEntry is what was saved under a key.
type CacheEntry struct {
	Key, Version string
	Data         []byte
}

// CacheService is the runner's cache service, version 2, with its blob store. It
// holds every request to the service's rules, and fails on demand. The newest
// entry that fits a prefix is found first, and no entry is ever replaced.
//
// What it does not know: scopes of branches, eviction, and when a signed address
// runs out.
type CacheService struct {
	options  CacheOptions
	reporter Reporter
	api      *httptest.Server
	blobs    *httptest.Server
	blobHost string
	closed   chan struct{}
	closing  sync.Once

	// mu guards everything below.
	mu      sync.Mutex
	uploads []*cacheUpload
	faults  []*cacheFault
	asked   map[CacheOperation]int
	strays  int
}

// cacheUpload is an entry from the moment that its key is reserved.
type cacheUpload struct {
	CacheEntry
	blocks map[string][]byte
	done   bool
}

// NewCacheService starts a service that lives as long as the test, and fails
// the test at a request that the real one would not understand, or that carries
// the token to the blob store.
func NewCacheService(t Reporter, o CacheOptions) *CacheService {
	t.Helper()
	s, err := startCacheService(o, t)
	if err != nil {
		t.Fatalf("start the fake cache service: %v", err)
		return nil
	}
	t.Cleanup(s.Close)
	return s
}

func startCacheService(o CacheOptions, reporter Reporter) (*CacheService, error) {
	if o.Token == "" {
		o.Token = "runtime-token"
	}
	if o.BlobName == "" {
		o.BlobName = "localhost"
	}
	s := &CacheService{options: o, reporter: reporter, closed: make(chan struct{}), asked: map[CacheOperation]int{}}
	var err error
	if s.api, err = listen(o.Listen, http.HandlerFunc(s.serveCall)); err != nil {
		return nil, err
	}
	if s.blobs, err = listen(o.ListenBlobs, http.HandlerFunc(s.serveBlob)); err != nil {
		s.api.Close()
		return nil, err
	}
	host := s.blobs.Listener.Addr().String()
	s.blobHost = o.BlobName + host[strings.LastIndexByte(host, ':'):]
	return s, nil
}

// URL is what a runner gives as ACTIONS_RESULTS_URL.
func (s *CacheService) URL() string { return s.api.URL + "/" }

// Close ends what is slow and stops the service.
func (s *CacheService) Close() {
	s.closing.Do(func() {
		close(s.closed)
		s.api.Close()
		s.blobs.Close()
	})
}

// Entries are what was saved, the oldest first.
func (s *CacheService) Entries() []CacheEntry {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []CacheEntry
	for _, u := range s.uploads {
		if u.done {
			out = append(out, u.CacheEntry)
		}
	}
	return out
}

// Plant puts an entry in place as it is, for instance a poisoned one. It takes
// the place of an entry with the same key and version.
func (s *CacheService) Plant(e CacheEntry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploads = slices.DeleteFunc(s.uploads, func(u *cacheUpload) bool { return u.Key == e.Key && u.Version == e.Version })
	s.uploads = append(s.uploads, &cacheUpload{CacheEntry: e, done: true})
}

// Asked is how often an operation was asked for, refusals included.
func (s *CacheService) Asked(o CacheOperation) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[o]
}

// Strays is how many requests came to where a Redirect points to.
func (s *CacheService) Strays() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.strays
}

// violate fails the test for a request that the real service would not understand.
func (s *CacheService) violate(text string) {
	s.reporter.Errorf("cache service: %s", text)
}

func (s *CacheService) serveCall(w http.ResponseWriter, r *http.Request) {
	operation := CacheOperation(strings.TrimPrefix(r.URL.Path, "/twirp/github.actions.results.api.v1.CacheService/"))
	if s.strike(operation, w, r) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+s.options.Token {
		refuseCall(w, http.StatusUnauthorized, "unauthenticated", "no valid token")
		return
	}
	q, err := readCacheCall(r)
	if err != nil {
		s.violate(string(operation) + ": " + err.Error())
		refuseCall(w, http.StatusBadRequest, "malformed", err.Error())
		return
	}
	switch operation {
	case CacheCreate:
		s.create(w, q)
	case CacheFinalize:
		s.finalize(w, q)
	case CacheLookup:
		s.lookup(w, q)
	default:
		s.violate("no operation " + r.URL.Path)
		refuseCall(w, http.StatusNotFound, "bad_route", "no such call")
	}
}

// cacheCall holds the fields of all three calls.
type cacheCall struct {
	Key         string   `json:"key"`
	RestoreKeys []string `json:"restore_keys"`
	Version     string   `json:"version"`
	Size        int64    `json:"size_bytes,string"`
}

func readCacheCall(r *http.Request) (cacheCall, error) {
	var q cacheCall
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
		return q, errors.New("a call is a POST of application/json")
	}
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&q); err != nil {
		return q, err
	}
	if q.Version == "" || len(q.RestoreKeys) > 9 {
		return q, errors.New("a call has a version and at most ten keys")
	}
	for _, key := range append([]string{q.Key}, q.RestoreKeys...) {
		if key == "" || len(key) > 512 || strings.Contains(key, ",") {
			return q, errors.New("a key has 1 to 512 characters and no comma")
		}
	}
	return q, nil
}
