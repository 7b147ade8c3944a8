// Package tracking keeps one issue on GitHub for each released image: opened
// when something in it asks for action, brought up to date in place, commented
// only when there is something that the issue has not told yet, closed when
// nothing is left, and re-opened when something is. It also reads what people
// dismissed in code scanning, and posts what is new to a webhook.
//
// It decides nothing. What goes wrong becomes a notice and the image's name in
// Result.Failed; the other images go on.
//
// An issue is ours when it has our label, was written by our own user and
// begins with our marker. Everything that a run must know of the runs before it
// stands in the issue, so that a run that was killed at any moment is continued
// by the next one:
//
//   - The hidden second line of the issue holds what has been told. A second run
//     with the same findings writes nothing.
//   - A comment is written before the text that counts it, and carries in its
//     own hidden line what it tells. Who comes after a killed run finds the
//     comment, and does not write it again.
//   - Text and state of an issue change in one request.
//
// GitHub has no compare-and-swap. Of two runs that make the same issue at once,
// the one with the lower number stays; both close the other one. Of two comments
// that say the same, the younger one is deleted. An older run that ends later
// may put an older text back, which the next run mends.
//
// What people do is respected as far as nothing gets lost: an issue that
// somebody closed as not planned, or as a duplicate, stays closed until
// something new appears; one that somebody closed as completed is opened again
// while its findings are still out there; one that was closed as clean, and
// that somebody opened again, stays open. Title, labels and assignees are set once
// and then are theirs. Who takes the label away, or the hidden lines, takes the
// issue over: another one is opened.
package tracking
