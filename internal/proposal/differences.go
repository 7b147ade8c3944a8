package proposal

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/containergate/gate/internal/config"
	"github.com/containergate/gate/internal/gate"
)

// differences tells in words how the policy files at hand differ from the base's.
// A file that is broken on either side is told by others.
func (s Source) differences(request config.Request, base gate.Plan, failed error) []string {
	if failed != nil {
		return nil
	}
	head, _, err := request.Own()
	if err != nil {
		return nil
	}
	return slices.Concat(
		thresholds(base.Policy, head.Policy),
		decided(base.Policy, head.Policy),
		settings(base, head),
		listed("waiver", base.Policy.Waivers, head.Policy.Waivers, waiverKey, waiverWords),
		listed("allowed guard", base.Policy.Allowances, head.Policy.Allowances, allowanceWords, allowanceWords),
		listed("image", base.Images, head.Images, imageName, imageWords),
	)
}

func thresholds(base, head gate.Policy) []string {
	told := appendChange(nil, "mode", string(cmp.Or(base.Mode, gate.ModeEnforce)), string(cmp.Or(head.Mode, gate.ModeEnforce)))
	for _, row := range []struct {
		analyzer gate.Analyzer
		name     string
	}{
		{gate.AnalyzerScan, "fail-on"}, {gate.ThresholdContext, "fail-on context"}, {gate.AnalyzerLint, "lint-fail-on"},
		{gate.AnalyzerLicense, "fail-on license"}, {gate.AnalyzerPackages, "fail-on packages"}, {gate.AnalyzerForeign, "fail-on foreign"},
	} {
		told = appendChange(told, row.name, bar(base, row.analyzer), bar(head, row.analyzer))
	}
	told = appendChange(told, "only-fixed", fmt.Sprint(base.OnlyFixed), fmt.Sprint(head.OnlyFixed))
	return appendChange(told, "unknown-as", base.UnknownAs.String(), head.UnknownAs.String())
}

func bar(policy gate.Policy, analyzer gate.Analyzer) string {
	threshold, ok := policy.Thresholds[analyzer]
	if !ok {
		return ""
	}
	if threshold.Never {
		return "never"
	}
	return threshold.Severity.String()
}

func settings(base, head gate.Plan) []string {
	told := appendChange(nil, "max-db-age", age(base.Database.MaxAge), age(head.Database.MaxAge))
	told = appendChange(told, "lint", onOff(!base.Lint.Off), onOff(!head.Lint.Off))
	told = appendChange(told, "profile", base.Lint.Profile, head.Lint.Profile)
	told = appendChange(told, "shellcheck", base.Lint.ShellCheck, head.Lint.ShellCheck)
	told = appendChange(told, "lint-pragmas", onOff(!base.Lint.NoPragmas), onOff(!head.Lint.NoPragmas))
	told = appendChange(told, "trusted-registries", strings.Join(base.Lint.TrustedRegistries, ", "), strings.Join(head.Lint.TrustedRegistries, ", "))
	told = append(told, listed("ignored rule", base.Lint.Ignore, head.Lint.Ignore, text, text)...)
	for _, row := range []struct {
		name       string
		base, head any
	}{
		{"rule-severity", base.Lint.Severities, head.Lint.Severities},
		{"required-labels", base.Lint.RequiredLabels, head.Lint.RequiredLabels},
		{"strict-labels", base.Lint.StrictLabels, head.Lint.StrictLabels},
	} {
		if !reflect.DeepEqual(row.base, row.head) {
			told = append(told, row.name+" differs")
		}
	}
	return told
}

func appendChange(told []string, name, base, head string) []string {
	if base == head {
		return told
	}
	return append(told, fmt.Sprintf("%s: %s → %s", name, orNone(base), orNone(head)))
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func age(d time.Duration) string {
	if d == 0 {
		return "no limit"
	}
	return d.String()
}

// listed tells what was added to a list, changed in it and taken from it, in
// the order of the lists. Items of one key and other words were changed.
func listed[T any](what string, base, head []T, key, words func(T) string) []string {
	var told []string
	find := func(list []T, item T) (T, bool) {
		i := slices.IndexFunc(list, func(other T) bool { return key(other) == key(item) })
		if i < 0 {
			var none T
			return none, false
		}
		return list[i], true
	}
	for _, item := range head {
		old, there := find(base, item)
		switch {
		case !there:
			told = append(told, what+" added: "+words(item))
		case words(old) != words(item):
			told = append(told, fmt.Sprintf("%s changed: %s (was: %s)", what, words(item), words(old)))
		}
	}
	for _, item := range base {
		if _, there := find(head, item); !there {
			told = append(told, what+" removed: "+words(item))
		}
	}
	return told
}

func text(word string) string { return word }

func imageName(image gate.ImagePlan) string { return image.Name }

func imageWords(image gate.ImagePlan) string {
	if image.Build == nil {
		return image.Name + " from " + image.Ref
	}
	words := image.Name + " built from " + image.Build.Context + " by " + image.Dockerfile
	if image.Target != "" {
		words += ", stage " + image.Target
	}
	return words
}

func waiverKey(w gate.Waiver) string {
	return strings.Join([]string{w.ID, w.Image, w.Package, w.PURL, w.Versions, w.Path}, "\x00")
}

func waiverWords(w gate.Waiver) string {
	words := w.ID
	for _, scope := range []struct{ name, value string }{
		{"image", w.Image}, {"package", w.Package}, {"package URL", w.PURL}, {"version", w.Versions}, {"path", w.Path},
	} {
		if scope.value != "" {
			words += ", " + scope.name + " " + scope.value
		}
	}
	if w.UntilFixed {
		words += ", until there is a fix"
	}
	return words + ", until " + w.LastDay() + ", reason: " + w.Reason
}

func allowanceWords(a gate.Allowance) string {
	words := string(a.Guard)
	if a.Image != "" {
		words += " for " + a.Image
	}
	if len(a.Paths) > 0 {
		words += " at " + strings.Join(a.Paths, ", ")
	}
	return words
}
