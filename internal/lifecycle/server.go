package lifecycle

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

// Server is an HTTP server that stops in two stages: first it says that it is
// about to, then it finishes what it has accepted.
type Server struct {
	HTTP     *http.Server
	Listener net.Listener

	TLS *tls.Config // nil serves plain HTTP

	// Plain is served beside TLS, at a listener of its own: it sends readers on
	// to HTTPS. Nil for nothing.
	Plain         *http.Server
	PlainListener net.Listener

	DrainTime       time.Duration // how long it still accepts while Draining says so
	ShutdownTimeout time.Duration // how long accepted work may take to finish

	// Finish runs when the last answer is out: it closes what the handlers
	// used. It counts towards ShutdownTimeout.
	Finish func() error

	draining atomic.Bool
}

// Draining reports whether the process is stopping. Readiness follows it.
func (s *Server) Draining() bool { return s.draining.Load() }

// ErrForced says that a second signal came while stopping.
var ErrForced = errors.New("stopped at once by a second signal; requests under way were cut off")

// Run serves until a signal comes or serving fails, then stops in order:
// Draining becomes true, the listener closes after DrainTime, accepted
// requests finish, Finish runs. A second signal, or ShutdownTimeout, cuts this
// short with an error; then work may still be under way and the process has
// to exit.
func (s *Server) Run(signals <-chan os.Signal) error {
	failed := make(chan error, 2)
	go func() { failed <- s.serve() }()
	if s.Plain != nil {
		go func() { failed <- s.Plain.Serve(s.PlainListener) }()
	}
	select {
	case err := <-failed:
		s.draining.Store(true)
		return errors.Join(fmt.Errorf("the HTTP server ended: %w", err), s.stop())
	case <-signals:
	}
	s.draining.Store(true)
	stopped := make(chan error, 1)
	go func() {
		time.Sleep(s.DrainTime)
		stopped <- s.stop()
	}()
	select {
	case err := <-stopped:
		return err
	case <-signals:
		s.HTTP.Close()
		return ErrForced
	}
}

func (s *Server) serve() error {
	if s.TLS != nil {
		s.HTTP.TLSConfig = s.TLS
		return s.HTTP.ServeTLS(s.Listener, "", "")
	}
	return s.HTTP.Serve(s.Listener)
}

func (s *Server) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.ShutdownTimeout)
	defer cancel()
	if s.Plain != nil {
		s.Plain.Close() // what it answers has no end to wait for
	}
	if err := s.HTTP.Shutdown(ctx); err != nil {
		s.HTTP.Close()
		return fmt.Errorf("some requests did not finish within %s and were cut off", s.ShutdownTimeout)
	}
	finished := make(chan error, 1)
	go func() { finished <- s.Finish() }()
	select {
	case err := <-finished:
		return err
	case <-ctx.Done():
		return fmt.Errorf("accepted work did not finish within %s; what was acknowledged is safe", s.ShutdownTimeout)
	}
}
