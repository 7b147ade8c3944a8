package discover

import (
	"fmt"
	"strings"
)

// fromCompose makes a text of a Compose file one of a target.
func fromCompose(t text, folder string) settled {
	value := settled{text: t.string, folder: folder}
	for _, name := range t.missing {
		value.why = append(value.why, fmt.Sprintf("the variable %s, which has no default", quote(name)))
	}
	return value
}

// beneath is a Compose service as a target that bake files build on.
func beneath(s *service) *resolved {
	r := newResolved()
	for _, name := range []string{"dockerfile", "dockerfile-inline", "target", "network", "no-cache", "pull"} {
		if t := s.build.scalar(strings.ReplaceAll(name, "-", "_")); t.set {
			r.texts[name] = fromCompose(*t, "")
		}
	}
	r.texts["context"] = settled{text: ".", folder: s.build.folder}
	if t := s.build.context; t.set {
		r.texts["context"] = fromCompose(t, t.folder)
	}
	for name, values := range map[string]map[string]text{"args": s.build.args, "contexts": s.build.contexts, "labels": s.build.labels} {
		for key, t := range values {
			value := fromCompose(t, t.folder)
			if name == "args" && !t.set {
				value.why = []string{"the environment"}
			}
			r.set(name, key, value)
		}
	}
	for _, host := range s.build.hosts {
		name, address, _ := strings.Cut(host, "=")
		r.set("extra-hosts", name, settled{text: address})
	}
	for name, list := range map[string][]text{"platforms": s.build.platforms, "tags": append([]text{s.image}, s.build.tags...)} {
		var known, why []string
		for _, t := range list {
			value := fromCompose(t, "")
			known, why = append(known, value.text), append(why, value.why...)
		}
		if known = distinct(known); known != nil {
			r.put(name, known, why)
		}
	}
	r.put("secret", s.build.secrets, nil)
	r.put("ssh", s.build.ssh, nil)
	return r
}
