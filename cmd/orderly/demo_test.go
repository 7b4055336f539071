package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"orderly/internal/pgtest"
)

// demoLife bounds the demos of these tests, which are interrupted when they have
// shown what they should; a busy machine takes its time.
const demoLife = time.Minute

// aDemo is a demo that runs in this process until it is interrupted.
type aDemo struct {
	t      *testing.T
	url    string
	key    string
	said   *strings.Builder // all of its output once lines is closed
	lines  chan string
	status chan int
}

var (
	demoOpen  = regexp.MustCompile(`^Open (http://127\.0\.0\.1:\d+)/docs  ·  key: (orderly_1_[0-9a-z]{26})$`)
	demoFirst = regexp.MustCompile(`^first order delivered after (\d+\.\d) s: order (\d+)$`)
)

func startDemo(t *testing.T, flags ...string) *aDemo {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	read, write := io.Pipe()
	d := &aDemo{t: t, said: &strings.Builder{}, lines: make(chan string, 1000), status: make(chan int, 1)}
	go func() {
		d.status <- run(append([]string{"demo", "--listen", "127.0.0.1:0", "--for", demoLife.String()}, flags...), write, write)
		write.Close()
	}()
	go func() {
		for s := bufio.NewScanner(read); s.Scan(); {
			d.said.WriteString(s.Text() + "\n")
			d.lines <- s.Text()
		}
		close(d.lines)
	}()
	found := d.await(demoOpen)
	d.url, d.key = found[1], found[2]
	return d
}

// await gives the groups of the next line that fits.
func (d *aDemo) await(line *regexp.Regexp) []string {
	d.t.Helper()
	for text := range d.lines {
		if found := line.FindStringSubmatch(text); found != nil {
			return found
		}
	}
	d.t.Fatalf("it never said %s:\n%s", line, d.said)
	return nil
}

// interrupt ends the demo as somebody at the keyboard does.
func (d *aDemo) interrupt() string {
	d.t.Helper()
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Signal(os.Interrupt)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return d.end()
}

// end waits until the demo has ended, which must be a success.
func (d *aDemo) end() string {
	d.t.Helper()
	for range d.lines {
	}
	if status := <-d.status; status != 0 {
		d.t.Errorf("it ended with status %d:\n%s", status, d.said)
	}
	return d.said.String()
}

func (d *aDemo) get(path string, into any) {
	d.t.Helper()
	q, err := http.NewRequest(http.MethodGet, d.url+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+d.key)
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err == nil && into != nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil || r.StatusCode != http.StatusOK {
		d.t.Fatalf("GET %s: %s, %v: %.500s", path, r.Status, err, body)
	}
}

// The key that a demo prints opens everything, and the order that it says was
// delivered is there. In the end nothing is left behind.
func TestDemo(t *testing.T) {
	d := startDemo(t)
	first := d.await(demoFirst)
	var list struct {
		Data []struct {
			Number int64  `json:"number"`
			Stage  string `json:"stage"`
		} `json:"data"`
	}
	d.get("/v1/orders?number="+first[2], &list)
	if len(list.Data) != 1 || list.Data[0].Stage != "delivered" {
		t.Errorf("the first delivered order is %+v", list)
	}
	var page struct {
		Data []struct {
			Picture string `json:"picture"`
		} `json:"data"`
	}
	d.get("/v1/items?limit=1", &page)
	d.get(page.Data[0].Picture, nil)
	d.get("/docs", nil)
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "orderly-demo-*")); err != nil || len(left) != 1 {
		t.Errorf("while it runs its directories are %q, %v", left, err)
	}
	said := d.interrupt()
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "*")); err != nil || len(left) != 0 {
		t.Errorf("it left behind %q, %v", left, err)
	}
	for _, want := range []string{" of simulated time", "orders delivered", "Removed "} {
		if !strings.Contains(said, want) {
			t.Errorf("it did not say %q:\n%s", want, said)
		}
	}
}

func TestDemoOnPostgres(t *testing.T) {
	address := pgtest.ForTest(t)
	d := startDemo(t, "--database-url", address)
	d.await(demoFirst)
	if said := d.interrupt(); strings.Contains(said, "Removed") {
		t.Errorf("it removed something:\n%s", said)
	}
}

// A demo keeps out of other people's books.
func TestDemoRefuses(t *testing.T) {
	dir := t.TempDir()
	d := startDemo(t, "--data", dir, "--for", "100ms")
	if said := d.end(); !strings.Contains(said, "serve it with: orderly serve --data "+dir) {
		t.Errorf("it did not say where the database is:\n%s", said)
	}
	for _, c := range []struct {
		flags  []string
		status int
		want   string
	}{
		{[]string{"--data", dir}, exitFailed, "has a merchant already"},
		{[]string{"--data", dir, "--database-url", "postgres://x@localhost/y"}, exitUsage, "name one database"},
		{[]string{"--speed=-1"}, exitUsage, "--speed is between"},
		{[]string{"--for=-1s"}, exitUsage, "--for is a time"},
	} {
		var out, err strings.Builder
		status := run(append([]string{"demo", "--listen", "127.0.0.1:0"}, c.flags...), &out, &err)
		if status != c.status || !strings.Contains(err.String(), c.want) || strings.Contains(out.String(), "stays") {
			t.Errorf("%q: status %d, %q, %q", c.flags, status, err.String(), out.String())
		}
	}
}
