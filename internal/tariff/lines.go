package tariff

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// columns of a table of an invoice, in the order in which they stand where it has
// no headings.
var columns = []string{"kind", "reference", "quantity", "amount"}

// ParseLines reads the lines of an invoice from a table, separated by commas,
// semicolons or tabs; with headings its columns may stand in any order. Every fault
// names its line of the table.
func ParseLines(text string, c money.Currency, l *fault.List) (out []InvoiceLine) {
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	in.FieldsPerRecord, in.TrimLeadingSpace, in.Comma = -1, true, separator(text)
	at := map[string]int{}
	for i, name := range columns {
		at[name] = i
	}
	for n := 1; ; n++ {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			l.Add("/csv", "unreadable", "line %d cannot be read: write kind, reference, quantity and amount, with a comma between", n)
			return out
		}
		if n == 1 && slices.ContainsFunc(cells, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), "amount") }) {
			at = headings(cells)
			continue
		}
		if len(out) == MaxInvoiceLines {
			l.Add("/csv", "too_many", "at most %d lines", MaxInvoiceLines)
			return out
		}
		out = append(out, lineOf(cells, at, n, c, l))
	}
}

func headings(cells []string) map[string]int {
	at := map[string]int{}
	for i, s := range cells {
		at[strings.ToLower(strings.TrimSpace(s))] = i
	}
	return at
}

func lineOf(cells []string, at map[string]int, n int, c money.Currency, l *fault.List) InvoiceLine {
	cell := func(name string) string {
		if i, known := at[name]; known && i < len(cells) {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	x := InvoiceLine{N: n, Kind: strings.ToLower(cell("kind")), Reference: cell("reference"), Quantity: 1}
	if text := cell("quantity"); text != "" {
		q, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			l.Add("/csv", "invalid_number", "line %d: %.40q is not a whole number", n, text)
		}
		x.Quantity = q
	}
	amount, err := c.ParseAmount(cell("amount"))
	if err != nil {
		l.Add("/csv", "invalid_amount", "line %d: %.40q is not an amount in %s", n, cell("amount"), c)
	}
	x.Amount = amount
	return x
}

// separator is the one that the first line has most of.
func separator(text string) rune {
	first, _, _ := strings.Cut(text, "\n")
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := strings.Count(first, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}
