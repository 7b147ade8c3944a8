package githubtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

func refuseCall(w http.ResponseWriter, status int, code, text string) {
	answerJSON(w, status, map[string]any{"code": code, "msg": text})
}

func answerJSON(w http.ResponseWriter, status int, body map[string]any) {
	raw, err := json.Marshal(body)
	if err != nil {
		status, raw = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

func (s *CacheService) create(w http.ResponseWriter, q cacheCall) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.options.ReadOnly {
		refuseCall(w, http.StatusForbidden, "permission_denied", "cache write denied: the token is read only")
		return
	}
	for _, u := range s.uploads {
		if u.Key == q.Key && u.Version == q.Version {
			refuseCall(w, http.StatusConflict, "already_exists", "cache entry with the same key, version, and scope already exists")
			return
		}
	}
	s.uploads = append(s.uploads, &cacheUpload{
		CacheEntry: CacheEntry{Key: q.Key, Version: q.Version}, blocks: map[string][]byte{},
	})
	answerJSON(w, http.StatusOK, map[string]any{"ok": true, "signed_upload_url": s.signed(len(s.uploads)-1, "w")})
}

// signed is the address of a blob; right is r or w. The caller holds the lock.
func (s *CacheService) signed(index int, right string) string {
	return fmt.Sprintf("http://%s/blob/%d?sp=%s&sig=%s", s.blobHost, index, right, signature(index, right))
}

// signature has a sign in it that must not be escaped twice.
func signature(index int, right string) string { return fmt.Sprintf("s%%2F%d%s%%3D", index, right) }

func (s *CacheService) finalize(w http.ResponseWriter, q cacheCall) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, u := range s.uploads {
		if u.Key != q.Key || u.Version != q.Version || u.done {
			continue
		}
		if int64(len(u.Data)) != q.Size {
			refuseCall(w, http.StatusBadRequest, "invalid_argument", "the size is not that of the blob")
			return
		}
		u.done = true
		answerJSON(w, http.StatusOK, map[string]any{"ok": true, "entry_id": fmt.Sprint(i)})
		return
	}
	refuseCall(w, http.StatusNotFound, "not_found", "no such upload")
}

func (s *CacheService) lookup(w http.ResponseWriter, q cacheCall) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fits := func(match func(key string) bool) bool {
		for i := len(s.uploads) - 1; i >= 0; i-- {
			if u := s.uploads[i]; u.done && u.Version == q.Version && match(u.Key) {
				answerJSON(w, http.StatusOK, map[string]any{
					"ok": true, "signed_download_url": s.signed(i, "r"), "matched_key": u.Key,
				})
				return true
			}
		}
		return false
	}
	if fits(func(key string) bool { return key == q.Key }) {
		return
	}
	for _, prefix := range q.RestoreKeys {
		if fits(func(key string) bool { return strings.HasPrefix(key, prefix) }) {
			return
		}
	}
	answerJSON(w, http.StatusOK, map[string]any{"ok": false})
}
