package admin

import (
	"context"
	"runtime"
	"sync/atomic"

	"github.com/alexedwards/argon2id"

	"orderly/internal/desk"
)

// hashing is how passwords are kept: argon2id with 19 MiB and two passes, some
// 45 ms of one core. What verifies an old hash reads its figures from the hash.
var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// maxHashers bounds how many passwords wait to be hashed; who comes then is
// sent away at once, as from a full lane.
const maxHashers = 64

// hasher hashes passwords on a part of the cores, so that guessing neither
// takes the memory nor the time of those who work.
type hasher struct {
	slots   chan struct{}
	waiting atomic.Int64
	decoy   string // of a password that nobody has
}

type hasherKey struct{}

// hasherOf is the desk's hasher.
func hasherOf(d *desk.Desk) (*hasher, error) {
	if h, ok := d.Shared.Load(hasherKey{}); ok {
		return h.(*hasher), nil
	}
	decoy, err := argon2id.CreateHash(string(make([]byte, 32)), hashing)
	if err != nil {
		return nil, err
	}
	h, _ := d.Shared.LoadOrStore(hasherKey{}, &hasher{slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)), decoy: decoy})
	return h.(*hasher), nil
}

// turn runs f when it is its turn.
func (h *hasher) turn(ctx context.Context, d *desk.Desk, f func() error) error {
	if h.waiting.Add(1) > maxHashers {
		h.waiting.Add(-1)
		return d.Busy()
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
		return f()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hashPassword gives the form in which a password is kept.
func hashPassword(ctx context.Context, d *desk.Desk, password string) (hash string, err error) {
	h, err := hasherOf(d)
	if err != nil {
		return "", err
	}
	err = h.turn(ctx, d, func() error {
		hash, err = argon2id.CreateHash(password, hashing)
		return err
	})
	return hash, err
}

// checkPassword compares a password with a kept form. Against "" it is never
// right and takes as long.
func checkPassword(ctx context.Context, d *desk.Desk, password, kept string) (right bool, err error) {
	h, err := hasherOf(d)
	if err != nil {
		return false, err
	}
	against := kept
	if against == "" {
		against = h.decoy
	}
	err = h.turn(ctx, d, func() error {
		right, err = argon2id.ComparePasswordAndHash(password, against)
		return err
	})
	return right && kept != "", err
}
