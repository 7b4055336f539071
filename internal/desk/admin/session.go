package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/members"
	"orderly/internal/store/sessions"
	"orderly/internal/store/users"
)

// SessionPrefix begins every session's token.
const SessionPrefix = "orderlys_"

// newToken makes the text of a session's or a link's token, which names its
// merchant as a key does.
func newToken(prefix string, merchant int64) (string, error) {
	token, err := ident.Token(rand.Reader)
	return prefix + strconv.FormatInt(merchant, keyBase) + "_" + token, err
}

// tokenMerchant tells whose a token is, if it is one.
func tokenMerchant(prefix, text string) (int64, bool) {
	rest, ok := strings.CutPrefix(text, prefix)
	word, token, named := strings.Cut(rest, "_")
	if !ok || !named || len(token) != ident.TokenLength {
		return 0, false
	}
	m, err := strconv.ParseInt(word, keyBase, 64)
	return m, err == nil && m > 0
}

// Signed is somebody who has signed in, as the merchant knows them at which
// they work now.
type Signed struct {
	Scope   access.Scope
	User    users.User
	Session sessions.Session
	Login   users.User // who signed in; User itself at the session's own merchant
	Several bool       // other merchants have let them in too
}

// Home is the same person where they sign in: whose password, factors and
// sessions these are, whichever merchant they work at.
func (s Signed) Home() Signed {
	s.User, s.Scope = s.Login, scopeOf(&s.Login, s.Session.Merchant)
	return s
}

// SessionOf finds out who a session's token belongs to. The fault is Unknown
// when there is no such session, or it ended, or a second factor is to come.
//
// What it found is believed for half a second, which is the longest that the
// end of a session on another node takes to be felt here. When the last request
// was noted is written at most once a minute.
func SessionOf(ctx context.Context, db *store.DB, token string) (Signed, error) {
	m, ok := tokenMerchant(SessionPrefix, token)
	if !ok {
		return Signed{}, notSignedIn()
	}
	got, err := rememberedOf(db).find(ctx, db, m, Hash(token))
	if err != nil {
		return Signed{}, err
	}
	now := db.Now()
	if !alive(&got.Session, now) || got.Session.Pending || got.Login.Status != account.Active {
		return Signed{}, notSignedIn()
	}
	if !standing(&got) {
		return got.Home(), ErrNoStanding
	}
	return got, nil
}

// ErrNoStanding says that who signed in may not, or no longer, work at the
// merchant that the session is at. SessionOf gives them at home with it.
var ErrNoStanding = fault.New(fault.Denied, "no_standing", "you do not work here, or no longer; choose another merchant")

// standing reports whether the merchant lets them in, and gives them the scope.
func standing(s *Signed) bool {
	m := s.Session.Merchant
	if s.Session.At != 0 {
		m = s.Session.At
	}
	s.Scope = scopeOf(&s.User, m)
	return s.User.Status == account.Active && len(s.User.Roles) > 0
}

func notSignedIn() error {
	return fault.New(fault.Unknown, "not_signed_in", "you are not signed in, or have been away for too long; sign in again")
}

func alive(s *sessions.Session, now int64) bool {
	idle := account.Idle
	if s.Pending {
		idle = account.PendingTime
	}
	return s.EndedAt == 0 && now < s.ExpiresAt && now-s.SeenAt < idle.Microseconds()
}

// scopeOf is what a user may see and do.
func scopeOf(u *users.User, m int64) access.Scope {
	return access.Scope{
		Merchant: m, Actor: access.Actor{Kind: access.User, ID: u.ID.String()},
		Permissions: append(access.PermissionsOf(u.Roles), access.Own), Locations: u.Locations,
	}
}

// sessionMemory is how long a session is believed without asking again.
const sessionMemory = 500 * time.Millisecond

// maxSessions bounds what is remembered, wrong tokens included.
const maxSessions = 10_000

// remembered are the sessions that this process has looked up lately.
type remembered struct {
	mu sync.RWMutex
	by map[string]*recalled
}

// recalled is one look-up. Its lock makes one request ask where many come.
type recalled struct {
	mu   sync.Mutex
	got  Signed
	none bool
	at   int64 // microseconds of the store's clock, 0 for never
}

type rememberedKey struct{}

func rememberedOf(db *store.DB) *remembered {
	if r, ok := db.Shared.Load(rememberedKey{}); ok {
		return r.(*remembered)
	}
	r, _ := db.Shared.LoadOrStore(rememberedKey{}, &remembered{})
	return r.(*remembered)
}

func (r *remembered) find(ctx context.Context, db *store.DB, m int64, hash string) (Signed, error) {
	e := r.entry(hash)
	e.mu.Lock()
	defer e.mu.Unlock()
	now := db.Now()
	if age := now - e.at; e.at == 0 || age < 0 || age >= sessionMemory.Microseconds() {
		got, err := lookUp(ctx, db, m, hash)
		if err != nil && !errors.Is(err, sessions.ErrUnknown) {
			return Signed{}, err
		}
		e.none, e.at = err != nil, now
		if s := &got.Session; err == nil && alive(s, now) && !s.Pending && now-s.SeenAt >= account.SeenEvery.Microseconds() {
			s.SeenAt = touch(ctx, db, m, s)
		}
		e.got = got
	}
	if e.none {
		return Signed{}, notSignedIn()
	}
	return e.got, nil
}

// lookUp reads a session, its login, and the member that the login is where the
// session is at. A member has the login's name, language, zone and theme.
func lookUp(ctx context.Context, db *store.DB, m int64, hash string) (got Signed, err error) {
	if got.Session, got.Login, err = sessions.Find(ctx, db, m, hash); err != nil {
		return got, err
	}
	got.User = got.Login
	return got, db.Lookup(ctx, func(r *store.Reader) error {
		r.M = m
		list, err := members.Of(r, got.Login.ID)
		got.Several = len(list) > 0
		if err != nil || got.Session.At == 0 {
			return err
		}
		r.M = got.Session.At
		if got.User, err = users.ByLogin(r, got.Login.ID); errors.Is(err, users.ErrUnknown) {
			return nil // a user of nothing: without standing
		}
		got.User.Name, got.User.Locale, got.User.Zone, got.User.Theme = got.Login.Name, got.Login.Locale, got.Login.Zone, got.Login.Theme
		return err
	})
}

// touch notes that a session was used now and gives when it was used last. A
// database that cannot write just then must not keep anybody from reading: the
// next request tries again.
func touch(ctx context.Context, db *store.DB, m int64, s *sessions.Session) int64 {
	seen := s.SeenAt
	err := db.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(m)
		seen = tx.At
		return sessions.Seen(tx, s.ID, tx.At-account.SeenEvery.Microseconds())
	})
	if err != nil {
		return s.SeenAt
	}
	return seen
}

func (r *remembered) entry(hash string) *recalled {
	r.mu.RLock()
	e := r.by[hash]
	r.mu.RUnlock()
	if e != nil {
		return e
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.by[hash]; e != nil {
		return e
	}
	if r.by == nil || len(r.by) >= maxSessions {
		r.by = map[string]*recalled{}
	}
	e = &recalled{}
	r.by[hash] = e
	return e
}

// forgetSessions makes every session be looked up again: roles have changed or
// sessions have ended.
func forgetSessions(db *store.DB) {
	r := rememberedOf(db)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.by = nil
}
