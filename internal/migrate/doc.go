// Package migrate turns the ignore files and settings of other tools into a
// policy and waivers of gate: Grype's, Trivy's, hadolint's, Snyk's and Dockle's.
//
// Nothing is carried over as something wider than it was. A condition that gate
// has no word for keeps the whole entry out, and a note says so with the place
// and the reason. Every waiver gets a reason and an expiry, whether or not the
// other tool asks for them, and that is noted too.
//
// The package reads and writes no files.
package migrate
