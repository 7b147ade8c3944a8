// Package baseline says what a change brings: it holds the findings of a head
// against those of its base, and marks each as new, existing, worse or fixed.
//
// It also has the documents that a base comes from: what the default branch
// keeps for later pull requests (Kept), the committed list of what is accepted
// for now (Ratchet), and the archive of a commit as GitHub's API gives it
// (Unpack). It scans and builds nothing, asks no network, and does not know
// where a document was kept.
package baseline
