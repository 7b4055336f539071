// Package certificate gives the server its TLS: from files, or from an
// authority that speaks ACME.
//
// What belongs here: which certificate a handshake gets, where an authority's
// answers are kept, and what plain HTTP is answered beside TLS. What does not:
// listening and stopping (lifecycle), and how rows are sealed (desk/admin).
package certificate

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"

	"orderly/internal/fault"
)

// Files is a certificate in two files that somebody renews. It is safe for
// concurrent use.
type Files struct {
	chain, key string
	log        *slog.Logger

	mu     sync.Mutex
	seen   [2]mark
	loaded *tls.Certificate
}

// mark tells one state of a file from another.
type mark struct {
	at   int64
	size int64
}

// Open reads the pair and refuses one that no server could use.
func Open(chain, key string, log *slog.Logger) (*Files, error) {
	f := &Files{chain: chain, key: key, log: log}
	f.seen = f.look()
	pair, err := tls.LoadX509KeyPair(chain, key)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "invalid_certificate", "cannot use --tls-cert %s with --tls-key %s: %v", chain, key, err)
	}
	f.loaded = &pair
	return f, nil
}

// Config is that of a server.
func (f *Files) Config() *tls.Config {
	return &tls.Config{GetCertificate: f.get, MinVersion: tls.VersionTLS12}
}

// get looks at the files in each handshake, which costs little beside it: a
// renewed pair is used from the next connection on. While the two do not fit,
// as between writing one and the other, the pair before stays.
func (f *Files) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.look()
	if now == f.seen {
		return f.loaded, nil
	}
	f.seen = now
	pair, err := tls.LoadX509KeyPair(f.chain, f.key)
	if err != nil {
		f.log.Warn("the renewed certificate cannot be used; the one before stays", "certificate", f.chain, "key", f.key, "error", err)
		return f.loaded, nil
	}
	f.log.Info("took up a renewed certificate", "certificate", f.chain, "until", pair.Leaf.NotAfter)
	f.loaded = &pair
	return f.loaded, nil
}

func (f *Files) look() (marks [2]mark) {
	for i, name := range [...]string{f.chain, f.key} {
		if s, err := os.Stat(name); err == nil {
			marks[i] = mark{s.ModTime().UnixNano(), s.Size()}
		}
	}
	return marks
}
