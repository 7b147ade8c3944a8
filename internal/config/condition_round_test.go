package config

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/containergate/gate/internal/gate"
)

// genText are texts that say something: letters, YAML's own signs, blanks inside.
func genText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"true", "no", "1.0", "null", "~", "- a", "a: b", "#", "*a", "&a", "!x", "CVE-*", "pkg:deb/**", "'", "\"", "a\nb", " a ", "é\u202e", "2026-01-01", "<<", "%", "@a"}),
		rapid.StringMatching(`[a-zA-Z0-9:/*.#{}\[\], -]{0,12}[a-z]`),
		rapid.StringOfN(rapid.Rune(), 1, 8, -1).Filter(func(s string) bool { _, ok := (&document{}).text(textNode(s), "x"); return ok }),
	)
}

func genList[T any](item *rapid.Generator[T]) *rapid.Generator[[]T] {
	return rapid.Custom(func(t *rapid.T) []T {
		if list := rapid.SliceOfN(item, 0, 3).Draw(t, "list"); len(list) > 0 {
			return list
		}
		return nil
	})
}

func genBound(most float64, whole bool) *rapid.Generator[*gate.Bound] {
	return rapid.Custom(func(t *rapid.T) *gate.Bound {
		if rapid.Bool().Draw(t, "none") {
			return nil
		}
		value := rapid.Float64Range(0, most).Draw(t, "value")
		if whole {
			value = float64(int(value))
		}
		return &gate.Bound{Op: rapid.SampledFrom([]string{"<", "<=", "=", ">=", ">"}).Draw(t, "op"), Value: value}
	})
}

func genFlag() *rapid.Generator[*bool] {
	yes, no := true, false
	return rapid.SampledFrom([]*bool{nil, &yes, &no})
}

func genCondition(depth int) *rapid.Generator[gate.Condition] {
	return rapid.Custom(func(t *rapid.T) gate.Condition {
		texts := func(name string) []string { return genList(genText()).Draw(t, name) }
		names := func(name string) []string {
			return genList(genText().Filter(func(s string) bool { return checkWildcard(s) == nil })).Draw(t, name)
		}
		c := gate.Condition{
			Analyzers:  genList(rapid.SampledFrom(analyzerWords())).Draw(t, "analyzers"),
			Severities: genList(rapid.SampledFrom(gate.Severities()[1:])).Draw(t, "severities"),
			Statuses:   genList(rapid.SampledFrom(statusWords())).Draw(t, "statuses"),
			Fix:        genList(rapid.SampledFrom(fixWords())).Draw(t, "fix"),
			Sides:      genList(rapid.SampledFrom([]gate.Side{gate.SideBase, gate.SideOwn})).Draw(t, "sides"),
			Sources:    genList(rapid.SampledFrom(sourceWords())).Draw(t, "sources"),
			Relations:  genList(rapid.SampledFrom(relationWords())).Draw(t, "relations"),
			Versions:   rapid.SampledFrom([]string{"", "<2", ">=1.0, <2 || =3.1", "1:2.3-4~deb12u1"}).Draw(t, "versions"),
			FixAge:     genBound(mostDays, true).Draw(t, "fix age"), AdvisoryAge: genBound(mostDays, true).Draw(t, "age"),
			EPSS: genBound(1, false).Draw(t, "epss"), EPSSPercentile: genBound(1, false).Draw(t, "percentile"),
			Risk: genBound(100, false).Draw(t, "risk"), CVSS: genBound(10, false).Draw(t, "cvss"),
			KEV: genFlag().Draw(t, "kev"), Ransomware: genFlag().Draw(t, "ransomware"),
			IDs: names("ids"), Tags: texts("tags"), Images: names("images"), Platforms: names("platforms"), Distros: names("distros"),
			Stages: names("stages"), Paths: texts("paths"), Packages: texts("packages"), Types: names("types"), PURLs: texts("purls"),
			Licenses: texts("licenses"), Tools: texts("tools"),
		}
		if depth > 0 {
			c.All = genList(genCondition(depth-1)).Draw(t, "all")
			c.Any = genList(genCondition(depth-1)).Draw(t, "any")
			if rapid.Bool().Draw(t, "negated") {
				not := genCondition(depth-1).Draw(t, "not")
				c.Not = &not
			}
		}
		return c
	})
}

func TestAConditionIsReadAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := genCondition(2).Draw(t, "condition")
		text, err := yaml.Marshal(conditionNode(want))
		if err != nil {
			t.Fatal(err)
		}
		doc := &document{path: "x"}
		root := doc.parseYAML(text)
		var got gate.Condition
		if root != nil {
			fill(doc, root, "a condition", conditionFields(), &got)
		}
		if diff := cmp.Diff(want, got); diff != "" || doc.err() != nil {
			t.Fatalf("%v\n%s\n(-want +got):\n%s", doc.err(), text, diff)
		}
	})
}

// A field that no row of the table writes would be lost in silence.
func TestTheTableKnowsEveryFieldOfACondition(t *testing.T) {
	yes := true
	values := map[reflect.Type]any{
		reflect.TypeFor[[]string](): []string{"x"}, reflect.TypeFor[*gate.Bound](): &gate.Bound{Op: "<", Value: 1}, reflect.TypeFor[*bool](): &yes, reflect.TypeFor[string](): "<1",
		reflect.TypeFor[[]gate.Condition](): []gate.Condition{{}}, reflect.TypeFor[*gate.Condition](): &gate.Condition{}, reflect.TypeFor[[]gate.Severity](): []gate.Severity{gate.SeverityHigh},
	}
	kind := reflect.TypeFor[gate.Condition]()
	var keys []string
	for i := range kind.NumField() {
		var c gate.Condition
		field := reflect.ValueOf(&c).Elem().Field(i)
		if value, ok := values[field.Type()]; ok {
			field.Set(reflect.ValueOf(value))
		} else {
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			field.Index(0).SetString("x")
		}
		node := writeFields(conditionFields(), c)
		if len(node.Content) != 2 {
			t.Errorf("%s is written as %d keys", kind.Field(i).Name, len(node.Content)/2)
			continue
		}
		keys = append(keys, node.Content[0].Value)
	}
	slices.Sort(keys)
	if len(slices.Compact(keys)) != kind.NumField() || len(conditionFields()) != kind.NumField() {
		t.Errorf("%d fields have %d keys in a table of %d", kind.NumField(), len(slices.Compact(keys)), len(conditionFields()))
	}
}
