package frame

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestTheColoursCanBeTold(t *testing.T) {
	style, err := files.ReadFile("style.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, ok := strings.Cut(string(style), "prefers-color-scheme:dark")
	if !ok {
		t.Fatal("there is no dark scheme")
	}
	for name, scheme := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+):(#[0-9a-f]{3,6})\b`).FindAllStringSubmatch(scheme, -1) {
			colours[m[1]] = m[2]
		}
		pairs := [][2]string{{"pass-fg", "pass-bg"}, {"fail-fg", "fail-bg"}, {"incomplete-fg", "incomplete-bg"}}
		for _, text := range []string{"fg", "dim", "link", "critical", "high", "medium", "low", "negligible", "unknown", "fail-line", "pass-line"} {
			pairs = append(pairs, [2]string{text, "bg"}, [2]string{text, "panel"})
		}
		for _, pair := range pairs {
			const enough = 4.5
			if got := contrast(t, colours[pair[0]], colours[pair[1]]); got < enough {
				t.Errorf("%s: %s on %s has a contrast of %.2f", name, pair[0], pair[1], got)
			}
		}
	}
}

// contrast is the ratio of WCAG 2 of two colours, written #rgb or #rrggbb.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	digits := strings.TrimPrefix(colour, "#")
	if len(digits) == 3 {
		digits = strings.Join([]string{digits[:1], digits[:1], digits[1:2], digits[1:2], digits[2:], digits[2:]}, "")
	}
	if len(digits) != 6 {
		t.Fatalf("%q is no colour", colour)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		if c := float64(n) / 255; c <= 0.04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}
