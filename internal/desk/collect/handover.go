package collect

import (
	"crypto/subtle"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/pickup"
	"orderly/internal/support"
)

// HandOverCommand gives goods to who came for them.
type HandOverCommand struct {
	Fulfillment fulfillment.ID
	Proof       pickup.Proof
	Picture     []byte             // a signature or a photo, none when empty
	Refused     []fulfillment.Part // what the customer does not take
}

// HandOver gives what lies on a shelf to who shows the code, or who was looked
// at: its parcels leave and arrive in one act, with the proof of it. What the
// customer refuses goes back into stock and is canceled in the same act. A
// wrong code is counted, and after a few of them the code opens nothing any
// more; see Refusal.
var HandOver = step.Act[HandOverCommand]{
	Name: "pickups.handover", Permission: Permission,
	Check: func(c *HandOverCommand) error {
		var l fault.List
		c.Proof.Check(&l)
		(&fulfillment.Proof{Name: c.Proof.Name, Data: c.Picture}).Check(0, &l)
		if len(c.Picture) > 0 && support.PictureKind(c.Picture) == "" {
			l.Add("/file", "unknown_picture", "a photo or signature is a JPEG, PNG or WebP")
		}
		if len(c.Refused) > fulfillment.MaxActLines {
			l.Add("/refused", "too_many", "at most %d lines", fulfillment.MaxActLines)
		}
		return l.Err()
	},
	Load:   loadParcels(func(c HandOverCommand) fulfillment.ID { return c.Fulfillment }),
	Decide: decideHandOver,
}.Operation()

// Refusal is the fault of a result of HandOver; nil when it was done.
func Refusal(r desk.Result) error {
	if r.Status != WrongCode {
		return nil
	}
	if x, ok := r.Value.(*Lain); ok && !x.Pickup.Blocked() {
		return fault.New(fault.Conflict, "wrong_code", "this is not the code; %d more tries and it is blocked", x.Pickup.Left())
	}
	return fault.New(fault.Conflict, "wrong_code", "this is not the code; look at who came instead, and say what was looked at")
}

func decideHandOver(b *step.Batch, a desk.Asked[HandOverCommand]) (desk.Result, error) {
	c := a.Command
	g, err := lying(b, a.Scope, c.Fulfillment, "hand over")
	if err == nil {
		err = g.o.Blocked("ship")
	}
	if err != nil {
		return desk.Result{}, err
	}
	refused, err := g.refusals(c.Refused)
	if err != nil {
		return desk.Result{}, err
	}
	if c.Proof.Code != "" && !b.Previewing() { // a preview is no way to try codes
		if r, err := g.wrong(b, a.Scope, c.Proof.Code); err != nil || r.Status != "" {
			return r, err
		}
	}
	before := g.o.Totals.Payable()
	if len(refused) > 0 {
		if err := g.putBack(b, a.Scope, refused); err != nil {
			return desk.Result{}, err
		}
	}
	if err := g.give(b, a.Scope, c); err != nil {
		return desk.Result{}, err
	}
	return g.result("done", before-g.o.Totals.Payable()), nil
}

