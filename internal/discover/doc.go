// Package discover finds the images that the files of a repository say it
// builds. Nothing is built, nothing is fetched, no environment variable is read,
// and no file outside of the repository is opened: every file is hostile input.
//
// # What is looked for
//
// Bake files (docker-bake.json, docker-bake.hcl and their .override forms) and
// Compose files (compose.yaml, compose.yml, docker-compose.yaml and
// docker-compose.yml, the first of them in a folder, with its .override form)
// are looked for in every folder; Dockerfiles are those that the caller lists.
// Left out are folders named node_modules, vendor or testdata, hidden folders,
// git submodules and whatever lies behind a symbolic link, unless another file
// that counts points there.
//
// # Bake
//
// The files of a folder are read together, as "docker buildx bake" does without
// arguments, with the Compose files of the folder beneath them. Bake builds what
// it is asked for. So the images are the targets of the group or target that
// Options.Targets names, else of "default". Where there is no "default" they are
// all targets that no other inherits from and whose name does not begin with an
// underscore, if they say what is built or their Dockerfile exists. A target
// that is only the context of another is listed too, as Intermediate. One that
// writes files instead of an image (output), or builds nothing (call), is said
// in a note and not listed.
//
// The functions are those of bake but for cidr*, semvercmp, rsadecrypt, bcrypt,
// uuidv5, indexof, and those that read times. A file that calls one of these is
// a problem. What files may cost (size, depth, loops, calls, the product of a
// matrix) is limited, and a file above the limit is a problem too.
//
// Variables have their defaults. A variable without one, the time, a random
// number and the home folder make Unresolved what depends on them.
//
// Paths of a bake file are relative to the folder where bake runs. That is taken
// to be the file's own, unless none of the Dockerfiles of its targets is there
// and one is found from the root.
//
// # Compose
//
// A service with a build section is an image. Compose's own loader is not used:
// it opens env_file, label_file, extends and include wherever they point, reads
// the process's environment, writes warnings to a global log and forgets the
// lines of what it read; what it substitutes takes quadratic time. Here only
// build, image, platform and the way to them (anchors, merge keys, extends,
// include, interpolation, .env) are read. Profiles do not matter.
//
// # Dockerfiles
//
// A Dockerfile that no bake target and no service uses is an image of its own,
// named after its folder. Its context is its folder, unless what it copies is
// only found from the root; a folder that holds nothing but Dockerfiles has
// nothing to copy.
//
// # Names
//
// A name comes from the bake target, else from a service's image without
// registry, tag and digest, else from the service, else from the folder. Where
// several images would have one name, each gets its folder in front, then its
// stage behind, then a number; that is said in a note.
//
// What it does not know: git's list of ignored files, files with other names
// that scripts give to bake or Compose, and what variables are in a workflow.
package discover
