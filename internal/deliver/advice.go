package deliver

import "strings"

// advice pairs words of GitHub's with what to do when they come.
type advice struct{ said, next string }

// known are the refusals of code scanning that are known, in lower case. GitHub
// says some of them at once and some only after processing.
func known() []advice {
	return []advice{
		{"default setup is enabled", "Switch the default setup of code scanning to the advanced one in the repository's settings, or set upload-sarif: false."},
		{"too many logical alerts", "The repository has more alerts than GitHub keeps. Delete the analyses of tools and categories that are not used any more, or ask GitHub's support."},
		{"alert limit", "The repository has more alerts than GitHub keeps. Delete the analyses of tools and categories that are not used any more, or ask GitHub's support."},
		{"multiple runs with the same category", "Two results have the same category. Give each image a name of its own in .gate.yaml, and examine each in one job only."},
		{"invalid uri was provided", "A path is no address in code scanning's eyes. Check sarif-file and the paths of the Dockerfiles."},
		{"did not match the checkout uri scheme", "The paths of the results are not below the checkout. Run gate in the repository's root."},
		{"expected artifact location", "A finding has no file. Set sarif-file to a file of the repository."},
		{"security severity", "That is a fault of gate. Report it with this message."},
		{"rejecting sarif", "That is a fault of gate. Report it with this message."},
		{"commit not found", "Code scanning does not know the commit: it may have been pushed over. The next run uploads its own."},
		{"not found in this repository", "Code scanning does not know the branch or tag: it may have been deleted. The next run uploads its own."},
	}
}

// adviceFor says what to do about a refusal.
func adviceFor(said string) string {
	said = strings.ToLower(said)
	for _, a := range known() {
		if strings.Contains(said, a.said) {
			return a.next
		}
	}
	return "Run the job again; if that does not help, report it with this message."
}
