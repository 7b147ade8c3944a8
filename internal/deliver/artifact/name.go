package artifact

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/containergate/gate/internal/gate"
)

const (
	prefix = "gate-"
	suffix = ".json"
)

// fileName is one name for one job: what it examined as a person would write
// it, and a hash that tells apart what looks alike. No character of it comes
// from outside unless it is a letter or a digit of ASCII.
func fileName(a Artifact) string {
	images := imagesOf(a.Report)
	lists := [][]string{
		images,
		distinct(a.Report.Subjects, func(s gate.Subject) string { return s.Platform }),
		distinct(a.Report.Subjects, func(s gate.Subject) string { return s.Target }),
		{a.Run.Job},
	}
	var identity []byte
	for _, list := range lists {
		identity = fmt.Appendf(identity, "%d,", len(list))
		for _, text := range list {
			identity = fmt.Appendf(identity, "%d:%s", len(text), text)
		}
	}
	hash := sha256.Sum256(identity)
	const hashBytes = 6
	return prefix + slug(images) + "-" + hex.EncodeToString(hash[:hashBytes]) + suffix
}

// distinct returns one property of all subjects, sorted, each value once.
func distinct(subjects []gate.Subject, property func(gate.Subject) string) []string {
	var values []string
	for _, s := range subjects {
		values = append(values, property(s))
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// slug is the images' names as a short word of a-z, 0-9 and hyphens.
func slug(images []string) string {
	const most = 40
	var b strings.Builder
	for _, r := range strings.ToLower(strings.Join(images, "-")) {
		if b.Len() == most {
			break
		}
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if word := strings.Trim(b.String(), "-"); word != "" {
		return word
	}
	return "report"
}
