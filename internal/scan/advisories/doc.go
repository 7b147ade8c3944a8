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
// The package does not decide anything: CheckAge gives a gap, and the policy
// says what that means.
package advisories
