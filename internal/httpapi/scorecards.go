package httpapi

import (
	"strconv"
	"time"

	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/purchases"
	"orderly/internal/supplier"
)

const scorecardText = "Of lines of which the last came in the period, on days in the shop's zone. On time is by the day that the supplier first confirmed, or as it was sent where it confirmed none; in full is all that was ordered. " +
	"Price drift compares what came with what was paid for the same item before. Lines of the past that were recorded count like any."

// ScorecardQuery is whose deliveries of which time are asked for.
type ScorecardQuery struct {
	ID        string `path:"id" doc:"The supplier's id, or its code as code:ACME." example:"sup_0pmnqh2000400"`
	From      string `query:"from" format:"date" doc:"First day; all from the beginning when left out."`
	To        string `query:"to" format:"date" doc:"Last day; until now when left out."`
	Purpose   string `query:"purpose" enum:"stock,drop_ship,back_to_back"`
	Transport string `query:"transport" maxLength:"40"`
}

// Scorecard is how a supplier delivered. Rates are per mille, absent when there is
// nothing that they are of.
type Scorecard struct {
	Supplier  string `json:"supplier" example:"sup_0pmnqh2000400"`
	Lines     int64  `json:"lines" doc:"Of which the last came."`
	Promised  int64  `json:"promised_lines" doc:"Of them, with a day that was promised."`
	Early     int64  `json:"early_lines" doc:"Before that day."`
	OnDay     int64  `json:"on_day_lines" doc:"On it."`
	Late      int64  `json:"late_lines" doc:"After it."`
	MostLate  int64  `json:"most_late_days"`
	Overdue   int64  `json:"overdue_lines" doc:"Open now, and their day has come."`
	OnTime    *int64 `json:"on_time_per_mille,omitempty" doc:"Early or on the day."`
	InFull    *int64 `json:"in_full_per_mille,omitempty"`
	Units     int64  `json:"units"`
	Damaged   int64  `json:"damaged_units"`
	Damage    *int64 `json:"damaged_per_mille,omitempty"`
	Returned  int64  `json:"returned_units" doc:"That went back for faults of theirs: damaged, failed an inspection, wrong, recalled."`
	Return    *int64 `json:"returned_per_mille,omitempty"`
	LeadLines int64  `json:"lead_lines" doc:"Whose lead time is known."`
	Lead      string `json:"lead_days,omitempty" doc:"Mean, from sending to the last of it." example:"12.4"`
	Spread    string `json:"lead_days_spread,omitempty" doc:"Their standard deviation."`
	Drift     *int64 `json:"price_drift_per_mille,omitempty" doc:"What is paid more than before; below zero when less."`
	Spent     string `json:"spent" doc:"For what came, as agreed; decimal text."`
	Currency  string `json:"currency"`
}

func (a *api) supplierScorecard(c *call, p *ScorecardQuery, _ *none) (Scorecard, error) {
	s, err := c.supplier(p.ID)
	if err != nil {
		return Scorecard{}, err
	}
	var f purchase.Facts
	err = c.read(func(r *store.Reader) error {
		in, err := p.period(r, s.ID)
		if err == nil {
			f, err = purchases.FactsOf(r, in, a.desk.DB.Now())
		}
		return err
	})
	if err != nil {
		return Scorecard{}, err
	}
	x := purchase.ScoreOf(f)
	out := Scorecard{
		Supplier: s.ID.String(), Lines: x.Lines, Promised: x.Days, Early: x.Early, OnDay: x.Days - x.Early - x.Late, Late: x.Late, MostLate: x.MostLate, Overdue: x.Overdue, OnTime: known(x.OnTime), InFull: known(x.InFull),
		Units: x.Units, Damaged: x.Damaged, Damage: known(x.Damage), Returned: x.Returned, Return: known(x.Return), LeadLines: x.Leads, Currency: s.Currency,
	}
	if x.Leads > 0 {
		out.Lead, out.Spread = strconv.FormatFloat(x.Lead, 'f', 1, 64), strconv.FormatFloat(x.Spread, 'f', 1, 64)
	}
	if x.Drifted {
		out.Drift = &x.Drift
	}
	if currency, err := money.ParseCurrency(s.Currency); err == nil {
		out.Spent = currency.FormatAmount(x.Spent)
	}
	return out, nil
}

