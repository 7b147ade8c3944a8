package build

import "testing"

func TestRedactorHidesValues(t *testing.T) {
	for name, test := range map[string]struct {
		values     []string
		text, want string
	}{
		"a value of four letters is hidden":                  {[]string{"s3cr"}, "is s3cr.", "is ***."},
		"a value of three letters is shown":                  {[]string{"abc"}, "is abc.", "is abc."},
		"the longer of two values is hidden whole":           {[]string{"token", "token-and-more"}, "token-and-more", "***"},
		"a value is hidden without the line end of its file": {[]string{"s3cret\n"}, "got s3cret here", "got *** here"},
		"the long lines of a value are hidden one by one":    {[]string{"first-line\nsecond-line\n}"}, "saw second-line }", "saw *** }"},
		"without values nothing is hidden":                   {nil, "plain", "plain"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := newRedactor(test.values).text(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestSanitizerMakesOutputHarmless(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"colours are taken off":                          {"\x1b[31mred\x1b[0m", "red"},
		"a title sequence is taken off":                  {"\x1b]0;title\x07text", "text"},
		"a carriage return ends the line":                {"10%\r20%\r\n30%", "10%\n20%\n30%"},
		"tabs stay":                                      {"a\tb", "a\tb"},
		"characters that turn the writing order go":      {"a\u202eb\u2066c", "abc"},
		"an old runner command is broken":                {"x ##[error]y", "x ## [error]y"},
		"what is not UTF-8 is replaced":                  {"a\xffb", "a\uFFFDb"},
		"an escape at the very end leaves nothing":       {"a\x1b", "a"},
		"C1 controls go, which some terminals obey":      {"a\u009b31mb", "a31mb"},
		"a command split by an escape is broken as well": {"##\x1b[0m[error]y", "## [error]y"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := newSanitizer().block(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
