// Package advise says what a team can change so that less is found: another tag
// for a base image, and other versions of packages.
//
// Candidates picks, from all tags of a repository, the few that are worth
// scanning. Compare says what one of them brings and takes away, and Rank and
// Recommend order what was scanned. EditFrom is the one line of a Dockerfile that
// changes then. Packages is the smallest set of version changes that clears
// what blocks, by the file in which each is declared.
//
// It does no work of its own outside: it lists no tags, scans nothing, asks no
// database and writes no file. Tags have no standard. What is not certain to be
// a newer release of the same variant is no candidate.
package advise
