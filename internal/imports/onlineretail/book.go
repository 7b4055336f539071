package onlineretail

import (
	"strings"
	"time"

	"orderly/internal/money"
)

// Book is a file that was read whole. Its lines are kept small and their texts
// once, so that some hundred thousand of them fit in a few tens of megabytes.
// It does not change any more and may be read by many at once.
type Book struct {
	lines     []line
	invoices  []invoice
	byInvoice []int32 // positions of lines, gathered by invoice, in file order
	matches   []match
	spans     map[int32]span // of matches, by the position of the cancel line
	events    []event

	numbers, codes, texts, customers, countries pool

	codeSKU  []int32 // by code: the SKU it folds to
	skus     pool
	articles []articleFacts // by SKU
	zone     *time.Location
	summary  Summary // without its maps
	tally    tally
}

// line is one line of the file. Clock times are seconds since 1970 as if the
// merchant's clock showed UTC.
type line struct {
	at       int64
	price    money.Price
	invoice  int32
	code     int32
	text     int32
	quantity int32
	source   int32
	left     int32 // units of a sale not consumed, units of a cancellation not covered
	place    int32 // position among its sale's lines or fees
	rule     Rule
	role     role
}

func (l *line) net() Exact { return Exact(l.quantity) * Exact(l.price) }

// invoice is what all lines of one number share.
type invoice struct {
	number            int32
	customer, country int32 // customer is noCustomer when unknown
	from, to          int32 // of byInvoice
	first, last       int64
	letter            byte // 'C', 'A' or 0
	rule              Rule
}

const noCustomer int32 = -1

type match struct{ sale, quantity int32 }

type span struct{ from, to int32 }

// pool keeps each text once.
type pool struct {
	ids   map[string]int32
	texts []string
}

func newPool() pool { return pool{ids: map[string]int32{}} }

func (p *pool) id(text string) int32 {
	if id, ok := p.ids[text]; ok {
		return id
	}
	text = strings.Clone(text) // not the whole line that it was cut from
	id := int32(len(p.texts))
	p.ids[text] = id
	p.texts = append(p.texts, text)
	return id
}

func (b *Book) invoiceOf(l *line) *invoice { return &b.invoices[l.invoice] }

func (b *Book) customer(i *invoice) string {
	if i.customer == noCustomer {
		return ""
	}
	return b.customers.texts[i.customer]
}

// wall is a moment as the merchant's clock showed it.
func (b *Book) wall(at int64) time.Time {
	t := time.Unix(at, 0).UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, b.zone)
}
