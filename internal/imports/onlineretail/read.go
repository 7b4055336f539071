package onlineretail

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/money"
)

// Read reads a whole file, plain text by now, and decides what every line is.
// An error means that the file is not of this format, or that it broke; lines
// that are not understood are rejects.
func Read(in io.Reader, o Options) (*Book, error) {
	from, err := imports.NewCSV(in)
	if err != nil {
		return nil, err
	}
	r := &reader{Options: o, at: make([]int, len(columns)), book: newBook(o.Zone)}
	if err := r.bind(from.Header()); err != nil {
		return nil, err
	}
	for {
		record, err := from.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.take(record)
		}
		if err != nil {
			return nil, err
		}
	}
	r.book.summary.BlankLines, r.book.summary.LegacyLines = from.Blank(), from.Legacy()
	if err := r.decide(); err != nil {
		return nil, err
	}
	return r.book, nil
}

func newBook(zone *time.Location) *Book {
	if zone == nil {
		zone = time.UTC
	}
	return &Book{
		zone: zone, spans: map[int32]span{},
		numbers: newPool(), codes: newPool(), texts: newPool(), customers: newPool(), countries: newPool(), skus: newPool(),
	}
}

// reader turns records into the lines of a book.
type reader struct {
	Options
	book     *Book
	at       []int // by cell: the field of a record
	clock    string
	clockAt  int64
	absolute Exact // sum of the magnitudes, which bounds every other sum
	draft    draft // the line at hand, used again for each
}

func (r *reader) bind(header []string) error {
	var l fault.List
	for cell, name := range columns {
		if r.at[cell] = indexFold(header, name); r.at[cell] < 0 {
			l.Add("/"+name, "missing_column", "the file has no such column")
		}
	}
	return l.As(fault.Invalid, "columns", "this is no file of the Online Retail format")
}

// draft is a line while its fields are read.
type draft struct {
	line
	number            string
	customer, country string
	known             bool // quantity and price could be read
	wrong             fault.List
}

func (r *reader) take(record imports.Record) error {
	r.book.summary.LinesRead++
	if record.Err != nil {
		return r.reject(Reject{Line: record.Line, Code: fault.CodeOf(record.Err), Reason: imports.Reason(record.Err), Raw: record.Raw})
	}
	if len(r.book.lines) == MaxFileLines {
		return fault.New(fault.TooLarge, "too_many_lines", "the file has more than %d lines; split it by months", MaxFileLines)
	}
	d := r.parse(record)
	if d.wrong.Len() == 0 {
		r.add(d, &d.wrong)
	}
	if err := d.wrong.As(fault.Invalid, "not_understood", "the line is not understood"); err != nil {
		reject := Reject{Line: record.Line, Code: codeOf(err), Reason: imports.Reason(err), Raw: record.Raw}
		if d.known {
			reject.Net, reject.Known = d.net(), true
		}
		return r.reject(reject)
	}
	return nil
}

// codeOf is the code of a single fault, or the common one of several.
func codeOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) == 1 {
		return f.Fields[0].Code
	}
	return fault.CodeOf(err)
}

func (r *reader) reject(one Reject) error {
	s := &r.book.summary
	s.Rejected++
	if one.Known {
		s.RejectedNet += one.Net
	} else {
		s.RejectedUnknown++
	}
	if r.Rejected == nil {
		return nil
	}
	return r.Rejected(one)
}

func (r *reader) parse(record imports.Record) *draft {
	cell := func(i int) string { return strings.TrimSpace(record.Fields[r.at[i]]) }
	d := &r.draft
	*d = draft{line: line{source: int32(record.Line)}, number: cell(cellInvoice), country: cell(cellCountry)}
	l := &d.wrong

	quantity, sound := quantityOf(cell(cellQuantity), l)
	price, err := money.ParsePrice(cell(cellPrice))
	switch {
	case err != nil:
		l.Add("/UnitPrice", "invalid_price", "%s", err.Error())
	case price > MaxPrice || price < -MaxPrice:
		l.Add("/UnitPrice", "invalid_price", "the price %s is over the limit of %s", price, money.Price(MaxPrice))
	default:
		d.known = sound
	}
	d.quantity, d.price = quantity, price
	r.bound(d)
	d.at = r.clockOf(cell(cellTime), l)

	var whole bool
	if d.customer, whole = customerOf(cell(cellCustomer)); !whole {
		l.Add("/CustomerID", "invalid_customer", "%.40q is not a customer number; write it like 17850", cell(cellCustomer))
	}
	if !validNumber(d.number) {
		l.Add("/InvoiceNo", "invalid_invoice", "%.40q is not an invoice number; write digits, with C before a cancellation and A before a bad debt", d.number)
	}
	code := cell(cellCode)
	if code == "" || len(code) > maxWord {
		l.Add("/StockCode", "invalid_code", "a stock code has 1 to %d characters", maxWord)
	}
	if len(d.country) > maxWord {
		l.Add("/Country", "invalid_country", "a country has at most %d characters", maxWord)
	}
	if l.Len() == 0 {
		d.code = r.book.codes.id(code)
		d.text = r.book.texts.id(clip(cell(cellDescription)))
	}
	return d
}

