package fleet

// Options say how a fleet is written. The zero value is a plain, complete
// report of unlimited width.
type Options struct {
	// Width is the terminal's width in columns; 0 means that there is no
	// terminal, and lines are as long as they need to be.
	Width int
	// Color lets the terminal report use ANSI colours. Whether that is wanted
	// (a terminal, NO_COLOR) is for the caller to know.
	Color bool
	// RunURL is the address of the run, for a link from the page and the
	// summary. Empty, or no ordinary web address, means no link.
	RunURL string
	// MaxBytes is how long the Markdown report may be in bytes; 0 means
	// MarkdownMost. The least important rows are left out, and how many is said.
	MaxBytes int
}

// MarkdownMost is how many bytes a Markdown report has at most, unless Options
// say otherwise. GitHub takes 1 MiB for the summary of a step.
const MarkdownMost = 900 << 10
