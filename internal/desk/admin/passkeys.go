package admin

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/passkeys"
	"orderly/internal/store/users"
)

const (
	maxPasskeys  = 20
	questionTime = 5 * time.Minute
	maxKeyName   = 60
)

// The purposes of questions; an answer to one is none to another.
const (
	addsPasskey   = "add"
	signsIn       = "signin"
	secondPasskey = "second"
)

// keyholder is a user as the protocol knows them.
type keyholder struct {
	user users.User
	keys []passkeys.Passkey
	list []webauthn.Credential
}

// handle is what a passkey carries of a user: the id, and no personal data.
func handle(id users.ID) []byte { return binary.BigEndian.AppendUint64(nil, uint64(id)) }

func (k *keyholder) WebAuthnID() []byte                         { return handle(k.user.ID) }
func (k *keyholder) WebAuthnName() string                       { return k.user.Email }
func (k *keyholder) WebAuthnDisplayName() string                { return k.user.Name }
func (k *keyholder) WebAuthnCredentials() []webauthn.Credential { return k.list }

func holder(r *store.Reader, u users.User) (*keyholder, error) {
	k := &keyholder{user: u}
	var err error
	if k.keys, err = passkeys.Of(r, u.ID); err != nil {
		return nil, err
	}
	for _, p := range k.keys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(p.Data), &c); err != nil {
			return nil, err
		}
		k.list = append(k.list, c)
	}
	return k, nil
}

// relyingParty is this shop at an origin, such as https://shop.example.com: the
// address at which the browser has the page open. A passkey is for its host.
func relyingParty(origin, shop string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" {
		return nil, fault.New(fault.Invalid, "invalid_origin", "a passkey belongs to a host name, and %.100q has none", origin)
	}
	return webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: cmp.Or(shop, "Orderly"), RPOrigins: []string{origin}})
}

// Asking is a question for the browser: options for navigator.credentials, and
// the token to bring with the answer.
type Asking struct {
	Options json.RawMessage
	Token   string
}

// ask keeps what the answer is checked against.
func ask(ctx context.Context, d *desk.Desk, m int64, id users.ID, purpose string, options any, session *webauthn.SessionData) (Asking, error) {
	token, err := newToken("", m)
	if err != nil {
		return Asking{}, err
	}
	text, err := json.Marshal(options)
	if err != nil {
		return Asking{}, err
	}
	kept, err := json.Marshal(session)
	if err != nil {
		return Asking{}, err
	}
	err = d.DB.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(m)
		return passkeys.Ask(tx, passkeys.Question{Hash: Hash(token), User: id, Purpose: purpose, Data: string(kept), ExpiresAt: tx.At + questionTime.Microseconds()})
	})
	return Asking{text, token}, err
}

// answered takes a question away.
func answered(ctx context.Context, d *desk.Desk, m int64, token, purpose string) (q passkeys.Question, s webauthn.SessionData, err error) {
	err = d.DB.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(m)
		var err error
		q, err = passkeys.Answer(tx, Hash(token), purpose)
		return err
	})
	if errors.Is(err, passkeys.ErrUnknown) {
		return q, s, fault.New(fault.Conflict, "question_over", "this took too long; try again")
	}
	if err == nil {
		err = json.Unmarshal([]byte(q.Data), &s)
	}
	return q, s, err
}

// badPasskey is what a browser's answer deserves that does not hold.
func badPasskey(err error) error {
	return fault.Wrap(err, fault.Unknown, "wrong_passkey", "this passkey was not accepted; try again, or sign in with your password")
}

// BeginPasskey asks the browser to make a passkey for who has signed in.
func BeginPasskey(ctx context.Context, d *desk.Desk, s Signed, origin, shop string) (Asking, error) {
	s = s.Home()
	w, err := relyingParty(origin, shop)
	if err != nil {
		return Asking{}, err
	}
	var k *keyholder
	err = d.DB.Read(ctx, s.Scope, func(r *store.Reader) error {
		k, err = holder(r, s.User)
		return err
	})
	if err != nil {
		return Asking{}, err
	}
	if len(k.list) >= maxPasskeys {
		return Asking{}, fault.New(fault.Conflict, "too_many", "at most %d passkeys; remove one first", maxPasskeys)
	}
	options, session, err := w.BeginRegistration(k,
		webauthn.WithResidentKeyRequirement(protocol.ResidentKeyRequirementRequired),
		webauthn.WithExclusions(webauthn.Credentials(k.list).CredentialDescriptors()))
	if err != nil {
		return Asking{}, err
	}
	return ask(ctx, d, s.Scope.Merchant, s.User.ID, addsPasskey, options.Response, session)
}

