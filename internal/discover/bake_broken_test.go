package discover

import (
	"fmt"
	"strings"
	"testing"
)

func TestABrokenBakeFileIsAProblemWithItsPlace(t *testing.T) {
	for _, c := range []struct {
		name, bake string
		words      []string
	}{
		{"a syntax error", "target \"app\" {\n  context = \n}\n", []string{"docker-bake.hcl:2:13"}},
		{"an unknown variable", "target \"app\" {\n  context = MISSING\n}\n", []string{"docker-bake.hcl:2:13", "MISSING"}},
		{"an unknown function", "target \"app\" {\n  context = nope(1)\n}\n", []string{"docker-bake.hcl:2:13", "nope"}},
		{"variables in a circle", "variable \"A\" { default = B }\nvariable \"B\" { default = A }\ntarget \"app\" { context = A }", []string{"docker-bake.hcl:", "hangs on itself"}},
		{"functions in a circle", "function \"f\" {\n params = [x]\n result = f(x)\n}\ntarget \"app\" { context = f(1) }", []string{"docker-bake.hcl:5", "calls itself"}},
		{"a variable and a function in a circle", "variable \"A\" { default = f() }\nfunction \"f\" {\n params = []\n result = A\n}\ntarget \"app\" { context = A }", []string{"docker-bake.hcl:", "itself"}},
		{"inheritance in a circle", "target \"a\" { inherits = [\"b\"] }\ntarget \"b\" { inherits = [\"a\"] }", []string{"docker-bake.hcl:2", "inherits from itself"}},
		{"a parent that is not there", "target \"a\" { inherits = [\"gone\"] }", []string{"docker-bake.hcl:1", "gone"}},
		{"groups in a circle", "group \"default\" { targets = [\"g\"] }\ngroup \"g\" { targets = [\"default\"] }", []string{"docker-bake.hcl:1", "holds itself"}},
		{"a group of what is not there", "group \"default\" { targets = [\"gone\"] }", []string{"docker-bake.hcl:1", "gone"}},
		{"attributes in a circle", "target \"a\" { context = target.b.context }\ntarget \"b\" { context = target.a.context }", []string{"docker-bake.hcl:", "hangs on itself"}},
		{"a matrix without a name", "target \"a\" {\n matrix = { x = [1] }\n}", []string{"docker-bake.hcl:2", "needs a name"}},
		{"a matrix that gives one name twice", "target \"a\" {\n matrix = { x = [1, 2] }\n name = \"n\"\n}", []string{"docker-bake.hcl:1", "twice"}},
		{"a huge matrix", "target \"a\" {\n matrix = { x = range(100), y = range(100) }\n name = \"n-${x}-${y}\"\n}", []string{"docker-bake.hcl:2", "1000 targets"}},
		{"a wrong type", "target \"a\" { tags = {} }", []string{"docker-bake.hcl:1", "list"}},
		{"a text that doubles", doubling(), []string{"docker-bake.hcl:", "too large"}},
		{"functions that call each other too often", treeOfCalls(), []string{"docker-bake.hcl:", "times"}},
		{"a width without end", `target "a" { context = format("%9999999999s", "x") }`, []string{"too much"}},
		{"an indentation without end", `target "a" { context = indent(99999999, "x\ny") }`, []string{"too much"}},
		{"a product without end", `v = range(1000)
			target "a" { tags = setproduct(v, v, v) }`, []string{"too much"}},
		{"loops in loops", `target "a" { tags = [for a in range(9): [for b in range(9): [for c in range(9): "x"]]] }`, []string{"loops"}},
		{"loops over much", "l = [" + strings.Repeat("1,", 4000) + "]\ntarget \"a\" { tags = [for a in l : [for b in l : \"x\"]] }", []string{"docker-bake.hcl:2", "turns"}},
		{"a function that loops over much", "l = [" + strings.Repeat("1,", 4000) + "]\nfunction \"f\" {\n params = [x]\n result = [for a in x : [for b in x : 1]]\n}\ntarget \"a\" { tags = f(l) }", []string{"docker-bake.hcl:6", "turns"}},
		{"loops over text", `v = join("", [for i in range(1000) : "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"])
			target "a" { tags = [for a in range(1000) : "${v}${v}${v}${v}${v}${v}${v}${v}${v}${v}${v}${v}"] }`, []string{"docker-bake.hcl:2", "too much"}},
		{"variables in a long chain", longChain(), []string{"docker-bake.hcl:", "too many others"}},
		{"brackets in brackets", `target "a" { tags = ` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + ` }`, []string{"deep"}},
		{"signs without end", `target "a" { no-cache = ` + strings.Repeat("!", 100_000) + `true }`, []string{"words and signs"}},
		{"a large file", strings.Repeat("#", maxBake+1), []string{"bytes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := find(t, map[string]string{"docker-bake.hcl": c.bake}, Options{})
			wantProblem(t, found, c.words...)
		})
	}
}

// doubling is text that is 2^40 times as long at the end.
func doubling() string {
	var b strings.Builder
	b.WriteString("v0 = \"xxxxxxxxxxxxxxxx\"\n")
	for i := range 40 {
		fmt.Fprintf(&b, "v%d = \"${v%d}${v%d}\"\n", i+1, i, i)
	}
	b.WriteString("target \"a\" { context = v40 }\n")
	return b.String()
}

// longChain is a variable that rests on 3000 others.
func longChain() string {
	var b strings.Builder
	b.WriteString("v0 = \"x\"\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "v%d = v%d\n", i+1, i)
	}
	b.WriteString("target \"a\" { context = v3000 }\n")
	return b.String()
}

// treeOfCalls calls a function 2^40 times.
func treeOfCalls() string {
	var b strings.Builder
	b.WriteString("function \"f0\" {\n params = [x]\n result = 1\n}\n")
	for i := range 40 {
		fmt.Fprintf(&b, "function \"f%d\" {\n params = [x]\n result = f%d(x) + f%d(x)\n}\n", i+1, i, i)
	}
	b.WriteString("target \"a\" { context = f40(1) }\n")
	return b.String()
}

func TestABrokenJSONBakeFileIsAProblemWithItsPlace(t *testing.T) {
	for name, c := range map[string]struct{ bake, place string }{
		"a comma too many": {"{\n \"target\": {},\n}", "docker-bake.json:"},
		"depth":            {strings.Repeat(`{"target":`, 300), "docker-bake.json:1:"},
		"no end":           {`{"target": {"a": {"context": "."}}`, "docker-bake.json:"},
		"a circle":         {`{"variable": {"A": {"default": "${A}"}}, "target": {"a": {"context": "${A}"}}}`, "docker-bake.json:1:"},
	} {
		t.Run(name, func(t *testing.T) {
			found := find(t, map[string]string{"docker-bake.json": c.bake}, Options{})
			wantProblem(t, found, c.place)
			wantNames(t, found)
		})
	}
}
