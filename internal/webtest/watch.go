package webtest

import (
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// maxProblems bounds what one tab remembers; a page that fails in a loop would
// otherwise fill the log.
const maxProblems = 50

// watch gathers what a tab did that a page of ours must not do. Events arrive
// on chromedp's reading goroutine, before the answer of the command that caused
// them; the test reads on its own goroutine, so mu guards everything.
type watch struct {
	mu       sync.Mutex
	hosts    map[string]bool // host:port that the test itself visited
	problems []string
	requests []string
	main     cdp.FrameID
	loader   cdp.LoaderID // the document now in the main frame
	idle     bool         // its network has been quiet for half a second
	changed  chan struct{}
}

func newWatch() *watch {
	return &watch{hosts: map[string]bool{}, changed: make(chan struct{})}
}

// event is the chromedp listener: fast, and free of commands.
func (w *watch) event(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeAssert {
			w.problem("console error: %s", texts(ev.Args))
		}
	case *runtime.EventExceptionThrown:
		w.problem("uncaught exception: %s", exception(ev.ExceptionDetails))
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError {
			w.problem("browser error: %s %s", ev.Entry.Text, ev.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		w.request(ev.Request.URL)
	case *network.EventWebSocketCreated:
		w.request(ev.URL)
	case *page.EventLifecycleEvent:
		w.lifecycle(ev)
	}
}

func (w *watch) problem(format string, args ...any) {
	if len(w.problems) < maxProblems {
		w.problems = append(w.problems, fmt.Sprintf(format, args...))
	}
}

// request notes what left the page. The browser reports a request before it
// checks the page's policy, so an attempt that the policy stopped is seen too.
func (w *watch) request(address string) {
	u, err := url.Parse(address)
	if err != nil {
		w.problem("request to an address that cannot be read: %.200s", address)
		return
	}
	if u.Host == "" { // data:, blob: and about: stay inside the browser
		return
	}
	w.requests = append(w.requests, address)
	if !w.hosts[u.Host] {
		w.problem("request to another host: %.200s", address)
	}
}

func (w *watch) lifecycle(ev *page.EventLifecycleEvent) {
	if ev.FrameID != w.main {
		return
	}
	switch {
	case ev.Name == "init":
		w.loader, w.idle = ev.LoaderID, false
	case ev.Name == "networkIdle" && ev.LoaderID == w.loader:
		w.idle = true
		close(w.changed)
		w.changed = make(chan struct{})
	}
}

// quiet says whether the network of the visible document is idle, and if not
// gives a channel that closes when that may have changed.
func (w *watch) quiet() (bool, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.idle, w.changed
}

func (w *watch) allow(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hosts[u.Host] = true
	return nil
}

func texts(args []*runtime.RemoteObject) string {
	var b strings.Builder
	for i, arg := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		if arg.Description != "" {
			b.WriteString(arg.Description)
		} else {
			b.Write(arg.Value)
		}
	}
	return b.String()
}

func exception(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Text + " " + d.Exception.Description
	}
	return fmt.Sprintf("%s at %s:%d", d.Text, d.URL, d.LineNumber+1)
}
