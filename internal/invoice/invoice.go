// Package invoice is invoices and credit notes: what an order should have been
// billed by now, what the next document says of it, and how documents are
// numbered, kept and told apart from forgeries.
//
// What belongs here: the document as it was issued, the one rule by which the
// next follows from order and documents, the pattern of numbers, and the form
// that is hashed. What does not: who issues when (desk/bill), and how a
// document looks on paper (papers).
//
// A document never changes. What was billed too much is taken back by a credit
// note, what was billed too little is on the next invoice.
package invoice

import (
	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/order"
)

// ID names a document for ever.
type ID int64

func (id ID) String() string { return ident.Text("inv", int64(id)) }

// ParseID reads the text form, "inv_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("inv", s)
	return ID(id), err
}

// Kind is what a document does to what was billed.
type Kind string

const (
	Invoice Kind = "invoice"     // bills its gross
	Credit  Kind = "credit_note" // takes its gross back
)

// Sign is what the amounts of such a document count in what was billed.
func (k Kind) Sign() int64 {
	if k == Credit {
		return -1
	}
	return 1
}

// Basis says which units are billed.
type Basis string

const (
	All     Basis = "all"     // every unit that is not canceled
	Shipped Basis = "shipped" // those that have left
)

// Document is an invoice or a credit note as it was issued. Its amounts are
// those that it shows: a credit note's take back what they say.
type Document struct {
	ID       ID
	Kind     Kind
	Series   string
	Year     int   // in which its number was counted; 0 when numbers go on over the years
	Number   int64 // gapless within kind, series and year
	Code     string
	Order    order.ID
	Of       []Ref // of a credit note: the invoices that it corrects, newest first
	Basis    Basis
	IssuedAt int64
	IssuedOn int64 // the merchant's local date, yyyymmdd
	Currency money.Currency

	OrderNumber int64
	Reference   string // what the channel calls the order
	OrderedOn   int64
	Seller      Seller
	Buyer       Buyer
	Lines       []Line
	Totals      Totals
}

// Ref names another document.
type Ref struct {
	ID   ID
	Code string
	On   int64
}

// Seller is whose document it is, as it was then.
type Seller struct {
	Name    string
	Address []string
	TaxID   string
	Terms   string
	Footer  string
}

// Buyer is who was billed, as it was then. It is personal data that books must
// keep: erasing a customer leaves documents as they are.
type Buyer struct {
	Name    string
	Address []string
	Email   string
}

// The kinds of lines.
const (
	Goods     = "goods"      // units of an order's line
	Return    = "return"     // units that came back and whose money was given back
	Fee       = "fee"        // a charge or a deduction beside the lines
	FeeReturn = "fee_return" // a fee that was given back
	Other     = "other"      // money given back for a reason of its own words
)

// Line is one position. Gross = Net + Tax, and Net is after the discount.
type Line struct {
	Kind     string
	N        int // of the order's line or fee; counted for what is neither
	SKU      string
	Text     string
	Unit     string
	Scale    int
	Quantity int64
	Price    money.Price
	Discount int64
	Net      int64
	Tax      int64
	Gross    int64
}

// Totals are the sums of a document's lines.
type Totals struct{ Discount, Net, Tax, Gross int64 }

// Sum adds up lines.
func Sum(lines []Line) Totals {
	var t Totals
	for i := range lines {
		l := &lines[i]
		t.Discount += l.Discount
		t.Net += l.Net
		t.Tax += l.Tax
		t.Gross += l.Gross
	}
	return t
}

// Billed is what documents have billed together.
func Billed(docs []*Document) (gross int64) {
	for _, d := range docs {
		gross += d.Kind.Sign() * d.Totals.Gross
	}
	return gross
}

// NextOther is the number of the next credit that no line explains.
func NextOther(docs []*Document) int {
	n := 0
	for _, d := range docs {
		for i := range d.Lines {
			if l := &d.Lines[i]; l.Kind == Other {
				n = max(n, l.N)
			}
		}
	}
	return n + 1
}

// BasisOf is by which units the next document goes: once everything was
// billed it stays so, because what was billed and not sent is owed all the same.
func BasisOf(docs []*Document, asked Basis) Basis {
	for _, d := range docs {
		if d.Basis == All {
			return All
		}
	}
	return asked
}
