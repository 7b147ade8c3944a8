package shellcheck

// Words are what there is to say about a code for people.
type Words struct {
	// Title is one line without a full stop; Why and Fix are a few sentences.
	Title, Why, Fix string
}

// URL is the page of ShellCheck's wiki about a code.
func URL(code string) string { return "https://www.shellcheck.net/wiki/" + code }

// Describe returns the words for a code: its own for those that are met most,
// and general ones for all others.
func Describe(code string) Words {
	if words, ok := frequent(code); ok {
		return words
	}
	words := Words{
		Title: "ShellCheck " + code,
		Why:   "ShellCheck takes this piece of shell code for a mistake, or for something that works only by luck.",
		Fix:   "Read ShellCheck's page about " + code + ", which shows wrong and right code side by side.",
	}
	if len(code) > 2 && code[2] == '1' {
		words.Why = "ShellCheck has trouble reading the script here. The shell may have it too, or read it in another way than it looks."
	}
	if len(code) > 2 && code[2] == '3' {
		words.Why = "This is not in POSIX sh. Where /bin/sh is dash or BusyBox it fails or means something else."
		words.Fix = "Write it the POSIX way, or name a shell that knows it: SHELL [\"/bin/bash\", \"-c\"]."
	}
	return words
}

func frequent(code string) (Words, bool) {
	if words, ok := aboutExpansion(code); ok {
		return words, true
	}
	switch code {
	case "SC1072", "SC1073":
		return Words{
			"The shell code of RUN can't be parsed",
			"What can't be parsed does not run, or not as meant; and nothing behind it is checked.",
			"Look for a missing quote, then, do, fi or done, or for a line that lost its continuation character.",
		}, true
	case "SC2154":
		return Words{
			"A variable is used that nothing sets",
			"An unset variable is empty: a wrong name makes a wrong path or an empty argument, without any error.",
			"Correct the name, or declare it with ARG or ENV before the RUN.",
		}, true
	case "SC2155":
		return Words{
			"A declaration hides the exit status of a command",
			"The status is that of export or local, which succeeds; the command inside may fail and the build goes on.",
			"Assign first and export afterwards: name=$(command) && export name.",
		}, true
	case "SC2164":
		return Words{
			"cd may fail and the rest runs in the wrong folder",
			"Without a check the commands after it run wherever the shell happens to be, rm -rf included.",
			"Use WORKDIR, join the commands with &&, or write cd folder || exit 1.",
		}, true
	case "SC2028":
		return Words{
			"echo may not expand escape sequences",
			"Shells differ: one prints a line end for \\n, another the two characters.",
			"Use printf.",
		}, true
	case "SC2015":
		return Words{
			"A && B || C is not if, then, else",
			"C also runs when A succeeds and B fails.",
			"Write if A; then B; else C; fi.",
		}, true
	}
	return Words{}, false
}

// aboutExpansion has the words about quotes and substitutions.
func aboutExpansion(code string) (Words, bool) {
	switch code {
	case "SC2086":
		return Words{
			"A variable without quotes is split into words",
			"Blanks in the value make several arguments of it, and * and ? in it become the names of files.",
			"Put it in double quotes: \"$name\".",
		}, true
	case "SC2046":
		return Words{
			"A command substitution without quotes is split into words",
			"Blanks in what the command prints make several arguments of it, and * and ? become the names of files.",
			"Put it in double quotes: \"$(command)\".",
		}, true
	case "SC2016":
		return Words{
			"Nothing is expanded in single quotes",
			"The program gets the text as it is written and not the value of the variable.",
			"Use double quotes where the value is meant; ignore this where the text is.",
		}, true
	case "SC2006":
		return Words{
			"Backticks instead of $(…)",
			"Backticks do not nest, and backslashes in them mean something else.",
			"Write $(command).",
		}, true
	case "SC2068", "SC2048":
		return Words{
			"A list of arguments without quotes is split again",
			"Arguments with blanks fall apart, and * and ? in them become the names of files.",
			"Write \"$@\".",
		}, true
	}
	return Words{}, false
}
