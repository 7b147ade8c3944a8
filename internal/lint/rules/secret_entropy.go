package rules

import (
	"math"
	"strings"
)

// looksRandom reports whether a value can hardly be anything but a key: long,
// of letters in both cases and digits, and without any order in them. Hashes
// and numbers are not meant, nor names that tell of something public.
func looksRandom(name, value string) bool {
	const least, bits = 32, 4.3
	if len(value) < least || strings.Trim(value, keyCharacters) != "" || hasAny(strings.ToLower(name), publicWords[:]...) {
		return false
	}
	return strings.ContainsAny(value, keyCharacters[:10]) && strings.ContainsAny(value, keyCharacters[10:36]) &&
		strings.ContainsAny(value, keyCharacters[36:62]) && entropy(value) >= bits
}

// keyCharacters are digits, capitals, small letters, and what else keys hold.
const keyCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+=_-"

// publicWords are pieces of the names of variables whose long values are no secrets.
var publicWords = [...]string{"sha", "hash", "sum", "digest", "integrity", "md5", "gpg", "finger", "version", "commit", "public", "cert", "image", "path", "url"}

// entropy is Shannon's measure of a text, in bits for each byte.
func entropy(text string) float64 {
	counts := [256]int{}
	for n := range len(text) {
		counts[text[n]]++
	}
	bits := 0.0
	for _, count := range counts {
		if count > 0 {
			share := float64(count) / float64(len(text))
			bits -= share * math.Log2(share)
		}
	}
	return bits
}
