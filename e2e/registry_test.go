package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// startRegistry starts a real registry on loopback, and returns its address and
// the folder in which it keeps everything.
func startRegistry(t *testing.T) (address, folder string) {
	t.Helper()
	program := os.Getenv("GATE_REGISTRY_BIN")
	if program == "" {
		t.Skip("GATE_REGISTRY_BIN names no docker-registry")
	}
	address, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	config := fmt.Sprintf("version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %q}, delete: {enabled: true}}\nhttp: {addr: %s}\n", folder, address)
	file := filepath.Join(t.TempDir(), "config.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "serve", file)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	if err := waitFor("http://" + address + "/v2/"); err != nil {
		t.Fatal(err)
	}
	return address, folder
}
