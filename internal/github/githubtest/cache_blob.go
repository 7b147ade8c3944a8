package githubtest

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxCacheBlock is the largest block in bytes that the fake takes.
const maxCacheBlock = 64 << 20

// serveBlob is the blob store: blocks and a list of them go in, ranges come out.
func (s *CacheService) serveBlob(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" {
		s.violate("the token was sent to the blob store")
	}
	if strings.HasPrefix(r.URL.Path, "/elsewhere") {
		s.mu.Lock()
		s.strays++
		s.mu.Unlock()
		w.WriteHeader(http.StatusOK)
		return
	}
	operation, right := CacheGet, "r"
	if r.Method == http.MethodPut {
		operation, right = CachePut, "w"
	}
	if s.strike(operation, w, r) {
		return
	}
	index, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/blob/"))
	s.mu.Lock()
	known := err == nil && index >= 0 && index < len(s.uploads)
	var u *cacheUpload
	var data []byte
	if known {
		u = s.uploads[index]
		data = u.Data
	}
	s.mu.Unlock()
	if !known || !strings.HasPrefix(r.URL.RawQuery, "sp="+right+"&sig="+signature(index, right)) {
		s.violate("a blob address was changed: " + r.Method + " " + r.URL.Path)
		http.Error(w, "AuthenticationFailed", http.StatusForbidden)
		return
	}
	if operation == CacheGet {
		w.Header().Set("ETag", `"`+strconv.Itoa(index)+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
		return
	}
	s.put(w, r, u)
}

func (s *CacheService) put(w http.ResponseWriter, r *http.Request, u *cacheUpload) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxCacheBlock+1))
	if err != nil || len(body) > maxCacheBlock {
		http.Error(w, "RequestBodyTooLarge", http.StatusRequestEntityTooLarge)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.URL.Query().Get("comp") {
	case "block":
		u.blocks[r.URL.Query().Get("blockid")] = body
	case "blocklist":
		var list struct {
			Latest []string `xml:"Latest"`
		}
		if err := xml.Unmarshal(body, &list); err != nil {
			http.Error(w, "InvalidXmlDocument", http.StatusBadRequest)
			return
		}
		u.Data = nil
		for _, id := range list.Latest {
			block, known := u.blocks[id]
			if !known {
				http.Error(w, "InvalidBlockList", http.StatusBadRequest)
				return
			}
			u.Data = append(u.Data, block...)
		}
	default:
		http.Error(w, "InvalidQueryParameterValue", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusCreated)
}
