// Package packages holds what a scan found against what a policy says of
// licences and of packages by name: denied licences, licences that somebody has
// to look at, denied packages, and packages that must be there.
//
// It knows only what the components say of themselves. A licence that nobody
// wrote down is told as unknown, or in a note, and a wrong one is believed.
package packages
