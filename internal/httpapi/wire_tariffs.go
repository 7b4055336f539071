package httpapi

import (
	"fmt"

	"orderly/internal/figures"
	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/stock"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
)

// NewRateCard is a version of what a partner takes.
type NewRateCard struct {
	From     string     `json:"from" format:"date" doc:"Its first day, in the shop's zone; it holds until the next version does."`
	Currency string     `json:"currency" example:"EUR"`
	Note     string     `json:"note,omitempty" maxLength:"2000"`
	Rates    []CardRate `json:"rates" minItems:"1" maxItems:"60"`
}

// CardRate is one line of a rate card.
type CardRate struct {
	Kind     string `json:"kind" enum:"order,line,unit,parcel,material,freight,storage,receiving,return,month,minimum" doc:"order: each fulfillment of which something left; storage: each unit at the end of each day; minimum: what a month comes to at least."`
	Label    string `json:"label,omitempty" maxLength:"80" doc:"What the partner calls it."`
	Price    string `json:"price" doc:"Decimal text of at most six decimals." example:"0.0033"`
	Included int64  `json:"included,omitempty" minimum:"0" maximum:"1000" doc:"Of unit and line: so many of each fulfillment cost nothing."`
	UpTo     int64  `json:"up_to_grams,omitempty" minimum:"0" maximum:"100000000" doc:"Of parcel, material and freight: for parcels of at most this weight; any when left out. The lightest that fits holds."`
	Carrier  string `json:"carrier,omitempty" maxLength:"80" doc:"Of freight: for this carrier alone."`
}

// RateCard is a version of what a partner takes, for ever.
type RateCard struct {
	ID          string     `json:"id,omitempty" example:"rtc_0pmnqh2000400"`
	Location    string     `json:"location"`
	Version     int64      `json:"version" doc:"Of its place, from 1."`
	State       string     `json:"state" enum:"coming,in_force,over,withdrawn"`
	From        string     `json:"from" format:"date"`
	Currency    string     `json:"currency"`
	Note        string     `json:"note,omitempty"`
	Rates       []CardRate `json:"rates"`
	CreatedAt   string     `json:"created_at" format:"date-time"`
	CreatedBy   string     `json:"created_by"`
	WithdrawnAt string     `json:"withdrawn_at,omitempty" format:"date-time"`
	DryRun      bool       `json:"dry_run,omitempty"`
}

// PartnerCosts are what a partner took at a place on some days.
type PartnerCosts struct {
	Location string           `json:"location"`
	From     string           `json:"from,omitempty" format:"date"`
	To       string           `json:"to,omitempty" format:"date"`
	Card     string           `json:"card,omitempty" doc:"By which it was priced, whatever held on those days."`
	Sums     []PartnerSum     `json:"sums"`
	Totals   []PartnerTotal   `json:"totals" doc:"By currency."`
	Unrated  int              `json:"unrated" doc:"Facts that no card holds for, or no weight of it."`
	Charges  []PartnerCharge  `json:"charges,omitempty"`
	Missing  []UnratedPartner `json:"unrated_facts,omitempty" doc:"At most 100."`
}

