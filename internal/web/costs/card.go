package costs

import (
	"fmt"
	"strconv"
	"strings"

	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// field is a row of the form of a card, as it is typed.
type field struct{ Kind, Price, Included, UpTo, Carrier, Label string }

// usual are the kinds that a first card is asked for.
var usual = []string{tariff.PerOrder, tariff.PerUnit, tariff.PerFreight, tariff.PerStored, tariff.PerReceived, tariff.PerReturned, tariff.Minimum}

const spare = 4 // rows without a rate

// fields are the rows of the form: what was typed, else the latest version's, else
// the usual kinds.
func (x *view) fields(v *shell.Visit) []field {
	var out []field
	switch last := x.Book.Last(); {
	case x.Form == "card":
		out = typedFields(v)
	case last != nil:
		for _, r := range last.Rates {
			out = append(out, field{r.Kind, r.Price.String(), some(r.Included), some(r.UpTo), r.Carrier, r.Label})
		}
	default:
		for _, kind := range usual {
			if x.Kind == "3pl" || kind != tariff.PerStored && kind != tariff.PerReceived {
				out = append(out, field{Kind: kind})
			}
		}
	}
	for range spare {
		out = append(out, field{Kind: tariff.PerMaterial})
	}
	return out[:min(len(out), tariff.MaxRates)]
}

func some(n int64) string {
	if n == 0 {
		return ""
	}
	return number(n)
}

// typedFields are the rows that have a price or a label.
func typedFields(v *shell.Visit) (out []field) {
	v.Form("from") // has the form read
	f := v.R.PostForm
	at := func(name string, i int) string {
		if i < len(f[name]) {
			return strings.TrimSpace(f[name][i])
		}
		return ""
	}
	for i := range f["kind"] {
		x := field{at("kind", i), at("price", i), at("included", i), at("up_to", i), at("carrier", i), at("label", i)}
		if x.Price != "" || x.Label != "" {
			out = append(out, x)
		}
	}
	return out
}

// typedCard is the card that was typed.
func (x *view) typedCard(v *shell.Visit) (tariff.Card, error) {
	c := tariff.Card{Location: int64(x.ID), From: tariff.ParseDay(v.Form("from")), Currency: strings.ToUpper(v.Form("currency")), Note: v.Form("note")}
	var l fault.List
	for i, f := range typedFields(v) {
		r := tariff.Rate{Kind: f.Kind, Carrier: f.Carrier, Label: f.Label}
		var bad error
		if r.Price, bad = money.ParsePrice(strings.ReplaceAll(f.Price, ",", ".")); bad != nil {
			l.AddError(fmt.Sprintf("/rates/%d/price", i), bad)
		}
		r.Included = typedNumber(v, fmt.Sprintf("/rates/%d/included", i), f.Included, &l)
		r.UpTo = typedNumber(v, fmt.Sprintf("/rates/%d/up_to_grams", i), f.UpTo, &l)
		c.Rates = append(c.Rates, r)
	}
	if l.Len() > 0 {
		c.Check(x.Kind, &l)
	}
	return c, l.Err()
}

func typedNumber(v *shell.Visit, at, text string, l *fault.List) int64 {
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		l.Add(at, "invalid_number", "%s", v.T("shell.not_a_number"))
	}
	return n
}

func add(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	c, err := x.typedCard(v)
	if err == nil {
		_, err = shell.Do(v, partner.AddCard, partner.CardCommand{Card: c})
	}
	return x.done(v, "card", v.T("costs.added"), err)
}

// past is how many days a new card is tried on.
const past = 30

// foresee shows what the last days would have come to by the card that is typed.
func foresee(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	c, err := x.typedCard(v)
	if err == nil {
		_, err = shell.Preview(v, partner.AddCard, partner.CardCommand{Card: c})
	}
	if faults, ok := shell.FaultsOf(err); ok {
		return v.Part(foreseen(v, first(faults), nil, nil))
	}
	if err != nil {
		return err
	}
	x.To = figures.After(x.Today, -1)
	x.From = figures.After(x.To, 1-past)
	var now, then tariff.Costs
	err = v.Read(func(r *store.Reader) error {
		if now, err = tariffs.Costs(r, x.period(v), x.Book); err == nil {
			then, err = tariffs.Costs(r, x.period(v), tariff.Only(&c))
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.Part(foreseen(v, "", now.Totals(), then.Totals()))
}

// first is one sentence of those that say what is wrong.
func first(f shell.Faults) string {
	for i := range tariff.MaxRates {
		for _, name := range []string{"", "/price", "/kind", "/included", "/up_to_grams", "/carrier", "/label"} {
			if text := f[fmt.Sprintf("rates/%d%s", i, name)]; text != "" {
				return text
			}
		}
	}
	for _, name := range []string{"from", "currency", "rates", "note", ""} {
		if f[name] != "" {
			return f[name]
		}
	}
	return ""
}

// rowFault is what is wrong with a row of the form.
func (x *view) rowFault(i int) string {
	if x.Form != "card" {
		return ""
	}
	for _, name := range []string{"", "/price", "/kind", "/included", "/up_to_grams", "/carrier", "/label"} {
		if text := x.Faults[fmt.Sprintf("rates/%d%s", i, name)]; text != "" {
			return text
		}
	}
	return ""
}

func (x *view) fault(form string, fields ...string) string {
	if x.Form != form {
		return ""
	}
	for _, f := range fields {
		if text := x.Faults[f]; text != "" {
			return text
		}
	}
	return ""
}

// typed is what was typed into a form that was refused.
func (x *view) typed(v *shell.Visit, form, name, otherwise string) string {
	if x.Form == form {
		return v.Form(name)
	}
	return otherwise
}

// currency of the latest version, else the shop's.
func (x *view) currency(v *shell.Visit) string {
	if last := x.Book.Last(); last != nil {
		return last.Currency
	}
	return v.Merchant.Currency
}

// begins is the day that the form of a card offers.
func (x *view) begins() string {
	if x.Book.Last() == nil {
		return tariff.DayText(x.Today/100*100 + 1)
	}
	return tariff.DayText(figures.After(x.Today, 1))
}

func kinds(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, k := range tariff.Kinds {
		out = append(out, ui.Option{Value: k, Label: v.T("costs.kind_" + k)})
	}
	return out
}
