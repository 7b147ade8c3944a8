package build

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// unmountBelow detaches every mount inside dir, the deepest first. It finds
// something only where the daemon had no mount namespace of its own and was killed.
func unmountBelow(dir string) {
	table, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return
	}
	defer func() { _ = table.Close() }()
	var below []string
	for lines := bufio.NewScanner(table); lines.Scan(); {
		if point := mountPoint(lines.Text()); strings.HasPrefix(point, dir+"/") {
			below = append(below, point)
		}
	}
	slices.Sort(below)
	for _, point := range slices.Backward(below) {
		_ = syscall.Unmount(point, syscall.MNT_DETACH)
	}
}

// mountPoint reads the fifth field of a line of mountinfo, where spaces and
// the like are written as octal numbers.
func mountPoint(line string) string {
	fields := strings.Fields(line)
	if len(fields) < 5 {
		return ""
	}
	var point strings.Builder
	for rest := fields[4]; rest != ""; {
		if rest[0] == '\\' && len(rest) >= 4 {
			if code, err := strconv.ParseUint(rest[1:4], 8, 8); err == nil {
				point.WriteByte(byte(code))
				rest = rest[4:]
				continue
			}
		}
		point.WriteByte(rest[0])
		rest = rest[1:]
	}
	return point.String()
}
