package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// layoutOf writes an image of the Engine as an OCI layout, with skopeo.
func layoutOf(ctx context.Context, name, layout string) error {
	out, err := exec.CommandContext(ctx, "skopeo", "--insecure-policy", "copy", "--quiet", "docker-daemon:"+name, "oci:"+layout+":base").CombinedOutput()
	if err != nil {
		return fmt.Errorf("skopeo: %w: %s", err, out)
	}
	return nil
}

// layoutDigest is the digest of a layout's only manifest; empty without a layout.
func layoutDigest(layout string) string {
	data, err := os.ReadFile(filepath.Join(layout, "index.json"))
	if err != nil {
		return ""
	}
	var index struct {
		Manifests []struct{ Digest string }
	}
	if json.Unmarshal(data, &index) != nil || len(index.Manifests) != 1 {
		return ""
	}
	return index.Manifests[0].Digest
}

// cmdLayout writes an image of the Engine as an OCI layout: layout NAME FOLDER.
func cmdLayout(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: layout NAME FOLDER")
	}
	ts.Check(layoutOf(context.Background(), args[0], ts.MkAbs(args[1])))
}

// cmdSave copies an image of the Engine with skopeo: save NAME DESTINATION,
// where a destination is in skopeo's spelling (oci-archive:file, docker-archive:file).
func cmdSave(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: save NAME DESTINATION")
	}
	ts.Check(ts.Exec("skopeo", "--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false", "docker-daemon:"+args[0], args[1]))
}

// cmdRegistry starts a real registry on loopback for the script, and puts its
// address into REGISTRY.
func cmdRegistry(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: registry")
	}
	address, err := freeAddress()
	ts.Check(err)
	folder := ts.MkAbs("registry")
	ts.Check(os.MkdirAll(folder, 0o750))
	config := fmt.Sprintf("version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: %s}\n", folder, address)
	file := filepath.Join(folder, "config.yml")
	ts.Check(os.WriteFile(file, []byte(config), 0o600))
	command := exec.Command(os.Getenv("GATE_REGISTRY_BIN"), "serve", file)
	ts.Check(command.Start())
	ts.Defer(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	ts.Check(waitFor("http://" + address + "/v2/"))
	ts.Setenv("REGISTRY", address)
}

// waitFor asks until the server answers.
func waitFor(url string) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	var err error
	for range 1500 {
		var response *http.Response
		response, err = http.Get(url)
		if err == nil {
			return response.Body.Close()
		}
		<-ticker.C
	}
	return err
}
