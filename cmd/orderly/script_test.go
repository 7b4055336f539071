package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"
)

// Bounds of waiting. What takes longer has failed.
const (
	waitLimit = 30 * time.Second
	pollEvery = 5 * time.Millisecond
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

// until polls, bounded by waitLimit.
func until(ts *testscript.TestScript, what string, done func() bool) {
	for end := time.Now().Add(waitLimit); !done(); time.Sleep(pollEvery) {
		if time.Now().After(end) {
			ts.Fatalf("%s took longer than %s", what, waitLimit)
		}
	}
}

var (
	addressLine = regexp.MustCompile(`Orderly is at (https?://\S+)`)
	keyLine     = regexp.MustCompile(`orderly_[0-9a-z]{26}`)
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

// http METHOD PATH [FILE]: sends a request with $KEY and shows status and body.
// The file is the request's body; ${VARIABLE} in it stands for its value. A
// refusal (4xx, 5xx) fails unless negated.
func cmdHTTP(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: http METHOD PATH [FILE]")
	}
	var body io.Reader
	if len(args) == 3 {
		body = strings.NewReader(os.Expand(ts.ReadFile(args[2]), ts.Getenv))
	}
	s := ts.Value(serverKey{}).(*server)
	status, text, err := request(args[0], s.url+args[1], ts.Getenv("KEY"), body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "HTTP %d\n%s\n", status, text)
	if (status >= http.StatusBadRequest) != neg {
		ts.Fatalf("%s %s: HTTP %d\n%s", args[0], args[1], status, text)
	}
}

func request(method, url, key string, body io.Reader) (int, string, error) {
	q, err := http.NewRequest(method, url, body)
	if err != nil {
		return 0, "", err
	}
	q.Header.Set("Authorization", "Bearer "+key)
	q.Header.Set("Content-Type", "application/json")
	r, err := client.Do(q)
	if err != nil {
		return 0, "", err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	return r.StatusCode, string(text), err
}

// await STATUS METHOD PATH: asks with $KEY until the answer has the status.
func cmdAwait(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: await STATUS METHOD PATH")
	}
	s := ts.Value(serverKey{}).(*server)
	until(ts, strings.Join(args, " "), func() bool {
		status, _, err := request(args[1], s.url+args[2], ts.Getenv("KEY"), nil)
		ts.Check(err)
		return fmt.Sprint(status) == args[0]
	})
}

// same ANSWER LINE: the JSON of an answer of http, and of a file with one
// line, must be equal.
func cmdSame(ts *testscript.TestScript, neg bool, args []string) {
	_, answer, _ := strings.Cut(ts.ReadFile(args[0]), "\n")
	var a, b any
	ts.Check(json.Unmarshal([]byte(answer), &a))
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &b))
	if reflect.DeepEqual(a, b) == neg {
		ts.Fatalf("%s\n%s", answer, ts.ReadFile(args[1]))
	}
}

// capture VARIABLE PATTERN: sets the variable to what the pattern's group
// matches in the last standard output.
func cmdCapture(ts *testscript.TestScript, neg bool, args []string) {
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("nothing matches %s in %s", args[1], ts.ReadFile("stdout"))
	}
	ts.Setenv(args[0], found[1])
}

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

// contains FILE LIST: every line of the list must stand in the file, as a
// quoted text.
func cmdContains(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	lines := strings.Fields(ts.ReadFile(args[1]))
	if len(lines) == 0 {
		ts.Fatalf("%s is empty", args[1])
	}
	for _, line := range lines {
		if !strings.Contains(text, `"`+line+`"`) {
			ts.Fatalf("%s lacks %s", args[0], line)
		}
	}
}

// client trusts every certificate: the scripts make their own.
var client = &http.Client{Transport: &http.Transport{
	TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, MaxIdleConnsPerHost: loadClients,
}}

// certificate CERT KEY: makes a certificate for this machine, and its key.
func cmdCertificate(ts *testscript.TestScript, neg bool, args []string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	cert, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	ts.Check(err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
}

// sql FILE STATEMENT: changes a database behind Orderly's back.
func cmdSQL(ts *testscript.TestScript, neg bool, args []string) {
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	if _, err := db.Exec(args[1]); (err != nil) != neg {
		ts.Fatalf("%s: %v", args[1], err)
	}
}
