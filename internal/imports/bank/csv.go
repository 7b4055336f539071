package bank

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/money"
	"orderly/internal/statement"
)

// known are the heads by which columns of bank's tables are found: exports of
// British, German, French, Dutch, Spanish and Brazilian banks, and of
// providers. Another layout names its columns itself.
var known = map[string][]string{
	"date":      {"date", "booking date", "transaction date", "completed date", "buchungstag", "buchungsdatum", "datum", "date operation", "date comptable", "fecha", "data", "created on"},
	"amount":    {"amount", "amount (gbp)", "amount (eur)", "value", "betrag", "betrag (eur)", "umsatz", "montant", "bedrag", "bedrag (eur)", "importe", "valor"},
	"credit":    {"credit", "money in", "paid in", "haben", "credit amount", "abono", "entrada"},
	"debit":     {"debit", "money out", "paid out", "soll", "debit amount", "cargo", "saida"},
	"currency":  {"currency", "währung", "waehrung", "devise", "valuta", "moneda", "moeda"},
	"name":      {"name", "payer", "counterparty", "beguenstigter/zahlungspflichtiger", "begünstigter/zahlungspflichtiger", "auftraggeber", "name zahlungsbeteiligter", "naam / omschrijving", "counter party", "payee"},
	"text":      {"description", "reference", "details", "memo", "verwendungszweck", "buchungstext", "libelle", "libellé", "mededelingen", "omschrijving", "concepto", "historico", "narrative"},
	"reference": {"transaction id", "id", "bank reference", "fitid", "transaktionsnummer", "end-to-end-referenz"},
}

// Columns name a table's columns, where they are not known: date, amount (or
// credit and debit), currency, name, text and reference.
type Columns map[string]string

// ReadCSV reads a table. Lines of no currency are in that of the shop.
func ReadCSV(text []byte, columns Columns, shop string) ([]statement.Line, error) {
	in, err := imports.NewCSV(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	at, err := find(in.Header(), columns)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "invalid_csv", "the table cannot be read: %v", err)
		}
		if r.Err != nil {
			return nil, r.Err
		}
		if rows = append(rows, slices.Clone(r.Fields)); len(rows) > statement.MaxLines {
			return nil, tooMany()
		}
	}
	t := &table{at: at, shop: shop}
	if err := t.sniff(rows); err != nil {
		return nil, err
	}
	var faults fault.List
	var out []statement.Line
	for i, row := range rows {
		x, err := t.line(row)
		if err != nil {
			faults.Add("/content", "invalid_row", "row %d: %v", i+2, err)
			continue
		}
		out = append(out, x)
	}
	return out, faults.Err()
}

func find(header []string, columns Columns) (map[string]int, error) {
	var faults fault.List
	at := map[string]int{}
	plain := make([]string, len(header))
	for i, h := range header {
		plain[i] = strings.ToLower(strings.TrimSpace(h))
	}
	for what, names := range known {
		if named := columns[what]; named != "" {
			names = []string{strings.ToLower(strings.TrimSpace(named))}
			if !slices.Contains(plain, names[0]) {
				faults.Add("/columns/"+what, "no_such_column", "the table has no column %.60q; it has %.300q", named, header)
			}
		}
		for _, n := range names {
			if i := slices.Index(plain, n); i >= 0 {
				at[what] = i
				break
			}
		}
	}
	for what := range columns {
		if known[what] == nil {
			faults.Add("/columns/"+what, "unknown_column", "a table has date, amount, credit, debit, currency, name, text and reference")
		}
	}
	_, amount := at["amount"]
	_, credit := at["credit"]
	if _, date := at["date"]; !date || !amount && !credit {
		faults.Add("/columns", "missing", "say which columns are the date and the amount; the table has %.300q", header)
	}
	return at, faults.Err()
}

// table is how one file writes amounts and days.
type table struct {
	at         map[string]int
	shop       string
	comma      bool // before the minor units
	monthFirst bool
}

func (t *table) cell(row []string, what string) string {
	if i, ok := t.at[what]; ok && i < len(row) {
		return strings.TrimSpace(row[i])
	}
	return ""
}

// sniff looks at the whole file for how it writes: what one row leaves open
// another says. It refuses to guess what none says.
func (t *table) sniff(rows [][]string) error {
	comma, point, open := false, false, ""
	dayFirst := false
	for _, row := range rows {
		for _, what := range []string{"amount", "credit", "debit"} {
			s := t.cell(row, what)
			c, p := strings.LastIndexByte(s, ','), strings.LastIndexByte(s, '.')
			last := max(c, p)
			digits := len(strings.TrimRightFunc(s[last+1:], func(r rune) bool { return !unicode.IsDigit(r) }))
			switch {
			case last < 0:
			case c >= 0 && p >= 0, digits != 3:
				comma, point = comma || c > p, point || p > c
			default:
				open = s
			}
		}
		if d := numbers(t.cell(row, "date")); len(d) == 3 && len(d[0]) < 4 {
			dayFirst = dayFirst || d[0] > "12" && len(d[0]) == 2
			t.monthFirst = t.monthFirst || d[1] > "12" && len(d[1]) == 2
		}
	}
	switch {
	case comma && point:
		return fault.New(fault.Invalid, "mixed_amounts", "the table writes some amounts with a comma and some with a point before the minor units")
	case open != "" && !comma && !point:
		return fault.New(fault.Invalid, "ambiguous_amount", "%.40q may be thousands or minor units, and no other row says which", open)
	case t.monthFirst && dayFirst:
		return fault.New(fault.Invalid, "mixed_dates", "the table writes some days before and some after the month")
	}
	t.comma = comma
	return nil
}

