// Package github is the Actions runtime as gate needs it: inputs, the event,
// log groups, masks, outputs and the job summary. It knows no gate.
//
// Everything works outside Actions too: what has no file or no runner to go to
// is left out without an error. Text that comes from images, builds and
// advisories is printed only between Raw or Group and its end, where the runner
// does not read workflow commands, or as an Annotation, which escapes it.
//
// Event says what started the run and Run which run it is. Both are read as
// hostile: values that have a form are checked for it, and are empty otherwise.
package github
