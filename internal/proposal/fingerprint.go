package proposal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// fingerprint tells two contents apart in few characters.
func fingerprint(content []byte) string {
	const enough = 6
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:enough])
}

// withoutOrigins is a piece of policy as plain data, without the lines that it
// comes from: the same words on another line are no change.
func withoutOrigins(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return value
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		return value
	}
	return strip(plain)
}

func strip(value any) any {
	switch v := value.(type) {
	case map[string]any:
		delete(v, "origin")
		delete(v, "onlyFixedOrigin")
		for key, inner := range v {
			v[key] = strip(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = strip(inner)
		}
	}
	return value
}
