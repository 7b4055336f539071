package verify

import (
	"fmt"
	"slices"
	"strings"

	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store/orders"
)

// shortestPiece is a length of data that a full piece of an act told in several
// entries is over. A fold cannot always tell a further piece from a further
// act, and so not how often it changed a fulfillment.
const shortestPiece = 600

// history: entries of the order are 1 to its version, without a gap.
func (s *subject) history() {
	if e := s.Entries; e.N != s.o.Version || e.First != 1 || e.Last != e.N {
		s.tell("it is at version %d and has %d journal entries, numbered %d to %d", s.o.Version, e.N, e.First, e.Last)
	}
}

// fold: the journal alone gives the rows.
func (s *subject) fold() {
	o, fuls, err := orders.FoldOrder(s.o, s.History)
	if err != nil {
		s.tell("its journal cannot be folded: %v", err)
		return
	}
	s.placed()
	var d differences
	d.order(o, s.o)
	exact := !slices.ContainsFunc(s.History, func(e journal.Entry) bool { return len(e.Data) > shortestPiece })
	d.fulfillments(fuls, s.Fulfillments, exact)
	if len(d) > 0 {
		s.tell("folding its journal gives another order than its rows: %s", d)
	}
}

// placed: the first entry tells what the header says, changes of the order
// since then taken back.
func (s *subject) placed() {
	if len(s.History) == 0 {
		return
	}
	first := s.History[0]
	typ := journal.OrderPlaced
	if s.o.Mode == order.History {
		typ = journal.OrderRecorded
	}
	d, err := order.DecodeDelta(first.Data)
	if err != nil || first.Type != typ || d.Placed == nil {
		s.tell("its first entry is %s and does not tell of its placement", first.Type)
		return
	}
	p := *d.Placed
	if p.Mode == "" {
		p.Mode = order.Live
	}
	p.Flow, p.FlowVersion = 0, 0 // which are held to its flow by a law of their own
	was := s.o.AsPlaced()
	is := order.Placed{Number: s.o.Number, Channel: s.o.Channel, Mode: s.o.Mode, Currency: s.o.Currency.Code(), Total: was.Totals.Total, Lines: len(was.Lines)}
	if p != is {
		s.tell("it was placed as %+v and its header is %+v", p, is)
	}
}

// differences are what two states of one order do not share: first what the
// fold gives, then what the rows say.
type differences []string

// maxDifferences is how many are told of one order.
const maxDifferences = 3

func (d differences) String() string {
	if len(d) > maxDifferences {
		return strings.Join(d[:maxDifferences], "; ") + fmt.Sprintf(" (and %d more)", len(d)-maxDifferences)
	}
	return strings.Join(d, "; ")
}

func (d *differences) add(what string, fold, row any) {
	if fold != row {
		*d = append(*d, fmt.Sprintf("%s %v, the rows say %v", what, fold, row))
	}
}

func (d *differences) order(fold, row *order.Order) {
	d.add("version", fold.Version, row.Version)
	d.add("edit version", fold.EditVersion, row.EditVersion)
	d.add("paid", fold.Paid, row.Paid)
	d.add("refunded", fold.Refunded, row.Refunded)
	d.add("statuses", fold.Statuses, row.Statuses)
	d.add("the last change at", fold.UpdatedAt, row.UpdatedAt)
	d.add("totals", fold.Totals, row.Totals)
	d.add("what it was when placed", fold.Was.Encode(), row.Was.Encode())
	d.add("lines", len(fold.Lines), len(row.Lines))
	d.add("fees", len(fold.Fees), len(row.Fees))
	for i := range min(len(fold.Fees), len(row.Fees)) {
		d.add("fee", fold.Fees[i], row.Fees[i])
	}
	for i := range min(len(fold.Lines), len(row.Lines)) {
		f, r := &fold.Lines[i], &row.Lines[i]
		d.add(fmt.Sprintf("line %d asks", r.N), asked(f), asked(r))
		for b := range r.Q {
			d.add(fmt.Sprintf("line %d %s", r.N, order.Bucket(b)), f.Q[b], r.Q[b])
		}
		d.add(fmt.Sprintf("line %d pre-ordered by offer", r.N), f.Preorder, r.Preorder)
		d.add(fmt.Sprintf("line %d pre-ordered", r.N), f.Preordered, r.Preordered)
		d.add(fmt.Sprintf("line %d waiting since", r.N), f.BackorderedAt, r.BackorderedAt)
	}
	d.add("holds", len(fold.Holds), len(row.Holds))
	for i := range min(len(fold.Holds), len(row.Holds)) {
		d.add("hold", holdText(fold.Holds[i]), holdText(row.Holds[i]))
	}
}

// asked is what a line asks for and costs.
func asked(l *order.Line) string {
	return fmt.Sprintf("%d of item %d at %s: %d less %d and %d of tax (rounding moved %d), part of %d, instead of %d",
		l.Quantity, l.Item, l.Price, l.Total, l.Discount, l.Tax, l.Moved, l.Parent, l.Substitutes)
}

func holdText(h order.Hold) string {
	return fmt.Sprintf("%d %s blocking %v until %d, placed at %d by %s, lifted at %d by %s", h.ID, h.Reason, h.Blocks, h.Until, h.PlacedAt, h.PlacedBy, h.LiftedAt, h.LiftedBy)
}

// fulfillments compares by id; versions only when the fold knows them exactly.
func (d *differences) fulfillments(fold, rows []*fulfillment.Fulfillment, exact bool) {
	d.add("fulfillments", len(fold), len(rows))
	at := map[fulfillment.ID]*fulfillment.Fulfillment{}
	for _, f := range rows {
		at[f.ID] = f
	}
	for _, f := range fold {
		r := at[f.ID]
		if r == nil {
			*d = append(*d, fmt.Sprintf("fulfillment %s, which is not there", f.ID))
			continue
		}
		name := "fulfillment " + f.ID.String()
		d.add(name+" at", f.Location, r.Location)
		d.add(name+" work status", f.WorkStatus, r.WorkStatus)
		d.add(name+" released at", f.ReleasedAt, r.ReleasedAt)
		d.add(name+" made at", f.CreatedAt, r.CreatedAt)
		d.add(name+" changed at", f.UpdatedAt, r.UpdatedAt)
		if exact {
			d.add(name+" version", f.Version, r.Version)
		}
		d.add(name+" lines", len(f.Lines), len(r.Lines))
		for i := range min(len(f.Lines), len(r.Lines)) {
			d.add(name+" line", f.Lines[i], r.Lines[i])
		}
	}
}
