package costs

import (
	"slices"
	"strings"

	"orderly/internal/comparison"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/money"
	terms "orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/comparisons"
	"orderly/internal/store/locations"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// sides is what the page of a comparison shows.
type sides struct {
	Places        []*stock.Location
	Books         map[int64]tariff.Book
	First, Second side
	Place         string // of a change
	Change        int64  // its day; what is compared is before and since
	Card          string
	Today         int64
	Asked         bool // somebody chose the sides
	Fault         string
	Service, Cost []comparison.Row
}

// side is one of them.
type side struct {
	Name string // of its fields
	At   *stock.Location
	comparison.Side
	Account comparison.Account
}

// compare holds two places, or one before and after a change, against each other.
func compare(v *shell.Visit) error {
	x := &sides{Today: today(v), Asked: v.Query("first") != "" || v.Query("change") != ""}
	if err := v.Read(x.places); err != nil {
		return err
	}
	if err := x.choose(v); err != nil {
		return err
	}
	if x.Asked && x.Fault == "" {
		if err := x.read(v); err != nil {
			return err
		}
	}
	return v.Page(v.T("costs.compare"), comparePage(v, x))
}

// places reads the places that the reader sees, partners' first, and their cards.
func (x *sides) places(r *store.Reader) error {
	all, err := locations.All(r)
	if err != nil {
		return err
	}
	x.Places = slices.DeleteFunc(all, func(l *stock.Location) bool { return !r.Scope.Sees(int64(l.ID)) })
	slices.SortStableFunc(x.Places, func(a, b *stock.Location) int { return rank(a) - rank(b) })
	x.Books, err = tariffs.Books(r)
	return err
}

func rank(l *stock.Location) int {
	if terms.Asks(l.Kind) {
		return 0
	}
	return 1
}

// choose finds what is compared: what the address says, else the first partner
// against a place of our own, in the last days that have ended.
func (x *sides) choose(v *shell.Visit) (err error) {
	to := figures.After(x.Today, -1)
	from := figures.After(to, 1-comparison.AroundDays)
	x.Place, x.Card = v.Query("place"), v.Query("card")
	first := max(0, slices.IndexFunc(x.Places, func(l *stock.Location) bool { return l.ID.String() == x.Place }))
	if x.First, err = x.side(v, "first", first, from, to); err != nil {
		return err
	}
	own := slices.IndexFunc(x.Places, func(l *stock.Location) bool { return rank(l) > 0 })
	if x.Second, err = x.side(v, "second", own, from, to); err != nil || v.Query("change") == "" {
		return err
	}
	x.Change = tariff.ParseDay(v.Query("change"))
	at, err := x.place(x.Place)
	if err != nil {
		return err
	}
	before, since, ok := comparison.Around(int64(at.ID), x.Change, x.Today)
	if x.Change == 0 || !ok {
		x.Fault = v.T("costs.no_change")
		return nil
	}
	id, _ := tariff.ParseCardID(x.Card) // none, where it is no id
	before.Card, since.Card = id, id
	x.First.At, x.First.Side, x.Second.At, x.Second.Side = at, before, at, since
	return nil
}

// side is one that the address names, else the place at a position, in some days.
func (x *sides) side(v *shell.Visit, name string, otherwise int, from, to int64) (side, error) {
	s := side{Name: name}
	switch {
	case v.Query(name) != "":
		at, err := x.place(v.Query(name))
		if err != nil {
			return s, err
		}
		s.At = at
	case len(x.Places) > 0:
		s.At = x.Places[max(0, otherwise)]
	default:
		return s, nil
	}
	s.Location = int64(s.At.ID)
	s.From, s.To = span(v, name+"_from", name+"_to", from, to)
	s.Card, _ = tariff.ParseCardID(v.Query(name + "_card"))
	return s, nil
}

func (x *sides) place(id string) (*stock.Location, error) {
	i := slices.IndexFunc(x.Places, func(l *stock.Location) bool { return l.ID.String() == id })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "no_such_location", "there is no such location")
	}
	return x.Places[i], nil
}

// read makes the accounts of both sides; what is too much at once is told.
func (x *sides) read(v *shell.Visit) error {
	shop := comparisons.Shop{Zone: v.Merchant.Location(), Now: v.Now().UnixMicro()}
	for _, s := range []*side{&x.First, &x.Second} {
		var err error
		s.Account, err = comparisons.Read(v.Context(), v.Desk().DB, v.Scope, s.At, s.Side, shop)
		if faults, ok := shell.FaultsOf(err); ok && fault.CodeOf(err) == "period_too_long" {
			x.Fault = s.At.Name + ": " + faults[""]
			return nil
		}
		if err != nil {
			return err
		}
	}
	x.Service, x.Cost = comparison.Compare(&x.First.Account, &x.Second.Account)
	return nil
}

