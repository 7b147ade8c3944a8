package plain

import (
	"strings"
	"testing"
)

func TestNoLineIsACommandAndNoneIsTooLong(t *testing.T) {
	for _, c := range []struct {
		name  string
		width int
		color bool
		write func(*Printer)
		want  string
	}{
		{"styles show", 0, true, func(p *Printer) { p.Line(1, Bold("a"), Bare(" "), StyleAlarm.Of("b")) }, " \x1b[1ma\x1b[0m \x1b[1;31mb\x1b[0m\n"},
		{"without colour they do not", 0, false, func(p *Printer) { p.Line(1, Bold("a"), Dim(" b ")) }, " a b\n"},
		{"a command is broken up", 0, false, func(p *Printer) { p.Line(2, Bare(" "), Bare("::error::x")) }, "   ⟨:⟩:error::x\n"},
		{"what is too long is cut", 6, false, func(p *Printer) { p.Line(1, Bare("abc"), Bare("def"), Bare("ghi")) }, " abcd…\n"},
		{"wide characters have two columns", 6, false, func(p *Printer) { p.Line(0, Bare("宽字宽字")) }, "宽字…\n"},
		{
			"text goes on below its beginning", 30, false,
			func(p *Printer) { p.Wrapped(2, []Segment{Bold("x: ")}, Bare("one two three four five six")) }, "  x: one two three four five\n     six\n",
		},
		{
			"where there is little room it begins on a line of its own", 20, false,
			func(p *Printer) { p.Wrapped(2, []Segment{Bold("x: ")}, Bare("one two three four five")) }, "  x:\n  one two three four\n  five\n",
		},
		{"without a lead there is no empty line", 20, false, func(p *Printer) { p.Wrapped(2, nil, Bare("one")) }, "  one\n"},
		{"a long word is broken", 8, false, func(p *Printer) { p.Wrapped(0, nil, Bare("abcdefghijk lm")) }, "abcdefgh\nijk lm\n"},
		{"a gap is an empty line", 8, false, func(p *Printer) { p.Gap() }, "\n"},
	} {
		p := NewPrinter(c.width, c.color)
		c.write(p)
		if got := p.String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestColumnsAreFilledAndCut(t *testing.T) {
	c := NewColumns()
	for got, want := range map[string]string{
		c.Pad("宽", 4): "宽  ", c.Pad("abc", 2): "abc", c.Cut("abc", 0): "abc", c.Cut("abcd", 3): "ab…",
		strings.Join(c.Wrap("宽宽宽", 4), "|"): "宽宽|宽", strings.Join(c.Wrap("宽", 1), "|"): "宽", strings.Join(c.Wrap("a b", 0), "|"): "a b",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
