// Package proposal knows what a pull request proposes and by whose rules it is
// judged: the base commit, the policy there, the files that change, and whether
// the commit at hand may be built at all.
//
// A pull request can't lower its own bar, so everything here comes from GitHub's
// API first and from the git objects of the checkout only where the API does not
// answer; and what can be read nowhere is a gap, never a missing policy.
package proposal
