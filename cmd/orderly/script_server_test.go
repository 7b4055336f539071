package main

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

type serverKey struct{}

// server is the `orderly serve` that a script started last.
type server struct {
	cmd      *exec.Cmd
	out, err *screen
	url, key string
	loads    int
	load     *load
}

// screen collects what a process writes.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

var (
	addressLine = regexp.MustCompile(`Orderly is at (https?://\S+)`)
	keyLine     = regexp.MustCompile(`orderly_1_[0-9a-z]{26}`)
)

// serve FLAG...: runs `orderly serve` on a free port until it is ready. Sets
// $URL, and $KEY when it shows one. What it writes goes to serve.out and
// serve.err when it stops.
func cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("serve cannot be negated; use: ! exec orderly serve")
	}
	s := ts.Value(serverKey{}).(*server)
	program, err := exec.LookPath("orderly")
	ts.Check(err)
	s.cmd = exec.Command(program, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	s.cmd.Dir = ts.MkAbs(".")
	s.cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "ORDERLY_") })
	s.out, s.err = &screen{}, &screen{}
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.err
	ts.Check(s.cmd.Start())
	process := s.cmd
	ts.Defer(func() { process.Process.Kill(); process.Wait() })
	until(ts, "the start", func() bool {
		found := addressLine.FindStringSubmatch(s.out.String())
		if found == nil {
			if process.Process.Signal(syscall.Signal(0)) != nil || strings.Contains(s.err.String(), "orderly: ") {
				ts.Fatalf("serve ended: %s", s.err)
			}
			return false
		}
		s.url = found[1]
		r, err := client.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
	ts.Setenv("URL", s.url)
	_, address, _ := strings.Cut(s.url, "://")
	ts.Setenv("ADDRESS", address)
	if key := keyLine.FindString(s.out.String()); key != "" {
		s.key = key
		ts.Setenv("KEY", key)
	}
}

// shutdown: sends SIGTERM and waits for the end, which must be in good order;
// with ! it must not.
func cmdShutdown(ts *testscript.TestScript, neg bool, args []string) {
	cmdSigterm(ts, false, nil)
	cmdEnded(ts, neg, nil)
}

// sigterm: sends SIGTERM.
func cmdSigterm(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Value(serverKey{}).(*server).cmd.Process.Signal(syscall.SIGTERM))
}

// crash: ends the server as a power cut would, without a chance to do anything.
func cmdCrash(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Value(serverKey{}).(*server).cmd.Process.Kill())
	cmdEnded(ts, true, nil)
}

// ended: waits for the end of the server. The exit status must be 0; with ! it
// must not.
func cmdEnded(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	ended := make(chan error, 1)
	go func() { ended <- s.cmd.Wait() }()
	select {
	case err := <-ended:
		if (err != nil) != neg {
			ts.Fatalf("serve ended with %v: %s", err, s.err)
		}
	case <-time.After(waitLimit):
		ts.Fatalf("serve did not end: %s", s.err)
	}
	ts.Check(os.WriteFile(ts.MkAbs("serve.out"), []byte(s.out.String()), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("serve.err"), []byte(s.err.String()), 0o600))
}
