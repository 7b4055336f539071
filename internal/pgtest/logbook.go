package pgtest

import (
	"bytes"
	"io"
	"sync"
)

const (
	// logbookBytes is how much of a server's last words an error quotes.
	logbookBytes = 4 << 10

	// readyLine is what a server writes when it accepts connections, in every
	// version and, as it runs with the C locale, in this language.
	readyLine = "database system is ready to accept connections"
	readLine  = "database system is ready to accept read-only connections" // of a standby
	takenLine = "Address already in use"
)

// logbook passes a process's output on, keeps its end, and tells when the
// server is ready. It may be written and read from several goroutines.
type logbook struct {
	out   io.Writer
	ready chan struct{} // closed at the ready line

	mu   sync.Mutex
	end  []byte
	seen bool
}

func newLogbook(out io.Writer) *logbook {
	if out == nil {
		out = io.Discard
	}
	return &logbook{out: out, ready: make(chan struct{})}
}

// Write never fails: a broken Options.Log must not take the server's log away.
func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end = append(l.end, p...)
	if !l.seen && (bytes.Contains(l.end, []byte(readyLine)) || bytes.Contains(l.end, []byte(readLine))) {
		l.seen = true
		close(l.ready)
	}
	if over := len(l.end) - logbookBytes; over > 0 {
		l.end = append(l.end[:0], l.end[over:]...)
	}
	_, _ = l.out.Write(p)
	return len(p), nil
}

func (l *logbook) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(bytes.TrimSpace(l.end))
}
