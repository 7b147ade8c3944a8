package build

import "testing"

func TestEqualBuildsFailWithEqualWords(t *testing.T) {
	tests := map[string]string{
		`failed to compute cache key: failed to calculate checksum of ref n4sl::vzew5: "/nowhere.txt": not found`: `"/nowhere.txt": not found`,
		`failed to compute cache key: "/nowhere.txt" not found: not found`:                                        `"/nowhere.txt" not found: not found`,
		`process "/bin/sh -c false" did not complete successfully: exit code: 1`:                                  `process "/bin/sh -c false" did not complete successfully: exit code: 1`,
	}
	for message, want := range tests {
		if got := withoutReferences(message); got != want {
			t.Errorf("%q became %q, want %q", message, got, want)
		}
	}
}
