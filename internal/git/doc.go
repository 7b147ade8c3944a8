// Package git reads the objects of a git repository that is already on the
// disk: commits, files of commits, what changed between two, and whether a work
// tree is what its commit says. It is the only door of go-git.
//
// It never writes, runs no hooks and no program, and never asks the network.
// What is not here because the clone is shallow or partial is ErrMissing, which
// callers answer with GitHub's API. Who owns the files does not matter, unlike
// for git itself. Every object is checked against its hash before it is used.
package git
