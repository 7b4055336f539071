// Package approval is who must agree to an order before work on it begins: when
// one needs it, who may give it, and what an order was asked and given.
//
// What belongs here: the policy of a shop, whether an order needs approvals and
// how many, and by which right somebody gives one. What does not: reading people
// and orders, the hold that waits for it, and telling (desk/step, desk/intake).
//
// Amounts are minor units. Actors are as the journal writes them.
package approval

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
)

// Program is the role of keys, in limits.
const Program access.Role = "program"

// Unlimited is the limit of who may approve any order.
const Unlimited int64 = math.MaxInt64

// Limits of a policy.
const (
	MaxTerms    = 30
	MaxDeputies = 100
	MaxWhy      = 500 // characters of a refusal's reason
)

// Limit is how much a role approves.
type Limit struct {
	Role   access.Role `json:"role"`
	Amount int64       `json:"amount"`
}

// Terms hold for orders of one currency.
type Terms struct {
	Currency string  `json:"currency"`
	One      int64   `json:"one,omitempty"` // what costs more needs an approval; 0: whatever it costs, none
	Two      int64   `json:"two,omitempty"` // what costs more needs a second person; 0: never
	Limits   []Limit `json:"limits,omitempty"`
}

// Deputy is somebody who approves in the place of another between two instants.
type Deputy struct {
	For   string `json:"for"` // users, by id
	By    string `json:"by"`
	From  int64  `json:"from"`
	Until int64  `json:"until"`
}

// Policy says when an order needs approvals and who gives them.
type Policy struct {
	Terms     []Terms  `json:"terms,omitempty"`
	Discount  int64    `json:"discount,omitempty"`   // more than so many percent off needs an approval; 0: never
	BelowCost bool     `json:"below_cost,omitempty"` // goods that cost more than they bring need one
	ByHand    bool     `json:"by_hand,omitempty"`    // an order that somebody keys in above their own limit needs one
	Deputies  []Deputy `json:"deputies,omitempty"`
}

// On reports whether any order can need an approval by the policy.
func (p *Policy) On() bool {
	return p != nil && (p.Discount > 0 || p.BelowCost || p.ByHand && len(p.Terms) > 0 || slices.ContainsFunc(p.Terms, func(t Terms) bool { return t.One > 0 }))
}

// Of are the terms of a currency; nil when there are none.
func (p *Policy) Of(currency string) *Terms {
	if p == nil {
		return nil
	}
	for i := range p.Terms {
		if p.Terms[i].Currency == currency {
			return &p.Terms[i]
		}
	}
	return nil
}

// MostOf is how much a role approves of orders that are weighed in a currency.
// Admins have no limit unless one is set.
func (p *Policy) MostOf(r access.Role, currency string) int64 {
	if t := p.Of(currency); t != nil {
		if i := slices.IndexFunc(t.Limits, func(l Limit) bool { return l.Role == r }); i >= 0 {
			return t.Limits[i].Amount
		}
	}
	if r == access.Admin {
		return Unlimited
	}
	return 0
}

// Best is the role among some that approves most, and how much.
func (p *Policy) Best(roles []access.Role, currency string) (best access.Role, most int64) {
	for _, r := range roles {
		if n := p.MostOf(r, currency); best == "" || n > most {
			best, most = r, n
		}
	}
	return best, most
}

// Approves reports whether a role can be given a limit.
func Approves(r access.Role) bool {
	return r == Program || slices.Contains(r.Permissions(), access.OrdersApprove)
}

// Check lists what is wrong with the policy.
func (p *Policy) Check(l *fault.List) {
	if len(p.Terms) > MaxTerms {
		l.Add("/terms", "too_many", "at most %d currencies", MaxTerms)
		return
	}
	for i := range p.Terms {
		p.Terms[i].check(fmt.Sprintf("/terms/%d", i), p.Terms[:i], l)
	}
	if p.Discount < 0 || p.Discount > 100 {
		l.Add("/discount", "out_of_range", "1 to 100 percent, 0 for never")
	}
	if len(p.Deputies) > MaxDeputies {
		l.Add("/deputies", "too_many", "at most %d deputies", MaxDeputies)
		return
	}
	for i, d := range p.Deputies {
		at := fmt.Sprintf("/deputies/%d", i)
		if d.For == "" || d.By == "" || d.For == d.By {
			l.Add(at+"/by", "invalid_deputy", "name two people: whose right it is, and who has it meanwhile")
		}
		if d.From <= 0 || d.Until <= d.From {
			l.Add(at+"/until", "out_of_range", "a deputy begins before it ends")
		}
	}
}

func (t *Terms) check(at string, before []Terms, l *fault.List) {
	if _, err := money.ParseCurrency(t.Currency); err != nil {
		l.AddError(at+"/currency", err)
	}
	if slices.ContainsFunc(before, func(x Terms) bool { return x.Currency == t.Currency }) {
		l.Add(at+"/currency", "repeated", "%s is named twice", t.Currency)
	}
	for name, n := range map[string]int64{"/one": t.One, "/two": t.Two} {
		if n < 0 || n > money.MaxTotal {
			l.Add(at+name, "out_of_range", "0 for none, at most what one order may cost")
		}
	}
	if t.Two > 0 && (t.One == 0 || t.Two < t.One) {
		l.Add(at+"/two", "out_of_range", "a second person is asked above a sum that needs a first")
	}
	for i, x := range t.Limits {
		here := fmt.Sprintf("%s/limits/%d", at, i)
		if !Approves(x.Role) || slices.ContainsFunc(t.Limits[:i], func(y Limit) bool { return y.Role == x.Role }) {
			l.Add(here+"/role", "unknown_role", "%.40q approves nothing, or is named twice; use %s", string(x.Role), strings.Join(RoleNames(), ", "))
		}
		if x.Amount < 0 || x.Amount > money.MaxTotal {
			l.Add(here+"/amount", "out_of_range", "0 for nothing, at most what one order may cost")
		}
	}
}

// Roles are those that can be given a limit, in the order in which they are
// offered.
func Roles() []access.Role {
	return append(slices.DeleteFunc(slices.Clone(access.Roles), func(r access.Role) bool { return !Approves(r) }), Program)
}

// RoleNames are their names.
func RoleNames() (out []string) {
	for _, r := range Roles() {
		out = append(out, string(r))
	}
	return out
}

// Weigh is what an order comes to in the currency whose terms it is held to: its
// own, where there are some, and else the merchant's. in is "" where nobody
// knows what the one is worth in the other.
func (p *Policy) Weigh(o *order.Order, merchant money.Currency) (worth int64, in string) {
	own := o.Currency.Code()
	if own == merchant.Code() || p.Of(own) != nil || p.Of(merchant.Code()) == nil {
		return o.Totals.Payable(), own
	}
	if o.Exchange == 0 {
		return o.Totals.Payable(), ""
	}
	return o.Exchange.Convert(o.Totals.Payable(), o.Currency, merchant), merchant.Code()
}
