// Package guards takes things out from under gate: one test for each row of the
// tables in docs/guards.md, and a test that fails when a row has no test or a test
// no row. Each test makes one fault in something that otherwise passes, runs the
// program on it, and wants the words and the exit code of the row. Then it runs the
// program on the same thing without the fault, which must end with exit code 0: so
// no row is red for another reason than its own, and a row turns red when its guard
// is taken out.
//
// The package has tests only. It knows gate as a user does: command line, policy
// file, report and exit code. A new guard begins with a new row.
package guards
