// Package attack is the attack suite: one test for each row of the tables in
// docs/threat-model.md, and a test that fails when a row has no attack or an
// attack no row. Every attack is made against the packages as they are, from the
// attacker's place, and holds what the row says that gate does about it. What
// only a real builder can show is in e2e/testdata; the tests here name the script.
//
// The package has tests only. It knows nothing that the threat model does not
// say: a new attack begins with a new row.
package attack
