package floor

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/support"
	"orderly/internal/trouble"
)

// ParcelCommand asks for one act on a parcel, or on every parcel of a
// fulfillment that can take it. Acts are ship, unship, deliver, undeliver,
// lose, find and unpack.
type ParcelCommand struct {
	Parcel      fulfillment.ParcelID
	Fulfillment fulfillment.ID // when Parcel is zero
	Act         string
	Carrier     string // ship: the label, when it was not given at packing
	Tracking    string
	Proof       *fulfillment.Proof // deliver: of each of the parcels
}

// Parcel moves parcels on, or back. A parcel goes as a whole.
var Parcel = step.Act[ParcelCommand]{
	Name: "parcels.step", Permission: access.FulfillmentWrite,
	Check: func(c *ParcelCommand) error {
		var l fault.List
		fulfillment.CheckLabel("", c.Carrier, c.Tracking, 0, &l)
		if p := c.Proof; p != nil {
			p.Check(0, &l)
			p.Kind, p.Size = support.PictureKind(p.Data), int64(len(p.Data))
			if p.Kind == "" && p.Size > 0 {
				l.Add("/file", "unknown_picture", "a photo or signature is a JPEG, PNG or WebP")
			}
			if c.Act != "deliver" {
				l.Add("/act", "no_delivery", "only a delivery is proved")
			}
		}
		return l.Err()
	},
	Load:   loadParcel,
	Decide: decideParcel,
}.Operation()

func loadParcel(b *step.Batch, asked []desk.Asked[ParcelCommand]) error {
	var parcels []fulfillment.ParcelID
	var fuls []fulfillment.ID
	var labels []step.Label
	for i := range asked {
		c := &asked[i].Command
		labels = append(labels, step.Label{Carrier: c.Carrier, Tracking: c.Tracking})
		if c.Parcel != 0 {
			parcels = append(parcels, c.Parcel)
		} else {
			fuls = append(fuls, c.Fulfillment)
		}
	}
	if err := b.LoadParcels(parcels); err != nil {
		return err
	}
	if err := b.LoadFulfillments(fuls); err != nil {
		return err
	}
	var of []order.ID
	for _, id := range fuls {
		if f := b.Fulfillment(id); f != nil {
			of = append(of, order.ID(f.Source))
		}
	}
	if err := b.LoadParcelsOf(of); err != nil {
		return err
	}
	var list []*fulfillment.Parcel
	for _, id := range parcels {
		if p := b.Parcel(id); p != nil {
			list = append(list, p)
		}
	}
	for _, id := range of {
		list = append(list, b.ParcelsOf(id)...)
	}
	for _, p := range list {
		if p.Status == "delivered" { // undelivered, it has its number again
			labels = append(labels, step.Label{Carrier: p.Carrier, Tracking: p.Tracking})
		}
	}
	return b.LoadLabels(labels)
}

func decideParcel(b *step.Batch, a desk.Asked[ParcelCommand]) (desk.Result, error) {
	c := a.Command
	parcels, err := addressed(b, a.Scope, c)
	if err != nil {
		return desk.Result{}, err
	}
	if c.Tracking != "" && len(parcels) > 1 {
		return desk.Result{}, fault.New(fault.Conflict, "many_parcels", "fulfillment %s has %d parcels; give each its own tracking number", c.Fulfillment, len(parcels))
	}
	if err := b.FreeLabel(step.Label{Carrier: c.Carrier, Tracking: c.Tracking}, parcels[0].ID); err != nil {
		return desk.Result{}, err
	}
	if c.Proof != nil {
		var l fault.List
		if c.Proof.Check(b.At, &l); l.Err() != nil {
			return desk.Result{}, l.Err()
		}
	}
	o := b.Order(parcels[0].Order)
	if c.Act == "ship" || c.Act == "unpack" {
		if err := b.Fulfillment(parcels[0].Fulfillment).OnShelf(c.Act); err != nil {
			return desk.Result{}, err
		}
	}
	if c.Act == "ship" {
		if err := o.Blocked("ship"); err != nil {
			return desk.Result{}, err
		}
	}
	var all order.Delta
	again := map[step.Label]bool{}
	for _, p := range parcels {
		d, err := p.Step(c.Act)
		if err == nil && c.Act == "undeliver" {
			err = labelAgain(b, p, again)
		}
		if err != nil {
			return desk.Result{}, err
		}
		all.Moves, all.Parcels = append(all.Moves, d.Moves...), append(all.Parcels, d.Parcels...)
	}
	if err := stillOut(o, all.Moves); err != nil {
		return desk.Result{}, err
	}
	if c.Tracking != "" {
		parcels[0].Carrier, parcels[0].Tracking = c.Carrier, c.Tracking
	}
	for _, p := range parcels {
		p.Apply(c.Act, b.At)
		b.TouchParcel(p)
		tellLost(b, a.Scope, c.Act, p)
		if c.Proof != nil {
			b.Prove(p, *c.Proof)
		}
	}
	if err := b.Apply(a.Scope, journal.ParcelStepped+all.Parcels[0].Step, o.ID, &all); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: "par", ID: int64(parcels[0].ID), Seq: parcels[0].Version, Status: "done",
		Value: &Worked{b.Fulfillment(parcels[0].Fulfillment), o, parcels}}, nil
}

