package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"orderly/internal/certificate"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/pgtest"
	"orderly/internal/seal"
	"orderly/internal/store"
)

// node is a server of a test, at two doors.
type node struct {
	main, plain string
	signals     chan os.Signal
	ended       chan error
}

func (n *node) stop(t *testing.T) {
	t.Helper()
	n.signals <- syscall.SIGTERM
	if err := <-n.ended; err != nil {
		t.Error(err)
	}
}

func startNode(t *testing.T, o store.Options, flags serveFlags) *node {
	t.Helper()
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	flags.Listen, flags.Redirect, flags.HSTS = "127.0.0.1:0", "127.0.0.1:0", time.Hour
	flags.ShopZone, flags.ShopCurrency, flags.ShopName, flags.ShutdownTimeout = "UTC", "EUR", "Shop", 20*time.Second
	if err := flags.check(); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	d := desk.New(db, log)
	doors, err := flags.open()
	if err == nil {
		_, err = flags.firstStart(t.Context(), d, o)
	}
	if err == nil {
		err = flags.secure(doors, d, log)
	}
	if err != nil {
		t.Fatal(err)
	}
	n := &node{main: doors.main.Addr().String(), plain: doors.plain.Addr().String(), signals: make(chan os.Signal, 2), ended: make(chan error, 1)}
	go func() { n.ended <- (&serveCommand{flags}).serve(d, doors, n.signals, log) }()
	return n
}

// browser trusts an authority and finds every name at one address.
func browser(t *testing.T, a *authority, at string) *http.Client {
	pool := x509.NewCertPool()
	pool.AddCert(a.root)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, at)
	}}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: waitLimit, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func get(t *testing.T, c *http.Client, address string) *http.Response {
	t.Helper()
	r, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	return r
}

// TestCertificatesByACME asks an authority on this machine. One node orders and
// the other answers the question, as behind a load balancer; then each serves
// what the other got, and a third that starts later asks for nothing.
func TestCertificatesByACME(t *testing.T) {
	for engine, where := range map[string]func(*testing.T) store.Options{
		"sqlite":   func(t *testing.T) store.Options { return store.Options{Dir: t.TempDir()} },
		"postgres": func(t *testing.T) store.Options { return store.Options{URL: pgtest.ForTest(t)} },
	} {
		t.Run(engine, func(t *testing.T) {
			a, o := newAuthority(t), where(t)
			var flags serveFlags
			flags.ACME, flags.ACMEDirectory, flags.ACMERoots = []string{"shop.test"}, a.server.URL+"/directory", a.roots()
			flags.SecretKey = secretText(seal.NewKey())

			other := startNode(t, o, serveFlags{tlsFlags: tlsFlags{ACME: flags.ACME, ACMEDirectory: "http://127.0.0.1:1/nobody"}, secretFlags: flags.secretFlags})
			a.lookAt(other.main)
			one := startNode(t, o, flags)
			r := get(t, browser(t, a, one.main), "https://shop.test/readyz")
			if r.StatusCode != 200 || r.TLS.PeerCertificates[0].DNSNames[0] != "shop.test" || a.count() != 1 {
				t.Fatalf("answered %d with %v after %d certificates", r.StatusCode, r.TLS.PeerCertificates[0].DNSNames, a.count())
			}
			if got := r.Header.Get("Strict-Transport-Security"); got != "max-age=3600" {
				t.Errorf("Strict-Transport-Security is %q", got)
			}
			if r := get(t, browser(t, a, one.plain), "http://shop.test/orders?q=a%20b"); r.StatusCode != http.StatusPermanentRedirect || r.Header.Get("Location") != "https://shop.test/orders?q=a%20b" {
				t.Errorf("plain HTTP is answered %d, to %q", r.StatusCode, r.Header.Get("Location"))
			}
			if r, err := browser(t, a, one.plain).Post("http://shop.test/v1/orders", "application/json", strings.NewReader("{}")); err != nil || r.StatusCode != 400 {
				t.Errorf("an order in the clear is answered %v, %v", r, err)
			}
			if _, err := browser(t, a, one.main).Get("https://other.test/readyz"); err == nil || a.count() != 1 {
				t.Errorf("a name that nobody gave was served: %v, %d certificates", err, a.count())
			}

			later := startNode(t, o, flags)
			if r := get(t, browser(t, a, later.main), "https://shop.test/readyz"); r.StatusCode != 200 || a.count() != 1 {
				t.Errorf("a later node answers %d after %d certificates", r.StatusCode, a.count())
			}
			later.stop(t)
			one.stop(t)
			other.stop(t)

			// With another secret key nothing of it opens: another is asked for.
			flags.SecretKey = secretText(seal.NewKey())
			anew := startNode(t, o, flags)
			a.lookAt(anew.main)
			if r := get(t, browser(t, a, anew.main), "https://shop.test/readyz"); r.StatusCode != 200 || a.count() != 2 {
				t.Errorf("with a new secret key it answers %d after %d certificates", r.StatusCode, a.count())
			}
			anew.stop(t)
			checkSealed(t, o)
		})
	}
}

