// Package spdx reads what packages say of their licences: SPDX expressions, and
// the words of Debian, RPM, PyPI and others where they are none. It knows which
// identifiers and exceptions SPDX lists and in which order versions came out,
// and nothing of which licences are all right.
//
// Reading never fails. What can't be understood is a licence without an ID,
// never one that is left out.
package spdx
