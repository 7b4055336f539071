package torture

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
)

// Starter gives the command that runs a Load in a process of its own, with its
// lines on standard output. The campaigns start it; nobody else may.
type Starter func(Load) *exec.Cmd

// process is a worker that a campaign started.
type process struct {
	cmd    *exec.Cmd
	lines  *bufio.Scanner
	stderr strings.Builder
	once   sync.Once
}

// begin starts a process that is killed at the latest when ctx ends.
func begin(ctx context.Context, cmd *exec.Cmd) (*process, error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, lines: bufio.NewScanner(out)}
	cmd.Stderr = &p.stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, p.kill)
	return p, nil
}

// kill ends the process as a power cut would: it learns nothing of it. It may
// be called at any time and more than once.
func (p *process) kill() { p.once.Do(func() { _ = p.cmd.Process.Kill() }) }

// hear gives every line that the process still wrote, then waits for its end.
func (p *process) hear(f func(line string)) *os.ProcessState {
	for p.lines.Scan() {
		f(p.lines.Text())
	}
	_ = p.cmd.Wait() // the state says all
	return p.cmd.ProcessState
}

// ended says in words how the process came to its end.
func (p *process) ended() error {
	return fmt.Errorf("the process ended by itself: %v: %s", p.cmd.ProcessState, strings.TrimSpace(p.stderr.String()))
}
