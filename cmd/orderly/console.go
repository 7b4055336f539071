package main

import (
	"encoding/json"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// console is where a command writes: what was asked for to Out, everything
// else to Err.
type console struct {
	Out io.Writer
	Err io.Writer
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// printJSON writes a value for programs.
func (c *console) printJSON(v any) error {
	e := json.NewEncoder(c.Out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// progress shows on a terminal how far something has come; elsewhere it shows
// nothing. A total of -1 is unknown.
type progress struct{ bar *progressbar.ProgressBar }

func (c *console) progress(what string, bytes bool) *progress {
	if !terminal(c.Err) {
		return &progress{}
	}
	return &progress{progressbar.NewOptions64(-1,
		progressbar.OptionSetWriter(c.Err), progressbar.OptionSetDescription(what), progressbar.OptionShowBytes(bytes), progressbar.OptionShowCount(),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true),
		progressbar.OptionFullWidth(),
	)}
}

func (p *progress) show(done, total int64) {
	if p.bar == nil {
		return
	}
	if total > 0 && p.bar.GetMax64() != total {
		p.bar.ChangeMax64(total)
	}
	_ = p.bar.Set64(done) // a terminal that went away shows nothing
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
