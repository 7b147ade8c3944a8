package build

import "github.com/containerd/platforms"

// normalPlatform writes a platform in its one short form: linux/arm64/v8 and
// aarch64 are linux/arm64. What it cannot read stays as it is.
func normalPlatform(platform string) string {
	parsed, err := platforms.Parse(platform)
	if err != nil {
		return platform
	}
	return platforms.Format(platforms.Normalize(parsed))
}

// checkPlatforms refuses what is no platform at all, and double ones.
func checkPlatforms(list []string) error {
	seen := map[string]bool{}
	for _, platform := range list {
		if _, err := platforms.Parse(platform); err != nil {
			return inputErrorf("platform %q: %w; write linux/amd64", platform, err)
		}
		name := normalPlatform(platform)
		if seen[name] {
			return inputErrorf("platform %s is asked for twice", name)
		}
		seen[name] = true
	}
	return nil
}
