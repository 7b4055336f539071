package order

import (
	"encoding/json"
	"fmt"
	"slices"
)

// MaxDeltaBytes bounds one journal entry's data; a larger change is told in
// several entries of one act.
const MaxDeltaBytes = 16_000

// Delta is one change of one order, exactly what Apply needs and what the
// journal keeps. It never holds personal data or free text.
type Delta struct {
	Placed   *Placed
	Opened   []Opened // fulfillments that begin with this change
	Moves    []Move
	Released []int64 // fulfillments that may now be worked
	Recalled []int64 // fulfillments taken back from the floor before a pick
	Held     *Held
	Lifted   int64 // id of the hold that ended
	Asked    []Asked
	Returned []Return
	Refunds  []LineRefund // for what of the order money went back
	Paid     int64
	Refunded int64
	Parcels  []ParcelStep
	Shelf    []ShelfStep
	Requests []RequestStep
	Added    []Added      // lines that join, after new terms of others
	Terms    []Terms      // of lines that are there; what they grow by is unsourced before the moves
	Fees     []ChangedFee // with new amounts, or that join
	Grown    *Grown       // what terms, added and fees come to; no part of the fold
	Edited   []string     // names of fields that were edited
	Preorder []Preordered // units that are sold before they are there, by an offer
	Approval *Decided     // somebody approved or refused it; no part of the fold
	Flow     *Flowed      // under which it goes on from now on; no part of the fold
	Yielded  int64        // the order that gets the units which the moves give up; no part of the fold
	More     bool         // a piece: the next entry tells more of the same change
}

// Placed are the header figures of an order at placement. Its lines are those
// of the rows, where Order.Was says what changes have made of them.
type Placed struct {
	Number   int64  `json:"number"`
	Channel  string `json:"channel"`
	Mode     Mode   `json:"mode,omitempty"`
	Currency string `json:"currency"`
	Total    int64  `json:"total"`
	Lines    int    `json:"lines"`

	Flow        int64 `json:"flow,omitempty"` // that says what happens to it by itself, and its version
	FlowVersion int64 `json:"flow_version,omitempty"`
}

// Decided is what somebody said of an order that needs approvals.
type Decided struct {
	Ask    int    `json:"ask"`              // which of the order's, from 1
	Step   int    `json:"step,omitempty"`   // of an approval: which, of how many
	Of     int    `json:"of,omitempty"`     //
	Amount int64  `json:"amount"`           // that the order came to
	For    string `json:"for,omitempty"`    // in whose place
	Cancel bool   `json:"cancel,omitempty"` // it was refused and is canceled
}

// Flowed is a version of a flow that an order was given after its placement.
type Flowed struct {
	ID      int64 `json:"id"`
	Version int64 `json:"version"`
}

// Opened is a fulfillment that begins: where, and how many of which lines.
// The units come to it by moves of the same delta.
type Opened struct {
	ID       int64 `json:"id"`
	Location int64 `json:"location"`
}

// Held is a hold without its free text.
type Held struct {
	ID     int64    `json:"id"`
	Reason string   `json:"reason"`
	Blocks []string `json:"blocks"`
	Until  int64    `json:"until,omitempty"`
}

// Asked is units of a line that shall come back; below zero, of which this was
// called off or has happened.
type Asked struct {
	Line     int
	Quantity int64
}

// Return is units of a line that came back, and how many are sellable again.
// Either is below zero where that was a mistake, and the first is zero where
// units that had come back were looked at later.
type Return struct {
	Line      int
	Quantity  int64
	Restocked int64
}

// LineRefund is units of a line of which the worth was given back. Line zero is
// the order's fee number Units, given back as a whole.
type LineRefund struct {
	Line   int
	Units  int64
	Amount int64
}

// Preordered is units of a line that are sold by an offer before they are there.
// They are in the line's buckets like any: they wait to be served. That they
// are canceled while they do takes them off again, without a word.
type Preordered struct {
	Line     int
	Offer    int64
	Quantity int64
}