// AddPasskey keeps a passkey that the browser has made.
func AddPasskey(ctx context.Context, d *desk.Desk, s Signed, origin, token, name string, answer []byte) error {
	s = s.Home()
	w, err := relyingParty(origin, "")
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return badPasskey(err)
	}
	q, session, err := answered(ctx, d, s.Scope.Merchant, token, addsPasskey)
	if err != nil {
		return err
	}
	if q.User != s.User.ID {
		return badPasskey(errors.New("the question was put to somebody else"))
	}
	made, err := w.CreateCredential(&keyholder{user: s.User}, session, parsed)
	if err != nil {
		return badPasskey(err)
	}
	data, err := json.Marshal(made)
	if err != nil {
		return err
	}
	name = cmp.Or(shorten(strings.TrimSpace(name), maxKeyName), "Passkey")
	c := secretCommand{fields: []string{"passkey_added"}, change: func(t *desk.Turn, u *users.User, _ *users.Secret) error {
		credential := base64.RawURLEncoding.EncodeToString(made.ID)
		if _, err := passkeys.ByCredential(&t.Reader, credential); !errors.Is(err, passkeys.ErrUnknown) {
			return cmp.Or(err, error(fault.New(fault.Conflict, "passkey_there", "this passkey is known already")))
		}
		return passkeys.Insert(t.Tx, passkeys.Passkey{
			ID: passkeys.ID(t.IDs().Next()), User: u.ID, Credential: credential, Name: name, Data: string(data), CreatedAt: t.At,
		})
	}}
	_, err = desk.One(ctx, d, secretOperation, s.Scope, c, desk.Options{})
	return err
}

// RemovePasskey ends a passkey of who has signed in. When it was the only
// second factor, the password alone lets in again.
func RemovePasskey(ctx context.Context, d *desk.Desk, s Signed, password string, id passkeys.ID) error {
	return withPassword(ctx, d, s, password, secretCommand{fields: []string{"passkey_removed"}, change: func(t *desk.Turn, u *users.User, x *users.Secret) error {
		ok, err := passkeys.Remove(t.Tx, u.ID, id)
		if err == nil && !ok {
			err = fault.New(fault.NotFound, "no_such_passkey", "there is no such passkey any more")
		}
		if err != nil {
			return err
		}
		left, err := passkeys.Of(&t.Reader, u.ID)
		if err == nil && len(left) == 0 && x.TOTP == "" && x.Second {
			x.Second = false
			err = users.SetRecovery(t.Tx, u.ID, nil)
		}
		return err
	}})
}

// AskForPasskey asks the browser for a passkey of whomever: the first factor.
func AskForPasskey(ctx context.Context, d *desk.Desk, origin string, a Attempt) (Asking, error) {
	m := cmp.Or(a.Merchant, Main)
	w, err := relyingParty(origin, "")
	if err != nil {
		return Asking{}, err
	}
	// Every question is a row: who only asks has to wait, like who is wrong.
	if err := allow(ctx, d, m, []guess{newGuess("asks", a.Address, account.Throttle{Free: 60, Longest: time.Minute, Forget: 10 * time.Minute}, false)}); err != nil {
		return Asking{}, err
	}
	options, session, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Asking{}, err
	}
	return ask(ctx, d, m, 0, signsIn, options.Response, session)
}

