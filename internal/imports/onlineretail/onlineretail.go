// Package onlineretail reads the order book of one real retailer, the Online
// Retail data set (UCI, doi 10.24432/C5BW33), as it is, and tells it as facts:
// sales, cancellations, changes of stock and changes of money.
//
// What belongs here: what the columns, codes, signs and prefixes of that file
// mean, each as a named rule of one table (see Rules). What does not: what an
// importer makes of a fact.
//
// The format. A line is an article or a charge on an invoice. An invoice whose
// number begins with C takes goods or charges back, with quantities below
// zero; one that begins with A adjusts a bad debt. Everything else is a sale,
// or, at price 0, a change of stock keyed in as an invoice of one line.
// Nothing is dropped: each line becomes part of one fact or of one reject, and
// their quantities times prices add up to those of the file, exactly.
package onlineretail

import (
	"strings"
	"time"

	"orderly/internal/imports"
	"orderly/internal/money"
)

// Limits of what is read. A book is held in memory, and reading one takes
// about 250 bytes a line at its peak. The whole data set has 541,909 lines.
const (
	MaxFileLines   = 1_000_000
	MaxOrderLines  = imports.MaxOrderLines // of one invoice
	MaxQuantity    = 1_000_000             // of one line, of either sign
	MaxPrice       = 1_000_000 * exactOne  // of one unit, of either sign
	MaxDescription = 300                   // bytes, then cut
	maxWord        = 64                    // bytes of an invoice, a code, a customer, a country
)

// Currency is what every price of the file is in.
var Currency = money.MustCurrency("GBP")

// Exact is a sum of quantities times prices in millionths of a pound.
type Exact int64

const exactOne = 1_000_000

// String is the shortest decimal text with at least two decimals.
func (e Exact) String() string { return money.Price(e).String() }

// Options say what the file does not.
type Options struct {
	// Zone is where the clock hung that wrote the times. Nil is UTC.
	Zone *time.Location
	// Rejected is called for each line that is not understood, those that
	// cannot be read first and in the order of the file. An error ends the
	// reading and is returned. Nil lets the Summary count them.
	Rejected func(Reject) error
}

// Reject is a line that became part of no fact.
type Reject struct {
	Line   int
	Code   string // stable
	Reason string // a sentence
	Raw    string // as it stands in the file, or its fields put together again
	Net    Exact  // quantity times price, where both could be read
	Known  bool   // both could be read
}

// columns are the names in the file's header, in the order of cells below.
var columns = [...]string{"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"}

const (
	cellInvoice = iota
	cellCode
	cellDescription
	cellQuantity
	cellTime
	cellPrice
	cellCustomer
	cellCountry
)

// Recognizes reports whether a header is that of this format, in any order.
func Recognizes(header []string) bool {
	for _, want := range columns {
		if indexFold(header, want) < 0 {
			return false
		}
	}
	return true
}

func indexFold(header []string, name string) int {
	for i, h := range header {
		if strings.EqualFold(h, name) {
			return i
		}
	}
	return -1
}
