package verify

import (
	"orderly/internal/catalog"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// awaited: what levels say is incoming is what open lines of purchase orders
// await there; and movements of purchases are named by receipts.
func (x *run) awaited() error {
	return x.walk(audit.AwaitedPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.AwaitedIn(r, in)
		if err != nil {
			return err
		}
		x.count(int64(len(list)), "B1")
		x.progress(int64(len(list)), 0)
		for _, a := range list {
			if a.Incoming != a.Awaited {
				x.tell("B1", cellText(a.Cell), "%d units are incoming, lines of purchase orders await %d", a.Incoming, a.Awaited)
			}
		}
		if !x.opts.asked("B2") {
			return nil
		}
		strays, err := audit.UnreceivedIn(r, in)
		for _, s := range strays {
			x.tell("B2", cellText(s.Cell), "movement %d (%s) of purchase order %s is named by no receipt", s.ID, s.Reason, purchase.ID(s.RefID))
		}
		return err
	})
}

// purchases: rows, receipts, invoices, statuses and numbers of purchase orders
// say the same.
func (x *run) purchases() error {
	err := x.walk(audit.PurchasePages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.BoughtIn(r, in)
		if err != nil {
			return err
		}
		x.count(int64(len(list)), "B2")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.bought(&list[i])
		}
		unmoved, err := audit.UnmovedIn(r, in)
		for _, u := range unmoved {
			x.tell("B2", u.Receipt.String(), "line %d of receipt %s names movement %d, which is not there or is of other units", u.N, u.Receipt, u.Movement)
		}
		return err
	})
	if err != nil {
		return err
	}
	return x.read(func(r *store.Reader) error {
		count, highest, last, err := audit.PurchaseNumbers(r)
		if err == nil && (count != highest || highest != last) {
			x.tell("B2", text("mer", r.M), "%d purchase orders have numbers up to %d, and the last that was given is %d", count, highest, last)
		}
		return err
	})
}

func (x *run) bought(b *audit.Bought) {
	id := b.ID.String()
	tell := func(format string, args ...any) { x.tell("B2", id, format, args...) }
	if s := b.Status(); s != b.Kept {
		tell("purchase order %d is told to be %s, its lines make it %s", b.Number, b.Kept, s)
	}
	if b.Entries != b.Version || b.First == 0 {
		tell("purchase order %d is at version %d and has %d journal entries", b.Number, b.Version, b.Entries)
	}
	for i := range b.Purchase.Lines {
		l := &b.Purchase.Lines[i]
		is := b.Lines[l.N]
		still := l.Open()
		if b.SentAt == 0 || b.ClosedAt != 0 || b.CanceledAt != 0 || b.History {
			still = 0
		}
		switch {
		case is.Awaited != b.Awaited(l) || is.Still != still:
			tell("line %d of purchase order %d awaits %d units and is told to await %d", l.N, b.Number, b.Awaited(l), is.Awaited)
		case !b.History && (is.Received != l.Received || is.Damaged != l.Damaged || is.Inspect != l.Inspect):
			tell("of line %d of purchase order %d %d units came, %d of them damaged; its receipts make %d and %d", l.N, b.Number, l.Received, l.Damaged, is.Received, is.Damaged)
		case is.Invoiced != l.Invoiced:
			tell("of line %d of purchase order %d %d units are invoiced, its invoices make %d", l.N, b.Number, l.Invoiced, is.Invoiced)
		case b.History && is.Received != 0:
			tell("purchase order %d is history and has receipts", b.Number)
		case l.Canceled > l.Quantity || l.Damaged+l.Inspect > l.Received:
			tell("line %d of purchase order %d has %d of %d units canceled, and %d damaged or to be inspected of %d", l.N, b.Number, l.Canceled, l.Quantity, l.Damaged+l.Inspect, l.Received)
		}
	}
}

// chained: what is bought for lines of orders is of their items and no more than
// they are of.
func (x *run) chained() error {
	return x.walk(audit.ChainPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.ChainedIn(r, in)
		x.count(int64(len(list)), "B3")
		x.progress(int64(len(list)), 0)
		for _, c := range list {
			switch id := order.ID(c.Order).String(); {
			case c.For != c.Item:
				x.tell("B3", id, "item %s is bought for line %d, which is of item %s", catalog.ID(c.Item), c.Line, catalog.ID(c.For))
			case c.Bought > c.Ordered:
				x.tell("B3", id, "%d units are bought for line %d, which is of %d", c.Bought, c.Line, c.Ordered)
			}
		}
		return err
	})
}
