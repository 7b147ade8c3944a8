// Package origin says which instruction of a Dockerfile made which layer of an
// image, and which layer brought a package in, so that a finding inside an image
// can name a line that somebody can change.
//
// Of an image that gate built, the builder's own record tells: it is exact, and
// leads through COPY --from into earlier stages. Of any other image the history
// is held against the instructions of the stage that was built, from the end
// backwards and through the stages that FROM names. What lies before the first
// instruction belongs to the base image, and to FROM.
//
// History is text that builders write in several forms, with the values of
// build arguments in it, and it may tell of another Dockerfile than the one at
// hand. So an instruction is only named where its text, or the order of all
// instructions around it, says so: a layer whose instruction is in doubt has the
// Dockerfile's path and no line. Text from the history is shown only where there
// is no Dockerfile, and without those values; such a location has an instruction
// and no path, and whether it is the base image's is not known.
package origin
