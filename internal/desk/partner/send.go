package partner

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/partner"
)

// Sent is one parcel that a partner has handed to a carrier. Without parts it
// holds all that was still to be sent.
type Sent struct {
	Parts       []fulfillment.Part
	Carrier     string
	Tracking    string
	WeightGrams int64
}

// SendCommand says that goods have left a partner.
type SendCommand struct {
	Fulfillment fulfillment.ID
	Parcels     []Sent
	Reference   string // the partner's own number
}

// Send notes what a partner has sent, which says yes where it had not answered. A
// parcel that is told again, by its tracking number, is noted once. Goods that
// have left are gone: neither a hold nor a cancellation that was asked for
// changes what is noted.
var Send = step.Act[SendCommand]{
	Name: "requests.send", Permission: access.RequestsWork,
	Check: checkSend,
	Load: func(b *step.Batch, asked []desk.Asked[SendCommand]) error {
		if err := load(func(c *SendCommand) fulfillment.ID { return c.Fulfillment })(b, asked); err != nil {
			return err
		}
		var of []order.ID
		var labels []step.Label
		for i := range asked {
			if f := b.Fulfillment(asked[i].Command.Fulfillment); f != nil {
				of = append(of, order.ID(f.Source))
			}
			for _, p := range asked[i].Command.Parcels {
				labels = append(labels, step.Label{Carrier: p.Carrier, Tracking: p.Tracking})
			}
		}
		if err := b.LoadParcelsOf(of); err != nil {
			return err
		}
		return b.LoadLabels(labels)
	},
	Decide: decideSend,
}.Operation()

func checkSend(c *SendCommand) error {
	var l fault.List
	if n := len(c.Parcels); n < 1 || n > partner.MaxParcels {
		l.Add("/parcels", "out_of_range", "name 1 to %d parcels", partner.MaxParcels)
		return l.Err()
	}
	partner.CheckAnswer("", c.Reference, "", false, &l)
	seen := map[step.Label]bool{}
	for i, p := range c.Parcels {
		at := fmt.Sprintf("/parcels/%d", i)
		fulfillment.CheckLabel(at, p.Carrier, p.Tracking, p.WeightGrams, &l)
		label := step.Label{Carrier: p.Carrier, Tracking: p.Tracking}
		if p.Tracking != "" && seen[label] {
			l.Add(at+"/tracking", "repeated", "two parcels have the same number")
		}
		seen[label] = true
		if len(p.Parts) == 0 && len(c.Parcels) > 1 {
			l.Add(at+"/lines", "missing", "say what is in each parcel when there is more than one")
		}
		if len(p.Parts) > fulfillment.MaxActLines {
			l.Add(at+"/lines", "too_many", "at most %d lines", fulfillment.MaxActLines)
		}
	}
	return l.Err()
}

func decideSend(b *step.Batch, a desk.Asked[SendCommand]) (desk.Result, error) {
	c := a.Command
	f, o, q, err := asked(b, a.Scope, c.Fulfillment)
	if err != nil {
		return desk.Result{}, err
	}
	fresh, err := unsent(b, f, c.Parcels)
	if err != nil {
		return desk.Result{}, err
	}
	if len(fresh) == 0 {
		return done(b, f, o, "unchanged"), nil
	}
	if !f.Firm() {
		return desk.Result{}, fault.New(fault.Conflict, "wrong_request_status", "fulfillment %s cannot be sent: the request is %s", f.ID, f.RequestStatus)
	}
	if err := fits(f, fresh); err != nil {
		return desk.Result{}, err
	}
	if c.Reference != "" {
		q.Reference = c.Reference
	}
	if f.RequestStatus == fulfillment.Submitted {
		d, err := f.Accept(nil, "")
		if err == nil {
			err = b.Apply(a.Scope, journal.FulAccepted, o.ID, &d)
		}
		if err != nil {
			return desk.Result{}, err
		}
	}
	var parcels []*fulfillment.Parcel
	for _, s := range fresh {
		p, err := send(b, a.Scope, o, f, s)
		if err != nil { // the first may be in the batch already: this is a bug, and the turn is rolled back
			return desk.Result{}, fmt.Errorf("send what was weighed: %v", err)
		}
		parcels = append(parcels, p)
	}
	r := done(b, f, o, "done")
	r.Value.(*Done).Parcels = parcels
	return r, nil
}

// unsent leaves out the parcels that were told before, and refuses numbers that
// are others'.
func unsent(b *step.Batch, f *fulfillment.Fulfillment, told []Sent) (fresh []Sent, err error) {
	var faults fault.List
	for i, s := range told {
		known := false
		for _, p := range b.ParcelsOf(order.ID(f.Source)) {
			known = known || s.Tracking != "" && p.Fulfillment == f.ID && p.Carrier == s.Carrier && p.Tracking == s.Tracking && p.ShippedAt != 0
		}
		if known {
			continue
		}
		if err := b.FreeLabel(step.Label{Carrier: s.Carrier, Tracking: s.Tracking}, 0); err != nil {
			faults.AddError(fmt.Sprintf("/parcels/%d", i), err)
		}
		fresh = append(fresh, s)
	}
	return fresh, faults.As(fault.Conflict, "tracking_taken", "a number belongs to another parcel")
}

// fits reports what is wrong with parcels together: they hold no more than was
// asked for and not sent yet.
func fits(f *fulfillment.Fulfillment, parcels []Sent) error {
	var faults fault.List
	left := map[int]int64{}
	sum := int64(0)
	for i := range f.Lines {
		left[f.Lines[i].Order] = f.Lines[i].Allocated()
		sum += f.Lines[i].Allocated()
	}
	if sum == 0 {
		return fault.New(fault.Conflict, "nothing_left", "all of fulfillment %s has been sent", f.ID)
	}
	for i, s := range parcels {
		for j, p := range s.Parts {
			at := fmt.Sprintf("/parcels/%d/lines/%d", i, j)
			have, known := left[p.Line]
			switch {
			case !known || slices.ContainsFunc(s.Parts[:j], func(x fulfillment.Part) bool { return x.Line == p.Line }):
				faults.Add(at, "no_such_line", "line %d is not in this request, or is named twice", p.Line)
			case p.Quantity < 1 || p.Quantity > have:
				faults.Add(at+"/quantity", "wrong_quantity", "line %d: %d units are still to be sent, %d were named", p.Line, have, p.Quantity)
			default:
				left[p.Line] -= p.Quantity
			}
		}
	}
	return faults.As(fault.Conflict, "wrong_quantity", "this does not fit what was asked for")
}

// send notes one parcel, each step with an entry of its own as the floor's acts
// have them.
func send(b *step.Batch, by access.Scope, o *order.Order, f *fulfillment.Fulfillment, s Sent) (*fulfillment.Parcel, error) {
	d, err := f.Pick(s.Parts)
	if err == nil {
		err = b.Apply(by, journal.FulPicked, o.ID, &d)
	}
	if err != nil {
		return nil, err
	}
	p, err := b.Pack(by, o, f, s.Parts, fulfillment.Parcel{Carrier: s.Carrier, Tracking: s.Tracking, WeightGrams: s.WeightGrams})
	if err != nil {
		return nil, err
	}
	if d, err = p.Step("ship"); err != nil {
		return nil, err
	}
	p.Apply("ship", b.At)
	return p, b.Apply(by, journal.ParcelStepped+d.Parcels[0].Step, o.ID, &d)
}
