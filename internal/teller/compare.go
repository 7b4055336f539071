package teller

import (
	"context"
	"errors"
	"time"

	"orderly/internal/connect/payments"
	"orderly/internal/desk"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/payment"
	"orderly/internal/store"
	kept "orderly/internal/store/payments"
)

const (
	comparePage = 100
	compareBack = 120 * 24 * time.Hour // how long a dispute may come after a payment
)

// Compare asks providers for every payment that is young enough to change, and
// joins what they know. Where they know less than the books say, a person is
// told: joining never takes away. It gives how many such there are.
func Compare(ctx context.Context, d *desk.Desk, m int64) (differ int, err error) {
	open := map[string]payments.Provider{}
	after := payment.ID(0)
	for {
		var list []*payment.Payment
		err := d.DB.Read(ctx, scopeOf(m), func(r *store.Reader) (err error) {
			list, err = kept.After(r, after, comparePage)
			return err
		})
		if err != nil || len(list) == 0 {
			return differ, err
		}
		for _, p := range list {
			after = p.ID
			if p.Reference == "" || d.DB.Now()-p.CreatedAt > compareBack.Microseconds() {
				continue
			}
			less, err := compare(ctx, d, m, p, open)
			if err != nil {
				return differ, err
			}
			if less {
				differ++
			}
		}
	}
}

func compare(ctx context.Context, d *desk.Desk, m int64, p *payment.Payment, open map[string]payments.Provider) (less bool, err error) {
	to := open[p.Provider]
	if to == nil {
		if to, err = Open(ctx, d, m, p.Provider); err != nil {
			return false, err
		}
		open[p.Provider] = to
	}
	ctx, cancel := context.WithTimeout(ctx, payments.Timeout)
	defer cancel()
	got, err := to.Look(ctx, p.Reference)
	if err != nil && !errors.Is(err, payments.ErrUnknown) {
		return false, err
	}
	r, err := desk.One(ctx, d, pay.Compare, scopeOf(m), pay.CompareCommand{Payment: p.ID, Amounts: got.Amounts}, desk.Options{})
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return r.Status == "created", err
}
