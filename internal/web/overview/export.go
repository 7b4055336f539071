package overview

import (
	"encoding/csv"
	"net/http"
	"strconv"

	"orderly/internal/figures"
	"orderly/internal/formula"
	"orderly/internal/money"
	kept "orderly/internal/store/figures"
	"orderly/internal/web/shell"
)

// export gives what the page shows as one long table: a row for each figure of
// each part of the page.
func export(v *shell.Visit) error {
	x, err := look(v)
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="figures-`+figures.DayText(x.Ask.From)+`-`+figures.DayText(x.Ask.To)+`.csv"`)
	v.W.WriteHeader(http.StatusOK)
	s := sheet{w: csv.NewWriter(v.W), x: x}
	s.write("section", "from", "to", "channel", "location", "name", "count", "of", "value", "unit")
	s.sums("period", x.Ask.Span, x.Channel, x.Location, &x.Total)
	s.sums("before", x.Before, x.Channel, x.Location, &x.Was)
	for i := range x.Parts {
		p := &x.Parts[i]
		s.sums(x.Step, kept.Span{From: p.From, To: p.To}, x.Channel, x.Location, &p.Both)
	}
	for i := range x.Report.Channels {
		n := &x.Report.Channels[i]
		s.sums("channel", x.Ask.Span, n.Channel, x.Location, &n.Both)
	}
	for i := range x.Locations {
		n := &x.Locations[i]
		s.sums("location", x.Ask.Span, x.Channel, x.placeCode(n.Location), &n.Both)
	}
	s.rest()
	s.w.Flush()
	return s.w.Error()
}

// sheet is a table on its way out.
type sheet struct {
	w *csv.Writer
	x *view
}

// write gives a row.
func (s *sheet) write(row ...string) {
	for i, c := range row {
		row[i] = formula.Harmless(c)
	}
	_ = s.w.Write(row) // the writer keeps its error
}

// sums gives a row for each figure.
func (s *sheet) sums(section string, days kept.Span, channel, location string, b *kept.Both) {
	for _, f := range figures.All {
		n, of := b.Counts(&f)
		count, all, value, unit := strconv.FormatInt(n, 10), "", "", f.Unit
		if f.Unit == figures.InMoney {
			unit = s.x.Ask.Currency
			count = s.money(n)
		}
		if f.Rate() {
			all = strconv.FormatInt(of, 10)
		}
		switch {
		case !f.Rate():
			value = count
		case of == 0:
		case f.Unit == figures.InMoney:
			value = s.money((n + of/2) / of)
		default:
			value = strconv.FormatFloat(100*float64(n)/float64(of), 'f', 2, 64)
		}
		s.write(section, figures.DayText(days.From), figures.DayText(days.To), channel, location, f.ID, count, all, value, unit)
	}
}

func (s *sheet) money(n int64) string {
	c, err := money.ParseCurrency(s.x.Ask.Currency)
	if err != nil {
		return strconv.FormatInt(n, 10)
	}
	return c.FormatAmount(n)
}

// rest gives how long stages took, what waits and what was refused.
func (s *sheet) rest() {
	x := s.x
	from, to := figures.DayText(x.Ask.From), figures.DayText(x.Ask.To)
	for i, stage := range figures.Stages {
		h := &x.Times[i]
		for _, each := range [...]struct {
			name  string
			value int64
		}{{"mean", h.Mean()}, {"median", h.Quantile(50)}, {"p90", h.Quantile(90)}} {
			s.write("stage", from, to, x.Channel, x.Location, stage.ID+"_"+each.name, strconv.FormatInt(h.N, 10), "", strconv.FormatInt(each.value, 10), "seconds")
		}
	}
	for _, stage := range figures.Backlog {
		for i, n := range x.Backlog[stage] {
			s.write("backlog", "", "", x.Channel, x.Location, stage+"_"+ageNames[i], strconv.FormatInt(n, 10), "", strconv.FormatInt(n, 10), figures.InOrders)
		}
	}
	for _, r := range x.Refused {
		s.write("refused", from, to, r.Channel, "", r.Code, strconv.FormatInt(r.N, 10), "", strconv.FormatInt(r.N, 10), figures.InOrders)
	}
}

// ageNames are the ages of the backlog as the file names them.
var ageNames = [len(figures.Ages) + 1]string{"under_4h", "under_1d", "under_3d", "under_7d", "older"}
