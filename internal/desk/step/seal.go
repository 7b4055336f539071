package step

import (
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/seal"
)

type ringKey struct{}

// UseSeal gives the desk the keys with which it keeps secrets.
func UseSeal(d *desk.Desk, r *seal.Ring) { d.Shared.Store(ringKey{}, r) }

// RingOf is the keys with which the desk keeps secrets.
func RingOf(d *desk.Desk) (*seal.Ring, error) {
	if r, ok := d.Shared.Load(ringKey{}); ok {
		return r.(*seal.Ring), nil
	}
	return nil, fault.New(fault.Conflict, "no_secret_key",
		"this server has no key to keep secrets with: start it with --secret-key-file or ORDERLY_SECRET_KEY, 64 hexadecimal digits that are the same on every node, and try again")
}

// Ring is the keys of the desk that the batch belongs to.
func (b *Batch) Ring() (*seal.Ring, error) { return RingOf(b.desk) }
