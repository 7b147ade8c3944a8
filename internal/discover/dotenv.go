package discover

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"strings"
)

// maxVariables is how many lines of a .env file are read.
const maxVariables = 10_000

// dotenv reads the .env file of a folder, which Compose takes variables from. A
// value that is set around it wins. Without a file there are only those.
func (f *finder) dotenv(folder string, around map[string]string) map[string]string {
	name := path.Join(folder, ".env")
	text, err := f.tree.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return around
	}
	if err != nil {
		f.problem(Place{Path: name}, "the file can't be read: "+reason(err), "repair or remove it")
		return around
	}
	env := map[string]string{}
	maps.Copy(env, around)
	line := 0
	for raw := range strings.Lines(string(text)) {
		if line++; line > maxVariables {
			f.problem(Place{Path: name, Line: line}, "the file has too many lines", "shorten it")
			break
		}
		key, value, ok := assignment(raw)
		if !ok {
			continue
		}
		if _, set := around[key]; set {
			continue
		}
		if value, ok = envValue(value, env); !ok {
			f.problem(Place{Path: name, Line: line}, "the value of "+key+" can't be read", "close its quotes on the line, and write variables as ${NAME}")
			continue
		}
		env[key] = value
	}
	return env
}

// assignment splits NAME=VALUE, with or without export in front.
func assignment(line string) (key, value string, ok bool) {
	line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "export "))
	key, value, ok = strings.Cut(line, "=")
	key = strings.TrimSpace(key)
	return key, strings.TrimSpace(value), ok && key != "" && variableName(key) == key
}

// envValue takes quotes and comments off a value and expands its variables,
// unless it stands in single quotes. Values of several lines are not read.
func envValue(text string, env map[string]string) (string, bool) {
	if quote, found := strings.CutPrefix(text, "'"); found {
		value, _, closed := strings.Cut(quote, "'")
		return value, closed
	}
	if quote, found := strings.CutPrefix(text, `"`); found {
		value, closed := quoted(quote)
		if !closed {
			return "", false
		}
		text = value
	} else if at := strings.Index(text, " #"); at >= 0 {
		text = strings.TrimSpace(text[:at])
	}
	p := interpolation{lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
	value, err := p.expand(text, 0)
	// A text without limit could grow from line to line.
	return value, err == nil && len(value) <= maxText
}

// quoted reads up to the closing double quote.
func quoted(text string) (value string, closed bool) {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return out.String(), true
		case c == '\\' && i+1 < len(text):
			i++
			switch text[i] {
			case 'n':
				out.WriteByte('\n')
			case 't':
				out.WriteByte('\t')
			case '"', '\\':
				out.WriteByte(text[i])
			default:
				out.WriteByte('\\')
				out.WriteByte(text[i])
			}
		default:
			out.WriteByte(c)
		}
	}
	return "", false
}
