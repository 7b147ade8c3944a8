// Package vex reads and writes statements about exploitability (VEX): OpenVEX
// and CSAF in, OpenVEX out.
//
// Read turns a document into statements, Resolve turns the statements of all
// documents into what they say of the images at hand, and Export writes the
// waivers of a report for other tools. Both formats are parsed here and not by
// their own libraries: those read files by themselves, log to process-wide
// loggers, know neither limits nor places for messages, and CSAF's knows
// version 2.0 only.
//
// Where a document leaves room, the reading that excuses less is taken: a
// statement that can't be told to be about an image excuses nothing, one
// without a reason excuses nothing, and the later one of two holds, or the
// stricter one of two of the same time.
package vex
