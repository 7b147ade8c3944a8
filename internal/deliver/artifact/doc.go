// Package artifact is what a job of a workflow leaves for another job: its
// report, and in which run it was made. One job writes it, and conclude (the
// job that waits for all the others) or deliver (a second, trusted workflow)
// reads it.
//
// Everything that is read is taken for hostile: a pull request's own code ran
// in the job that wrote it. Read and Merge refuse what contradicts itself,
// SameRun what is of another run, and Verify what differs from what GitHub says
// of the run. None of them can know whether the findings are true.
package artifact