// SignInWithPasskey opens a session for who holds a passkey and has unlocked it,
// which is two factors at once.
func SignInWithPasskey(ctx context.Context, d *desk.Desk, origin, token string, answer []byte, a Attempt) (string, Signed, error) {
	m := cmp.Or(a.Merchant, Main)
	w, err := relyingParty(origin, "")
	if err != nil {
		return "", Signed{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", Signed{}, badPasskey(err)
	}
	_, session, err := answered(ctx, d, m, token, signsIn)
	if err != nil {
		return "", Signed{}, err
	}
	var k *keyholder
	find := func(rawID, userHandle []byte) (webauthn.User, error) {
		var err error
		k, err = owner(ctx, d, m, rawID, userHandle)
		return k, err
	}
	used, err := w.ValidateDiscoverableLogin(find, session, parsed)
	if err != nil {
		return "", Signed{}, badPasskey(err)
	}
	if k.user.Status != account.Active {
		return "", Signed{}, fault.New(fault.Denied, "disabled", "this account was disabled; ask somebody who is admin")
	}
	return openSession(ctx, d, m, openCommand{User: k.user.ID, Method: "passkey", prove: proveKey(used)}, a)
}

// owner finds whose passkey a credential is.
func owner(ctx context.Context, d *desk.Desk, m int64, rawID, userHandle []byte) (k *keyholder, err error) {
	scope := access.Scope{Merchant: m, Actor: access.Actor{Kind: "system", ID: "signin"}}
	err = d.DB.Read(ctx, scope, func(r *store.Reader) error {
		p, err := passkeys.ByCredential(r, base64.RawURLEncoding.EncodeToString(rawID))
		if err != nil {
			return err
		}
		if !slices.Equal(handle(p.User), userHandle) {
			return passkeys.ErrUnknown
		}
		u, err := users.Get(r, p.User)
		if err == nil {
			k, err = holder(r, u)
		}
		return err
	})
	return k, err
}

// proveKey notes the use of a passkey under the lock. A counter that went back
// is a copied key.
func proveKey(used *webauthn.Credential) func(*desk.Turn, *users.User, *users.Secret) error {
	return func(t *desk.Turn, u *users.User, _ *users.Secret) error {
		p, err := passkeys.ByCredential(&t.Reader, base64.RawURLEncoding.EncodeToString(used.ID))
		if errors.Is(err, passkeys.ErrUnknown) || err == nil && (p.User != u.ID || used.Authenticator.CloneWarning) {
			return badPasskey(errors.New("the passkey was removed, or copied"))
		}
		if err != nil {
			return err
		}
		data, err := json.Marshal(used)
		if err != nil {
			return err
		}
		return passkeys.Used(t.Tx, p.ID, string(data))
	}
}

// AskForSecondPasskey asks the browser for a passkey of who has given the right
// password.
func AskForSecondPasskey(ctx context.Context, d *desk.Desk, origin, pending string) (Asking, error) {
	s, err := pendingOf(ctx, d.DB, pending)
	if err != nil {
		return Asking{}, err
	}
	w, err := relyingParty(origin, "")
	if err != nil {
		return Asking{}, err
	}
	k, err := holderOf(ctx, d, s)
	if err != nil {
		return Asking{}, err
	}
	if len(k.list) == 0 {
		return Asking{}, fault.New(fault.Conflict, "no_passkey", "there is no passkey for this account; use a code")
	}
	options, session, err := w.BeginLogin(k)
	if err != nil {
		return Asking{}, err
	}
	return ask(ctx, d, s.Session.Merchant, s.User.ID, secondPasskey, options.Response, session)
}

func holderOf(ctx context.Context, d *desk.Desk, s Signed) (k *keyholder, err error) {
	err = d.DB.Read(ctx, access.Scope{Merchant: s.Session.Merchant, Actor: access.Actor{Kind: "system", ID: "signin"}}, func(r *store.Reader) error {
		k, err = holder(r, s.User)
		return err
	})
	return k, err
}

// SecondPasskey finishes a sign-in that waits for a second factor, with a
// passkey.
func SecondPasskey(ctx context.Context, d *desk.Desk, origin, pending, token string, answer []byte, a Attempt) (string, Signed, error) {
	s, err := pendingOf(ctx, d.DB, pending)
	if err != nil {
		return "", Signed{}, err
	}
	w, err := relyingParty(origin, "")
	if err != nil {
		return "", Signed{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", Signed{}, badPasskey(err)
	}
	q, session, err := answered(ctx, d, s.Session.Merchant, token, secondPasskey)
	if err != nil {
		return "", Signed{}, err
	}
	k, err := holderOf(ctx, d, s)
	if err != nil {
		return "", Signed{}, err
	}
	used, err := w.ValidateLogin(k, session, parsed)
	if err != nil || q.User != s.User.ID {
		return "", Signed{}, badPasskey(err)
	}
	return openSession(ctx, d, s.Session.Merchant, openCommand{User: s.User.ID, Method: "second_factor", Ends: s.Session.ID, prove: proveKey(used)}, a)
}

// PendingHasPasskey reports whether who waits for a second factor has a passkey
// to use. The fault is Unknown when nobody waits.
func PendingHasPasskey(ctx context.Context, d *desk.Desk, pending string) (bool, error) {
	s, err := pendingOf(ctx, d.DB, pending)
	if err != nil {
		return false, err
	}
	k, err := holderOf(ctx, d, s)
	return err == nil && len(k.list) > 0, err
}