// known leaves out a rate of nothing.
func known(rate int64) *int64 {
	if rate < 0 {
		return nil
	}
	return &rate
}

// dayParameter is when a day of a query begins, so many days later; 0 without one.
func dayParameter(name, text string, later int, zone *time.Location) (int64, error) {
	if text == "" {
		return 0, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return 0, badParameter(name, "invalid_date", "write a day as 2027-01-15")
	}
	return day.AddDate(0, 0, later).UnixMicro(), nil
}

// ScorecardLine is a line that a score card counts.
type ScorecardLine struct {
	Purchase    string `json:"purchase" example:"pur_0pmnqh2000400"`
	Number      int64  `json:"number"`
	Line        int    `json:"line"`
	Purpose     string `json:"purpose"`
	SKU         string `json:"sku"`
	SupplierSKU string `json:"supplier_sku,omitempty"`
	Title       string `json:"title"`
	Ordered     int64  `json:"ordered"`
	Received    int64  `json:"received"`
	Damaged     int64  `json:"damaged"`
	Returned    int64  `json:"returned" doc:"That went back for faults of theirs."`
	SentAt      string `json:"sent_at,omitempty" format:"date-time"`
	PromisedAt  string `json:"promised_at,omitempty" format:"date-time" doc:"The beginning of the day that is held against it."`
	DoneAt      string `json:"done_at" format:"date-time" doc:"The last of it came."`
	LateDays    *int64 `json:"late_days,omitempty" doc:"Below zero: early. Absent without a promised day."`
	LeadDays    *int64 `json:"lead_days,omitempty"`
	Cost        string `json:"cost"`
	Before      string `json:"cost_before,omitempty" doc:"In the order before."`
}

type scorecardLinesQuery struct {
	Paging
	ScorecardQuery
}

func (a *api) scorecardLines(c *call, p *scorecardLinesQuery, _ *none) (Page[ScorecardLine], error) {
	before, err := p.numbers(3, 0)
	if err != nil {
		return Page[ScorecardLine]{}, err
	}
	s, err := c.supplier(p.ID)
	if err != nil {
		return Page[ScorecardLine]{}, err
	}
	var list []purchases.FactLine
	err = c.read(func(r *store.Reader) error {
		in, err := p.period(r, s.ID)
		if err == nil {
			list, err = purchases.FactLines(r, in, [3]int64(before), p.Limit+1)
		}
		return err
	})
	return page(p.Limit, list, renderFactLine, func(x purchases.FactLine) string {
		return number(x.DoneAt) + "." + number(int64(x.Purchase)) + "." + number(int64(x.N))
	}), err
}

func renderFactLine(x purchases.FactLine) ScorecardLine {
	out := ScorecardLine{
		Purchase: x.Purchase.String(), Number: x.Number, Line: x.N, Purpose: string(x.Purpose), SKU: x.SKU, SupplierSKU: x.SupplierSKU, Title: x.Title, Ordered: x.Quantity, Received: x.Received, Damaged: x.Damaged,
		Returned: x.Faulty, SentAt: instant(x.SentAt), PromisedAt: instant(x.PromisedAt), DoneAt: instant(x.DoneAt), Cost: x.Cost.String(), Before: priceText(x.Before),
	}
	if x.PromisedAt > 0 {
		out.LateDays = &x.LateDays
	}
	if x.LeadDays >= 0 {
		out.LeadDays = &x.LeadDays
	}
	return out
}

// period is what the query asks for, of days in the shop's zone.
func (p *ScorecardQuery) period(r *store.Reader, of supplier.ID) (purchases.Period, error) {
	in := purchases.Period{Supplier: of, Purpose: purchase.Purpose(p.Purpose), Transport: p.Transport}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return in, err
	}
	if in.From, err = dayParameter("from", p.From, 0, m.Location()); err != nil {
		return in, err
	}
	in.Until, err = dayParameter("to", p.To, 1, m.Location())
	return in, err
}
