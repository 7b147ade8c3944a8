package scan

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/anchore/syft/syft/format/cyclonedxjson"
	"github.com/anchore/syft/syft/format/spdxjson"
	"github.com/anchore/syft/syft/format/syftjson"
	"github.com/anchore/syft/syft/sbom"
	"github.com/anchore/syft/syft/source"

	"github.com/containergate/gate/internal/gate"
	"github.com/containergate/gate/internal/wholefile"
)

// The formats of bills of materials.
const (
	formatSyft      = "syft-json"
	formatSPDX      = "spdx-json"
	formatCycloneDX = "cyclonedx-json"
)

// writing is what came of writing the bills of materials.
type writing struct {
	artifacts []gate.Artifact
	err       error
}

// writeSBOMs writes the bill of materials that was asked for, and what later
// runs need of it.
func (s *Scanner) writeSBOMs(bill *sbom.SBOM, in Input) (w writing) {
	if in.SBOMPath != "" {
		var asked gate.Artifact
		if asked, w.err = s.writeSBOM(bill, in); w.err != nil {
			return w
		}
		w.artifacts = append(w.artifacts, asked)
	}
	if in.Keep != "" {
		w.err = s.writeKept(bill, in)
	}
	return w
}

// writeSBOM writes the bill of materials in one step: either all of it is there
// afterwards, or what was there before.
func (s *Scanner) writeSBOM(bill *sbom.SBOM, in Input) (gate.Artifact, error) {
	name := cmp.Or(in.SBOMFormat, formatSyft)
	content, err := s.encode(bill, name, in.Redact)
	if err == nil {
		err = replaceFile(in.SBOMPath, content)
	}
	if err != nil {
		return gate.Artifact{}, fmt.Errorf("write bill of materials: %w", err)
	}
	return gate.Artifact{Kind: "sbom-" + name, Path: in.SBOMPath}, nil
}

// writeKept writes what later runs need of a bill, in one step as well.
func (s *Scanner) writeKept(bill *sbom.SBOM, in Input) error {
	thin, apart := lean(bill)
	content, err := s.encode(thin, formatSyft, in.Redact)
	if err == nil {
		content, err = withFunctions(content, apart, in.Redact)
	}
	if err == nil {
		err = replaceFile(in.Keep, content)
	}
	if err != nil {
		return fmt.Errorf("keep bill of materials: %w", err)
	}
	return nil
}

// encode writes a document in a format, without what redact takes out. Equal
// catalogues and times give equal bytes.
func (s *Scanner) encode(bill *sbom.SBOM, name string, redact func(string) string) ([]byte, error) {
	document := *bill
	if redact != nil {
		document.Source = withoutConfiguration(document.Source)
	}
	encoder, err := encoderFor(name)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := encoder.Encode(&text, document); err != nil {
		return nil, err
	}
	content := text.Bytes()
	if name != formatSyft {
		content = dated(content, s.opts.Now)
	}
	if redact != nil {
		content = []byte(redact(string(content)))
	}
	return content, nil
}

func encoderFor(name string) (sbom.FormatEncoder, error) {
	switch name {
	case formatSyft:
		return syftjson.NewFormatEncoder(), nil
	case formatSPDX:
		return spdxjson.NewFormatEncoderWithConfig(spdxjson.EncoderConfig{Version: "2.3"})
	case formatCycloneDX:
		return cyclonedxjson.NewFormatEncoderWithConfig(cyclonedxjson.EncoderConfig{Version: "1.6"})
	}
	return nil, fmt.Errorf("unknown format %q: use one of %s, %s, %s", name, formatSyft, formatSPDX, formatCycloneDX)
}

// dated replaces the random number and the clock's time of a document by a
// number made from its content and by the run's time. Both stand before
// anything that came from the image, or can't be written there in this form,
// because quotes are escaped in JSON.
func dated(text []byte, now time.Time) []byte {
	const uuid = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
	stamp := []byte("1970-01-01T00:00:00Z")
	if !now.IsZero() {
		stamp = []byte(now.UTC().Format(time.RFC3339))
	}
	text = replaceFirst(text, `"(?:created|timestamp)":\s*"([^"\\]*)"`, stamp)
	number := `"(?:serialNumber|documentNamespace)":\s*"[^"\\]*?(` + uuid + `)"`
	text = replaceFirst(text, number, []byte(strings.Repeat("0", 8)+"-0000-0000-0000-"+strings.Repeat("0", 12)))
	sum := sha256.Sum256(text)
	// Version 8 is the one for numbers that an application makes its own way.
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	id := hex.EncodeToString(sum[:16])
	return replaceFirst(text, number, []byte(id[:8]+"-"+id[8:12]+"-"+id[12:16]+"-"+id[16:20]+"-"+id[20:]))
}

// replaceFirst puts other text in the place of the first group of a pattern.
func replaceFirst(text []byte, pattern string, by []byte) []byte {
	at := regexp.MustCompile(pattern).FindSubmatchIndex(text)
	if at == nil {
		return text
	}
	return slices.Concat(text[:at[2]], by, text[at[3]:])
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
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return wholefile.Write(path, 0o644, wholefile.Bytes(content))
}
