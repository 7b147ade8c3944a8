// Package rescan scans images that are out there again: with today's database,
// from bills of materials, without pulling what was read before.
//
// A rescan has three steps, each of which may be another process on another
// machine. Prepare resolves what the lists name to digests and platforms, and
// divides it into parts. Part.Run finds out what is in the images of one part,
// and leaves it in a store. Conclude puts the parts together, compares them with
// what the last rescan told, and holds them against the policy; Memory.Write then
// remembers it for the next one, after it has been told.
//
// What an image could not be asked is a gap of that image, and an image without
// a result is never clean. Everything a killed run leaves behind is whole, and
// the next one goes on from there: bills of materials and matches are kept under
// the digest of what they are about, so that two that write at once write the same.
package rescan
