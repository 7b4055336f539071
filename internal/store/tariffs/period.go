package tariffs

import (
	"maps"
	"slices"
	"time"

	"orderly/internal/figures"
	"orderly/internal/store"
	"orderly/internal/tariff"
)

// Period is some days at a partner's place.
type Period struct {
	Location int64
	Goods    bool // ours lie there: stored and taken in is charged for
	From, To int64
	Today    int64 // has not ended: what lies there at its end is not known
	Zone     *time.Location
}

// Happened reads everything of the days that a card may charge for.
func Happened(r *store.Reader, p Period) ([]tariff.Fact, error) {
	out, _, err := HappenedAndOff(r, p)
	return out, err
}

// HappenedAndOff reads beside it by how many units the books of the place were found to
// be wrong, each in its own direction.
func HappenedAndOff(r *store.Reader, p Period) (out []tariff.Fact, off int64, err error) {
	from, until := figures.Start(p.From, p.Zone), figures.Start(figures.After(p.To, 1), p.Zone)
	day := figures.Days(p.Zone)
	sent, err := Sent(r, p.Location, from, until)
	if err != nil {
		return nil, 0, err
	}
	for i := range sent {
		for _, f := range sent[i].Facts(day) {
			if f.Day >= p.From && f.Day <= p.To {
				out = append(out, f)
			}
		}
	}
	back, err := Returned(r, p.Location, from, until)
	if err != nil {
		return nil, 0, err
	}
	out = append(out, tariff.FactsOfCame(tariff.PerReturned, back, day)...)
	if !p.Goods {
		return out, 0, nil
	}
	lain, err := Stock(r, p.Location, from, until)
	if err != nil {
		return nil, 0, err
	}
	for _, c := range lain.Off {
		off += tariff.Units(max(c.Steps, -c.Steps), c.Scale)
	}
	out = append(out, tariff.FactsOfCame(tariff.PerReceived, lain.In, day)...)
	ended := min(p.To, figures.After(p.Today, -1))
	return append(out, tariff.FactsOfStored(lain.Held, lain.Moves, p.From, ended, day)...), off, nil
}

// Costs reads what a place took, or would have taken by a book, on some days, with
// what it takes by the month.
func Costs(r *store.Reader, p Period, b tariff.Book) (tariff.Costs, error) {
	facts, err := Happened(r, p)
	if err != nil {
		return tariff.Costs{}, err
	}
	out, err := b.Charge(facts)
	if err == nil {
		err = b.Months(&out, p.From, p.To)
	}
	return out, err
}

// AtPlace is what an order costs at a place.
type AtPlace struct {
	Location int64
	tariff.Costs
}

