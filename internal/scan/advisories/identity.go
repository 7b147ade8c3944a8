package advisories

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Identity is one word for what the database holds, in hexadecimal: it differs
// where the schema, the time of building, or what was taken from any publisher
// does. Two scans of the same packages by databases of one identity are equal.
func (db *DB) Identity() string {
	text, err := json.Marshal([]any{db.schema, db.built.UTC().Format(time.RFC3339Nano), db.captured, db.sources})
	if err != nil {
		return "" // Names and times always have a form.
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
