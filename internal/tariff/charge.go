package tariff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orderly/internal/figures"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// Charge is what a card takes for a fact, and why.
type Charge struct {
	Fact
	Charged  int64   // units of the quantity that are
	Since    int64   // first day of what is put together; Day is the last
	Lay      []Lay   // of what was stored, how much at the end of each day
	Only     []int64 // days of it that are left when others are asked for already; nil for all
	Days     int64   // of the month, for what is taken by the month; else 0
	Of       int64   // days that the month has
	Price    money.Price
	Amount   int64 // minor units
	Currency string
	Card     CardID
	Version  int64 // of the card
	From     int64 // since when it holds
	Rate     int   // line of the card
	Label    string
}

// Lay is how much lay somewhere at the end of a day.
type Lay struct{ Day, Quantity int64 }

// Costs are what facts come to. A fact without a rate of its kind costs nothing;
// Unrated are those that no card holds for, or no weight of it.
type Costs struct {
	Charges []Charge
	Unrated []Fact
}

// Sum is what charges of a kind come to in a currency.
type Sum struct {
	Kind     string
	Currency string
	Quantity int64 // that was charged
	Amount   int64
}

// Charge finds for each fact the rate that it is charged by. What was stored is
// put together by month and card and rounded once.
func (b Book) Charge(facts []Fact) (Costs, error) {
	var out Costs
	stored := map[[2]int64]int{}
	for i := range facts {
		f := facts[i]
		card := b.On(f.Day)
		switch {
		case card == nil:
			out.Unrated = append(out.Unrated, f)
			continue
		case !card.has(f.Kind):
			continue
		}
		r := card.rate(&f)
		if r == nil {
			out.Unrated = append(out.Unrated, f)
			continue
		}
		if f.Kind == PerStored {
			key := [2]int64{f.Day / 100, int64(card.ID)}
			if at, known := stored[key]; known {
				x := &out.Charges[at]
				x.Quantity, x.Charged, x.Day, x.Since = x.Quantity+f.Quantity, x.Charged+f.Quantity, max(x.Day, f.Day), min(x.Since, f.Day)
				x.Lay = append(x.Lay, Lay{f.Day, f.Quantity})
				continue
			}
			stored[key], f.Subject, f.ID = len(out.Charges), "month", f.Day/100
		}
		if c := chargeOf(f, card, r); c.Charged != 0 {
			if f.Kind == PerStored {
				c.Lay = []Lay{{f.Day, f.Quantity}}
			}
			out.Charges = append(out.Charges, c)
		}
	}
	for i := range out.Charges {
		if err := out.Charges[i].price(); err != nil {
			return Costs{}, err
		}
	}
	return out, nil
}

// Unpriced are the facts that no rate prices: no card held on their day, or the
// one that did has no rate of their kind, or of their weight. What a card has no
// rate of is paid otherwise, or not.
func (b Book) Unpriced(facts []Fact) (out []Fact) {
	for i := range facts {
		if c := b.On(facts[i].Day); c == nil || c.rate(&facts[i]) == nil {
			out = append(out, facts[i])
		}
	}
	return out
}

// Quantities adds facts up by kind.
func Quantities(facts []Fact) map[string]int64 {
	out := map[string]int64{}
	for i := range facts {
		out[facts[i].Kind] += facts[i].Quantity
	}
	return out
}

func chargeOf(f Fact, c *Card, r *Rate) Charge {
	x := Charge{Fact: f, Since: f.Day, Charged: f.Quantity, Price: r.Price, Currency: c.Currency, Card: c.ID, Version: c.N, From: c.From, Rate: r.N, Label: r.Label}
	if r.Included > 0 {
		x.Charged = max(0, f.Before+f.Quantity-r.Included) - max(0, f.Before-r.Included)
	}
	return x
}

func (c *Charge) price() error {
	currency, err := money.ParseCurrency(c.Currency)
	if err != nil {
		return err
	}
	if c.Of > 0 { // of a month
		c.Amount = money.PriceRatio(c.Price, c.Days, c.Of, currency, money.HalfAwayFromZero)
		return nil
	}
	c.Amount, _, err = money.LineTotal(c.Charged, 0, c.Price, currency, money.HalfAwayFromZero)
	return err
}

// Months adds what is taken by the month on the days from and to, and what is
// missing up to a month's minimum. Of a month that the days hold in part, or that
// two cards share, a card takes by the days on which it holds.
func (b Book) Months(c *Costs, from, to int64) error {
	for first := from; first <= to; {
		month := first / 100
		last := min(to, figures.After(figures.After(month*100+1, 31)/100*100+1, -1))
		if err := b.month(c, first, last); err != nil {
			return err
		}
		first = figures.After(last, 1)
	}
	return nil
}

// month adds what one month, or some days of it, takes.
func (b Book) month(c *Costs, first, last int64) error {
	month := first / 100
	whole := int64(figures.Length(month*100+1, figures.After(figures.After(month*100+1, 31)/100*100+1, -1)))
	for day := first; day <= last; {
		card := b.On(day)
		if card == nil {
			day = figures.After(day, 1)
			continue
		}
		end := min(last, b.until(card.From))
		days := int64(figures.Length(day, end))
		f := Fact{Day: end, Subject: "month", ID: month, Quantity: 1}
		for _, kind := range []string{PerMonth, Minimum} {
			r := card.only(kind)
			if r == nil {
				continue
			}
			f.Kind = kind
			x := chargeOf(f, card, r)
			x.Since, x.Days, x.Of = day, days, whole
			if err := x.price(); err != nil {
				return err
			}
			if kind == Minimum {
				x.Amount -= c.within(day, end)
			}
			if x.Amount > 0 {
				c.Charges = append(c.Charges, x)
			}
		}
		day = figures.After(end, 1)
	}
	return nil
}