func numbers(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

func (t *table) line(row []string) (statement.Line, error) {
	x := statement.Line{Currency: strings.ToUpper(t.cell(row, "currency")), Name: clean(t.cell(row, "name")), Text: clean(t.cell(row, "text")), Reference: clean(t.cell(row, "reference"))}
	if x.Currency == "" {
		x.Currency = t.shop
	}
	of, err := money.ParseCurrency(x.Currency)
	if err != nil {
		return x, err
	}
	if x.Date, err = t.day(t.cell(row, "date")); err != nil {
		return x, err
	}
	amount, credit, debit := t.cell(row, "amount"), t.cell(row, "credit"), t.cell(row, "debit")
	switch {
	case amount != "":
		x.Amount, err = t.minor(of, amount)
	case credit != "":
		x.Amount, err = t.minor(of, credit)
	case debit != "":
		if x.Amount, err = t.minor(of, debit); x.Amount > 0 {
			x.Amount = -x.Amount
		}
	default:
		err = fault.New(fault.Invalid, "no_amount", "it has no amount")
	}
	return x, err
}

func (t *table) minor(of money.Currency, s string) (int64, error) {
	negative := strings.ContainsAny(s, "-−") || strings.HasPrefix(s, "(")
	thousands, mark := ",", "."
	if t.comma {
		thousands, mark = ".", ","
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, thousands, ""), mark, ".")
	s = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' {
			return r
		}
		if unicode.IsLetter(r) {
			return 'x' // a word is no amount
		}
		return -1
	}, s)
	n, err := of.ParseAmount(s)
	if negative {
		n = -n
	}
	return n, err
}

func (t *table) day(s string) (int64, error) {
	d := numbers(s)
	if len(d) < 3 {
		return 0, fault.New(fault.Invalid, "invalid_date", "%.30q is no day", s)
	}
	y, m, day := d[2], d[1], d[0]
	switch {
	case len(d[0]) == 4:
		y, m, day = d[0], d[1], d[2]
	case t.monthFirst:
		m, day = d[0], d[1]
	}
	if len(y) == 2 {
		y = "20" + y
	}
	if len(m) == 1 {
		m = "0" + m
	}
	if len(day) == 1 {
		day = "0" + day
	}
	return dayOf(y + "-" + m + "-" + day)
}

// dayOf reads the day of an ISO date or time as yyyymmdd.
func dayOf(s string) (int64, error) {
	at, err := time.Parse(time.DateOnly, s[:min(len(s), 10)])
	if err != nil || at.Year() < 1970 || at.Year() > 9998 {
		return 0, fault.New(fault.Invalid, "invalid_date", "%.30q is no day", s)
	}
	return int64(at.Year()*10000 + int(at.Month())*100 + at.Day()), nil
}

// minor reads an amount of ISO 20022: a point, up to five decimals.
func minor(a amountOf) (int64, string, error) {
	code := strings.TrimSpace(a.Currency)
	of, err := money.ParseCurrency(code)
	if err != nil {
		return 0, "", err
	}
	s := strings.TrimSpace(a.Value)
	if whole, rest, ok := strings.Cut(s, "."); ok { // 12.5000 is 12.50
		for len(rest) > of.Exponent() && strings.HasSuffix(rest, "0") {
			rest = rest[:len(rest)-1]
		}
		if s = whole; rest != "" {
			s += "." + rest
		}
	}
	n, err := of.ParseAmount(s)
	if err == nil && n < 0 {
		err = fault.New(fault.Invalid, "negative", "an amount is not below zero; CdtDbtInd says its side")
	}
	return n, code, err
}

// clean is a text without control characters, bounded.
func clean(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if len(s) > statement.MaxText {
		s = strings.ToValidUTF8(s[:statement.MaxText], "")
	}
	return s
}

// Read reads a file of either kind, and gives each line its key.
func Read(text []byte, columns Columns, shop string) (*statement.Statement, []statement.Line, error) {
	if len(text) > statement.MaxBytes {
		return nil, nil, fault.New(fault.TooLarge, "file_too_large", "a statement has at most %d bytes", statement.MaxBytes)
	}
	sum := sha256.Sum256(text)
	s := &statement.Statement{Format: "csv", Hash: hex.EncodeToString(sum[:])}
	var lines []statement.Line
	var err error
	if begins := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n"); bytes.HasPrefix(begins, []byte("<")) {
		s.Format, s.Account, lines, err = ReadCAMT(text)
	} else {
		lines, err = ReadCSV(text, columns, shop)
	}
	if err != nil {
		return nil, nil, err
	}
	if len(lines) == 0 {
		return nil, nil, fault.New(fault.Invalid, "empty", "the file has no line that is booked")
	}
	for i := range lines {
		lines[i].N, lines[i].State = i+1, statement.Open
	}
	s.Lines = len(lines)
	statement.SetKeys(s.Account, lines)
	return s, lines, nil
}
