// Package foreign reads what other scanners found, from their SARIF 2.1.0
// files, so that one policy decides about it.
//
// A file becomes one gate.Analysis. Whatever keeps it from being the whole
// truth is a gap (gate.GuardForeign): a file that is missing, cut off or no
// SARIF, a tool that failed, results that were left out. What a tool itself
// calls passed, suppressed or gone is no finding, and is counted in a note.
//
// The text of these files is hostile: sizes, counts and lengths are limited,
// and control characters replaced. A file need not say when it was written, and
// where it does (endTimeUtc of its invocations) that is not read: the package
// can't tell an old one from a new one.
package foreign
