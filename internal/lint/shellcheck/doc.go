// Package shellcheck lets ShellCheck look at the shell code of RUN. It holds
// what is handed to the program (Scripts), the Session that runs it for many
// files in few processes, and a handful of its checks for when it is absent
// (Native).
//
// ShellCheck is a program of its own, which gate looks up on the PATH and never
// brings along. It gets scripts as files in a private folder, no configuration,
// and next to no environment; it runs nothing of what it reads. This package
// knows neither severities nor what is ignored.
package shellcheck
