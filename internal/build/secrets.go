package build

import (
	"os"

	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/secrets/secretsprovider"

	"github.com/containergate/gate/internal/gate"
)

// readSecrets reads each secret now, so that a missing one is an error before
// the build and its value is known to be hidden.
func readSecrets(specs []gate.BuildSecret) (map[string][]byte, error) {
	values := map[string][]byte{}
	for _, spec := range specs {
		if spec.ID == "" {
			return nil, inputErrorf("a build secret has no id: write id=name,src=file or id=name,env=NAME")
		}
		if _, ok := values[spec.ID]; ok {
			return nil, inputErrorf("build secret %s is given twice", spec.ID)
		}
		value, err := readSecret(spec)
		if err != nil {
			return nil, err
		}
		if len(value) > secretsprovider.MaxSecretSize {
			return nil, inputErrorf("build secret %s is larger than %d bytes", spec.ID, secretsprovider.MaxSecretSize)
		}
		values[spec.ID] = value
	}
	return values, nil
}

func readSecret(spec gate.BuildSecret) ([]byte, error) {
	switch {
	case (spec.File == "") == (spec.Env == ""):
		return nil, inputErrorf("build secret %s needs either src=file or env=NAME", spec.ID)
	case spec.Env != "":
		value, ok := os.LookupEnv(spec.Env)
		if !ok {
			return nil, inputErrorf("build secret %s: the environment variable %s is not set", spec.ID, spec.Env)
		}
		return []byte(value), nil
	}
	if info, err := os.Stat(spec.File); err == nil && info.Size() > secretsprovider.MaxSecretSize {
		return nil, inputErrorf("build secret %s: %s is larger than %d bytes", spec.ID, spec.File, secretsprovider.MaxSecretSize)
	}
	value, err := os.ReadFile(spec.File)
	if err != nil {
		return nil, inputErrorf("build secret %s: %w", spec.ID, err)
	}
	return value, nil
}

func secretStore(values map[string][]byte) session.Attachable {
	return secretsprovider.FromMap(values)
}
