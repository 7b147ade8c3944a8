package build

import (
	"net/netip"
	"strings"
)

// hostEntries turns name:address and name=address into BuildKit's list.
func hostEntries(entries []string, describe string) (string, error) {
	var out []string
	for _, entry := range entries {
		// An IPv6 address has colons, so the first separator counts.
		at := strings.IndexAny(entry, ":=")
		if at <= 0 {
			return "", inputErrorf("add-hosts %q: write name=address", entry)
		}
		name, address := entry[:at], strings.Trim(entry[at+1:], "[]")
		if address == "host-gateway" {
			return "", unsupportedErrorf("add-hosts %q: %s does not tell the host's address to a build; write the address", entry, describe)
		}
		parsed, err := netip.ParseAddr(address)
		if err != nil || strings.ContainsAny(name, " ,\"\t\n") {
			return "", inputErrorf("add-hosts %q: %q is not an IP address, or %q not a host name", entry, address, name)
		}
		out = append(out, name+"="+parsed.String())
	}
	return strings.Join(out, ","), nil
}
