// Package lint is the analyzer of Dockerfiles. It holds the engine: what a Rule
// is, the Pass in which it looks at one file, the comments that silence
// findings, Run, and Fix, which undoes what can be undone safely. The catalog of
// rules is in lint/rules and is handed to both.
//
// A rule reads one file at a time and nothing else: no build context, no base
// image, no network. lint/shellcheck has ShellCheck look at the scripts.
package lint
