package build

import (
	"encoding/csv"
	"strings"

	"github.com/moby/buildkit/client"
)

// cacheEntries reads cache-from or cache-to options in BuildKit's spelling. A
// bare reference means a registry.
func (c capabilities) cacheEntries(option string, specs []string) ([]client.CacheOptionsEntry, error) {
	known := c.cacheFrom
	if option == "cache-to" {
		known = c.cacheTo
	}
	var entries []client.CacheOptionsEntry
	for _, spec := range specs {
		entry, err := cacheEntry(option, spec)
		if err != nil {
			return nil, err
		}
		if err := c.checkCache(option, entry.Type, known); err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

func cacheEntry(option, spec string) (client.CacheOptionsEntry, error) {
	entry := client.CacheOptionsEntry{Attrs: map[string]string{}}
	fields, err := csv.NewReader(strings.NewReader(spec)).Read()
	if err != nil {
		return entry, inputErrorf("%s %q: %w; write type=registry,ref=…", option, spec, err)
	}
	if len(fields) == 1 && !strings.Contains(spec, "=") {
		fields = []string{"type=registry", "ref=" + spec}
	}
	for _, field := range fields {
		key, value, ok := strings.Cut(field, "=")
		if !ok {
			return entry, inputErrorf("%s %q: %q has no value; write type=registry,ref=…", option, spec, field)
		}
		if key = strings.ToLower(key); key == "type" {
			entry.Type = value
		} else {
			entry.Attrs[key] = value
		}
	}
	return entry, checkCacheEntry(option, spec, entry)
}

// checkCacheEntry refuses what BuildKit's client would pass over with a warning.
func checkCacheEntry(option, spec string, entry client.CacheOptionsEntry) error {
	need := ""
	switch entry.Type {
	case "":
		return inputErrorf("%s %q has no type: write type=registry,ref=…", option, spec)
	case "gha":
		return unsupportedErrorf("%s type=gha needs the runner's token, which no build is given: use type=registry or type=local", option)
	case "registry":
		need = "ref"
	case "local":
		need = "src"
		if option == "cache-to" {
			need = "dest"
		}
	}
	if need != "" && entry.Attrs[need] == "" {
		return inputErrorf("%s %q: type=%s needs %s=…", option, spec, entry.Type, need)
	}
	return nil
}
