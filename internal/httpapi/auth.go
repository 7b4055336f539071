package httpapi

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/keys"
)

// keyMemory is how long a key is believed without asking the database again:
// the longest that another node's revocation takes to be felt here.
const keyMemory = 500 * time.Millisecond

// maxKeys bounds what is remembered, wrong keys included.
const maxKeys = 10_000

const maxKeyLength = 200

// guard lets a request to its route when its key may.
func (a *api) guard(r *route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		c := callOf(ctx.Context())
		c.route = r
		if err := a.admit(c); err != nil {
			_, w := humago.Unwrap(ctx)
			c.refuse(w, err)
			return
		}
		next(ctx)
	}
}

func (a *api) admit(c *call) error {
	if c.route.open {
		return nil
	}
	if err := a.authenticate(c); err != nil {
		return err
	}
	if err := a.rates.take(c); err != nil {
		return err
	}
	if err := c.scope.Require(c.route.needs); err != nil {
		return err
	}
	if c.route.whole && len(c.scope.Locations) > 0 {
		return restricted()
	}
	if c.r.Method == "GET" {
		return nil
	}
	if a.desk.Full(c.scope.Merchant) && !strings.Contains(c.r.URL.RawQuery, "dry_run=true") {
		return a.desk.Busy() // before its body costs anything; what is only tried waits for nobody
	}
	if c.r.Method != "POST" {
		return nil
	}
	var err error
	c.key, err = idempotencyKey(c.r.Header)
	return err
}

func restricted() error {
	return fault.New(fault.Denied, "restricted_key", "this key sees only some locations, and this tells of all of them")
}

// authenticate finds out whose request this is.
func (a *api) authenticate(c *call) error {
	text, ok := bearer(c.r.Header.Get("Authorization"))
	if !ok || len(text) > maxKeyLength {
		return fault.New(fault.Unknown, "unauthenticated", "send an API key: Authorization: Bearer %s…", admin.KeyPrefix)
	}
	m, ok := admin.KeyMerchant(text)
	if !ok {
		return noSuchKey()
	}
	k, err := a.keys.find(c.ctx, a.desk.DB, m, admin.Hash(text))
	if err != nil {
		return err
	}
	if k.RevokedAt != 0 || k.ExpiresAt != 0 && k.ExpiresAt <= a.desk.DB.Now() {
		return fault.New(fault.Unknown, "key_ended", "this API key was revoked or has expired; use another")
	}
	c.scope = access.Scope{
		Merchant: k.Merchant, Actor: access.Actor{Kind: "key", ID: ident.Text("key", k.ID)},
		Permissions: k.Scopes, Locations: k.Locations, Cause: c.id,
	}
	return nil
}

func noSuchKey() error { return fault.New(fault.Unknown, "unauthenticated", "no such API key") }

func bearer(header string) (string, bool) {
	const scheme = "bearer "
	if len(header) <= len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return "", false
	}
	return strings.TrimSpace(header[len(scheme):]), true
}

// keyring remembers keys for keyMemory, so that a busy caller is not looked up
// at every request. It is safe for concurrent use.
type keyring struct {
	mu sync.RWMutex
	by map[string]*remembered
}

// remembered is one key, or the knowledge that there is none. While one
// goroutine reads it anew the others wait for that one.
type remembered struct {
	mu   sync.Mutex
	key  keys.Key
	none bool
	at   time.Time
}

func (r *keyring) find(ctx context.Context, db *store.DB, merchant int64, hash string) (keys.Key, error) {
	m := r.entry(hash)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at.IsZero() || time.Since(m.at) > keyMemory {
		k, err := keys.Find(ctx, db, merchant, hash)
		if err != nil && !errors.Is(err, keys.ErrUnknown) {
			return k, err
		}
		m.key, m.none, m.at = k, err != nil, time.Now()
	}
	if m.none {
		return keys.Key{}, noSuchKey()
	}
	return m.key, nil
}

func (r *keyring) entry(hash string) *remembered {
	r.mu.RLock()
	m := r.by[hash]
	r.mu.RUnlock()
	if m != nil {
		return m
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.by[hash]; m != nil {
		return m
	}
	if r.by == nil || len(r.by) >= maxKeys {
		r.by = map[string]*remembered{}
	}
	m = &remembered{}
	r.by[hash] = m
	return m
}

// forget makes every key be looked up again.
func (r *keyring) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.by = nil
}
