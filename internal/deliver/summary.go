package deliver

import (
	"strings"

	"github.com/containergate/gate/internal/github"
)

// noticeRoom is what the job summary keeps free for notices, in bytes.
const noticeRoom = 16 << 10

// summarize writes the job summary, before anything can go wrong.
func (d *delivery) summarize() {
	if !d.options.Summary {
		return
	}
	d.summaryText(d.markdown(github.SummaryLimit-noticeRoom, false))
}

// summarizeNotices adds what could not be delivered, for those who see the
// summary and not the log.
func (d *delivery) summarizeNotices() {
	if !d.options.Summary || len(d.result.Notices) == 0 {
		return
	}
	text := "\n### Delivery\n\n~~~~text\n"
	for _, n := range d.result.Notices {
		// Nothing ends the block: each line begins with a word of ours.
		line := string(n.Level) + ": " + n.Message + "\n"
		if len(text)+len(line) > noticeRoom-10 {
			break
		}
		text += line
	}
	d.summaryText(text + "~~~~\n")
}

func (d *delivery) summaryText(markdown string) {
	if err := d.runtime.Summary(markdown); err != nil {
		d.note(LevelWarning, "The job summary could not be written: "+strings.TrimRight(oneLine(err.Error(), saidMost), ".")+".")
	}
}
