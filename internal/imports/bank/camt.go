// Package bank reads statements of bank accounts: camt.053 of ISO 20022, in the
// versions 02 to 10, and tables of a few known layouts.
//
// What belongs here: files in, lines out, with limits. What does not: what a
// line pays (statement) and keeping it (desk/bank).
package bank

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/statement"
)

// maxDepth bounds how deep an XML file may nest.
const maxDepth = 40

// The parts of a camt.053 that are read, by local names: the name space of a
// version, or a bank's prefix for it, makes no difference.
type (
	document struct {
		Statements []stmt `xml:"BkToCstmrStmt>Stmt"`
	}
	stmt struct {
		IBAN    string  `xml:"Acct>Id>IBAN"`
		Other   string  `xml:"Acct>Id>Othr>Id"`
		Entries []entry `xml:"Ntry"`
	}
	amountOf struct {
		Value    string `xml:",chardata"`
		Currency string `xml:"Ccy,attr"`
	}
	entry struct {
		Amount   amountOf `xml:"Amt"`
		Side     string   `xml:"CdtDbtInd"`
		Reversal string   `xml:"RvslInd"`
		Status   status   `xml:"Sts"`
		Booked   dates    `xml:"BookgDt"`
		Value    dates    `xml:"ValDt"`
		Ref      string   `xml:"AcctSvcrRef"`
		EntryRef string   `xml:"NtryRef"`
		Charges  []charge `xml:"Chrgs"`
		Info     string   `xml:"AddtlNtryInf"`
		Details  []detail `xml:"NtryDtls>TxDtls"`
	}
	status struct { // a word in version 02, a code in 08
		Word string `xml:",chardata"`
		Code string `xml:"Cd"`
	}
	dates struct {
		Day  string `xml:"Dt"`
		Time string `xml:"DtTm"`
	}
	charge struct { // flat in version 02, records in 08
		Amount  *amountOf `xml:"Amt"`
		Records []struct {
			Amount amountOf `xml:"Amt"`
		} `xml:"Rcrd"`
	}
	detail struct {
		Amount   amountOf `xml:"Amt"`
		TxAmount amountOf `xml:"AmtDtls>TxAmt>Amt"`
		Side     string   `xml:"CdtDbtInd"`
		Ref      string   `xml:"Refs>AcctSvcrRef"`
		EndToEnd string   `xml:"Refs>EndToEndId"`
		TxID     string   `xml:"Refs>TxId"`
		Charges  []charge `xml:"Chrgs"`
		Debtor   string   `xml:"RltdPties>Dbtr>Nm"`
		Debtor8  string   `xml:"RltdPties>Dbtr>Pty>Nm"`
		Creditor string   `xml:"RltdPties>Cdtr>Nm"`
		Credit8  string   `xml:"RltdPties>Cdtr>Pty>Nm"`
		Text     []string `xml:"RmtInf>Ustrd"`
		Document []string `xml:"RmtInf>Strd>RfrdDocInf>Nb"`
		Creditee []string `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
		Return   string   `xml:"RtrInf>Rsn>Cd"`
	}
)

// ReadCAMT reads a camt.053. Entries that are not booked yet are left out; a
// batch becomes a line for each payment in it when these sum to the entry.
func ReadCAMT(text []byte) (format, account string, lines []statement.Line, err error) {
	if format, err = inspect(text); err != nil {
		return "", "", nil, err
	}
	var doc document
	if err := xml.Unmarshal(text, &doc); err != nil {
		return "", "", nil, fault.New(fault.Invalid, "invalid_xml", "the file is not well-formed XML: %.200s", err)
	}
	if len(doc.Statements) == 0 {
		return "", "", nil, fault.New(fault.Invalid, "no_statement", "the file has no statement of an account in it; a camt.053 is needed, not a 052 or 054")
	}
	for i := range doc.Statements {
		s := &doc.Statements[i]
		of := strings.ReplaceAll(strings.TrimSpace(s.IBAN+s.Other), " ", "")
		if account == "" {
			account = of
		}
		if of != account {
			return "", "", nil, fault.New(fault.Invalid, "several_accounts", "the file is of several accounts; send one file for each")
		}
		for j := range s.Entries {
			some, err := s.Entries[j].lines()
			if err != nil {
				return "", "", nil, fault.Wrap(err, fault.Invalid, "invalid_entry", "entry %d: %v", j+1, err)
			}
			if lines = append(lines, some...); len(lines) > statement.MaxLines {
				return "", "", nil, tooMany()
			}
		}
	}
	return format, account, lines, nil
}

func tooMany() error {
	return fault.New(fault.TooLarge, "too_many_lines", "a file has at most %d lines; send it in parts", statement.MaxLines)
}

// inspect looks through the file once, before it is taken apart: no document
// types, which entities hide in, and no absurd depth.
func inspect(text []byte) (format string, err error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		return nil, errors.New("only UTF-8 is read, not " + charset)
	}
	depth := 0
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fault.New(fault.Invalid, "invalid_xml", "the file is not well-formed XML: %.200s", err)
		}
		switch t := t.(type) {
		case xml.Directive:
			return "", fault.New(fault.Invalid, "document_type", "the file declares a document type, which no statement needs")
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return "", fault.New(fault.Invalid, "too_deep", "the file nests deeper than %d elements", maxDepth)
			}
			if depth == 1 {
				format = "camt.053"
				if i := strings.LastIndexByte(t.Name.Space, ':'); i >= 0 && strings.HasPrefix(t.Name.Space[i+1:], "camt.053") && len(t.Name.Space)-i <= 30 {
					format = t.Name.Space[i+1:]
				}
			}
		case xml.EndElement:
			depth--
		}
	}
	return format, nil
}

func (e *entry) lines() ([]statement.Line, error) {
	if s := strings.TrimSpace(e.Status.Word + e.Status.Code); s != "" && s != "BOOK" {
		return nil, nil
	}
	whole, err := e.line()
	if err != nil {
		return nil, err
	}
	if len(e.Details) == 0 {
		return []statement.Line{whole}, nil
	}
	var out []statement.Line
	sum := int64(0)
	for i := range e.Details {
		x, ok := e.Details[i].line(whole, len(e.Details))
		if !ok {
			sum = whole.Amount + 1
			break
		}
		sum += x.Amount
		out = append(out, x)
	}
	if sum != whole.Amount { // the bank did not say all parts: the entry stands as one
		e.Details[0].tell(&whole)
		return []statement.Line{whole}, nil
	}
	return out, nil
}

func (e *entry) line() (statement.Line, error) {
	x := statement.Line{Text: clean(e.Info), Reference: clean(first(e.Ref, e.EntryRef)), Reversal: strings.TrimSpace(e.Reversal) == "true" || strings.TrimSpace(e.Reversal) == "1"}
	var err error
	if x.Amount, x.Currency, err = minor(e.Amount); err != nil {
		return x, err
	}
	switch strings.TrimSpace(e.Side) {
	case "DBIT":
		x.Amount = -x.Amount
	case "CRDT":
	default:
		return x, fault.New(fault.Invalid, "no_side", "it is neither CRDT nor DBIT")
	}
	if x.Date, err = dayOf(first(e.Booked.Day, e.Booked.Time, e.Value.Day, e.Value.Time)); err != nil {
		return x, err
	}
	x.Charges = sumOf(e.Charges, x.Currency)
	return x, nil
}

// line is one payment of an entry; not ok when it does not say its amount.
func (d *detail) line(whole statement.Line, of int) (statement.Line, bool) {
	x := whole
	if of > 1 {
		told := d.Amount
		if told.Value == "" {
			told = d.TxAmount
		}
		n, currency, err := minor(told)
		if err != nil || currency != whole.Currency {
			return x, false
		}
		side := strings.TrimSpace(d.Side)
		if x.Amount = n; side == "DBIT" || side == "" && whole.Amount < 0 {
			x.Amount = -n
		}
		x.Charges = 0
	}
	d.tell(&x)
	return x, true
}

// tell adds what the payment says of itself.
func (d *detail) tell(x *statement.Line) {
	x.Name = clean(first(d.Debtor, d.Debtor8))
	if x.Amount < 0 {
		x.Name = clean(first(d.Creditor, d.Credit8))
	}
	parts := append(append(append([]string{}, d.Text...), d.Creditee...), d.Document...)
	if text := clean(strings.Join(parts, " ")); text != "" {
		x.Text = text
	}
	if d.Return != "" {
		x.Text = clean(x.Text + " returned " + d.Return)
	}
	if e := clean(d.EndToEnd); e != "NOTPROVIDED" {
		x.EndToEnd = e
	}
	if r := clean(first(d.Ref, d.TxID)); r != "" {
		x.Reference = r
	}
	x.Charges += sumOf(d.Charges, x.Currency)
}

func sumOf(list []charge, currency string) (sum int64) {
	add := func(a amountOf) {
		if n, c, err := minor(a); err == nil && c == currency && n <= money.MaxTotal-sum {
			sum += n
		}
	}
	for _, c := range list {
		if c.Amount != nil {
			add(*c.Amount)
		}
		for _, r := range c.Records {
			add(r.Amount)
		}
	}
	return sum
}

func first(list ...string) string {
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}
