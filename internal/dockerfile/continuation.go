package dockerfile

// BlankLines returns the empty lines (1-based) between the lines of the
// instruction, which builders skip for now. Heredocs do not count.
func (i *Instruction) BlankLines() []int {
	var blank []int
	lines := i.file.Lines
	for n := i.Line; n <= i.EndLine && n <= len(lines); n++ {
		line := lines[n-1]
		if n > i.Line {
			if isBlank(line) {
				blank = append(blank, n)
				continue
			}
			if isComment(line) {
				continue
			}
		}
		if _, more := cutContinuation(line, i.file.Escape); !more {
			break
		}
	}
	return blank
}
