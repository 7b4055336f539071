package requests

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/partners"
	"orderly/internal/web/shell"
)

// told is the page on which a partner says what it has.
type told struct {
	Places []*stock.Location
	Place  *stock.Location
	At     int64 // when it last did
	Text   string
	Fault  string
	Faults []string
}

func stockForm(v *shell.Visit) error {
	t, err := readStock(v, v.Query("at"))
	if err != nil {
		return err
	}
	return v.Page(v.T("requests.stock"), stockPage(v, t))
}

func readStock(v *shell.Visit, at string) (t told, err error) {
	err = v.Read(func(r *store.Reader) (err error) {
		if t.Places, t.Place, err = places(r, at); err != nil || t.Place == nil {
			return err
		}
		known, err := partners.Terms(r)
		if x := known[t.Place.ID]; x != nil {
			t.At = x.StockAt
		}
		return err
	})
	return t, err
}

// report takes lines of SKU and quantity, as a spreadsheet gives them.
func report(v *shell.Visit) error {
	t, err := readStock(v, v.Form("at"))
	if err != nil {
		return err
	}
	if t.Place == nil {
		return fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL here")
	}
	t.Text = strings.ReplaceAll(v.R.PostFormValue("lines"), "\r\n", "\n")
	lines, err := parseLines(t.Text)
	if err == nil {
		_, err = shell.Do(v, floor.Report, floor.ReportCommand{Location: t.Place.ID, Lines: lines, Reference: "portal"})
	}
	if err == nil {
		v.Toast(v.T("requests.said_stock", "n", int64(len(lines))))
		return v.Go("/requests/stock?at=" + t.Place.ID.String())
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	t.Fault = f.Message
	for i, x := range f.Fields {
		if i < 20 {
			t.Faults = append(t.Faults, x.Message)
		}
	}
	return v.Again(v.T("requests.stock"), stockPage(v, t))
}

// parseLines reads a table of SKU and quantity, separated by commas, semicolons or
// tabs; a first line of headings is left out. At most stock.MaxActLines lines.
func parseLines(text string) (out []stock.Line, err error) {
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord, in.TrimLeadingSpace, in.Comma = -1, true, separator(text)
	var faults fault.List
	for n := 1; ; n++ {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			faults.Add("/lines", "unreadable", "line %d cannot be read: write SKU and quantity, with a comma between", n)
			break
		}
		if len(cells) < 2 {
			faults.Add("/lines", "missing_quantity", "line %d: write SKU and quantity, with a comma between", n)
			continue
		}
		q, bad := strconv.ParseInt(strings.TrimSpace(cells[1]), 10, 64)
		switch {
		case bad != nil && n == 1: // headings
		case bad != nil || q < 0:
			faults.Add("/lines", "invalid_number", "line %d: %.40q is not a number of units", n, cells[1])
		case len(out) == stock.MaxActLines:
			faults.Add("/lines", "too_many", "at most %d lines at once", stock.MaxActLines)
			return nil, faults.Err()
		default:
			out = append(out, stock.Line{SKU: strings.TrimSpace(cells[0]), Quantity: q})
		}
	}
	if len(out) == 0 && faults.Len() == 0 {
		faults.Add("/lines", "missing", "write one line for each item: SKU and quantity")
	}
	return out, faults.Err()
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
