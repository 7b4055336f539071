package webtest

import (
	"fmt"
	"os"
	"sync"
	"testing"
)

// shared is the browser of this process.
var shared one

type one struct {
	on  bool // the process ends it
	mu  sync.Mutex
	b   *Browser
	end func(log func(string, ...any))
}

// get is the browser, started when it is first asked for and when it has died.
func (o *one) get(t testing.TB, path string) *Browser {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.b != nil && o.b.ctx.Err() == nil {
		return o.b
	}
	var err error
	if o.b, o.end, err = launch(path, nil); err != nil {
		o.b = nil
		t.Fatal(err)
	}
	return o.b
}

// Shared are the tests of a process with one browser for all of them, which
// ends with them.
func Shared(m Tests) Tests { return browsing{m} }

// Tests are what a TestMain runs.
type Tests interface{ Run() int }

type browsing struct{ Tests }

func (x browsing) Run() int {
	shared.on = true
	code := x.Tests.Run()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.b != nil {
		shared.end(func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) })
	}
	return code
}
