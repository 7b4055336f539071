package order

import (
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// Limits of pasted rows.
const (
	MaxRows     = 500
	MaxRowBytes = 100_000 // of the text as a whole
)

// Row is one row that was pasted from a spreadsheet, as it stands there: what
// the item is called, by SKU, barcode or name, is looked up by the caller.
type Row struct {
	N        int // of the text, from 1, headings and empty rows counted
	Item     string
	Quantity string // decimal text with a point
	Price    string // likewise; "" when the row has none
	Fault    string // why the row cannot be taken; "" when it can
}

// headings are words by which a first row is known to be none, and what its
// column holds.
var headings = map[string]int{
	"sku": 0, "item": 0, "article": 0, "artikel": 0, "barcode": 0, "ean": 0, "gtin": 0, "name": 0, "product": 0, "code": 0, "item no": 0, "article no": 0, "description": 0,
	"quantity": 1, "qty": 1, "menge": 1, "anzahl": 1, "amount": 1, "pcs": 1, "units": 1, "count": 1,
	"price": 2, "unit price": 2, "preis": 2, "unit_price": 2, "each": 2,
}

// ParseRows reads rows of item, quantity and, when there is one, price, apart
// by tabs, semicolons or commas. With a heading the columns may stand in any
// order. Numbers may have a decimal comma.
func ParseRows(text string) ([]Row, error) {
	if len(text) > MaxRowBytes {
		return nil, fault.New(fault.TooLarge, "too_long", "at most %d bytes of rows at once", MaxRowBytes)
	}
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(text, "\uFFFD")), "\n")
	cut := separator(lines)
	at := [3]int{0, 1, 2}
	var out []Row
	first := true
	for i, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		cells := cellsOf(line, cut)
		if first {
			first = false
			if cols, ok := heading(cells); ok {
				at = cols
				continue
			}
		}
		if len(out) == MaxRows {
			return nil, fault.New(fault.TooLarge, "too_many", "at most %d rows at once", MaxRows)
		}
		out = append(out, rowOf(i+1, cells, at))
	}
	return out, nil
}

// separator is what most rows are apart by: tabs come from spreadsheets and
// nowhere else, a semicolon stands where commas are in numbers.
func separator(lines []string) byte {
	for _, c := range []byte("\t;,") {
		for _, line := range lines {
			if strings.IndexByte(line, c) >= 0 {
				return c
			}
		}
	}
	return '\t'
}

// cellsOf takes a row apart; quoted cells may hold the separator.
func cellsOf(line string, cut byte) []string {
	var out []string
	var cell strings.Builder
	quoted := false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '"' && quoted && i+1 < len(line) && line[i+1] == '"':
			cell.WriteByte('"')
			i++
		case c == '"' && (quoted || strings.TrimSpace(cell.String()) == ""):
			quoted = !quoted
		case c == cut && !quoted:
			out = append(out, strings.TrimSpace(cell.String()))
			cell.Reset()
		default:
			cell.WriteByte(c)
		}
	}
	return append(out, strings.TrimSpace(cell.String()))
}

// heading finds which column holds what. A row with a number is none.
func heading(cells []string) ([3]int, bool) {
	at := [3]int{-1, -1, -1}
	for i, c := range cells {
		if kind, ok := headings[strings.ToLower(strings.Trim(c, " .:"))]; ok && at[kind] < 0 {
			at[kind] = i
		}
	}
	return at, at[0] >= 0 && at[1] >= 0
}

func rowOf(n int, cells []string, at [3]int) Row {
	cell := func(kind int) string {
		if i := at[kind]; i >= 0 && i < len(cells) {
			return cells[i]
		}
		return ""
	}
	row := Row{N: n, Item: cell(0), Quantity: Decimal(cell(1)), Price: Decimal(bare(cell(2)))}
	switch {
	case row.Item == "":
		row.Fault = "there is no item in this row"
	case utf8.RuneCountInString(row.Item) > MaxTextLength:
		row.Item, row.Fault = clipped(row.Item), "the item's text is too long"
	case row.Quantity == "":
		row.Fault = "there is no quantity in this row"
	case !positive(row.Quantity):
		row.Fault = "the quantity " + clipped(cell(1)) + " is no number above 0"
	case row.Price != "" && !priced(row.Price):
		row.Fault = "the price " + clipped(cell(2)) + " is no price"
	}
	return row
}

// bare is a price without the sign of its currency.
func bare(s string) string {
	return strings.TrimSpace(strings.Trim(s, "€$£¥ \u00a0"))
}

// Decimal writes a number with a point: of two kinds of marks the last is the
// decimal one; a lone comma is one too.
func Decimal(s string) string {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "").Replace(s)
	comma, point := strings.LastIndexByte(s, ','), strings.LastIndexByte(s, '.')
	switch {
	case comma > point && point >= 0:
		s = strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	case point > comma && comma >= 0:
		s = strings.ReplaceAll(s, ",", "")
	case comma >= 0 && strings.Count(s, ",") == 1:
		s = strings.Replace(s, ",", ".", 1)
	}
	return s
}

func positive(s string) bool {
	p, err := money.ParsePrice(s)
	return err == nil && p > 0
}

func priced(s string) bool {
	p, err := money.ParsePrice(s)
	return err == nil && p >= 0
}

// ParseQuantity reads decimal text as whole steps of an item's scale; 0 when
// it is none above 0, or finer than the scale.
func ParseQuantity(s string, scale int) int64 {
	whole, part, _ := strings.Cut(Decimal(strings.TrimSpace(s)), ".")
	part = strings.TrimRight(part, "0")
	if len(part) > scale || whole == "" || len(whole) > 10 {
		return 0
	}
	var n int64
	for _, c := range whole + part + strings.Repeat("0", scale-len(part)) {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	if n > MaxQuantity {
		return 0
	}
	return n
}
