// Package cache speaks to the cache service of the Actions runner, version 2:
// it restores and saves small flat folders under a key. It knows no gate.
//
// An entry is a tar archive with the plain files of one folder. What comes back
// is read as hostile: only plain names, bounded in number and in size, and
// nothing is written outside of the folder that was named.
//
// The token goes to the service's own address and to no other. The service
// answers with signed addresses of a blob store; those never appear in an error,
// and no redirect is followed, neither to read nor to write.
//
// What it does not know: who may write. The service itself keeps what a pull
// request saved away from its base branch; whether to save at all is the
// caller's decision. An entry once saved can't be replaced.
package cache
