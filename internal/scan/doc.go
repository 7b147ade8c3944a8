// Package scan is the vulnerability analyzer: it catalogues the packages of an
// image, a directory or a bill of materials, matches them against the
// vulnerability database, and says where it could not see.
//
// Cataloguing is syft's and matching is Grype's, both as libraries and with the
// settings of Grype's command line, so that the matches are the same. Then all
// matches that speak of one vulnerability in one package become one finding.
// What the lock files of the build context declare, and the image does not show,
// is catalogued and matched beside it.
//
// The loggers of these libraries are process-wide; they are left at their
// default, which discards. What they would only log, or do not notice, is caught
// here by other means: an error of a matcher becomes a gap, and so does a file
// that lists packages and was not read, or not to its end. An advisory whose
// range of versions Grype can't parse is the exception: it is left out there,
// and nothing tells.
//
// The package does not know whether a finding matters, and does not look at the
// age of the database: its caller asks the database for that.
package scan
