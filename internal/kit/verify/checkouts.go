package verify

import (
	"time"

	"orderly/internal/checkout"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// checkouts: what is kept back for a checkout is kept back while its claim is
// open, and no longer than its time.
func (x *run) checkouts() error {
	now := x.db.Now()
	return x.walk(audit.CheckoutPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.CheckoutsIn(r, in)
		x.count(int64(len(list)), "K8")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.checkedOut(&list[i], now)
		}
		return err
	})
}

func (x *run) checkedOut(c *audit.Checkout, now int64) {
	id := checkout.ID(c.ID)
	tell := func(format string, args ...any) { x.tell("K8", id.String(), format, args...) }
	switch open := c.State == checkout.Open; {
	case open && now-c.ExpiresAt > endsWithin.Microseconds():
		tell("the claim holds %d units, and its time was over %d minutes ago", c.Held, (now-c.ExpiresAt)/time.Minute.Microseconds())
	case open && c.Held == 0 && c.Lines > 0:
		tell("the claim is open and holds nothing")
	case !open && c.Held != 0:
		tell("the claim is %s and holds %d units", c.State, c.Held)
	case open != (c.EndedAt == 0):
		tell("the claim is %s and ended at %d", c.State, c.EndedAt)
	case (c.State == checkout.Used) != (c.Order != 0):
		tell("the claim is %s and became order %d", c.State, c.Order)
	case c.ExpiresAt-c.CreatedAt > checkout.MaxAge*1_000_000:
		tell("the claim lasts %d hours", (c.ExpiresAt-c.CreatedAt)/time.Hour.Microseconds())
	}
}
