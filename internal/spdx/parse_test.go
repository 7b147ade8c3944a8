package spdx

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// spell writes an expression with all its parentheses. A licence that isn't
// known is in question marks, and so is an exception.
func spell(e Expression) string {
	if len(e.Any)+len(e.All) == 0 {
		switch l := e.License; {
		case l.ID == "":
			return "?" + l.Text + "?"
		case l.Strange:
			return l.Plain() + " WITH ?" + l.Exception + "?"
		default:
			return l.String()
		}
	}
	operator, operands := " AND ", e.All
	if len(e.Any) > 0 {
		operator, operands = " OR ", e.Any
	}
	var spelled []string
	for _, part := range operands {
		text := spell(part)
		if len(part.Any)+len(part.All) > 0 {
			text = "(" + text + ")"
		}
		spelled = append(spelled, text)
	}
	return strings.Join(spelled, operator)
}

func TestExpressionsAreReadAsSPDXHasThem(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"MIT", "MIT"},
		{"mit", "MIT"},
		{"MIT OR Apache-2.0", "MIT OR Apache-2.0"},
		{"MIT AND (Apache-2.0 OR GPL-2.0-only)", "MIT AND (Apache-2.0 OR GPL-2.0-only)"},
		{"MIT OR Apache-2.0 AND ISC", "MIT OR (Apache-2.0 AND ISC)"},
		{"(MIT)", "MIT"},
		{"GPL-2.0", "GPL-2.0-only"},
		{"GPL-2.0+", "GPL-2.0-or-later"},
		{"GPL-2.0-or-later", "GPL-2.0-or-later"},
		{"LGPL-2.1+", "LGPL-2.1-or-later"},
		{"Apache-2.0+", "Apache-2.0+"},
		{"GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"},
		{"GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"},
		{"Apache-2.0 WITH LLVM-exception OR MIT", "Apache-2.0 WITH LLVM-exception OR MIT"},
		{"LicenseRef-own", "?LicenseRef-own?"},
		{"NOASSERTION", "?NOASSERTION?"},
		{"", "??"},
	} {
		if got := spell(Parse(tt.text)); got != tt.want {
			t.Errorf("%q is read as %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestTheWordsOfOtherSystemsAreUnderstood(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"GPL-2", "GPL-2.0-only"},
		{"GPL-2+", "GPL-2.0-or-later"},
		{"LGPL-2.1+", "LGPL-2.1-or-later"},
		{"GPL", "GPL-1.0-or-later"},
		{"Expat", "MIT"},
		{"BSD-3-clause", "BSD-3-Clause"},
		{"Apache-2", "Apache-2.0"},
		{"Artistic", "Artistic-1.0"},
		{"Artistic-2", "Artistic-2.0"},
		{"public-domain", "public-domain"},
		{"Public Domain", "public-domain"},
		{"Perl", "Artistic-1.0-Perl OR GPL-1.0-or-later"},
		{"GPL-1+ or Artistic", "GPL-1.0-or-later OR Artistic-1.0"},
		{"GPL-2+ and Expat or ISC, and Zlib", "((GPL-2.0-or-later AND MIT) OR ISC) AND Zlib"},
		{"GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"},
		{"GPL-2+ with OpenSSL exception", "GPL-2.0-or-later WITH ?OpenSSL exception?"},
		{"GPL-3+-with-autoconf-exception", "GPL-3.0-or-later WITH Autoconf-exception-generic"},
		{"GPLv2+", "GPL-2.0-or-later"},
		{"LGPLv2.1", "LGPL-2.1-only"},
		{"MPLv2.0", "MPL-2.0"},
		{"ASL 2.0", "Apache-2.0"},
		{"(GPLv2+ or LGPLv3+) and BSD", "(GPL-2.0-or-later OR LGPL-3.0-or-later) AND ?BSD?"},
		{"GPLv2+ with exceptions", "GPL-2.0-or-later WITH ?exceptions?"},
		{"MIT License", "MIT"},
		{"The MIT License (MIT)", "MIT"},
		{"Apache License, Version 2.0", "Apache-2.0"},
		{"Apache Software License", "?Apache Software License?"},
		{"BSD (3-clause)", "BSD-3-Clause"},
		{"BSD License", "?BSD License?"},
		{"GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"},
		{"GNU General Public License v3.0 or any later version", "GPL-3.0-or-later"},
		{"GPL (>= 2)", "GPL-2.0-or-later"},
		{"GPL-2 | GPL-3", "GPL-2.0-only OR GPL-3.0-only"},
		{"MIT, ISC", "MIT AND ISC"},
		{"MIT/Apache-2.0", "MIT AND Apache-2.0"},
		{"ISC License (ISCL)", "ISC"},
		{"3-Clause BSD License", "BSD-3-Clause"},
		{"Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"},
	} {
		if got := spell(Parse(tt.text)); got != tt.want {
			t.Errorf("%q is read as %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestWhatCannotBeReadHidesNoLicence(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"(GPL-3.0-only", "?(GPL-3.0-only? AND GPL-3.0-only"},
		{"MIT OR", "?MIT OR? AND MIT"},
		{"dual GPL-2.0 licence", "?dual GPL-2.0 licence? AND GPL-2.0-only"},
		{"GPL-1-or-Artistic", "?GPL-1-or-Artistic? AND GPL-1.0-only AND Artistic-1.0"},
		{"MIT (GPL-2.0)", "MIT AND GPL-2.0-only"},
		{"own words", "?own words?"},
		{"MIT-style", "?MIT-style?"},
		{"MIT WITH", "?MIT WITH? AND MIT"},
		{") MIT (", "?) MIT (? AND MIT"},
		{"Apache-2.0 WITH Commons-Clause", "Apache-2.0 WITH ?Commons-Clause?"},
		{strings.Repeat("(", 100) + "MIT" + strings.Repeat(")", 100), "?" + strings.Repeat("(", 100) + "MIT" + strings.Repeat(")", 100) + "? AND MIT"},
	} {
		if got := spell(Parse(tt.text)); got != tt.want {
			t.Errorf("%q is read as %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestLaterVersionsAreThoseThatSPDXLists(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"GPL-2.0-or-later", []string{"GPL-2.0", "GPL-3.0"}},
		{"GPL-3.0-or-later", []string{"GPL-3.0"}},
		{"GPL-2.0-only", []string{"GPL-2.0"}},
		{"LGPL-2.0+", []string{"LGPL-2.0", "LGPL-2.1", "LGPL-3.0"}},
		{"Apache-1.1+", []string{"Apache-1.1", "Apache-2.0"}},
		{"MIT+", []string{"MIT"}},
	} {
		if diff := cmp.Diff(tt.want, Parse(tt.text).License.Versions()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestEveryWordOfTheTablesStandsForLicencesThatSPDXLists(t *testing.T) {
	for name, spelled := range nameTable() {
		for _, l := range Parse(spelled).Licenses() {
			if l.ID != PublicDomain && !listed(l.ID) && !listed(l.ID+"-only") {
				t.Errorf("%q gives %s, which SPDX does not list", name, l.ID)
			}
		}
		if found, ok := named(name); !ok || spell(found) != spell(Parse(spelled)) {
			t.Errorf("%q is not found by its own words", name)
		}
	}
	for name, id := range exceptionTable() {
		if spelled, ok := exception(id); !ok || spelled != id {
			t.Errorf("%q gives the exception %s, which SPDX does not list", name, id)
		}
	}
	for name, id := range oldExceptions() {
		if spelled, ok := exception(id); !ok || spelled != id {
			t.Errorf("%q gives the exception %s, which SPDX does not list", name, id)
		}
	}
}

func TestWhatIsSpelledIsReadAsItself(t *testing.T) {
	ids := rapid.SampledFrom([]string{"MIT", "GPL-2.0-only", "GPL-3.0-or-later", "Apache-2.0", "LGPL-2.1+", "GPL-2.0-only WITH Classpath-exception-2.0"})
	var draw func(t *rapid.T, depth int) string
	draw = func(t *rapid.T, depth int) string {
		if depth == 0 || rapid.Bool().Draw(t, "leaf") {
			return ids.Draw(t, "id")
		}
		operator := rapid.SampledFrom([]string{" AND ", " OR "}).Draw(t, "operator")
		return "(" + draw(t, depth-1) + operator + draw(t, depth-1) + ")"
	}
	rapid.Check(t, func(t *rapid.T) {
		once := spell(Parse(draw(t, 4)))
		if twice := spell(Parse(once)); twice != once {
			t.Fatalf("%s is read as %s", once, twice)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"MIT OR (GPL-2+ and Expat, or ISC)", "GPL (>= 2)", "GPL-2+-with-x", "(((", "a/b,c;d", "or later", "WITH", "A (B) (C)", "v+", ">=", "é", "GPL-2.0 or later", "\xff\xff-with-",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e := Parse(text)
		all := e.Licenses()
		if len(all) == 0 {
			t.Fatal("no licence came out")
		}
		if spell(Parse(text)) != spell(e) {
			t.Fatal("the same text was read in two ways")
		}
		for _, l := range all {
			if l.ID != "" && l.ID != PublicDomain && !listed(l.ID) && !listed(l.ID+"-only") {
				t.Fatalf("the licence %q is not on SPDX's list", l.ID)
			}
			_ = l.Versions()
		}
	})
}
