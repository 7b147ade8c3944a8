// Package advisories keeps the vulnerability database: where it comes from,
// whether it can be trusted, how old its data is, and how a small one is made
// from plain JSON records.
//
// A database is a Grype v6 database. It comes from Anchore's published one (the
// default), from a mirror of it, from an archive, or from a file. Whatever has
// to be fetched, unpacked or indexed is kept in a cache under the digest of its
// content, so that a second run does none of it again; a file that the user
// names is never changed.
//
// The cache is one folder, which may be kept between runs or carried to another
// machine as a whole:
//
//	lock                  held by the one process that fills the cache
//	data/<digest>/        a ready database each; read-locked while it is in use
//	sources/<name>.json   which of them a source had last
//	partial/<checksum>    the beginning of an archive, for the next try or run
//	verified/<path>.json  checksums of files that have not changed since
//
// Between the jobs of a runner, a Store carries the archive as its publisher
// made it, under a key like gate-db-v6-2026-10-01-0123456789ab: the UTC date on
// which it was built and the beginning of its checksum. What comes back is held
// against the checksum that the publisher's listing promises now. When the
// publisher can't be reached, the newest entry is used, with its age and a note:
// then nothing but the store vouches for it.
//
// The package does not decide anything: CheckAge gives a gap, and the policy
// says what that means.
package advisories
