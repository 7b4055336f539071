package merchants

import (
	"encoding/csv"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/figures"
	kept "orderly/internal/store/worked"
	"orderly/internal/web/shell"
	"orderly/internal/worked"
)

// maxWork bounds the merchants that one page counts.
const maxWork = 50

// done is what the page of work counts shows.
type done struct {
	Month worked.Month
	Of    []doneAt
	More  bool // there are merchants beyond these
}

// doneAt is one merchant's month.
type doneAt struct {
	admin.Place
	kept.Report
}

// monthOf is the month of the address; the one before this when it names none.
func monthOf(v *shell.Visit) (worked.Month, error) {
	if text := v.Query("month"); text != "" {
		m, ok := worked.ParseMonth(text)
		if !ok {
			return 0, fault.New(fault.Invalid, "invalid_month", "write a month such as 2026-11")
		}
		return m, nil
	}
	return worked.MonthOf(figures.DayOf(v.Now().In(v.Zone()))).Later(-1), nil
}

// readWork counts a month of every merchant at which the visitor may see it.
func readWork(v *shell.Visit) (*done, error) {
	m, err := monthOf(v)
	if err != nil {
		return nil, err
	}
	x := &done{Month: m}
	list, err := admin.Places(v.Context(), v.Desk().DB, *v.Signed)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		if !kept.May(p.Scope) {
			continue
		}
		if len(x.Of) == maxWork {
			x.More = true
			break
		}
		got, err := kept.Read(v.Context(), v.Desk().DB, p.Scope, m)
		if err != nil {
			return nil, err
		}
		x.Of = append(x.Of, doneAt{p, got})
	}
	return x, nil
}

func work(v *shell.Visit) error {
	x, err := readWork(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("merchants.done"), workPage(v, x))
}

// workFile is the same for a spreadsheet: a row for each place, and one without
// a place for each merchant in all.
func workFile(v *shell.Visit) error {
	x, err := readWork(v)
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="work-`+x.Month.String()+`.csv"`)
	w := csv.NewWriter(v.W)
	if err := w.Write(worked.Columns()); err != nil {
		return err
	}
	for _, of := range x.Of {
		for _, p := range of.Places {
			if err := w.Write(worked.Row(of.Merchant.ID, of.Merchant.Name, x.Month, p.Location.Code, &p.Count)); err != nil {
				return err
			}
		}
		if err := w.Write(worked.Row(of.Merchant.ID, of.Merchant.Name, x.Month, "", &of.Total)); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func months(m worked.Month) string { return "/merchants/work?month=" + m.String() }
