package githubtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
)

// cacheFault is a failure of a cache service on demand.
type cacheFault struct {
	operation CacheOperation
	kind      Kind
	left      int
}

// Fail makes the next requests for an operation fail in the way of kind; times
// is how many, 0 means all. It takes the kinds Unauthorized, Forbidden, NotFound,
// Conflict, TooMany (come back after 2 seconds), Unavailable, HTML, Slow, Reset,
// Cut, Truncated and Redirect; another one fails the test.
func (s *CacheService) Fail(o CacheOperation, kind Kind, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if times == 0 {
		times = -1
	}
	s.faults = append(s.faults, &cacheFault{operation: o, kind: kind, left: times})
}

// strike counts a request, and answers it if a fault hits it.
func (s *CacheService) strike(o CacheOperation, w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get(pastFault) != "" {
		return false
	}
	s.mu.Lock()
	s.asked[o]++
	var kind Kind
	for _, f := range s.faults {
		if f.operation == o && f.left != 0 {
			kind = f.kind
			f.left--
			break
		}
	}
	s.mu.Unlock()
	if kind == "" {
		return false
	}
	s.fail(kind, w, r)
	return true
}

func (s *CacheService) fail(kind Kind, w http.ResponseWriter, r *http.Request) {
	switch kind {
	case Unauthorized:
		refuseCall(w, http.StatusUnauthorized, "unauthenticated", "no valid token: "+r.Header.Get("Authorization"))
	case Forbidden:
		refuseCall(w, http.StatusForbidden, "permission_denied", "not allowed")
	case NotFound:
		refuseCall(w, http.StatusNotFound, "not_found", "no such entry")
	case Conflict:
		refuseCall(w, http.StatusConflict, "already_exists", "cache entry already exists")
	case TooMany:
		w.Header().Set("Retry-After", "2")
		refuseCall(w, http.StatusTooManyRequests, "resource_exhausted", "slow down")
	case Unavailable:
		refuseCall(w, http.StatusServiceUnavailable, "unavailable", "come back")
	case HTML:
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, "<!DOCTYPE html><p>A proxy was here.</p>")
	case Slow:
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
	case Reset:
		panic(http.ErrAbortHandler)
	case Cut, Truncated:
		s.half(kind, w, r)
	case Redirect:
		http.Redirect(w, r, "http://"+s.blobHost+"/elsewhere", http.StatusTemporaryRedirect)
	default:
		s.violate(fmt.Sprintf("the fault %q is not known", kind))
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// pastFault marks a request whose fault was found already.
const pastFault = "Githubtest-Past-Fault"

// half answers with the first half of what would be right: well delivered when
// it is Truncated, with the connection broken when it is Cut.
func (s *CacheService) half(kind Kind, w http.ResponseWriter, r *http.Request) {
	whole := httptest.NewRecorder()
	r.Header.Set(pastFault, "1")
	if strings.HasPrefix(r.URL.Path, "/blob/") {
		s.serveBlob(whole, r)
	} else {
		s.serveCall(whole, r)
	}
	body := whole.Body.Bytes()
	if kind == Cut {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	}
	w.WriteHeader(whole.Code)
	_, _ = w.Write(body[:len(body)/2])
	if kind == Cut {
		panic(http.ErrAbortHandler)
	}
}
