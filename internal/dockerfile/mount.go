package dockerfile

import "strings"

// Mount is a --mount flag of RUN, as written: variables are not expanded.
type Mount struct {
	// Type is bind when the flag does not say.
	Type                 string
	Source, Target, From string
	ID                   string
	Position
}

// Mounts returns the --mount flags of the instruction.
func (i *Instruction) Mounts() []Mount {
	var mounts []Mount
	for _, f := range i.Flags {
		if f.Name == "mount" {
			mounts = append(mounts, parseMount(f))
		}
	}
	return mounts
}

func parseMount(f Flag) Mount {
	m := Mount{Type: "bind", Position: f.Position}
	for _, field := range strings.Split(f.Value, ",") {
		key, value, _ := strings.Cut(field, "=")
		value = strings.Trim(value, `"`)
		switch strings.ToLower(strings.Trim(strings.TrimSpace(key), `"`)) {
		case "type":
			m.Type = value
		case "source", "src":
			m.Source = value
		case "target", "dst", "destination":
			m.Target = value
		case "from":
			m.From = value
		case "id":
			m.ID = value
		}
	}
	return m
}
