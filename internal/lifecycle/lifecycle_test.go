package lifecycle_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"orderly/internal/lifecycle"
)

// stand is a server whose requests wait until they are let go.
type stand struct {
	t        *testing.T
	server   *lifecycle.Server
	signals  chan os.Signal
	arrived  chan struct{} // one for each request that is in the handler
	let      chan struct{} // closed to let requests finish
	finished atomic.Bool
	ended    chan error
}

func start(t *testing.T, change func(*stand)) *stand {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &stand{t: t, signals: make(chan os.Signal, 2), arrived: make(chan struct{}, 8), let: make(chan struct{}), ended: make(chan error, 1)}
	s.server = &lifecycle.Server{
		Listener: listener, ShutdownTimeout: 10 * time.Second,
		HTTP: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.arrived <- struct{}{}
			<-s.let
			io.WriteString(w, "done")
		})},
		Finish: func() error { s.finished.Store(true); return nil },
	}
	if change != nil {
		change(s)
	}
	go func() { s.ended <- s.server.Run(s.signals) }()
	return s
}

// request asks in the background and gives what was answered, "" for nothing.
func (s *stand) request() <-chan string {
	answer := make(chan string, 1)
	go func() {
		r, err := http.Get("http://" + s.server.Listener.Addr().String())
		if err != nil {
			answer <- ""
			return
		}
		defer r.Body.Close()
		body, _ := io.ReadAll(r.Body)
		answer <- string(body)
	}()
	return answer
}

func (s *stand) wait() error {
	s.t.Helper()
	select {
	case err := <-s.ended:
		return err
	case <-time.After(20 * time.Second):
		s.t.Fatal("the server did not end")
		return nil
	}
}

func (s *stand) until(what string, done func() bool) {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); runtime.Gosched() {
		if time.Now().After(end) {
			s.t.Fatalf("it takes too long until %s", what)
		}
	}
}

func TestAcceptedRequestsAreFinished(t *testing.T) {
	s := start(t, nil)
	answer := s.request()
	<-s.arrived
	s.signals <- syscall.SIGTERM
	s.until("the listener is closed", func() bool { return s.refuses() != nil })
	if !s.server.Draining() {
		t.Error("it stops accepting before it says that it is draining")
	}
	if s.finished.Load() {
		t.Error("Finish ran while a request was under way")
	}
	close(s.let)
	if got := <-answer; got != "done" {
		t.Errorf("the request under way was answered %q", got)
	}
	if err := s.wait(); err != nil || !s.finished.Load() {
		t.Errorf("it ended with %v, finished %v", err, s.finished.Load())
	}
}

// refuses is the error of a new connection.
func (s *stand) refuses() error {
	c, err := net.Dial("tcp", s.server.Listener.Addr().String())
	if err == nil {
		c.Close()
	}
	return err
}

func TestItAcceptsWhileDraining(t *testing.T) {
	s := start(t, func(s *stand) { s.server.DrainTime = time.Hour; close(s.let) })
	s.signals <- syscall.SIGTERM
	s.until("it drains", s.server.Draining)
	if got := <-s.request(); got != "done" {
		t.Errorf("a request while draining was answered %q", got)
	}
	s.signals <- syscall.SIGTERM
	if err := s.wait(); !errors.Is(err, lifecycle.ErrForced) {
		t.Errorf("it ended with %v", err)
	}
}

func TestSecondSignalStopsAtOnce(t *testing.T) {
	s := start(t, nil)
	defer close(s.let)
	answer := s.request()
	<-s.arrived
	s.signals <- syscall.SIGINT
	s.signals <- syscall.SIGINT
	if err := s.wait(); !errors.Is(err, lifecycle.ErrForced) {
		t.Errorf("it ended with %v", err)
	}
	if got := <-answer; got != "" {
		t.Errorf("the request that was cut off was answered %q", got)
	}
}

func TestStoppingIsBounded(t *testing.T) {
	s := start(t, func(s *stand) { s.server.ShutdownTimeout = 50 * time.Millisecond })
	defer close(s.let)
	s.request()
	<-s.arrived
	s.signals <- syscall.SIGTERM
	if err := s.wait(); err == nil || !strings.Contains(err.Error(), "did not finish within 50ms") {
		t.Errorf("it ended with %v", err)
	}
	forever := make(chan struct{})
	s = start(t, func(s *stand) {
		s.server.ShutdownTimeout = 50 * time.Millisecond
		s.server.Finish = func() error { <-forever; return nil }
	})
	defer close(forever)
	s.signals <- syscall.SIGTERM
	if err := s.wait(); err == nil || !strings.Contains(err.Error(), "accepted work did not finish") {
		t.Errorf("it ended with %v", err)
	}
}

func TestAFailedServerFinishesToo(t *testing.T) {
	s := start(t, nil)
	s.server.Listener.Close()
	if err := s.wait(); err == nil || !s.finished.Load() {
		t.Errorf("it ended with %v, finished %v", err, s.finished.Load())
	}
}

func TestJobsRunAgainAndStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		jobs := lifecycle.NewJobs(slog.New(slog.NewTextHandler(&log, nil)))
		began := time.Now()
		var mu sync.Mutex
		var at []time.Duration
		jobs.Every("count", time.Minute, time.Hour, func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Since(began))
			return errors.New("no luck")
		})
		held := false
		jobs.Every("long", 0, time.Hour, func(ctx context.Context) error {
			<-ctx.Done()
			held = true
			return ctx.Err()
		})
		time.Sleep(2*time.Hour + 2*time.Minute)
		jobs.Stop()
		if want := []time.Duration{time.Minute, time.Hour + time.Minute, 2*time.Hour + time.Minute}; len(at) != 3 || at[0] != want[0] || at[1] != want[1] || at[2] != want[2] {
			t.Errorf("it ran at %v, want %v", at, want)
		}
		if !held {
			t.Error("Stop did not wait for the job under way")
		}
		if n := strings.Count(log.String(), "no luck"); n != 3 || strings.Contains(log.String(), "long") {
			t.Errorf("the log says %d times that it failed: %s", n, log.String())
		}
	})
}
