// Package dockerfile reads Dockerfiles. It rests on BuildKit's parser, but does
// not give up where that does: a file with a broken instruction, a template, no
// FROM or no end still yields every instruction that can be read, and what is
// wrong stands in File.Problems.
//
// It is the only door to BuildKit's Dockerfile packages and to the shell
// parser: what it hands out are types of its own, in which every position is a
// line and column of the Dockerfile, also inside a RUN of many lines, a heredoc
// or a script given to "sh -c".
//
// It knows nothing of build arguments given on the command line, of base
// images' configuration or of the build context.
package dockerfile
