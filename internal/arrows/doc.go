// Package arrows holds no code, only the test that keeps the direction of the
// imports and the doors of the heavy modules, as ARCHITECTURE.md draws them.
package arrows
