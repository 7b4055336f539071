package certificate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
)

// MaxHosts bounds the names that a server asks certificates for: an authority
// counts them.
const MaxHosts = 20

// Asked is what an authority is asked for.
type Asked struct {
	Hosts     []string
	Email     string // where the authority writes to; "" for nowhere
	Directory string // its address; Let's Encrypt when ""
	Roots     string // file with the roots that its own address is trusted by; the system's when ""
}

// Check refuses names that no authority gives a certificate for.
func (a Asked) Check() error {
	if len(a.Hosts) > MaxHosts {
		return fault.New(fault.Invalid, "too_many_hosts", "--acme takes at most %d names; %d are given", MaxHosts, len(a.Hosts))
	}
	for _, h := range a.Hosts {
		if h == "" || strings.ContainsAny(h, "/:* @") || !strings.Contains(strings.Trim(h, "."), ".") {
			return fault.New(fault.Invalid, "invalid_host", "--acme %q is not a host name; write such as shop.example.com, without https:// and port", h)
		}
	}
	return nil
}

// Authority gets certificates by ACME, keeps them sealed in the database, which
// all nodes share, and renews them in time. It is safe for concurrent use.
type Authority struct {
	hosts   []string
	manager *autocert.Manager
	log     *slog.Logger
}

// NewAuthority reads what it needs; nothing is asked of the authority yet.
func NewAuthority(d *desk.Desk, a Asked, log *slog.Logger) (*Authority, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	if err := admin.CanKeepCertificates(d); err != nil {
		return nil, err
	}
	client := &acme.Client{DirectoryURL: a.Directory, UserAgent: "orderly", HTTPClient: &http.Client{Timeout: 30 * time.Second}}
	if a.Roots != "" {
		pool, err := readRoots(a.Roots)
		if err != nil {
			return nil, err
		}
		client.HTTPClient.Transport = &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	}
	m := &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: cache{d, log}, HostPolicy: autocert.HostWhitelist(a.Hosts...), Client: client, Email: a.Email,
	}
	return &Authority{hosts: a.Hosts, manager: m, log: log}, nil
}

func readRoots(path string) (*x509.CertPool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "unreadable", "cannot read --acme-roots: %v", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fault.New(fault.Invalid, "unreadable", "--acme-roots %s holds no certificate in PEM", path)
	}
	return pool, nil
}

// Config is that of a server. A handshake for a name without a certificate
// waits until the authority has given one.
func (a *Authority) Config() *tls.Config {
	c := a.manager.TLSConfig()
	c.MinVersion = tls.VersionTLS12
	return c
}

// Plain answers the authority's questions over plain HTTP, and gives the rest
// to next.
func (a *Authority) Plain(next http.Handler) http.Handler { return a.manager.HTTPHandler(next) }

// Get sees to it that every name has a certificate, so that the first visitor
// does not wait and a failure is told where somebody looks for it. It returns
// when ctx ends, even while the authority is still asked.
func (a *Authority) Get(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { // ends by itself: the manager asks for five minutes at most
		var errs []error
		for _, h := range a.hosts {
			hello := &tls.ClientHelloInfo{ServerName: h, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}}
			c, err := a.manager.GetCertificate(hello)
			if err != nil {
				errs = append(errs, fmt.Errorf("get a certificate for %s: %w", h, err))
				continue
			}
			a.log.Debug("has a certificate", "host", h, "until", c.Leaf.NotAfter)
		}
		done <- errors.Join(errs...)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cache keeps what the manager gives it.
type cache struct {
	desk *desk.Desk
	log  *slog.Logger
}

// Get takes what cannot be opened for nothing: with a new secret key a server
// asks for new certificates instead of serving none.
func (c cache) Get(ctx context.Context, name string) ([]byte, error) {
	text, err := admin.Certificate(ctx, c.desk, name)
	var f *fault.Error
	if errors.As(err, &f) && (f.Code == "secret_key_missing" || f.Code == "not_sealed") {
		c.log.Warn("a certificate in the database cannot be opened; another is asked for", "name", name, "error", err)
		return nil, autocert.ErrCacheMiss
	}
	if err == nil && text == nil {
		err = autocert.ErrCacheMiss
	}
	return text, err
}

func (c cache) Put(ctx context.Context, name string, text []byte) error {
	return admin.KeepCertificate(ctx, c.desk, name, text)
}

func (c cache) Delete(ctx context.Context, name string) error {
	return admin.ForgetCertificate(ctx, c.desk, name)
}
