// Package pin puts digests behind the image names of Dockerfiles, so that a
// build takes tomorrow what it takes today: debian:12 becomes
// debian:12@sha256:…, and the tag stays for people and for the next update.
//
// Nothing else of a file changes, which is held against the parsed result. What
// cannot be rewritten for certain is left alone, with the reason. It does not
// know the build arguments and build contexts of a command line: the caller
// names the contexts it knows of.
package pin