// ParcelStep tells what happened to a parcel; it is no part of the fold.
type ParcelStep struct {
	ID   int64  `json:"id"`
	Step string `json:"step"` // packed, unpacked, shipped, unshipped, delivered, undelivered, lost, found
}

// ShelfStep tells what happened to a fulfillment that its customer comes for.
// That it lies on its shelf or no longer is part of the fold.
type ShelfStep struct {
	ID    int64  `json:"id"`
	Step  string `json:"step"`            // shelved, moved, extended, reminded, expired, refused, unshelved, collected, taken_back
	Until int64  `json:"until,omitempty"` // how long it waits
	How   string `json:"how,omitempty"`   // it was handed over: by code or by name
}

// RequestStep tells what happened between us and the partner who is asked for a
// fulfillment. It is part of the fold.
type RequestStep struct {
	ID     int64  `json:"id"`
	Step   string `json:"step"`             // submitted, accepted, rejected …
	Reason string `json:"reason,omitempty"` // a stable word
}

// Empty reports whether the delta changes nothing.
func (d *Delta) Empty() bool {
	return d.Placed == nil && len(d.Opened) == 0 && len(d.Moves) == 0 && len(d.Released) == 0 && len(d.Recalled) == 0 &&
		d.Held == nil && d.Lifted == 0 && len(d.Asked) == 0 && len(d.Returned) == 0 && len(d.Refunds) == 0 && d.Paid == 0 && d.Refunded == 0 && len(d.Edited) == 0 && len(d.Shelf) == 0 && len(d.Requests) == 0 &&
		len(d.Added) == 0 && len(d.Terms) == 0 && len(d.Fees) == 0 && d.Grown == nil && d.Flow == nil && d.Approval == nil && len(d.Preorder) == 0
}

// wire is the stored form: moves are grouped by (from, to, fulfillment) and
// each group lists line and quantity in turn.
type wire struct {
	Placed   *Placed       `json:"placed,omitempty"`
	Opened   []Opened      `json:"opened,omitempty"`
	Moves    []group       `json:"moves,omitempty"`
	Released []int64       `json:"released,omitempty"`
	Recalled []int64       `json:"recalled,omitempty"`
	Held     *Held         `json:"held,omitempty"`
	Lifted   int64         `json:"lifted,omitempty"`
	Preorder [][3]int64    `json:"preorder,omitempty"` // line, offer, quantity
	Asked    [][2]int64    `json:"asked,omitempty"`
	Returned [][3]int64    `json:"returned,omitempty"`
	Refunds  [][3]int64    `json:"refunds,omitempty"`
	Paid     int64         `json:"paid,omitempty"`
	Refunded int64         `json:"refunded,omitempty"`
	Parcels  []ParcelStep  `json:"parcels,omitempty"`
	Shelf    []ShelfStep   `json:"shelf,omitempty"`
	Requests []RequestStep `json:"requests,omitempty"`
	Added    [][]int64     `json:"added,omitempty"` // see Added.numbers
	Terms    [][]int64     `json:"terms,omitempty"` // line, quantity, price, total, moved, discount, tax
	Fees     []ChangedFee  `json:"fees,omitempty"`
	Grown    *Grown        `json:"grown,omitempty"`
	Edited   []string      `json:"edited,omitempty"`
	Approval *Decided      `json:"approval,omitempty"`
	Flow     *Flowed       `json:"flow,omitempty"`
	Yielded  int64         `json:"yielded,omitempty"`
	More     bool          `json:"more,omitempty"`
}

type group struct {
	From        string  `json:"from"`
	To          string  `json:"to"`
	Fulfillment int64   `json:"ful,omitempty"`
	Units       []int64 `json:"units"` // line, quantity, line, quantity …
}

// piece is how many moves, fulfillments, lines of returns and parcels together
// go into one entry, so that none passes MaxDeltaBytes: the longest of them, a
// move in a group of its own, takes at most 94 bytes.
const piece = 150