// bound refuses the line with which some sum of the file could overflow. No
// sum is larger than that of all magnitudes.
func (r *reader) bound(d *draft) {
	if !d.known {
		return
	}
	magnitude := max(d.net(), -d.net())
	if magnitude > math.MaxInt64-r.absolute {
		d.known = false
		d.wrong.Add("", "total_too_large", "with this line the file's sum is over the limit of %s; check quantity and price, or split the file", Exact(math.MaxInt64))
		return
	}
	r.absolute += magnitude
}

func clip(text string) string {
	if len(text) > MaxDescription {
		return strings.ToValidUTF8(text[:MaxDescription], "")
	}
	return text
}

func quantityOf(text string, l *fault.List) (int32, bool) {
	n, err := strconv.ParseInt(text, 10, 32)
	switch {
	case err != nil || n > MaxQuantity || n < -MaxQuantity:
		l.Add("/Quantity", "invalid_quantity", "%.40q is not a whole number within %d of zero", text, MaxQuantity)
		return 0, false
	case n == 0:
		l.Add("/Quantity", "zero_quantity", "the quantity is 0, which says nothing")
	}
	return int32(n), true
}

// clockOf reads a time. Lines of one invoice repeat it, so the last is kept.
func (r *reader) clockOf(text string, l *fault.List) int64 {
	if text == r.clock && text != "" {
		return r.clockAt
	}
	t, err := time.Parse(time.DateTime, text)
	if err != nil || t.Year() < 1970 {
		l.Add("/InvoiceDate", "invalid_time", "%.40q is not a time since 1970; write it like 2011-03-31 08:30:00", text)
		return 0
	}
	r.clock, r.clockAt = strings.Clone(text), t.Unix()
	return r.clockAt
}

// customerOf reads "17850.0" as "17850": the number went through a
// spreadsheet. No customer is "".
func customerOf(text string) (string, bool) {
	digits, zeros, _ := strings.Cut(text, ".")
	if strings.Trim(zeros, "0") != "" || !allDigits(digits) || digits == "" && text != "" || len(digits) > maxWord {
		return "", false
	}
	return digits, true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func validNumber(number string) bool {
	digits := number
	if letterOf(number) != 0 {
		digits = number[1:]
	}
	return digits != "" && len(digits) <= maxWord && allDigits(digits)
}

// letterOf is the letter before an invoice number that changes what it means.
func letterOf(number string) byte {
	if number != "" && (number[0] == cancellation || number[0] == badDebt) {
		return number[0]
	}
	return 0
}

const (
	cancellation = 'C'
	badDebt      = 'A'
)

// add puts a sound draft into the book, unless it contradicts its invoice.
func (r *reader) add(d *draft, l *fault.List) {
	b := r.book
	customer := noCustomer
	if d.customer != "" {
		customer = b.customers.id(d.customer)
	}
	country := b.countries.id(d.country)
	number := b.numbers.id(d.number)
	if int(number) == len(b.invoices) {
		b.invoices = append(b.invoices, invoice{
			number: number, customer: customer, country: country, first: d.at, last: d.at, letter: letterOf(d.number),
		})
	}
	in := &b.invoices[number]
	if in.customer != customer || in.country != country {
		l.Add("", "contradicts", "customer %q of %q stands here, and %q of %q on the first line of invoice %s",
			d.customer, d.country, b.customer(in), b.countries.texts[in.country], d.number)
		return
	}
	in.first, in.last = min(in.first, d.at), max(in.last, d.at)
	d.invoice = number
	b.lines = append(b.lines, d.line)
}
