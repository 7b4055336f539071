package demo_test

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"orderly/internal/desk"
	"orderly/internal/kit/demo"
	"orderly/internal/store/storetest"
)

// until cancels when a text was written.
type until struct {
	strings.Builder
	text   string
	cancel context.CancelFunc
}

func (u *until) Write(b []byte) (int, error) {
	n, err := u.Builder.Write(b)
	if strings.Contains(u.String(), u.text) {
		u.cancel()
	}
	return n, err
}

// played runs a demo until it says a text, and gives all that it said.
func played(t *testing.T, terminal bool, text string) (*demo.Demo, string) {
	t.Helper()
	db := storetest.SQLite(t)
	d := desk.New(db, nil)
	t.Cleanup(d.Close)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	m, err := demo.Open(ctx, db, d, demo.Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	out := &until{text: text, cancel: cancel}
	s := &demo.Show{Out: out, Terminal: terminal, Since: time.Now()}
	if err := m.Run(ctx, s); err != nil {
		t.Fatal(err)
	}
	s.Sum(m)
	if !strings.Contains(out.String(), text) {
		t.Fatalf("it never said %q:\n%s", text, out)
	}
	return m, out.String()
}

func TestItTellsWhatHappens(t *testing.T) {
	m, said := played(t, false, "from now on")
	for _, want := range []string{
		`(?m)^Fern & Kettle opens with 400 items, 800 customers and 5 locations \(\d+\.\d s\)$`,
		`(?m)^first order delivered after \d\.\d s: order 1\d\d\d$`,
		`(?m)^the last two days were played in \d+\.\d s: 4\d\d orders; from now on a minute is 60 minutes there$`,
		`(?m)^orders: placed \d+ · held \d+ · backordered \d+ · shipped \d+ · delivered \d+ · `,
		`(?m)^In \d+ s \(2 days 3 hours of simulated time\):$`,
		`(?m)^ +4\d\d  orders placed$`,
		`(?m)^ +\d+  journal entries$`,
	} {
		if !regexp.MustCompile(want).MatchString(said) {
			t.Errorf("it did not say %s", want)
		}
	}
	if strings.Contains(said, "\x1b") {
		t.Error("it moves the cursor of what is no terminal")
	}
	if t.Failed() {
		t.Log(said)
	}
	if m.Clock() < demo.Opening {
		t.Errorf("it went live at %s", m.Clock())
	}
}

// On a terminal the figures are drawn in place: what is erased is what was drawn.
func TestATerminalIsDrawnInPlace(t *testing.T) {
	_, said := played(t, true, "\x1b[8A\x1b[J  placed")
	lines := strings.Count(said, "\n  placed ")
	if lines == 0 || !regexp.MustCompile(`(?m)^  placed +\d+   order 1\d\d\d, (web|phone|marketplace|shop), \d+\.\d\d GBP$`).MatchString(said) {
		t.Errorf("it drew %d times:\n%q", lines, said)
	}
	if drawn, erased := strings.Count(said, "  placed "), strings.Count(said, "\x1b[8A\x1b[J"); erased != drawn {
		t.Errorf("drawn %d times, erased %d times", drawn, erased)
	}
}

// closed is an output whose reader has gone.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestItEndsWhenNobodyCanBeTold(t *testing.T) {
	db := storetest.SQLite(t)
	d := desk.New(db, nil)
	t.Cleanup(d.Close)
	m, err := demo.Open(context.Background(), db, d, demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = m.Run(context.Background(), &demo.Show{Out: closed{}, Since: time.Now()})
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("it ended with %v", err)
	}
}
