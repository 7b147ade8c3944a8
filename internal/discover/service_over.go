package discover

import (
	"maps"
	"slices"
)

// over is the service with another one beneath it, which it overrides. Both
// stay as they are.
func (s *service) over(base *service) *service {
	merged := *s
	if !s.image.set && !slices.Contains(s.cleared, "image") {
		merged.image = base.image
	}
	if !s.platform.set && !slices.Contains(s.cleared, "platform") {
		merged.platform = base.platform
	}
	if base.build == nil || slices.Contains(s.cleared, "build") {
		return &merged
	}
	if merged.build == nil {
		merged.build = base.build
		return &merged
	}
	merged.build = s.build.over(base.build)
	return &merged
}

func (b *composeBuild) over(base *composeBuild) *composeBuild {
	merged := *b
	keeps := func(key string) bool { return !slices.Contains(b.cleared, key) }
	for _, key := range []string{"context", "dockerfile", "dockerfile_inline", "target", "network", "no_cache", "pull"} {
		if at := merged.scalar(key); !at.set && keeps(key) {
			*at = *base.scalar(key)
			if key == "context" {
				merged.folder = base.folder
			}
		}
	}
	merged.args = layered(base.args, b.args, keeps("args"))
	merged.contexts = layered(base.contexts, b.contexts, keeps("additional_contexts"))
	merged.labels = layered(base.labels, b.labels, keeps("labels"))
	if keeps("platforms") {
		merged.platforms = slices.Concat(base.platforms, b.platforms)
	}
	if keeps("tags") {
		merged.tags = slices.Concat(base.tags, b.tags)
	}
	if keeps("secrets") {
		merged.secrets = slices.Concat(base.secrets, b.secrets)
	}
	if keeps("ssh") {
		merged.ssh = slices.Concat(base.ssh, b.ssh)
	}
	if keeps("extra_hosts") {
		merged.hosts = slices.Concat(base.hosts, b.hosts)
	}
	return &merged
}

// layered puts one mapping over another.
func layered(base, over map[string]text, keep bool) map[string]text {
	if !keep {
		return over
	}
	all := maps.Clone(base)
	if all == nil {
		return over
	}
	maps.Copy(all, over)
	return all
}
