package deliver

import "github.com/containergate/gate/internal/report/plain"

// saidMost is how many characters of GitHub's own words are shown.
const saidMost = 400

// oneLine makes foreign text one line of visible characters, at most so many.
func oneLine(text string, most int) string { return plain.Cut(plain.Text(text), most) }
