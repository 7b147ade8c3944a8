// Package rest asks GitHub's REST API, also that of an Enterprise Server. It is
// the only door of go-github and knows no gate.
//
// A request goes through a chain of small transports, from the outside in:
// judge turns what is not an answer of GitHub's into an *Error, limits waits for
// rate limits, retry repeats what may be repeated, attempt bounds the time and
// the size of one try, auth adds the token for the API's own address and for no
// other. go-github therefore never sees a failure, and never refuses a call by
// its own count of the rate limit.
//
// A request that makes something new is sent again only when GitHub cannot have
// acted on it. So a call may fail although its comment now exists: whoever
// creates looks first.
package rest
