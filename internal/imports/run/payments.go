package run

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/store/payments"
)

// payments books what the channel took for orders that are in the books. Each
// payment of an order counts once, by its number. In the end it tells by how
// much what was paid differs from what the orders cost, and why.
func (x *importer) payments(ctx context.Context) error {
	var seen named
	err := rowPhase(ctx, x, imports.ReadPayments, func(c *chunk, rows []imports.Row[imports.PaymentRow]) error {
		for i := range rows {
			seen.add(x.channelOf(&rows[i].Value), rows[i].Value.ExternalID)
		}
		use(x, c, intake.Pay, func(r *store.Reader) ([]asked[intake.PayCommand], error) { return x.payCommands(r, rows) })
		c.after = func(got []desk.Result) error {
			for _, r := range got {
				if r.Err == nil {
					x.sum.Payments++
				}
			}
			return nil
		}
		return nil
	})
	if err != nil || x.o.DryRun {
		return err
	}
	return x.differences(ctx, &seen)
}

// maxNamed bounds of how many orders it is told why their payments differ.
const maxNamed = 500_000

// named are the orders of a file by channel and the channel's own name. It is
// filled by the goroutine that reads, and read once that has ended.
type named struct {
	by    map[string]map[string]bool
	count int
	over  bool
}

func (n *named) add(channel, external string) {
	switch {
	case n.by == nil:
		n.by = map[string]map[string]bool{}
	case n.by[channel][external]:
		return
	case n.count == maxNamed:
		n.over = true
		return
	}
	if n.by[channel] == nil {
		n.by[channel] = map[string]bool{}
	}
	n.by[channel][strings.Clone(external)] = true
	n.count++
}

func (x *importer) channelOf(row *imports.PaymentRow) string {
	if row.Channel == "" {
		return x.o.Channel
	}
	return row.Channel
}

func (x *importer) payCommands(r *store.Reader, rows []imports.Row[imports.PaymentRow]) ([]asked[intake.PayCommand], error) {
	refs := map[string][]string{}
	for i := range rows {
		row := &rows[i].Value
		refs[x.channelOf(row)] = append(refs[x.channelOf(row)], row.ExternalID)
	}
	found := map[string]map[string]orders.Known{}
	var ids []order.ID
	for c, list := range refs {
		known, err := orders.ByExternal(r, c, list)
		if err != nil {
			return nil, err
		}
		found[c] = known
		for _, k := range known {
			ids = append(ids, k.ID)
		}
	}
	loaded, err := orders.Load(r, ids, orders.Parts{})
	if err != nil {
		return nil, err
	}
	out := make([]asked[intake.PayCommand], len(rows))
	for i := range rows {
		row := &rows[i].Value
		o := loaded[found[x.channelOf(row)][row.ExternalID].ID]
		if o == nil {
			out[i].err = fault.New(fault.NotFound, "no_such_order", "channel %s has no order %.80s in the books; what was paid for it stays with the channel", x.channelOf(row), row.ExternalID)
			continue
		}
		c, err := payCommand(o, row)
		if err != nil {
			out[i].err = err
			continue
		}
		if c.Amount == 0 { // it says that nothing was taken
			out[i].skip = true
			continue
		}
		out[i] = ask(intake.Pay, c)
	}
	return out, nil
}

func payCommand(o *order.Order, row *imports.PaymentRow) (c intake.PayCommand, err error) {
	c = intake.PayCommand{Order: o.ID, Means: row.Means, Reference: row.Reference}
	if c.Amount, err = o.Currency.ParseAmount(row.Amount); err != nil {
		return c, err
	}
	if c.N, err = strconv.Atoi(row.Sequence); err != nil {
		return c, err
	}
	if row.Instalments != "" {
		c.Instalments, err = strconv.ParseInt(row.Instalments, 10, 64)
	}
	return c, err
}

// Differences are the orders of which more or less was paid than they cost, for
// one reason.
type Differences struct {
	Orders int64  `json:"orders"`
	Amount string `json:"amount"` // decimal, of all of them; below zero when less was paid

	sum nanos
}

// differences sums up by how much payments of the file's orders differ.
func (x *importer) differences(ctx context.Context, seen *named) error {
	all := map[string]*Differences{}
	for channel, names := range seen.by {
		for some := range slices.Chunk(slices.Sorted(maps.Keys(names)), MaxRows) {
			err := x.read(ctx, func(r *store.Reader) error { return differing(r, channel, some, all) })
			if err != nil {
				return err
			}
		}
	}
	if seen.over {
		x.sum.warn("the file is of too many orders to tell why payments differ from what they cost; each order tells")
	}
	if len(all) == 0 {
		return nil
	}
	x.sum.Differences = map[string]Differences{}
	for cause, d := range all {
		x.sum.Differences[cause] = Differences{Orders: d.Orders, Amount: d.sum.String()}
	}
	return nil
}

// differing adds the orders of which more or less was paid than they cost.
func differing(r *store.Reader, channel string, names []string, all map[string]*Differences) error {
	known, err := orders.ByExternal(r, channel, names)
	if err != nil {
		return err
	}
	var ids []order.ID
	var of []int64
	for _, k := range known {
		ids, of = append(ids, k.ID), append(of, int64(k.ID))
	}
	loaded, err := orders.Load(r, ids, orders.Parts{Fees: true})
	if err != nil {
		return err
	}
	said, err := payments.Channeled(r, of)
	if err != nil {
		return err
	}
	for id, o := range loaded {
		cost, goods, prices := o.Settling()
		d := payment.Differs(cost, goods, prices, o.Paid, said[int64(id)])
		if d == nil {
			continue
		}
		if all[d.Cause] == nil {
			all[d.Cause] = &Differences{}
		}
		all[d.Cause].Orders++
		all[d.Cause].sum.minor(d.Amount, o.Currency.Exponent())
	}
	return nil
}
