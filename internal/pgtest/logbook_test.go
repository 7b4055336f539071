package pgtest

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestLogbookSeesReadyLineInPieces(t *testing.T) {
	l := newLogbook(broken{})
	line := "LOG:  " + readyLine + "\n"
	for i := range len(line) - 1 {
		if n, err := l.Write([]byte{line[i]}); n != 1 || err != nil {
			t.Fatalf("Write: %d, %v", n, err)
		}
		select {
		case <-l.ready:
			if !strings.Contains(line[:i+1], readyLine) {
				t.Fatalf("ready after %q", line[:i+1])
			}
		default:
			if strings.Contains(line[:i+1], readyLine) {
				t.Fatalf("not ready after %q", line[:i+1])
			}
		}
	}
}

func TestLogbookKeepsTheEnd(t *testing.T) {
	var out bytes.Buffer
	l := newLogbook(&out)
	_, _ = l.Write(bytes.Repeat([]byte("early\n"), logbookBytes))
	_, _ = l.Write([]byte("the last word\n"))
	if got := l.tail(); len(got) > logbookBytes || !strings.HasSuffix(got, "the last word") {
		t.Errorf("the tail has %d bytes and ends with %q", len(got), got[max(0, len(got)-20):])
	}
	if want := 6*logbookBytes + len("the last word\n"); out.Len() != want {
		t.Errorf("%d bytes were passed on, want %d", out.Len(), want)
	}
}
