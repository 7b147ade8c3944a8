// Package image opens a container image once, wherever it lies, and lets
// everybody read it: a Docker Engine, a registry, a docker save archive, an OCI
// archive or an OCI layout directory.
//
// Each source is turned into the same thing (the raw configuration and one
// reader per layer), which is then unpacked and indexed by stereoscope in one
// walk. What a source claims is checked on the way: every manifest,
// configuration and layer must have the digest it goes by, so that a damaged
// archive is an error and never a smaller image.
//
// A reference with a scheme is read from that source alone. All temporary files
// lie in one private directory that Close, or a failed Open, removes.
package image
