package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// server is an orderly serve that this process has started on the scratch
// database, and nobody else's.
type server struct {
	cmd     *exec.Cmd
	address string
	key     string
	ready   time.Duration // from its start until it answered that it is ready
	stderr  *tail
}

// startLimit bounds how long a server may take to come up.
const startLimit = 60 * time.Second

var (
	saidAddress = regexp.MustCompile(`^Orderly is at http://(\S+) `)
	saidKey     = regexp.MustCompile(`^\s+(orderly_\S+)\s*$`)
)

// serve starts a server. It shows its key at the first start only.
func (s *scratch) serve(ctx context.Context) (*server, error) {
	args := append([]string{"serve", "--listen", "127.0.0.1:0", "--log-level", "warn"}, s.serverFlags()...)
	x := &server{cmd: s.o.Command(args...), key: s.key, stderr: &tail{}}
	x.cmd.Stderr = x.stderr
	out, err := x.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := x.cmd.Start(); err != nil {
		return nil, err
	}
	kill := context.AfterFunc(ctx, func() { _ = x.cmd.Process.Kill() })
	limit := time.AfterFunc(startLimit, func() { _ = x.cmd.Process.Kill() })
	defer limit.Stop()
	lines := bufio.NewScanner(out)
	for (x.address == "" || x.key == "") && lines.Scan() {
		if m := saidAddress.FindStringSubmatch(lines.Text()); m != nil {
			x.address = m[1]
		}
		if m := saidKey.FindStringSubmatch(lines.Text()); m != nil {
			x.key = m[1]
		}
	}
	if x.address == "" || x.key == "" {
		kill()
		return nil, fmt.Errorf("the server did not start: %w: %s", errors.Join(lines.Err(), x.cmd.Wait()), x.stderr)
	}
	s.key = x.key
	go func() {
		for lines.Scan() { // nobody must wait for a full pipe
		}
	}()
	c := &client{address: x.address}
	defer c.close()
	a, err := c.call("GET", "/readyz", "", nil)
	x.ready = time.Since(began)
	if err != nil || a.status != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("the server is not ready: status %d", a.status), err, x.stop())
	}
	return x, nil
}

// stop ends the server as an operator does and waits until it has finished.
func (x *server) stop() error {
	_ = x.cmd.Process.Signal(syscall.SIGTERM) // it may be gone already
	limit := time.AfterFunc(startLimit, func() { _ = x.cmd.Process.Kill() })
	defer limit.Stop()
	if err := x.cmd.Wait(); err != nil {
		return fmt.Errorf("the server ended with %w: %s", err, x.stderr)
	}
	return nil
}

// figures are what the server says of itself at /metrics.
type figures map[string]float64

func (x *server) figures() (figures, error) {
	c := &client{address: x.address}
	defer c.close()
	a, err := c.call("GET", "/metrics", "", nil)
	if err == nil && a.status != http.StatusOK {
		err = c.unexpected(a)
	}
	if err != nil {
		return nil, err
	}
	out := figures{}
	for line := range bytes.Lines(c.answer.Bytes()) {
		name, value, ok := strings.Cut(strings.TrimSpace(string(line)), " ")
		if n, err := strconv.ParseFloat(value, 64); ok && err == nil {
			out[name] = n
		}
	}
	return out, nil
}

// cpu is the processor time that the server has taken.
func (f figures) cpu() float64 { return f["process_cpu_seconds_total"] }

// rss is the memory that the server occupies, in MB.
func (f figures) rss() float64 { return f["process_resident_memory_bytes"] / 1e6 }

// tail keeps the end of what a process said.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	t.text = t.text[max(0, len(t.text)-4096):]
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.text))
}