// tellLost has a person look after a parcel that was lost, and lets that rest
// when it was found.
func tellLost(b *step.Batch, by access.Scope, act string, p *fulfillment.Parcel) {
	switch act {
	case "lose":
		b.AddTrouble(by, trouble.Trouble{Kind: trouble.Lost, Order: int64(p.Order), Location: int64(p.Location), Subject: int64(p.ID)})
	case "find":
		b.Settle(by, trouble.Lost, func(t *trouble.Trouble) bool { return t.Subject == int64(p.ID) })
	}
}

// stillOut refuses to take back, or to lose, units that the customer has
// returned already.
func stillOut(o *order.Order, moves []order.Move) error {
	leaving := map[int]int64{}
	for _, m := range moves {
		if m.From != order.Shipped || m.To == order.Delivered {
			continue
		}
		leaving[m.Line] += m.Quantity
		q := o.Line(m.Line).Q
		if out := q.Left() - q[order.ReturnRequested] - q[order.Returned]; leaving[m.Line] > out {
			return fault.New(fault.Conflict, "already_returned", "order %d, line %d: %d units are still out, the others were returned; they cannot be unshipped or lost", o.Number, m.Line, out)
		}
	}
	return nil
}

// addressed finds the parcels that the command means.
func addressed(b *step.Batch, by access.Scope, c ParcelCommand) ([]*fulfillment.Parcel, error) {
	if c.Parcel != 0 {
		p := b.Parcel(c.Parcel)
		if p == nil || !by.Sees(int64(p.Location)) {
			return nil, fault.New(fault.NotFound, "no_such_parcel", "there is no parcel %s", c.Parcel)
		}
		return []*fulfillment.Parcel{p}, nil
	}
	f, o, err := workable(b, by, c.Fulfillment, "")
	if err != nil {
		return nil, err
	}
	var out []*fulfillment.Parcel
	then := "pack it first"
	for _, p := range b.ParcelsOf(o.ID) {
		if p.Fulfillment != f.ID {
			continue
		}
		then = "its actions say what can be done now"
		if slices.Contains(p.Actions(), c.Act) {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Conflict, "wrong_state", "fulfillment %s (%s) has no parcel that can %s; %s", f.ID, f.WorkStatus, c.Act, then)
	}
	return out, nil
}

// labelAgain refuses to undeliver a parcel whose number has another by now.
// seen are the numbers of the parcels that come back with it.
func labelAgain(b *step.Batch, p *fulfillment.Parcel, seen map[step.Label]bool) error {
	own := step.Label{Carrier: p.Carrier, Tracking: p.Tracking}
	if own.Tracking != "" && seen[own] {
		return fault.New(fault.Conflict, "tracking_taken", "two parcels of fulfillment %s have the number %s of %s; undeliver one", p.Fulfillment, own.Tracking, own.Carrier)
	}
	seen[own] = true
	return b.FreeLabel(own, p.ID)
}
