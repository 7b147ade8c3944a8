package advisories

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"time"

	v6 "github.com/anchore/grype/grype/db/v6"
	_ "github.com/glebarez/go-sqlite" // the driver that the database library uses too
)

const (
	headerSize  = 100
	headerMagic = "SQLite format 3\x00"
)

// description is what a database file says of itself.
type description struct {
	// Schema is model.revision.addition.
	Schema string
	Built  time.Time
	// Indexed is false for a database as it is distributed, without indexes:
	// it can be read, but every look-up walks a whole table.
	Indexed bool
}

// inspect reads the description of the database in file without changing it.
// Its errors wrap ErrMissing, ErrCorrupt, ErrTooOld or ErrTooNew.
func inspect(ctx context.Context, file string) (description, error) {
	if err := checkHeader(file); err != nil {
		return description{}, err
	}
	db, err := sql.Open("sqlite", readOnlyName(file))
	if err != nil {
		return description{}, fmt.Errorf("%s: %w: %w", file, ErrCorrupt, err)
	}
	defer func() { _ = db.Close() }()

	tables, indexes, err := schemaObjects(ctx, db)
	if err != nil {
		return description{}, fmt.Errorf("%s: %w: %w", file, ErrCorrupt, err)
	}
	if !tables["db_metadata"] {
		return description{}, foreignSchema(file, tables)
	}
	d, model, err := readMetadata(ctx, db)
	switch {
	case err != nil:
		return description{}, fmt.Errorf("%s: %w: %w", file, ErrCorrupt, err)
	case model > v6.ModelVersion:
		return description{}, fmt.Errorf("%s: %w (%s, this version reads %d): use a newer gate", file, ErrTooNew, d.Schema, v6.ModelVersion)
	case model < v6.ModelVersion:
		return description{}, fmt.Errorf("%s: %w (%s, this version reads %d): use a current database", file, ErrTooOld, d.Schema, v6.ModelVersion)
	}
	d.Indexed = indexes > 0
	return d, nil
}

// checkHeader reads the fixed header of an SQLite file, which says how long
// the file is.
func checkHeader(file string) error {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w: give a vulnerability.db, its folder, an archive or a URL", file, ErrMissing)
	}
	if err != nil {
		return fmt.Errorf("open vulnerability database: %w", err)
	}
	defer func() { _ = f.Close() }()

	header := make([]byte, headerSize)
	if _, err := io.ReadFull(f, header); err != nil || !bytes.HasPrefix(header, []byte(headerMagic)) {
		return fmt.Errorf("%s: %w: it is not an SQLite file; fetch it again", file, ErrCorrupt)
	}
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open vulnerability database: %w", err)
	}
	if want := headerLength(header); info.Size() < want {
		return fmt.Errorf("%s: %w: it has %d of %d bytes; fetch it again", file, ErrCorrupt, info.Size(), want)
	}
	return nil
}

// headerLength is the length in bytes that the header promises: page size
// (offset 16) times number of pages (offset 28).
func headerLength(header []byte) int64 {
	page := int64(binary.BigEndian.Uint16(header[16:]))
	if page == 1 {
		page = 65536
	}
	return page * int64(binary.BigEndian.Uint32(header[28:]))
}

func readOnlyName(file string) string {
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: "immutable=1&mode=ro"}
	return name.String()
}

func schemaObjects(ctx context.Context, db *sql.DB) (tables map[string]bool, indexes int, err error) {
	rows, err := db.QueryContext(ctx, "SELECT type, name FROM sqlite_master")
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = rows.Close() }()
	tables = map[string]bool{}
	for rows.Next() {
		var kind, name string
		if err := rows.Scan(&kind, &name); err != nil {
			return nil, 0, err
		}
		switch {
		case kind == "table":
			tables[name] = true
		case kind == "index" && !strings.HasPrefix(name, "sqlite_autoindex"):
			indexes++
		}
	}
	return tables, indexes, rows.Err()
}

func readMetadata(ctx context.Context, db *sql.DB) (description, int, error) {
	var built string
	var model, revision, addition int
	row := db.QueryRowContext(ctx, "SELECT CAST(build_timestamp AS TEXT), model, revision, addition FROM db_metadata")
	if err := row.Scan(&built, &model, &revision, &addition); err != nil {
		return description{}, 0, err
	}
	d := description{Schema: fmt.Sprintf("%d.%d.%d", model, revision, addition)}
	for _, layout := range []string{"2006-01-02 15:04:05.999999999-07:00", time.RFC3339Nano, time.DateTime} {
		if t, err := time.Parse(layout, built); err == nil {
			d.Built = t.UTC()
			break
		}
	}
	return d, model, nil
}

// foreignSchema says what a database without v6 tables is.
func foreignSchema(file string, tables map[string]bool) error {
	if tables["id"] && tables["vulnerability"] {
		return fmt.Errorf("%s: %w (5 or older, this version reads %d): use a current database", file, ErrTooOld, v6.ModelVersion)
	}
	return fmt.Errorf("%s: %w: it is an SQLite file without vulnerability tables", file, ErrCorrupt)
}
