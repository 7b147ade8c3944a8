// Package scan is the vulnerability analyzer: it catalogues the packages of an
// image, a directory or a bill of materials, matches them against the
// vulnerability database, and says where it could not see.
//
// Cataloguing is syft's and matching is Grype's, both as libraries and with the
// settings of Grype's command line, so that the matches are the same: one match
// is one finding, and nothing is joined or left out. The loggers of these
// libraries are process-wide; they are left at their default, which discards.
// What they would only log is caught here by other means: an error of a matcher
// becomes a gap, and a file that a cataloguer could not read becomes a note or,
// for a package database, a gap.
//
// The package does not know whether a finding matters, and does not look at the
// age of the database: its caller asks the database for that.
package scan
