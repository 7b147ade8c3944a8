// Package build turns a context into an image through BuildKit's Go client. It
// is the only door to that client, and speaks to three kinds of builder with
// the same code: a Docker Engine, a running buildkitd, and a buildkitd that it
// starts for the run and stops after it.
//
// A build never sees gate's environment or a token: only what BuildSpec names
// is sent. Only the builder's own Dockerfile frontend is used, unless a
// # syntax= line names a frontend that BuildSpec allows by digest. What a
// builder cannot do is an error, never ignored.
//
// The package does not know whether an image may ship, and it pushes nothing.
package build
