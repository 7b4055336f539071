package collect

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"time"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/pickup"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/attempts"
	"orderly/internal/store/pickups"
)

const (
	// maxLooked is how many pickups of a place a code is compared with.
	maxLooked = 5000
	lookPage  = 500
)

// Find tells what at a place a code opens. Codes are kept sealed, so that it is
// held against all that lies there; who names wrong ones waits longer each time.
func Find(ctx context.Context, d *desk.Desk, by access.Scope, at stock.LocationID, code string) ([]*pickup.Pickup, error) {
	if !pickup.Looks(code) {
		return nil, fault.New(fault.Invalid, "no_code", "a code has %d letters and digits, such as 7K3-9QF", pickup.CodeLength)
	}
	ring, err := step.RingOf(d)
	if err != nil {
		return nil, err
	}
	if err := count(ctx, d, by); err != nil {
		return nil, err
	}
	var out []*pickup.Pickup
	err = d.DB.Read(ctx, by, func(r *store.Reader) error {
		out = nil
		return eachLying(r, at, func(p *pickup.Pickup) error {
			text, err := ring.Open(p.Code, about(p.Fulfillment))
			if err == nil && !p.Blocked() && subtle.ConstantTimeCompare(text, []byte(pickup.Plain(code))) == 1 {
				out = append(out, p)
			}
			return err
		})
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out, d.DB.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(by.Merchant)
		return attempts.Forgive(tx, guesser(by))
	})
}

func eachLying(r *store.Reader, at stock.LocationID, do func(*pickup.Pickup) error) error {
	var after pickups.After
	for looked := 0; looked < maxLooked; looked += lookPage {
		list, err := pickups.Lying(r, at, after, lookPage)
		if err != nil {
			return err
		}
		for _, p := range list {
			if err := do(p); err != nil {
				return err
			}
			after = pickups.After{ReadyAt: p.ReadyAt, Fulfillment: p.Fulfillment}
		}
		if len(list) < lookPage {
			return nil
		}
	}
	return nil
}

// guesser is how wrong codes of somebody are counted: a hash, as of those who
// sign in.
func guesser(by access.Scope) string {
	sum := sha256.Sum256([]byte("pickup code\x00" + by.Actor.String()))
	return hex.EncodeToString(sum[:])
}

// count takes a try as wrong before it is known, so that many at once do not
// slip through; the merchant's lock is not taken.
func count(ctx context.Context, d *desk.Desk, by access.Scope) error {
	return d.DB.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(by.Merchant)
		who := guesser(by)
		if err := attempts.Hold(tx, who); err != nil {
			return err
		}
		a, err := attempts.Get(&tx.Reader, who)
		if err != nil {
			return err
		}
		if wait := account.ByPair.Wait(a, tx.At); wait > 0 {
			return fault.New(fault.Unavailable, "too_many_requests", "there were too many codes that are none; wait for %d seconds and try again", max(1, int64((wait+time.Second-1)/time.Second)))
		}
		return attempts.Set(tx, who, account.ByPair.Try(a, tx.At))
	})
}
