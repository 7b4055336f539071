package main

import (
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
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"
)

// Bounds of waiting. What takes longer has failed.
const (
	waitLimit = 30 * time.Second
	pollEvery = 5 * time.Millisecond
)

// until polls, bounded by waitLimit.
func until(ts *testscript.TestScript, what string, done func() bool) {
	for end := time.Now().Add(waitLimit); !done(); time.Sleep(pollEvery) {
		if time.Now().After(end) {
			ts.Fatalf("%s took longer than %s", what, waitLimit)
		}
	}
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
