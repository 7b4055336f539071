package forget

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/privacy"
	"orderly/internal/store/persons"
)

// OrderCommand erases the people of one order, for an erasure that was begun.
type OrderCommand struct {
	Order   order.ID
	Erasure privacy.ID
}

// Orders rewrites what orders and all that hangs on them say of people. The
// country of an address stays: where the tax was due is not who paid it. What
// is erased already stays as it is.
var Orders = rewriting(step.Act[OrderCommand]{
	Name: "persons.erase_orders", Permission: access.PersonsErase,
	Load: func(b *step.Batch, asked []desk.Asked[OrderCommand]) error {
		return b.LoadOrdersForServing(orderIDs(asked))
	},
	Decide: func(b *step.Batch, a desk.Asked[OrderCommand]) (desk.Result, error) {
		o := b.Order(a.Command.Order)
		if o == nil {
			return desk.Result{}, fault.New(fault.NotFound, "no_such_order", "there is no order %s", a.Command.Order)
		}
		out := desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "unchanged"}
		if privacy.Gone(o.Party) && bare(o) {
			return out, nil
		}
		o.Party = party.Parties{ShipTo: privacy.Rest(o.Party.ShipTo), BillTo: privacy.Rest(o.Party.BillTo)}
		strip(o)
		d := order.Delta{Edited: order.PartyFields}
		err := b.Apply(a.Scope, journal.OrderErased, o.ID, &d)
		out.Seq, out.Status = o.Version, "done"
		return out, err
	},
}.Operation())

// rewriting has the rows beside the order's own rewritten in the same turn.
func rewriting(op *desk.Operation[OrderCommand]) *desk.Operation[OrderCommand] {
	run := op.Run
	op.Run = func(t *desk.Turn, asked []desk.Asked[OrderCommand]) ([]desk.Result, error) {
		out, err := run(t, asked)
		if err != nil {
			return out, err
		}
		for i := range asked {
			if out[i].Err == nil {
				err = persons.Rewrite(t.Tx, []order.ID{asked[i].Command.Order}, asked[i].Command.Erasure)
			}
			if err != nil {
				return out, err
			}
		}
		return out, nil
	}
	return op
}

func orderIDs(asked []desk.Asked[OrderCommand]) []order.ID {
	out := make([]order.ID, len(asked))
	for i := range asked {
		out[i] = asked[i].Command.Order
	}
	return out
}

// bare reports whether nobody's words stand in the order beside its people.
func bare(o *order.Order) bool {
	for i := range o.Lines {
		if len(o.Lines[i].Custom) > 0 {
			return false
		}
	}
	for i := range o.Holds {
		if o.Holds[i].Note != "" {
			return false
		}
	}
	return len(o.Custom) == 0
}

// strip is what Rewrite makes of the rows, so that the desk remembers the same.
func strip(o *order.Order) {
	o.Custom = nil
	for i := range o.Lines {
		o.Lines[i].Custom = nil
	}
	for i := range o.Holds {
		o.Holds[i].Note = ""
	}
}

// EndCommand ends an erasure whose orders are all rewritten.
type EndCommand struct{ Erasure privacy.ID }

// End rewrites the customer's record and tells that the erasure is done.
var End = &desk.Operation[EndCommand]{
	Name: "persons.erase_end", Permission: access.PersonsErase,
	Run: func(t *desk.Turn, asked []desk.Asked[EndCommand]) ([]desk.Result, error) {
		return each(asked, func(a desk.Asked[EndCommand]) (desk.Result, error) { return end(t, a) })
	},
}

func end(t *desk.Turn, a desk.Asked[EndCommand]) (desk.Result, error) {
	e, ok, err := persons.Get(&t.Reader, a.Command.Erasure)
	if err != nil {
		return desk.Result{}, err
	}
	out := desk.Result{Kind: journal.Erasure, ID: int64(e.ID), Seq: 2, Status: "unchanged", Value: e}
	if !ok {
		return out, fault.New(fault.NotFound, "no_such_erasure", "there is no erasure %s", a.Command.Erasure)
	}
	if e.State == privacy.Done {
		return out, nil
	}
	if e.Orders, e.Documents, err = persons.Sums(&t.Reader, e.ID); err != nil {
		return out, err
	}
	if e.Customer != 0 {
		if err := persons.Forget(t.Tx, e.Customer); err != nil {
			return out, err
		}
	}
	e.State, e.EndedAt = privacy.Done, t.At
	if err := persons.Save(t.Tx, e); err != nil {
		return out, err
	}
	out.Status, out.Value = "done", e
	return out, tell(t, a.Scope, e, 2, journal.PersonErased)
}

// SettingCommand says how long issued documents keep the name of who was erased.
type SettingCommand struct {
	Setting privacy.Setting
	Version *int64
}

// SaveSetting keeps it.
var SaveSetting = &desk.Operation[SettingCommand]{
	Name: "persons.setting", Permission: access.PersonsErase,
	Check: func(c *SettingCommand) error {
		var l fault.List
		c.Setting.Check(&l)
		return l.Err()
	},
	Run: func(t *desk.Turn, asked []desk.Asked[SettingCommand]) ([]desk.Result, error) {
		return each(asked, func(a desk.Asked[SettingCommand]) (desk.Result, error) { return saveSetting(t, a) })
	},
}
