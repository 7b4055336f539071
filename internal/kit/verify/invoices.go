package verify

import (
	"fmt"
	"slices"

	"orderly/internal/invoice"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/orders"
)

const (
	numberRows = 2000 // numbers in one snapshot
	documents  = 200  // orders' documents in memory at a time
)

// invoices: documents are numbered without a gap and are what was issued, and
// orders were billed what they owe.
func (x *run) invoices() error {
	after := audit.Numbering{}
	for {
		var list []audit.Numbering
		err := x.read(func(r *store.Reader) (err error) {
			list, err = audit.Numberings(r, after, numberRows)
			return err
		})
		if err != nil {
			return err
		}
		for _, n := range list {
			if err := x.gapless(n); err != nil {
				return err
			}
		}
		if len(list) < numberRows {
			break
		}
		after = list[len(list)-1]
	}
	return x.walk(audit.DocumentPages, func(r *store.Reader, in audit.Range) error {
		if x.opts.Level < Full {
			return x.numbered(r, in)
		}
		return x.documents(r, in)
	})
}

// gapless: a sequence has every number from 1 to the last that it gave.
func (x *run) gapless(n audit.Numbering) error {
	name := fmt.Sprintf("%s %q %d", n.Kind, n.Series, n.Year)
	for at := int64(0); ; {
		full := false
		err := x.read(func(r *store.Reader) error {
			numbers, last, err := n.Given(r, at, numberRows)
			if err != nil {
				return err
			}
			for _, number := range numbers {
				if number > at+1 {
					x.tell("I1", name, "%s: %d comes after %d", name, number, at)
				}
				at = number
			}
			if full = len(numbers) == numberRows; !full && at != last {
				x.tell("I1", name, "%s: the last number given is %d, documents go up to %d", name, last, at)
			}
			x.count(int64(len(numbers)), "I1")
			return nil
		})
		if err != nil || !full {
			return err
		}
	}
}

// numbered: each document's number is one that its sequence gave.
func (x *run) numbered(r *store.Reader, in audit.Range) error {
	rows, err := audit.Documents(r, in)
	if err != nil {
		return err
	}
	x.count(int64(len(rows)), "I2")
	return x.ofSequences(r, rows)
}

func (x *run) ofSequences(r *store.Reader, rows []audit.Document) error {
	list, err := audit.Numberings(r, audit.Numbering{}, numberRows)
	if err != nil {
		return err
	}
	given := map[audit.Numbering]int64{}
	for _, n := range list {
		given[audit.Numbering{Kind: n.Kind, Series: n.Series, Year: n.Year}] = n.Last
	}
	for i := range rows {
		d := &rows[i]
		if last := given[audit.Numbering{Kind: d.Kind, Series: d.Series, Year: d.Year}]; d.Number > last && len(list) < numberRows {
			id := text("inv", d.ID)
			x.tell("I1", id, "document %s has the number %d, of which the last given is %d", id, d.Number, last)
		}
	}
	return nil
}

// documents judges a page of them, an order's together.
func (x *run) documents(r *store.Reader, in audit.Range) error {
	rows, err := audit.Documents(r, in)
	if err != nil {
		return err
	}
	x.count(int64(len(rows)), "I2")
	if err := x.ofSequences(r, rows); err != nil {
		return err
	}
	docs := map[order.ID][]*invoice.Document{}
	var of []order.ID
	told := map[order.ID]int64{}
	for i := range rows {
		row := &rows[i]
		d, err := asIssued(row)
		if err != nil {
			id := text("inv", row.ID)
			x.tell("I2", id, "document %s: %v", id, err)
			continue
		}
		id := order.ID(row.Order)
		if len(of) == 0 || of[len(of)-1] != id {
			of = append(of, id)
		}
		docs[id], told[id] = append(docs[id], d), row.Entry
	}
	for some := range slices.Chunk(of, documents) {
		if err := x.billed(r, some, docs, told); err != nil {
			return err
		}
	}
	return nil
}

// asIssued reads a document and holds its row to it.
func asIssued(row *audit.Document) (*invoice.Document, error) {
	if got := invoice.Hash([]byte(row.Body)); got != row.Hash {
		return nil, fmt.Errorf("its hash is %.12s…, that of what is kept is %.12s…", row.Hash, got)
	}
	d, err := invoice.Decode([]byte(row.Body))
	if err != nil {
		return nil, err
	}
	of := int64(0)
	if len(d.Of) > 0 {
		of = int64(d.Of[0].ID)
	}
	says := audit.Document{
		ID: int64(d.ID), Order: int64(d.Order), OrderNumber: d.OrderNumber, Kind: string(d.Kind), Series: d.Series, Year: int64(d.Year), Number: d.Number, Code: d.Code, Of: of,
		IssuedAt: d.IssuedAt, IssuedOn: d.IssuedOn, Currency: d.Currency.Code(), Net: d.Totals.Net, Tax: d.Totals.Tax, Gross: d.Totals.Gross,
		Body: row.Body, Hash: row.Hash, Entry: row.Entry,
	}
	if says != *row {
		return nil, fmt.Errorf("its row says otherwise than what was issued")
	}
	if d.Totals != invoice.Sum(d.Lines) {
		return nil, fmt.Errorf("its lines make %d and its total is %d", invoice.Sum(d.Lines).Gross, d.Totals.Gross)
	}
	return d, nil
}

// billed: documents never took back more than they billed, and where nothing
// has happened since the last one they billed what the order owes.
func (x *run) billed(r *store.Reader, list []order.ID, docs map[order.ID][]*invoice.Document, entry map[order.ID]int64) error {
	found, err := orders.Load(r, list, orders.Parts{Fees: true})
	if err != nil {
		return err
	}
	told, err := audit.LastTold(r, list)
	if err != nil {
		return err
	}
	for _, id := range list {
		of := docs[id]
		for _, d := range of {
			for _, ref := range d.Of {
				if !slices.ContainsFunc(of, func(o *invoice.Document) bool {
					return o.ID == ref.ID && o.Kind == invoice.Invoice && o.Code == ref.Code
				}) {
					x.tell("I2", d.ID.String(), "credit note %s corrects %s, which is no invoice of its order", d.Code, ref.Code)
				}
			}
		}
		if gross := invoice.Billed(of); gross < 0 {
			x.tell("I2", id.String(), "the documents of order %s took back %d more than they billed", id, -gross)
		}
		o := found[id]
		if o == nil || told[id] > entry[id] {
			continue // no order: T1 tells; changed since: the next document will say so
		}
		bill, credit := invoice.Next(invoice.Owed(o, invoice.BasisOf(of, of[len(of)-1].Basis), of), of)
		if len(bill)+len(credit) > 0 {
			x.tell("I2", id.String(), "the documents of order %d leave %d unbilled and %d billed too much, and nothing has happened since the last", o.Number, invoice.Sum(bill).Gross, invoice.Sum(credit).Gross)
		}
	}
	return nil
}