// PartnerSum is what charges of a kind come to.
type PartnerSum struct {
	Kind     string `json:"kind"`
	Quantity int64  `json:"quantity"`
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// PartnerTotal is what all comes to in a currency.
type PartnerTotal struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// PartnerCharge is what a card takes for a fact, and why.
type PartnerCharge struct {
	Kind        string `json:"kind"`
	Day         string `json:"day" format:"date" doc:"Of what is taken by the month, the last one."`
	Subject     string `json:"subject" doc:"The fulfillment, parcel, return, purchase order or stock act; the month of what is taken by it." example:"ful_0pmnqh2000400"`
	Fulfillment string `json:"fulfillment,omitempty"`
	Order       string `json:"order,omitempty"`
	Number      int64  `json:"number,omitempty" doc:"Of the order."`
	Tracking    string `json:"tracking,omitempty"`
	Quantity    int64  `json:"quantity" doc:"That happened."`
	Charged     int64  `json:"charged" doc:"That is charged for: less than the quantity where some is included."`
	Price       string `json:"price"`
	Amount      string `json:"amount"`
	Currency    string `json:"currency"`
	Card        string `json:"card,omitempty"`
	Version     int64  `json:"version"`
	Rate        int    `json:"rate" doc:"Line of the card."`
	Reason      string `json:"reason"`
}

// UnratedPartner is something that a partner did and that no rate holds for.
type UnratedPartner struct {
	Kind     string `json:"kind"`
	Day      string `json:"day" format:"date"`
	Subject  string `json:"subject"`
	Quantity int64  `json:"quantity"`
	Grams    int64  `json:"grams,omitempty"`
}

// OrderPartnerCosts are what partners took for one order.
type OrderPartnerCosts struct {
	Order  string         `json:"order"`
	Places []PartnerCosts `json:"places" doc:"What was done for the order alone: nothing that is stored or taken by the month."`
}

func renderCard(c *tariff.Card, b tariff.Book, today int64) RateCard {
	out := RateCard{
		ID: c.ID.String(), Location: stock.LocationID(c.Location).String(), Version: c.N, State: b.State(c, today), From: tariff.DayText(c.From), Currency: c.Currency, Note: c.Note,
		Rates: make([]CardRate, len(c.Rates)), CreatedAt: instant(c.CreatedAt), CreatedBy: c.CreatedBy, WithdrawnAt: instant(c.WithdrawnAt),
	}
	for i, r := range c.Rates {
		out.Rates[i] = CardRate{Kind: r.Kind, Label: r.Label, Price: r.Price.String(), Included: r.Included, UpTo: r.UpTo, Carrier: r.Carrier}
	}
	return out
}

// amountIn is an amount as text; of a currency that is unknown, its minor units.
func amountIn(currency string, minor int64) string {
	c, err := money.ParseCurrency(currency)
	if err != nil {
		return fmt.Sprint(minor)
	}
	return c.FormatAmount(minor)
}

func renderCosts(location int64, costs *tariff.Costs) PartnerCosts {
	out := PartnerCosts{Location: stock.LocationID(location).String(), Sums: []PartnerSum{}, Totals: []PartnerTotal{}, Unrated: len(costs.Unrated)}
	for _, s := range costs.Sums() {
		out.Sums = append(out.Sums, PartnerSum{Kind: s.Kind, Quantity: s.Quantity, Amount: amountIn(s.Currency, s.Amount), Currency: s.Currency})
	}
	for _, s := range costs.Totals() {
		out.Totals = append(out.Totals, PartnerTotal{Amount: amountIn(s.Currency, s.Amount), Currency: s.Currency})
	}
	for i := range costs.Unrated[:min(len(costs.Unrated), maxUnrated)] {
		f := &costs.Unrated[i]
		out.Missing = append(out.Missing, UnratedPartner{Kind: f.Kind, Day: tariff.DayText(f.Day), Subject: subjectText(f), Quantity: f.Quantity, Grams: f.Grams})
	}
	return out
}

// subjectText is what a fact is about, as other answers name it.
func subjectText(f *tariff.Fact) string {
	switch f.Subject {
	case "month":
		return fmt.Sprintf("%04d-%02d", f.ID/100, f.ID%100)
	case "day":
		return tariff.DayText(f.ID)
	}
	return ident.Text(f.Subject, f.ID)
}

func renderCharge(c tariff.Charge) PartnerCharge {
	out := PartnerCharge{
		Kind: c.Kind, Day: tariff.DayText(c.Day), Subject: subjectText(&c.Fact), Number: c.Number, Tracking: c.Tracking, Quantity: c.Quantity, Charged: c.Charged, Price: c.Price.String(),
		Amount: amountIn(c.Currency, c.Amount), Currency: c.Currency, Version: c.Version, Rate: c.Rate, Reason: c.Reason(),
	}
	if c.Card != 0 {
		out.Card = c.Card.String()
	}
	if c.Fulfillment != 0 {
		out.Fulfillment = ident.Text("ful", c.Fulfillment)
	}
	if c.Order != 0 {
		out.Order = ident.Text("ord", c.Order)
	}
	return out
}

func renderOrderCosts(order int64, all []tariffs.AtPlace) OrderPartnerCosts {
	out := OrderPartnerCosts{Order: ident.Text("ord", order), Places: []PartnerCosts{}}
	for i := range all {
		x := renderCosts(all[i].Location, &all[i].Costs)
		for _, c := range all[i].Charges {
			x.Charges = append(x.Charges, renderCharge(c))
		}
		out.Places = append(out.Places, x)
	}
	return out
}

// spanOf is a period of days from two parameters: this month's days so far when
// both are left out.
func spanOf(from, to string, today int64) (first, last int64, err error) {
	first, last = today/100*100+1, today
	if from != "" {
		if first = tariff.ParseDay(from); first == 0 {
			return 0, 0, badParameter("from", "invalid_date", "write a day as 2027-01-15")
		}
	}
	if to != "" {
		if last = tariff.ParseDay(to); last == 0 {
			return 0, 0, badParameter("to", "invalid_date", "write a day as 2027-01-15")
		}
	}
	switch {
	case last < first:
		return 0, 0, badParameter("to", "before_from", "the last day is not before the first")
	case figures.Length(first, last) > figures.MaxDays:
		return 0, 0, badParameter("to", "too_long", "at most %d days at once", figures.MaxDays)
	}
	return first, last, nil
}