// within is what was taken on some days, on which one card holds. What it takes by
// the month stands on the last of them.
func (c *Costs) within(from, to int64) (sum int64) {
	for i := range c.Charges {
		if x := &c.Charges[i]; x.Day >= from && x.Day <= to && x.Kind != Minimum {
			sum += x.Amount
		}
	}
	return sum
}

// InOrder are the charges by day, kind and what they are about.
func (c *Costs) InOrder() []Charge {
	out := slices.Clone(c.Charges)
	slices.SortStableFunc(out, func(a, b Charge) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Keys name what is charged for, for ever: what is done once by itself, what is
// taken by the month by each of its days.
func (c *Charge) Keys() []string {
	switch c.Subject {
	case "month":
		var out []string
		for _, day := range c.days() {
			out = append(out, c.keyOf(day))
		}
		return out
	case "pur", "stk": // taken in on several days, by one purchase order
		return []string{fmt.Sprintf("%s %s %d", c.Kind, ident.Text(c.Subject, c.ID), c.Day)}
	}
	return []string{c.Kind + " " + ident.Text(c.Subject, c.ID)}
}

func (c *Charge) keyOf(day int64) string { return fmt.Sprintf("%s %d", c.Kind, day) }

// days are those of what is taken by the month.
func (c *Charge) days() []int64 {
	if c.Only != nil {
		return c.Only
	}
	var out []int64
	for day := c.Since; day <= c.Day; day = figures.After(day, 1) {
		out = append(out, day)
	}
	return out
}

// remains is what of a charge is not asked for already, nothing when some is false,
// and who asks for the rest.
func (c *Charge) remains(known Taken) (left Charge, by string, some bool) {
	if c.Subject != "month" {
		by = known[c.Keys()[0]]
		return *c, by, by == ""
	}
	days := c.days()
	var free []int64
	for _, day := range days {
		if k := known[c.keyOf(day)]; k != "" {
			by = k
		} else {
			free = append(free, day)
		}
	}
	if len(free) == 0 || len(free) == len(days) {
		return *c, by, len(free) > 0
	}
	left = c.of(free)
	return left, by, left.Charged != 0
}

// of is the part of what is taken by the month that some of its days come to. A
// minimum is missing on each alike.
func (c *Charge) of(days []int64) Charge {
	x := *c
	x.Only, x.Since, x.Day = days, days[0], days[len(days)-1]
	switch c.Kind {
	case PerStored:
		x.Quantity = 0
		for _, l := range c.Lay {
			if slices.Contains(days, l.Day) {
				x.Quantity += l.Quantity
			}
		}
		x.Charged = x.Quantity
	case PerMonth:
		x.Days = int64(len(days))
	default:
		x.Amount, x.Days = money.Ratio(c.Amount, int64(len(days)), c.Days, money.HalfAwayFromZero), int64(len(days))
		return x
	}
	if err := x.price(); err != nil {
		panic(err) // all of it was priced before
	}
	return x
}

// Sums puts charges together by kind and currency, in the order of Kinds.
func (c *Costs) Sums() []Sum {
	var out []Sum
	for i := range c.Charges {
		x := &c.Charges[i]
		at := slices.IndexFunc(out, func(s Sum) bool { return s.Kind == x.Kind && s.Currency == x.Currency })
		if at < 0 {
			at = len(out)
			out = append(out, Sum{Kind: x.Kind, Currency: x.Currency})
		}
		out[at].Quantity += x.Charged
		out[at].Amount += x.Amount
	}
	slices.SortFunc(out, func(a, b Sum) int {
		return cmp.Or(cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)), strings.Compare(a.Currency, b.Currency))
	})
	return out
}

// Totals are what all comes to, by currency.
func (c *Costs) Totals() []Sum {
	var out []Sum
	for _, s := range c.Sums() {
		at := slices.IndexFunc(out, func(x Sum) bool { return x.Currency == s.Currency })
		if at < 0 {
			out = append(out, Sum{Currency: s.Currency, Amount: s.Amount})
			continue
		}
		out[at].Amount += s.Amount
	}
	return out
}

// what each kind is counted in.
var counted = map[string]string{
	PerOrder: "order", PerLine: "lines", PerUnit: "units", PerParcel: "parcel", PerMaterial: "parcel's material", PerFreight: "parcel's freight",
	PerStored: "unit-days", PerReceived: "units received", PerReturned: "units returned",
}

// Reason is why a charge is taken: which quantity at which rate of which version.
func (c *Charge) Reason() string {
	by := fmt.Sprintf("rate %d of version %d, in force from %s", c.Rate, c.Version, DayText(max(c.From, 19700101)))
	if c.From == 0 {
		by = fmt.Sprintf("rate %d of version %d", c.Rate, c.Version)
	}
	if c.Label != "" {
		by += " (" + c.Label + ")"
	}
	switch {
	case c.Kind == Minimum:
		return fmt.Sprintf("up to the minimum of %s a month, for %d of its %d days: %s", c.Price, c.Days, c.Of, by)
	case c.Kind == PerMonth:
		return fmt.Sprintf("%s a month, for %d of its %d days: %s", c.Price, c.Days, c.Of, by)
	case c.Charged != c.Quantity:
		return fmt.Sprintf("%d of %d %s, the others are included, × %s: %s", c.Charged, c.Quantity, counted[c.Kind], c.Price, by)
	case slices.Contains(weighed, c.Kind) && c.Grams > 0:
		return fmt.Sprintf("%d %s of %d g × %s: %s", c.Charged, counted[c.Kind], c.Grams, c.Price, by)
	}
	return fmt.Sprintf("%d %s × %s: %s", c.Charged, counted[c.Kind], c.Price, by)
}
