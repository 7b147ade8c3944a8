package advisories

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"slices"
	"strings"
	"time"
)

// settle writes a fresh database anew, without what the clock and chance put in:
// the time of writing, and the order of tables, constraints, indexes and aliases.
func settle(ctx context.Context, file string, captured time.Time) error {
	ordered := file + ".ordered"
	err := rewrite(ctx, file, ordered, captured)
	if err == nil {
		err = os.Rename(ordered, file)
	}
	if err != nil {
		return errors.Join(err, removeIfThere(ordered))
	}
	return nil
}

func rewrite(ctx context.Context, from, to string, captured time.Time) error {
	db, err := sql.Open("sqlite", from)
	if err != nil {
		return err
	}
	// All on one connection, because an attached file belongs to the connection.
	connection, err := db.Conn(ctx)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	s := settler{ctx: ctx, connection: connection}
	s.run("UPDATE db_metadata SET build_timestamp = ?", captured.UTC().Format("2006-01-02 15:04:05-07:00"))
	s.run("ATTACH DATABASE ? AS ordered", to)
	s.copyTables()
	for _, index := range s.list("index") {
		s.run(strings.Replace(index[1], " `", " ordered.`", 1))
	}
	s.run("ANALYZE ordered")
	s.run("DETACH DATABASE ordered")
	return errors.Join(s.err, connection.Close(), db.Close())
}

// settler runs statements until one fails.
type settler struct {
	ctx        context.Context
	connection *sql.Conn
	err        error
}

func (s *settler) run(statement string, args ...any) {
	if s.err == nil {
		_, s.err = s.connection.ExecContext(s.ctx, statement, args...)
	}
}

// list returns the names and definitions of the objects of a kind, by name.
func (s *settler) list(kind string) [][2]string {
	if s.err != nil {
		return nil
	}
	rows, err := s.connection.QueryContext(s.ctx,
		"SELECT name, sql FROM main.sqlite_master WHERE type = ? AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name", kind)
	if err != nil {
		s.err = err
		return nil
	}
	defer func() { s.err = errors.Join(s.err, rows.Close()) }()
	var out [][2]string
	for rows.Next() {
		var object [2]string
		if s.err = rows.Scan(&object[0], &object[1]); s.err != nil {
			return nil
		}
		out = append(out, object)
	}
	s.err = rows.Err()
	return out
}

func (s *settler) copyTables() {
	for _, table := range s.list("table") {
		order := "rowid"
		if table[0] == "vulnerability_aliases" {
			order = "name, alias"
		}
		name := "`" + table[0] + "`"
		s.run(strings.Replace(sortConstraints(table[1]), " `", " ordered.`", 1))
		s.run("INSERT INTO ordered." + name + " SELECT * FROM main." + name + " ORDER BY " + order)
	}
}

// sortConstraints orders the foreign keys at the end of a table's definition.
func sortConstraints(definition string) string {
	const separator = ",CONSTRAINT "
	parts := strings.Split(strings.TrimSuffix(definition, ")"), separator)
	slices.Sort(parts[1:])
	return strings.Join(parts, separator) + ")"
}
