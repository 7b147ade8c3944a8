// Package deliver tells a report to GitHub: job summary, annotations, one comment
// on the pull request, code scanning, and on demand a check run and a commit
// status.
//
// It decides nothing. Nothing that goes wrong here changes the verdict: it
// becomes a Notice, in words, with the permission or the setting that is
// missing. The one thing that bears on the exit code is what was required
// explicitly and could not be done; Result.Missed names it.
//
// All text of a report, and all of GitHub's own words, are foreign: they are made
// plain and escaped for the place they go to.
package deliver
