package verification

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
)

// Finding is what a rule found, in words for colleagues.
type Finding struct{ Rule, Text string }

// Facts are what the rules look at.
type Facts struct {
	Order    *order.Order // with its people
	Now      int64
	Currency string              // the merchant's
	Blocked  string              // why the customer is; "" when not
	Before   []Seen              // orders with a trait of this one
	Said     []payment.Channeled // how the channel was paid
}

const hour = int64(3600_000_000)

// Find is what the rules find, at most one of each.
func (r *Rules) Find(f Facts) []Finding {
	var out []Finding
	add := func(rule, text string) {
		if text != "" {
			out = append(out, Finding{rule, text})
		}
	}
	o := f.Order
	if ships := slices.ContainsFunc(o.Lines, func(l order.Line) bool { return l.Stocked }); ships {
		if r.Address {
			add(Address, incomplete(o.Party.ShipTo))
		}
		if r.POBox && boxed.MatchString(o.Party.ShipTo.Line1+"\n"+o.Party.ShipTo.Line2) {
			add(POBox, "The address is a post-office box, where couriers do not go.")
		}
	}
	add(Missing, r.missing(o))
	if r.Blocked && f.Blocked != "" {
		add(Blocked, "The customer is blocked ("+strings.ReplaceAll(f.Blocked, "_", " ")+").")
	}
	add(Duplicate, r.duplicate(f))
	add(Velocity, r.velocity(f))
	if r.Value > 0 && o.Currency.Code() == f.Currency && o.Totals.Payable() > r.Value {
		add(Value, fmt.Sprintf("It costs %s %s, more than %s.", o.Currency.FormatAmount(o.Totals.Payable()), o.Currency.Code(), o.Currency.FormatAmount(r.Value)))
	}
	add(Quantity, r.quantity(o))
	if r.Totals {
		add(Totals, differs(o, f.Said))
	}
	return out
}

// boxed is how post-office boxes are written.
var boxed = regexp.MustCompile(`(?i)(\bp\.?\s*o\.?\s*box\b|\bpost\s*box\b|\bpostfach\b|\bpostbus\b|\bpostboks\b|\bapartado\b|\bcasella postale\b|\bbo[iî]te postale\b|\bskrytka\b)`)

const (
	// noPostal are countries that have no postal codes.
	noPostal = " AE AG AN AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM DJ DM ER FJ GA GD GM GQ GY HK IE JM KI KM KN KP LC ML MO MR MW NR NU PA QA RW SB SC SL SR ST SY TF TG TK TL TO TT TV UG VU YE ZW "
	// named are countries in which many houses have a name and no number.
	named = " AE BH GB GG IE IM IN JE JM KE KW NG OM QA SA "
)

// incomplete tells what of an address is missing or odd.
func incomplete(a party.Address) string {
	var out []string
	for _, x := range []struct{ what, text string }{{"street", a.Line1}, {"city", a.City}, {"country", a.Country}} {
		if strings.TrimSpace(x.text) == "" {
			out = append(out, x.what)
		}
	}
	if a.PostalCode == "" && a.Country != "" && !strings.Contains(noPostal, " "+a.Country+" ") {
		out = append(out, "postal code")
	}
	switch {
	case len(out) > 0:
		return "The address has no " + strings.Join(out, ", no ") + "."
	case !strings.ContainsAny(a.Line1+a.Line2, "0123456789") && !strings.Contains(named, " "+a.Country+" "):
		return "The address has no house number."
	}
	return ""
}

// missing tells what the shop wants to know and the order does not say.
func (r *Rules) missing(o *order.Order) string {
	var own map[string]any
	if len(o.Custom) > 0 {
		_ = json.Unmarshal(o.Custom, &own) // what is no object has no fields
	}
	var out []string
	for _, f := range r.Missing {
		name, custom := strings.CutPrefix(f, "custom.")
		switch {
		case custom && (own[name] == nil || own[name] == ""):
			out = append(out, name)
		case f == "email" && o.Party.Customer.Email == "":
			out = append(out, "e-mail address")
		case f == "phone" && o.Party.Customer.Phone == "" && o.Party.ShipTo.Phone == "":
			out = append(out, "phone number")
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "It says no " + strings.Join(out, ", no ") + "."
}

func (r *Rules) duplicate(f Facts) string {
	if r.DuplicateHours == 0 {
		return ""
	}
	lines := Lines(f.Order)
	for _, s := range f.Before {
		if s.Lines == lines && f.Now-s.At <= r.DuplicateHours*hour {
			return fmt.Sprintf("Order %d is of the same customer or address and has the same lines.", s.Number)
		}
	}
	return ""
}

func (r *Rules) velocity(f Facts) string {
	if r.VelocityOrders == 0 {
		return ""
	}
	count := map[int64]int64{}
	for _, s := range f.Before {
		if f.Now-s.At <= r.VelocityHours*hour {
			count[s.Key]++
		}
	}
	most := int64(0)
	for _, n := range count {
		most = max(most, n+1) // with this one
	}
	if most <= r.VelocityOrders {
		return ""
	}
	return fmt.Sprintf("It is the %d. order of one customer or address in %d hours.", most, r.VelocityHours)
}

func (r *Rules) quantity(o *order.Order) string {
	if r.Quantity == 0 {
		return ""
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		step := int64(1)
		for range l.Scale {
			step *= 10
		}
		if l.Parent == 0 && l.Quantity > r.Quantity*step {
			return fmt.Sprintf("Line %d asks for more than %d.", l.N, r.Quantity)
		}
	}
	return ""
}

// differs tells that the channel was paid less or more than the order costs,
// beyond what rounding, interest or a discount of the channel explain.
func differs(o *order.Order, said []payment.Channeled) string {
	if o.Paid == 0 {
		return ""
	}
	cost, goods, prices := o.Settling()
	d := payment.Differs(cost, goods, prices, o.Paid, said)
	if d == nil || d.Cause != payment.DiffShort && d.Cause != payment.DiffOver {
		return ""
	}
	return fmt.Sprintf("%s %s was paid and it costs %s.", o.Currency.FormatAmount(o.Paid), o.Currency.Code(), o.Currency.FormatAmount(cost))
}
