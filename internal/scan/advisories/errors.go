package advisories

import "errors"

// The kinds of failure that a caller may want to tell apart with errors.Is.
// The errors that carry them name the file or address and the next step.
var (
	// ErrMissing: there is no database where one was expected.
	ErrMissing = errors.New("vulnerability database not found")
	// ErrCorrupt: the file is not a database, is cut short, or does not have
	// the checksum that was promised.
	ErrCorrupt = errors.New("vulnerability database is corrupt")
	// ErrTooOld: the database has a schema from before the one that is read here.
	ErrTooOld = errors.New("vulnerability database has an old schema")
	// ErrTooNew: the database has a schema that this version does not know yet.
	ErrTooNew = errors.New("vulnerability database has a newer schema")
	// ErrFetch: the database could not be fetched.
	ErrFetch = errors.New("vulnerability database could not be fetched")
	// ErrRecord: an advisory record for Build is not valid.
	ErrRecord = errors.New("advisory record is not valid")
)
