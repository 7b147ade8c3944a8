// Package store keeps the bills of materials of released images, so that a
// rescan reads an image once, and the small documents in which a rescan leaves
// word for the next one.
//
// There are two places behind one interface: a directory, which the Actions
// cache or an artifact carries from run to run, and an OCI repository. Both may
// be written by several runs at once, and a run may be killed at any moment: an
// entry is there whole or not at all. What is damaged all the same counts as
// missing, with a reason, and never as an image without packages.
//
// Nothing here is signed: who may write to the place may say what he likes
// about an image.
package store