// wrong counts a code that is not the pickup's. Its result has no status when
// it is.
func (g *goods) wrong(b *step.Batch, by access.Scope, code string) (desk.Result, error) {
	if g.p.Blocked() {
		return desk.Result{}, fault.New(fault.Conflict, "code_blocked", "after %d wrong codes this pickup opens by no code; look at who came instead, and say what was looked at", pickup.MaxTries)
	}
	ring, err := b.Ring()
	if err != nil {
		return desk.Result{}, err
	}
	right, err := ring.Open(g.p.Code, about(g.f.ID))
	if err != nil || subtle.ConstantTimeCompare(right, []byte(pickup.Plain(code))) == 1 {
		return desk.Result{}, err
	}
	g.p.Tries++
	b.SavePickup(g.p)
	d := g.f.Shelf("refused", 0)
	if err := b.Apply(by, journal.FulCodeRefused, g.o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	return g.result(WrongCode, 0), nil
}

// give has the parcels leave and arrive.
func (g *goods) give(b *step.Batch, by access.Scope, c HandOverCommand) error {
	parcels := g.parcels(b)
	d := g.f.Shelf("collected", 0)
	d.Shelf[0].How = c.Proof.How()
	for _, act := range [...]string{"ship", "deliver"} {
		for _, p := range parcels {
			s, err := p.Step(act)
			if err != nil {
				return err
			}
			d.Moves, d.Parcels = append(d.Moves, s.Moves...), append(d.Parcels, s.Parcels...)
			p.Apply(act, b.At)
			b.TouchParcel(p)
		}
	}
	place := ""
	if l := b.Catalog.Location(g.f.Location); l != nil {
		place = l.Name
	}
	for _, p := range parcels {
		b.Prove(p, fulfillment.Proof{Name: c.Proof.Name, Place: place, Kind: support.PictureKind(c.Picture), Size: int64(len(c.Picture)), Data: c.Picture})
	}
	g.settle(b, by, g.p.State)
	g.p.End(pickup.Collected, b.At)
	g.p.How, g.p.Document, g.p.Reason = c.Proof.How(), c.Proof.Document, c.Proof.Reason
	b.SavePickup(g.p)
	return b.Apply(by, journal.FulHandedOver, g.o.ID, &d)
}

// refusals checks what the customer does not take: some of it, never all.
func (g *goods) refusals(parts []fulfillment.Part) (map[int]int64, error) {
	out := map[int]int64{}
	var l fault.List
	for i, p := range parts {
		at := fmt.Sprintf("/refused/%d", i)
		x := g.f.LineFor(p.Line)
		if x == nil || out[p.Line] != 0 {
			l.Add(at, "no_such_line", "line %d is not in this fulfillment, or is named twice", p.Line)
			continue
		}
		q := p.Quantity
		if q == 0 {
			q = x.Packed
		}
		if q < 1 || q > x.Packed {
			l.Add(at, "wrong_quantity", "line %d: %d units are here, %d were refused", p.Line, x.Packed, p.Quantity)
			continue
		}
		out[p.Line] = q
	}
	if err := l.As(fault.Conflict, "wrong_quantity", "this does not fit what lies on the shelf"); err != nil {
		return nil, err
	}
	left := int64(0)
	for i := range g.f.Lines {
		left += g.f.Lines[i].Packed - out[g.f.Lines[i].Order]
	}
	if left == 0 {
		return nil, fault.New(fault.Conflict, "nothing_taken", "the customer takes nothing of it; take it back into stock instead")
	}
	return out, nil
}

// putBack opens the parcels that hold refused units, packs the rest of each
// again, and puts the refused ones back on their own shelf, where they are
// canceled.
func (g *goods) putBack(b *step.Batch, by access.Scope, refused map[int]int64) error {
	left := map[int]int64{}
	for n, q := range refused {
		left[n] = q
	}
	for _, p := range g.parcels(b) {
		out, keep := split(p, left)
		if len(out) == 0 {
			continue
		}
		if err := unpack(b, by, p); err != nil {
			return err
		}
		if len(keep) > 0 {
			if _, err := b.Pack(by, g.o, g.f, keep, fulfillment.Parcel{WeightGrams: 0}); err != nil {
				return err
			}
		}
	}
	return g.cancel(b, by, refused)
}

// split tells which units of a parcel are refused, taking them from left, and
// which stay in it.
func split(p *fulfillment.Parcel, left map[int]int64) (out, keep []fulfillment.Part) {
	for _, l := range p.Lines {
		q := min(l.Quantity, left[l.Line])
		left[l.Line] -= q
		if q > 0 {
			out = append(out, fulfillment.Part{Line: l.Line, Quantity: q})
		}
		if q < l.Quantity {
			keep = append(keep, fulfillment.Part{Line: l.Line, Quantity: l.Quantity - q})
		}
	}
	return out, keep
}

func unpack(b *step.Batch, by access.Scope, p *fulfillment.Parcel) error {
	d, err := p.Step("unpack")
	if err != nil {
		return err
	}
	p.Apply("unpack", b.At)
	b.TouchParcel(p)
	return b.Apply(by, journal.ParcelStepped+"unpacked", p.Order, &d)
}

// cancel puts picked units back where they were taken from, and cancels them:
// they are free for others, and what the customer owes goes down.
func (g *goods) cancel(b *step.Batch, by access.Scope, units map[int]int64) error {
	var parts []fulfillment.Part
	for i := range g.f.Lines {
		if q := units[g.f.Lines[i].Order]; q > 0 {
			parts = append(parts, fulfillment.Part{Line: g.f.Lines[i].Order, Quantity: q})
		}
	}
	d, err := g.f.Unpick(parts)
	if err != nil {
		return err
	}
	if err := b.Apply(by, journal.FulUnpicked, g.o.ID, &d); err != nil {
		return err
	}
	d = order.Delta{}
	for _, p := range parts {
		d.Moves = append(d.Moves, order.Move{Line: p.Line, From: order.Allocated, To: order.Canceled, Quantity: p.Quantity, Fulfillment: int64(g.f.ID)})
	}
	return b.Apply(by, journal.OrderCanceled, g.o.ID, &d)
}