// OfOrder reads what partners took for an order, by place that the reader sees: what is done for it
// alone, not what lay there and what is taken by the month.
func OfOrder(r *store.Reader, order int64, zone *time.Location) ([]AtPlace, error) {
	day := figures.Days(zone)
	facts := map[int64][]tariff.Fact{}
	sent, places, err := SentOf(r, []int64{order})
	if err != nil {
		return nil, err
	}
	for i := range sent {
		at := places[sent[i].Fulfillment]
		facts[at] = append(facts[at], sent[i].Facts(day)...)
	}
	back, places, err := ReturnedOf(r, []int64{order})
	if err != nil {
		return nil, err
	}
	for _, f := range tariff.FactsOfCame(tariff.PerReturned, back, day) {
		facts[places[f.ID]] = append(facts[places[f.ID]], f)
	}
	var out []AtPlace
	for _, at := range slices.Sorted(maps.Keys(facts)) {
		if !r.Scope.Sees(at) {
			continue
		}
		book, err := Book(r, at)
		if err != nil {
			return nil, err
		}
		if len(book) == 0 {
			continue
		}
		x := AtPlace{Location: at}
		if x.Costs, err = book.Charge(facts[at]); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// FactsOfOrders reads what a place did for some orders, whenever.
func FactsOfOrders(r *store.Reader, location int64, orders []int64, zone *time.Location) ([]tariff.Fact, error) {
	day := figures.Days(zone)
	var out []tariff.Fact
	sent, places, err := SentOf(r, orders)
	if err != nil {
		return nil, err
	}
	for i := range sent {
		if places[sent[i].Fulfillment] == location {
			out = append(out, sent[i].Facts(day)...)
		}
	}
	back, places, err := ReturnedOf(r, orders)
	for _, f := range tariff.FactsOfCame(tariff.PerReturned, back, day) {
		if places[f.ID] == location {
			out = append(out, f)
		}
	}
	return out, err
}

// Done is what an invoice is held against, and how it stands: what was done in its
// days, and for the orders that its lines name, whenever, and what the cards take
// for it.
type Done struct {
	Lines []tariff.InvoiceLine // as they stand
	Left  []tariff.Charge      // done in its days, and asked for by no invoice
	Mark  Mark                 // of the place when it was read

	facts   []tariff.Fact
	charges []tariff.Charge
	keys    []string
}

// Match holds the lines of an invoice against what was done and is not asked for
// already.
func (d *Done) Match(r *store.Reader, v *tariff.Invoice) error {
	taken, err := TakenOf(r, v.Location, d.keys, v.ID, tariff.Open, tariff.Accepted)
	if err != nil {
		return err
	}
	x := *v
	x.Lines = slices.Clone(v.Lines)
	d.Left = x.Match(d.facts, d.charges, taken)
	d.Lines = x.Lines
	return nil
}

// Mark is another one as soon as a card of a place is another, or an invoice of it.
type Mark struct{ Cards, Invoices [2]int64 }

// MarkOf reads a place's.
func MarkOf(r *store.Reader, location int64) (m Mark, err error) {
	for _, q := range []struct {
		table string
		at    *[2]int64
	}{{"rate_card", &m.Cards}, {"partner_invoice", &m.Invoices}} {
		if err := r.Row("SELECT count(*), COALESCE(sum(version), 0) FROM "+q.table+" WHERE m = $1 AND location = $2", r.M, location).Scan(&q.at[0], &q.at[1]); err != nil {
			return m, err
		}
	}
	return m, nil
}

// DoneFor reads what an invoice is held against.
func DoneFor(r *store.Reader, v *tariff.Invoice, p Period) (*Done, error) {
	mark, err := MarkOf(r, p.Location)
	if err != nil {
		return nil, err
	}
	facts, err := Happened(r, p)
	if err != nil {
		return nil, err
	}
	orders, err := Referenced(r, v.IDs(), v.References())
	if err != nil {
		return nil, err
	}
	more, err := FactsOfOrders(r, p.Location, orders, p.Zone)
	if err != nil {
		return nil, err
	}
	facts = tariff.Joined(facts, more)
	book, err := Book(r, p.Location)
	if err != nil {
		return nil, err
	}
	costs, err := book.Charge(facts)
	if err == nil {
		err = book.Months(&costs, p.From, p.To)
	}
	if err != nil {
		return nil, err
	}
	d := &Done{facts: facts, charges: costs.Charges, Mark: mark}
	for i := range costs.Charges {
		d.keys = append(d.keys, costs.Charges[i].Keys()...)
	}
	if len(d.keys) > tariff.MaxInvoiceFacts {
		return nil, tooLong("things to be charged for", tariff.MaxInvoiceFacts)
	}
	return d, d.Match(r, v)
}

// Unbilled reads what was done in the days of an invoice and is asked for by none.
func Unbilled(r *store.Reader, v *tariff.Invoice, p Period) ([]tariff.Charge, error) {
	days := &tariff.Invoice{Location: v.Location, From: v.From, To: v.To}
	d, err := DoneFor(r, days, p)
	if err != nil {
		return nil, err
	}
	return d.Left, nil
}
