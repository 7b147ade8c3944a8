// Package sarif writes SARIF 2.1.0 the way GitHub's code scanning takes it:
// within its limits, with the properties it reads, and refused here when it
// would be refused there.
//
// It knows no gate: callers fill a Log with plain values. Text is written as
// it is given, so callers make foreign text harmless before it comes here.
// What a consumer other than GitHub would like on top is not considered.
package sarif
