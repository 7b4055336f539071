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
			if d.DB.Now()-p.CreatedAt > compareBack.Microseconds() {
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
	at, err := nameOf(ctx, d, m, p)
	if err != nil || at == "" {
		return false, err
	}
	to := open[p.Provider]
	if to == nil {
		if to, err = Open(ctx, d, m, p.Provider); err != nil {
			return false, err
		}
		open[p.Provider] = to
	}
	ctx, cancel := context.WithTimeout(ctx, payments.Timeout)
	defer cancel()
	got, err := to.Look(ctx, at)
	if err != nil && !errors.Is(err, payments.ErrUnknown) {
		return false, err
	}
	r, err := desk.One(ctx, d, pay.Compare, scopeOf(m), pay.CompareCommand{Payment: p.ID, Reference: got.Reference, ExpiresAt: got.ExpiresAt, Amounts: got.Amounts}, desk.Options{})
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return r.Status == "created", err
}

// nameOf is by what the provider knows a payment: its own name of it, else that
// of the page at which it is to be made; "" while it knows neither.
func nameOf(ctx context.Context, d *desk.Desk, m int64, p *payment.Payment) (string, error) {
	if p.Reference != "" {
		return p.Reference, nil
	}
	whole, err := load(ctx, d, m, p.ID)
	if err != nil || whole == nil {
		return "", err
	}
	return whole.Page(), nil
}

// load reads a payment with its intents; nil when there is none.
func load(ctx context.Context, d *desk.Desk, m int64, id payment.ID) (p *payment.Payment, err error) {
	err = d.DB.Read(ctx, scopeOf(m), func(r *store.Reader) error {
		list, err := kept.Load(r, []payment.ID{id})
		if len(list) > 0 {
			p = list[0]
		}
		return err
	})
	return p, err
}

// Look asks the provider how a payment stands and joins the answer.
func Look(ctx context.Context, d *desk.Desk, m int64, id payment.ID) error {
	p, err := load(ctx, d, m, id)
	if err != nil || p == nil {
		return err
	}
	_, err = compare(ctx, d, m, p, map[string]payments.Provider{})
	return err
}
