package scan

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/anchore/syft/syft/format/syftjson"
	"github.com/anchore/syft/syft/sbom"
	"github.com/anchore/syft/syft/source"

	"github.com/containergate/gate/internal/gate"
)

// sbomKind is syft's own JSON, the format from which everything can be matched again.
const sbomKind = "sbom-syft-json"

// writeSBOM writes the bill of materials in one step: either all of it is there
// afterwards, or what was there before.
func writeSBOM(bill *sbom.SBOM, in Input) (gate.Artifact, error) {
	document := *bill
	if in.Redact != nil {
		document.Source = withoutConfiguration(document.Source)
	}
	var text bytes.Buffer
	if err := syftjson.NewFormatEncoder().Encode(&text, document); err != nil {
		return gate.Artifact{}, fmt.Errorf("write bill of materials: %w", err)
	}
	content := text.Bytes()
	if in.Redact != nil {
		content = []byte(in.Redact(text.String()))
	}
	if err := replaceFile(in.SBOMPath, content); err != nil {
		return gate.Artifact{}, fmt.Errorf("write bill of materials: %w", err)
	}
	return gate.Artifact{Kind: sbomKind, Path: in.SBOMPath}, nil
}

// withoutConfiguration leaves out the image's history, environment and labels,
// which repeat the values of build arguments, in part in Base64.
func withoutConfiguration(from source.Description) source.Description {
	if image, ok := from.Metadata.(source.ImageMetadata); ok {
		image.RawConfig, image.RawManifest, image.Labels = nil, nil, nil
		from.Metadata = image
	}
	return from
}

func replaceFile(path string, content []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".sbom-")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		return nil
	}
	if left := os.Remove(f.Name()); left != nil && !errors.Is(left, fs.ErrNotExist) {
		err = errors.Join(err, left)
	}
	return err
}
