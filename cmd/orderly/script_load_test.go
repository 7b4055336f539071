package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// load is clients that place orders until the server is gone, and what was
// acknowledged to them.
type load struct {
	clients sync.WaitGroup
	mu      sync.Mutex
	done    []string
	count   atomic.Int64
	odd     error // an answer that is neither an order nor a refusal to try again
}

const loadClients = 8

// load FILE N: places orders like the one in the file, with external ids of
// their own, by eight clients at once; returns when N are acknowledged and
// goes on in the background.
func cmdLoad(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: load FILE N")
	}
	s := ts.Value(serverKey{}).(*server)
	var enough int64
	if _, err := fmt.Sscan(args[1], &enough); err != nil {
		ts.Fatalf("load: %v", err)
	}
	template, key := ts.ReadFile(args[0]), ts.Getenv("KEY")
	s.loads++
	l, url := &load{}, s.url
	s.load = l
	for c := range loadClients {
		name := fmt.Sprintf("load-%d-%d", s.loads, c)
		l.clients.Go(func() { l.place(url, key, template, name) })
	}
	until(ts, "the load", func() bool { ts.Check(l.failure()); return l.count.Load() >= enough })
}

func (l *load) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.odd
}

func (l *load) place(url, key, template, client string) {
	for n := 0; ; n++ {
		external := fmt.Sprintf("%s-%d", client, n)
		status, text, err := request("POST", url+"/v1/orders", key, strings.NewReader(strings.ReplaceAll(template, "EXTERNAL", external)))
		switch {
		case err != nil: // the server is gone; whether this one was taken is not known
			return
		case status == http.StatusCreated:
			l.mu.Lock()
			l.done = append(l.done, external)
			l.mu.Unlock()
			l.count.Add(1)
		case status != http.StatusServiceUnavailable:
			l.mu.Lock()
			l.odd = fmt.Errorf("HTTP %d: %s", status, text)
			l.mu.Unlock()
			return
		}
	}
}

// unload FILE: waits until every client has found the server gone, and writes
// the external ids that were acknowledged to the file, one a line.
func cmdUnload(ts *testscript.TestScript, neg bool, args []string) {
	l := ts.Value(serverKey{}).(*server).load
	ended := make(chan struct{})
	go func() { l.clients.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(waitLimit):
		ts.Fatalf("the clients did not end")
	}
	ts.Check(l.odd)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(l.done, "\n")+"\n"), 0o600))
	ts.Logf("%d orders were acknowledged", len(l.done))
}
