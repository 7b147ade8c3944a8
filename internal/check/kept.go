package check

import (
	"errors"
	"fmt"
	"os"

	"github.com/containergate/gate/internal/baseline"
)

// keptBill writes the bill of materials that an earlier run kept in a file to
// one of its own, which the caller removes. A file that can't be read is for the
// user to correct.
func (r *run) keptBill(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", &InputError{Err: fmt.Errorf("open what was kept: %w; name a file that --keep-baseline wrote", err)}
	}
	defer func() { _ = file.Close() }()
	kept, err := baseline.Read(file, maxKept)
	if err != nil {
		return "", &InputError{Err: fmt.Errorf("%s: %w; name a whole file that --keep-baseline wrote", path, err)}
	}
	bill, err := os.CreateTemp(r.env.TempDir, "kept-*.syft.json")
	if err != nil {
		return "", err
	}
	_, err = bill.Write(kept.SBOM)
	if err = errors.Join(err, bill.Close()); err != nil {
		return "", errors.Join(err, os.Remove(bill.Name()))
	}
	return bill.Name(), nil
}