// told are the rows of which one side at least knows something.
func told(rows []comparison.Row) []comparison.Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r comparison.Row) bool { return !r.First.Known && !r.Second.Known })
}

// verdicts counts the rows of a verdict.
func (x *sides) verdicts(word string) (n int) {
	for _, r := range slices.Concat(x.Service, x.Cost) {
		if r.Verdict == word {
			n++
		}
	}
	return n
}

// value is a figure of a side as people write it.
func (s *side) value(v *shell.Visit, f *comparison.Figure, at int64) string {
	switch f.Unit {
	case comparison.Count:
		return v.Number(at)
	case comparison.Share:
		return v.Percent(float64(at) / 1_000_000)
	case comparison.Hours:
		return v.T("costs.hours", "n", f.Text(at))
	case comparison.Money:
		return v.Price(money.Price((at+sign(at)*50)/100*100), s.Account.Cost.Currency)
	}
	return f.Text(at)
}

func sign(n int64) int64 {
	if n < 0 {
		return -1
	}
	return 1
}

// change is by how much the second differs from the first.
func (x *sides) change(v *shell.Visit, r *comparison.Row) string {
	if !r.Known {
		return ""
	}
	text := x.Second.value(v, &r.Figure, max(r.By, -r.By))
	if r.Unit == comparison.Share {
		text = v.T("costs.points", "n", r.Text(max(r.By, -r.By)))
	}
	switch {
	case r.By > 0:
		return "+" + text
	case r.By < 0:
		return "−" + text
	}
	return text
}

func verdictTone(word string) ui.Tone {
	switch word {
	case comparison.Better:
		return ui.Good
	case comparison.Worse:
		return ui.Bad
	case comparison.Unlike:
		return ui.Warn
	}
	return ui.Quiet
}

// says reports whether a verdict is shown: that nothing can be said is seen.
func says(word string) bool { return word != comparison.Unknown && word != comparison.Neither }

// label names a figure.
func label(v *shell.Visit, r *comparison.Row) string {
	for _, kind := range tariff.Kinds {
		if r.ID == comparison.Each(kind).ID {
			return v.T("costs.kind_" + kind)
		}
	}
	return v.T("costs.figure_" + r.ID)
}

// missing says which work of the sides no rate prices, one sentence each.
func (x *sides) missing(v *shell.Visit) (out []string) {
	for i, s := range []*side{&x.First, &x.Second} {
		c, name := &s.Account.Cost, []string{v.T("costs.first"), v.T("costs.second")}[i]
		if !c.Priced {
			out = append(out, v.T("costs.no_card_at", "side", name, "place", s.At.Name))
			continue
		}
		var work []string
		for _, kind := range c.Left() {
			work = append(work, v.T("costs.work_"+kind))
		}
		if len(work) > 0 {
			out = append(out, v.T("costs.left_out", "side", name, "work", strings.Join(work, ", ")))
		}
		if n := len(c.Unrated); n > 0 {
			out = append(out, v.T("costs.unrated_at", "side", name, "n", n))
		}
	}
	return out
}

// text says what a side is.
func (s *side) text(v *shell.Visit, name string) string {
	return v.T("costs.side", "side", name, "place", s.At.Name, "from", tariff.DayText(s.From), "to", tariff.DayText(s.To))
}

func sumOf(v *shell.Visit, s *side) string { return total(v, s.Account.Cost.Totals) }

// placeOptions are all places.
func (x *sides) placeOptions() (out []ui.Option) {
	for _, l := range x.Places {
		out = append(out, ui.Option{Value: l.ID.String(), Label: l.Name + " (" + l.Code + ")"})
	}
	return out
}

// cardOptions are all cards that days may be priced by.
func (x *sides) cardOptions(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Label: v.T("costs.as_held")}}
	for _, l := range x.Places {
		for _, c := range x.Books[int64(l.ID)] {
			if c.WithdrawnAt == 0 {
				out = append(out, ui.Option{Value: c.ID.String(), Label: l.Name + ": " + v.T("costs.version_since", "n", number(c.N), "day", tariff.DayText(c.From))})
			}
		}
	}
	return out
}

// cardText is the id of a card; "" for those that held.
func cardText(id tariff.CardID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}

// changeDay is the day of a change that the form offers.
func (x *sides) changeDay() string {
	if x.Change != 0 {
		return tariff.DayText(x.Change)
	}
	return tariff.DayText(figures.After(x.Today, 1-comparison.AroundDays))
}