// checkSealed looks for private keys in the rows.
func checkSealed(t *testing.T, o store.Options) {
	t.Helper()
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows := 0
	err = db.Lookup(t.Context(), func(r *store.Reader) error {
		return r.Each("SELECT name, sealed FROM tls_secret WHERE m = $1", []any{1}, func(scan func(...any) error) error {
			var name, sealed string
			rows++
			err := scan(&name, &sealed)
			if !strings.HasPrefix(sealed, "s1.") {
				t.Errorf("%s is kept as %.60q", name, sealed)
			}
			return err
		})
	})
	if err != nil || rows < 2 {
		t.Errorf("%d rows, %v: want the account's key and the certificate", rows, err)
	}
}

func TestACMENeedsASecretKeyOnPostgreSQL(t *testing.T) {
	db, err := store.Open(t.Context(), store.Options{URL: pgtest.ForTest(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	d := desk.New(db, nil)
	defer d.Close()
	_, err = certificate.NewAuthority(d, certificate.Asked{Hosts: []string{"shop.test"}}, slog.Default())
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "--secret-key-file") {
		t.Errorf("without a secret key it says %v", err)
	}
}

func writePair(t *testing.T, dir string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"shop.test"}}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRenewedFilesAreTakenUp replaces the files under a server that runs, and
// then spoils them: the last pair that fits is served.
func TestRenewedFilesAreTakenUp(t *testing.T) {
	dir := t.TempDir()
	writePair(t, dir, 11)
	n := startNode(t, store.Options{Dir: t.TempDir()}, serveFlags{tlsFlags: tlsFlags{TLSCert: filepath.Join(dir, "cert.pem"), TLSKey: filepath.Join(dir, "key.pem")}})
	serial := func() int64 {
		c, err := tls.Dial("tcp", n.main, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 11 {
		t.Fatalf("it serves %d", got)
	}
	writePair(t, dir, 22)
	if got := serial(); got != 22 {
		t.Errorf("after the renewal it serves %d", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "key.pem"), []byte("half a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 22 {
		t.Errorf("with a spoiled key it serves %d", got)
	}
	writePair(t, dir, 33)
	if got := serial(); got != 33 {
		t.Errorf("after it is mended it serves %d", got)
	}
	_, port, _ := net.SplitHostPort(n.main)
	plain := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if r := get(t, plain, "http://"+n.plain+"/"); r.Header.Get("Location") != "https://127.0.0.1:"+port+"/" {
		t.Errorf("plain HTTP leads to %q", r.Header.Get("Location"))
	}
	plain.CloseIdleConnections()
	n.stop(t)
}

func TestTLSFlagsThatDoNotFit(t *testing.T) {
	for name, f := range map[string]tlsFlags{
		"belong together": {TLSCert: "a.pem"},
		"two ways":        {TLSCert: "a.pem", TLSKey: "b.pem", ACME: []string{"shop.test"}},
		"need --acme":     {ACMEDirectory: "https://ca.test"},
		"does not speak":  {Redirect: ":80"},
		"not a host name": {ACME: []string{"https://shop.test"}},
		"at most 20":      {ACME: strings.Split(strings.Repeat("a.test,", 20)+"b.test", ",")},
	} {
		if err := f.checkTLS(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
