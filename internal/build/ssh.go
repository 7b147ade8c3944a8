package build

import (
	"strconv"
	"strings"

	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/sshforward/sshprovider"
)

// sshAgents forwards agents in BuildKit's spelling: default, id=socket,
// id=key[,key…], and raw=true for a socket that is no agent.
func sshAgents(specs []string) (session.Attachable, error) {
	var configs []sshprovider.AgentConfig
	for _, spec := range specs {
		id, rest, given := strings.Cut(spec, "=")
		config := sshprovider.AgentConfig{ID: id}
		if given {
			for part := range strings.SplitSeq(rest, ",") {
				value, isRaw := strings.CutPrefix(part, "raw=")
				if !isRaw {
					config.Paths = append(config.Paths, part)
					continue
				}
				raw, err := strconv.ParseBool(value)
				if err != nil {
					return nil, inputErrorf("ssh %q: raw is true or false", spec)
				}
				config.Raw = raw
			}
		}
		configs = append(configs, config)
	}
	agents, err := sshprovider.NewSSHAgentProvider(configs)
	if err != nil {
		return nil, inputErrorf("ssh %s: %w; start an agent, or name a key with id=path", strings.Join(specs, " "), err)
	}
	return agents, nil
}
