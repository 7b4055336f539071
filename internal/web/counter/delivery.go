package counter

import (
	"slices"

	"orderly/internal/delivery"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/web/shell"
)

// offers asks by which methods the draft could be sent, and when it would be
// there. Where the shop has no method nothing is offered.
func (d *draft) offers(v *shell.Visit, r *order.Request) error {
	if d.Mode == counter {
		return nil
	}
	err := v.Read(func(from *store.Reader) (err error) {
		d.Offers, err = intake.PromiseFor(v.Desk(), from, intake.Cart{Channel: r.Channel, Lines: r.Lines, ShipTo: r.Parties.ShipTo, Wanted: r.DueAt})
		return err
	})
	if fault.KindOf(err) == fault.Invalid { // the preview of the order says what is wrong
		return nil
	}
	d.Offers.Options = slices.DeleteFunc(d.Offers.Options, func(o intake.Option) bool { return o.Code == delivery.Usual })
	return err
}

// offerText says when an option is there.
func offerText(v *shell.Visit, o *intake.Option) string {
	switch {
	case o.Kind == delivery.Collect && o.ShipBy != 0:
		return v.T("counter.to_collect", "when", v.When(o.ShipBy))
	case o.Latest == 0:
		return v.T("counter.at_once")
	case o.Earliest != o.Latest && o.Earliest != 0:
		return v.T("counter.arrives_between", "first", v.When(o.Earliest), "last", v.When(o.Latest))
	}
	return v.T("counter.arrives", "when", v.When(o.Latest))
}

// chosenGone reports whether the method that was chosen does not bring this.
func (d *draft) chosenGone() bool {
	return d.Method != "" && !slices.ContainsFunc(d.Offers.Options, func(o intake.Option) bool { return o.Code == d.Method })
}
