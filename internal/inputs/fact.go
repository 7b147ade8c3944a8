package inputs

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"
)

// The kinds of facts, in words that people read.
const (
	kindArgument   = "build argument"
	kindCache      = "imported cache"
	kindContext    = "named context"
	kindDockerfile = "Dockerfile"
	kindFile       = "file"
	kindFrontend   = "frontend"
	kindHost       = "extra host"
	kindLabel      = "label"
	kindNetwork    = "network"
	kindPlatform   = "platform"
	kindRemote     = "build context"
	kindSecret     = "secret"
	kindSSH        = "SSH agent"
	kindTarget     = "target"
	kindTrigger    = "trigger"
)

// format is hashed first. It changes when what is hashed does.
const format = "gate inputs 1"

// fact is one thing that counts.
type fact struct {
	kind string
	// tree is the context that a file lies in, empty for the build's own, or
	// the image that a trigger is of.
	tree  string
	name  string
	value string
	// shown is how people call a file. It is not hashed.
	shown string
}

// compareFacts orders facts by all but their values.
func compareFacts(a, b fact) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.tree, b.tree), cmp.Compare(a.name, b.name))
}

// digestFacts sorts facts and hashes them. Each part is hashed with its length
// before it, so that no two lists give the same bytes.
func digestFacts(facts []fact) string {
	slices.SortFunc(facts, func(a, b fact) int { return cmp.Or(compareFacts(a, b), cmp.Compare(a.value, b.value)) })
	sum := sha256.New()
	hashPart(sum, format)
	for _, f := range facts {
		for _, part := range []string{f.kind, f.tree, f.name, f.value} {
			hashPart(sum, part)
		}
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}

func hashPart(sum hash.Hash, part string) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(part)))
	sum.Write(length[:])
	sum.Write([]byte(part))
}

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
