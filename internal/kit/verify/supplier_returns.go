package verify

import (
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// sentBack: what went back to suppliers has left by movements, is no more than
// came, and is what lines of purchase orders say.
func (x *run) sentBack() error {
	err := x.walk(audit.ReturnPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.WentBackIn(r, in)
		x.count(int64(len(list)), "B4")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.wentBack(&list[i])
		}
		return err
	})
	if err != nil {
		return err
	}
	err = x.walk(audit.BackPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.BackIn(r, in)
		x.count(int64(len(list)), "B4")
		for _, l := range list {
			switch id := l.Purchase.String(); {
			case l.Back != l.Gone || l.Faulty != l.Faults || l.Credited != l.Paid:
				x.tell("B4", id, "of line %d %d units went back, %d for faults, %d credited; its returns make %d, %d and %d", l.N, l.Back, l.Faulty, l.Credited, l.Gone, l.Faults, l.Paid)
			case l.Back > l.Received || l.Credited > l.Back:
				x.tell("B4", id, "of line %d %d units came, %d went back and %d are credited", l.N, l.Received, l.Back, l.Credited)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return x.walk(audit.AwaitedPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.StrayReturns(r, in)
		for _, s := range list {
			x.tell("B4", cellText(s.Cell), "movement %d (%s) of return %s is named by none of its lines", s.ID, s.Reason, purchase.ReturnID(s.RefID))
		}
		return err
	})
}

func (x *run) wentBack(b *audit.WentBack) {
	tell := func(format string, args ...any) { x.tell("B4", b.ID.String(), format, args...) }
	left, again := int64(0), int64(0)
	if b.ShippedAt != 0 {
		left = b.Lines
	}
	if b.AgainAt != 0 {
		again = b.Lines
	}
	switch gone := b.ShippedAt != 0; {
	case b.Lines == 0 || b.OtherItem > 0:
		tell("return %d has %d lines, %d of them of no line of its purchase order", b.Number, b.Lines, b.OtherItem)
	case b.Left != left || b.NamesLeft != left:
		tell("return %d is %s: %d of its %d lines have left by their movements", b.Number, b.Step, b.Left, b.Lines)
	case b.Again != again || b.NamesAgain != again:
		tell("return %d is %s: %d of its %d lines have come again by their movements", b.Number, b.Step, b.Again, b.Lines)
	case gone != (b.Step == purchase.ReturnShipped || b.Step == purchase.ReturnCredited || b.Step == purchase.ReturnReplaced || b.Step == purchase.ReturnClosed) && b.Step != purchase.ReturnRefused:
		tell("return %d is %s, and shipped at %d", b.Number, b.Step, b.ShippedAt)
	case b.Entries != b.Version:
		tell("return %d is at version %d and has %d journal entries", b.Number, b.Version, b.Entries)
	}
}
