package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
	"orderly/internal/store/payments"
	"orderly/internal/store/returned"
)

// Dossier is everything that rows say about one order in one snapshot.
type Dossier struct {
	ID           order.ID
	Order        *order.Order // without people; nil when Unreadable
	Unreadable   error        // the rows cannot be made an order at all
	Rows, Stored Counts       // parts that are there, and that the header counts
	Priorities   [2]int64     // the lowest and the highest of its lines
	Fulfillments []*fulfillment.Fulfillment
	Parcels      []*fulfillment.Parcel
	Returns      []*returns.Return
	Money        []payment.Entry
	Payments     []*payment.Payment
	Entries      Entries
	History      []journal.Entry // when asked for
}

// Counts are how many rows an order's parts have.
type Counts struct{ Lines, Fees, Holds, Parties int64 }

// Entries are how many journal entries an order has, and their own numbers.
type Entries struct{ N, First, Last int64 }

// Dossiers reads orders with all that belongs to them, in the order of ids.
func Dossiers(r *store.Reader, list []order.ID) ([]*Dossier, error) {
	b := binder{r: r, list: list, at: map[order.ID]*Dossier{}}
	out := make([]*Dossier, len(list))
	for i, id := range list {
		out[i] = &Dossier{ID: id}
		b.at[id] = out[i]
	}
	for _, step := range []func() error{b.orders, b.counts, b.fulfillments, b.returns, b.money, b.payments, b.entries} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// binder fills dossiers.
type binder struct {
	r    *store.Reader
	list []order.ID
	at   map[order.ID]*Dossier
}

// orders loads the orders as the product does. Where that fails, each is tried
// alone, so that one unreadable row hides no other.
func (b *binder) orders() error {
	found, err := orders.Load(b.r, b.list, orders.Parts{Fees: true})
	if err != nil && broken(err) {
		return err
	}
	for id, d := range b.at {
		if err != nil {
			var one error
			found, one = orders.Load(b.r, []order.ID{id}, orders.Parts{Fees: true})
			if one != nil && broken(one) {
				return one
			}
			d.Unreadable = one
		}
		d.Order = found[id]
		if d.Order == nil && d.Unreadable == nil {
			d.Unreadable = errors.New("its header is missing")
		}
	}
	return nil
}

// broken reports whether the machinery failed, not what was read.
func broken(err error) bool {
	return errors.Is(err, store.ErrIO) || store.Lost(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		fault.KindOf(err) == fault.Unavailable
}

// in runs a text over the orders: its first column is the order's id, the
// others are numbers for into.
func (b *binder) in(text string, into func(d *Dossier) []*int64) error {
	return store.In(b.r, text, []any{b.r.M}, b.list, func(scan func(...any) error) error {
		var id order.ID
		var v [3]int64
		fields := into(&Dossier{})
		if err := scan(append([]any{&id}, []any{&v[0], &v[1], &v[2]}[:len(fields)]...)...); err != nil {
			return err
		}
		for i, field := range into(b.at[id]) {
			*field = v[i]
		}
		return nil
	})
}

func (b *binder) counts() error {
	return errors.Join(
		b.in("SELECT id, line_count, fee_count, hold_count FROM orders WHERE m = $1 AND id IN ($IN)",
			func(d *Dossier) []*int64 { return []*int64{&d.Stored.Lines, &d.Stored.Fees, &d.Stored.Holds} }),
		b.in("SELECT order_id, count(*), min(priority), max(priority) FROM order_line WHERE m = $1 AND order_id IN ($IN) GROUP BY order_id",
			func(d *Dossier) []*int64 { return []*int64{&d.Rows.Lines, &d.Priorities[0], &d.Priorities[1]} }),
		b.in("SELECT order_id, count(*) FROM order_fee WHERE m = $1 AND order_id IN ($IN) GROUP BY order_id",
			func(d *Dossier) []*int64 { return []*int64{&d.Rows.Fees} }),
		b.in("SELECT order_id, count(*) FROM order_hold WHERE m = $1 AND order_id IN ($IN) GROUP BY order_id",
			func(d *Dossier) []*int64 { return []*int64{&d.Rows.Holds} }),
		b.in("SELECT order_id, count(*) FROM order_party WHERE m = $1 AND order_id IN ($IN) GROUP BY order_id",
			func(d *Dossier) []*int64 { return []*int64{&d.Rows.Parties} }),
	)
}

func (b *binder) entries() error {
	return b.in("SELECT subject, count(*), min(subject_seq), max(subject_seq) FROM entry WHERE m = $1 AND subject IN ($IN) GROUP BY subject",
		func(d *Dossier) []*int64 { return []*int64{&d.Entries.N, &d.Entries.First, &d.Entries.Last} })
}

func (b *binder) fulfillments() error {
	sources := make([]int64, len(b.list))
	for i, id := range b.list {
		sources[i] = int64(id)
	}
	fuls, err := fulfillments.OfSources(b.r, sources)
	if err != nil {
		return err
	}
	for _, f := range fuls {
		if d := b.at[order.ID(f.Source)]; d != nil && f.Purpose == "order" {
			d.Fulfillments = append(d.Fulfillments, f)
		}
	}
	parcels, err := fulfillments.ParcelsOfOrders(b.r, b.list)
	for _, p := range parcels {
		b.at[p.Order].Parcels = append(b.at[p.Order].Parcels, p)
	}
	return err
}

func (b *binder) returns() error {
	list, err := returned.OfOrders(b.r, b.list)
	for _, x := range list {
		b.at[x.Order].Returns = append(b.at[x.Order].Returns, x)
	}
	return err
}

func (b *binder) money() error {
	return store.In(b.r, "SELECT order_id, id, account, currency, amount, at, entry FROM money_entry WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id",
		[]any{b.r.M}, b.list, func(scan func(...any) error) error {
			var e payment.Entry
			if err := scan(&e.Order, &e.ID, &e.Account, &e.Currency, &e.Amount, &e.At, &e.Seq); err != nil {
				return err
			}
			d := b.at[order.ID(e.Order)]
			d.Money = append(d.Money, e)
			return nil
		})
}

func (b *binder) payments() error {
	of := make([]int64, len(b.list))
	for i, id := range b.list {
		of[i] = int64(id)
	}
	list, err := payments.OfOrders(b.r, of)
	for _, p := range list {
		d := b.at[order.ID(p.Order)]
		d.Payments = append(d.Payments, p)
	}
	return err
}

// AddHistories reads the whole journal of each order into its dossier.
func AddHistories(r *store.Reader, list []*Dossier) error {
	at := map[int64]*Dossier{}
	keys := make([]int64, len(list))
	for i, d := range list {
		keys[i] = int64(d.ID)
		at[keys[i]] = d
	}
	const text = "SELECT seq, kind, subject, subject_seq, type, v, at, actor, data FROM entry WHERE m = $1 AND subject IN ($IN) ORDER BY subject, subject_seq"
	return store.In(r, text, []any{r.M}, keys, func(scan func(...any) error) error {
		var e journal.Entry
		var actor string
		if err := scan(&e.Seq, &e.Kind, &e.Subject, &e.SubjectSeq, &e.Type, &e.V, &e.At, &actor, &e.Data); err != nil {
			return fmt.Errorf("journal of order %s: %w", order.ID(e.Subject), err)
		}
		e.Actor.Kind, e.Actor.ID, _ = strings.Cut(actor, ":")
		d := at[e.Subject]
		d.History = append(d.History, e)
		return nil
	})
}
