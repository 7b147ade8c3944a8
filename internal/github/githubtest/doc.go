// Package githubtest is a GitHub that runs inside a test. It keeps state
// (commits, pull requests, comments, code scanning alerts, check runs, …),
// checks every request and every answer against GitHub's own OpenAPI
// description where that lies beside the project, enforces the limits that the
// description states in prose only, and fails on demand: with every kind of
// refusal, slowly, half-way, or with a redirect to another host.
//
// [New] starts one for a test and fails that test at the first request that
// GitHub would not understand. [Start] starts one that only records, for the
// command fakegithub. The state is plain data: a [Scenario] goes in,
// [Server.Change] edits it, [Server.Snapshot] shows it.
//
// [Server.Hold] stops requests before they are applied and before they are
// answered; [Explore] uses that to run clients against each other in every order
// that their requests can take.
//
// What it does not know: GitHub Apps, reviews, search, GraphQL, git itself, and
// GitHub's own merging. It has no clock: time moves with the state.
package githubtest
