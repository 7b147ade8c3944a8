// Package inputs says what a build really reads, as one content hash, so that
// an image whose inputs are the same on both sides of a change need not be
// built again: "unchanged since …: inputs sha256:…".
//
// The question that it answers is whether a change affects an image, not
// whether building it again would give the same bytes. So what lies outside the
// repository counts by its text: the names of base images, the addresses that
// ADD fetches, what RUN gets from the network. The notes tell which these are.
// An image that another step of the same job makes, and that a Dockerfile then
// names, is such a text as well: whoever has one among Inputs.Bases must see to
// it that what it is made from is unchanged too.
//
// Two builds may never seem equal that are not. What can't be told for certain
// widens what counts — to a whole folder, a whole context — and where that is
// no help either, the answer is "not known, because …". The other way about,
// inputs that seem to differ but don't, only costs the time of a build.
//
// What counts: the whole text of the Dockerfile, comments included, as they may
// be directives for the builder or the lint; what is asked of the build
// (target, arguments, labels, platforms, network, hosts, named contexts); and
// the files that the needed stages take from the context and the named
// contexts, with their paths, types, modes, link targets and contents. The
// stages and .dockerignore only decide which files these are.
//
// What does not count: where the context and the Dockerfile lie and what the
// latter is called, the times and owners of files, the values of secrets, and
// how the result is cached. Write permission of a file's group is left out,
// because it tells of the umask under which a checkout was written and nothing
// of the commit: git only knows whether a file is a program.
package inputs