// Encode gives the stored form in one piece, or in several when it is large.
// Applying the pieces in order does what applying the whole does.
func (d *Delta) Encode() ([][]byte, error) {
	if d.weight() <= piece {
		b, err := d.encodeOne()
		return [][]byte{b}, err
	}
	var out [][]byte
	parts := d.split()
	for i, part := range parts {
		part.More = i < len(parts)-1 || d.More
		b, err := part.encodeOne()
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// split gives what is told once first, then the lists, each before those that
// speak of what it brings.
func (d *Delta) split() []Delta {
	once := *d
	once.Opened, once.Moves, once.Released, once.Recalled, once.Parcels = nil, nil, nil, nil, nil
	once.Added, once.Terms, once.Preorder, once.Yielded = nil, nil, nil, 0
	once.Asked, once.Returned, once.Refunds, once.Requests = nil, nil, nil, nil
	var parts []Delta
	if !once.Empty() {
		parts = append(parts, once)
	}
	for some := range slices.Chunk(d.Terms, piece/termsWeight) {
		parts = append(parts, Delta{Terms: some})
	}
	for some := range slices.Chunk(d.Added, piece/addedWeight) {
		parts = append(parts, Delta{Added: some})
	}
	for some := range slices.Chunk(d.Opened, piece) {
		parts = append(parts, Delta{Opened: some})
	}
	for some := range slices.Chunk(d.Requests, piece) {
		parts = append(parts, Delta{Requests: some})
	}
	for some := range slices.Chunk(d.Moves, piece) {
		parts = append(parts, Delta{Moves: some, Yielded: d.Yielded})
	}
	for some := range slices.Chunk(d.Preorder, piece) {
		parts = append(parts, Delta{Preorder: some})
	}
	for some := range slices.Chunk(d.Released, piece) {
		parts = append(parts, Delta{Released: some})
	}
	for some := range slices.Chunk(d.Recalled, piece) {
		parts = append(parts, Delta{Recalled: some})
	}
	for some := range slices.Chunk(d.Asked, piece) {
		parts = append(parts, Delta{Asked: some})
	}
	for some := range slices.Chunk(d.Returned, piece) {
		parts = append(parts, Delta{Returned: some})
	}
	for some := range slices.Chunk(d.Refunds, piece) {
		parts = append(parts, Delta{Refunds: some})
	}
	for some := range slices.Chunk(d.Parcels, piece) {
		parts = append(parts, Delta{Parcels: some})
	}
	return parts
}

// Join adds a further piece of the same change.
func (d *Delta) Join(next *Delta) {
	d.Opened = append(slices.Clip(d.Opened), next.Opened...)
	d.Moves = append(slices.Clip(d.Moves), next.Moves...)
	d.Preorder = append(slices.Clip(d.Preorder), next.Preorder...)
	d.Asked = append(slices.Clip(d.Asked), next.Asked...)
	d.Returned = append(slices.Clip(d.Returned), next.Returned...)
	d.Refunds = append(slices.Clip(d.Refunds), next.Refunds...)
	d.Released = append(slices.Clip(d.Released), next.Released...)
	d.Recalled = append(slices.Clip(d.Recalled), next.Recalled...)
	d.Requests = append(slices.Clip(d.Requests), next.Requests...)
	d.Terms = append(slices.Clip(d.Terms), next.Terms...)
	d.Added = append(slices.Clip(d.Added), next.Added...)
	d.More = next.More
}

// Continues reports whether d, told right after last, is a further piece of
// the change that last is a piece of.
func (d *Delta) Continues(last *Delta) bool { return last.More }

func (d *Delta) encodeOne() ([]byte, error) {
	w := wire{
		Placed: d.Placed, Opened: d.Opened, Released: d.Released, Recalled: d.Recalled, Held: d.Held,
		Lifted: d.Lifted, Paid: d.Paid, Refunded: d.Refunded, Parcels: d.Parcels, Shelf: d.Shelf, Requests: d.Requests, Edited: d.Edited, More: d.More,
		Fees: d.Fees, Grown: d.Grown, Approval: d.Approval, Flow: d.Flow, Yielded: d.Yielded,
	}
	for i := range d.Added {
		w.Added = append(w.Added, d.Added[i].numbers())
	}
	for i := range d.Terms {
		w.Terms = append(w.Terms, d.Terms[i].numbers())
	}
	for _, m := range d.Moves {
		from, to := m.From.String(), m.To.String()
		if n := len(w.Moves); n == 0 || w.Moves[n-1].From != from || w.Moves[n-1].To != to || w.Moves[n-1].Fulfillment != m.Fulfillment {
			w.Moves = append(w.Moves, group{From: from, To: to, Fulfillment: m.Fulfillment})
		}
		g := &w.Moves[len(w.Moves)-1]
		g.Units = append(g.Units, int64(m.Line), m.Quantity)
	}
	for _, p := range d.Preorder {
		w.Preorder = append(w.Preorder, [3]int64{int64(p.Line), p.Offer, p.Quantity})
	}
	for _, r := range d.Asked {
		w.Asked = append(w.Asked, [2]int64{int64(r.Line), r.Quantity})
	}
	for _, r := range d.Returned {
		w.Returned = append(w.Returned, [3]int64{int64(r.Line), r.Quantity, r.Restocked})
	}
	for _, r := range d.Refunds {
		w.Refunds = append(w.Refunds, [3]int64{int64(r.Line), r.Units, r.Amount})
	}
	b, err := json.Marshal(w)
	if err == nil && len(b) > MaxDeltaBytes {
		err = fmt.Errorf("journal data of %d bytes is over %d", len(b), MaxDeltaBytes)
	}
	return b, err
}

// DecodeDelta reads the stored form.
func DecodeDelta(b []byte) (Delta, error) {
	if d, ok := scanDelta(b); ok {
		return d, nil
	}
	return decodeAny(b)
}

// decodeAny is the general reader.
func decodeAny(b []byte) (Delta, error) {
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return Delta{}, fmt.Errorf("decode delta: %w", err)
	}
	d := Delta{
		Placed: w.Placed, Opened: w.Opened, Released: w.Released, Recalled: w.Recalled, Held: w.Held,
		Lifted: w.Lifted, Paid: w.Paid, Refunded: w.Refunded, Parcels: w.Parcels, Shelf: w.Shelf, Requests: w.Requests, Edited: w.Edited, More: w.More,
		Fees: w.Fees, Grown: w.Grown, Approval: w.Approval, Flow: w.Flow, Yielded: w.Yielded,
	}
	if err := d.recastOf(&w); err != nil {
		return Delta{}, err
	}
	for _, g := range w.Moves {
		from, ok1 := bucketNamed(g.From)
		to, ok2 := bucketNamed(g.To)
		if !ok1 || !ok2 || len(g.Units)%2 != 0 {
			return Delta{}, fmt.Errorf("decode delta: moves from %q to %q", g.From, g.To)
		}
		for i := 0; i < len(g.Units); i += 2 {
			d.Moves = append(d.Moves, Move{Line: int(g.Units[i]), From: from, To: to, Quantity: g.Units[i+1], Fulfillment: g.Fulfillment})
		}
	}
	for _, p := range w.Preorder {
		d.Preorder = append(d.Preorder, Preordered{Line: int(p[0]), Offer: p[1], Quantity: p[2]})
	}
	for _, r := range w.Asked {
		d.Asked = append(d.Asked, Asked{Line: int(r[0]), Quantity: r[1]})
	}
	for _, r := range w.Returned {
		d.Returned = append(d.Returned, Return{Line: int(r[0]), Quantity: r[1], Restocked: r[2]})
	}
	for _, r := range w.Refunds {
		d.Refunds = append(d.Refunds, LineRefund{Line: int(r[0]), Units: r[1], Amount: r[2]})
	}
	return d, nil
}

// recastOf reads the lines that joined and the new terms.
func (d *Delta) recastOf(w *wire) error {
	for _, v := range w.Added {
		a, err := addedOf(v)
		if err != nil {
			return err
		}
		d.Added = append(d.Added, a)
	}
	for _, v := range w.Terms {
		t, err := termsOf(v)
		if err != nil {
			return err
		}
		d.Terms = append(d.Terms, t)
	}
	return nil
}

func bucketNamed(name string) (Bucket, bool) {
	for i, n := range bucketNames {
		if n == name {
			return Bucket(i), true
		}
	}
	return 0, false
}
