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
// What a matcher says of a package is remembered for all scans of a Scanner, by
// everything that the matcher reads of it, so that a process that scans many
// images matches each package once; what holds between the packages of an image
// is worked out for each image by Grype's engine. Documents of today's syft are
// read directly where nothing is written of them again. Neither changes a result.
//
// The package does not know whether a finding matters, and does not look at the
// age of the database: its caller asks the database for that.
package scan
