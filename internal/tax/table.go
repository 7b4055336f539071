// Package tax says what tax an amount carries: rates, whether a price contains
// them, and a table of rates by place and by class of item.
//
// What belongs here: finding a rate and working the tax out. What does not:
// who owes it to whom, returns to an authority, and exemptions by customer;
// what a channel says of its orders' taxes is taken as it is.
package tax

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/party"
)

// Limits of a table.
const (
	MaxRules    = 2000
	MaxChannels = 200
	maxText     = 60
)

// Shipping is the class by which fees of kind shipping are taxed. What no rule
// names by class is taxed by the rules without one.
const Shipping = "shipping"

// Mode says where the taxes of a channel's orders come from.
type Mode string

// The modes. A channel that nothing was said of sends its taxes itself.
const (
	Sent      Mode = "sent"      // as the order says
	Added     Mode = "added"     // from the table, on top of prices
	Contained Mode = "contained" // from the table, within prices
)

// Modes are all of them.
var Modes = []Mode{Sent, Added, Contained}

// Rule is one rate of a table. What is empty fits everything.
type Rule struct {
	Country string `json:"country,omitempty"` // two letters
	Region  string `json:"region,omitempty"`  // as addresses write it
	Postal  string `json:"postal,omitempty"`  // how the postal code begins
	Class   string `json:"class,omitempty"`   // of the item
	Rate    Rate   `json:"rate"`
	Name    string `json:"name,omitempty"` // what people call it
}

// Table is what a merchant says of taxes.
type Table struct {
	Rules    []Rule          `json:"rules,omitempty"`
	Channels map[string]Mode `json:"channels,omitempty"`
}

// Check lists every fault, at pointers below at.
func (t *Table) Check(at string, l *fault.List) {
	if len(t.Rules) > MaxRules || len(t.Channels) > MaxChannels {
		l.Add(at, "too_many", "at most %d rates and %d channels", MaxRules, MaxChannels)
		return
	}
	seen := map[Rule]int{}
	for i := range t.Rules {
		r := &t.Rules[i]
		r.tidy()
		where := fmt.Sprintf("%s/rates/%d", at, i)
		r.check(where, l)
		k := *r
		k.Rate, k.Name, k.Region = 0, "", strings.ToLower(r.Region) // as Find compares
		if j, ok := seen[k]; ok {
			l.Add(where, "twice", "the rate number %d is for the same place and class; keep one of them", j+1)
		}
		seen[k] = i
	}
	for code, m := range t.Channels {
		if code == "" || utf8.RuneCountInString(code) > maxText {
			l.Add(at+"/channels", "invalid_text", "a channel's code has 1 to %d characters", maxText)
		}
		if !slices.Contains(Modes, m) {
			l.Add(at+"/channels/"+code, "unknown_mode", "where taxes come from is sent, added or contained")
		}
	}
}

func (r *Rule) tidy() {
	r.Country, r.Region, r.Class, r.Name = strings.ToUpper(strings.TrimSpace(r.Country)), strings.TrimSpace(r.Region), strings.TrimSpace(r.Class), strings.TrimSpace(r.Name)
	r.Postal = plainPostal(r.Postal)
}

func (r *Rule) check(at string, l *fault.List) {
	if r.Rate < 0 || r.Rate > MaxRate {
		l.Add(at+"/rate", "invalid_rate", "a rate is between 0 and 100 percent")
	}
	if r.Country != "" && (len(r.Country) != 2 || strings.ContainsFunc(r.Country, func(c rune) bool { return c < 'A' || c > 'Z' })) {
		l.Add(at+"/country", "invalid_country", "a country is two letters, such as DE")
	}
	if r.Country == "" && r.Region+r.Postal != "" {
		l.Add(at+"/country", "missing", "say of which country the region or the postal code is")
	}
	for _, f := range [...]struct{ name, text string }{{"region", r.Region}, {"postal_code", r.Postal}, {"class", r.Class}, {"name", r.Name}} {
		if utf8.RuneCountInString(f.text) > maxText || !utf8.ValidString(f.text) || strings.ContainsFunc(f.text, unicode.IsControl) {
			l.Add(at+"/"+f.name, "invalid_text", "at most %d characters", maxText)
		}
	}
}

// plainPostal is a postal code as it is compared: without spaces, in capitals.
func plainPostal(s string) string {
	return strings.ToUpper(strings.Join(strings.Fields(s), ""))
}

// Find gives the rule for what is sold in a class to a place: the most precise
// place counts (the longest beginning of the postal code, then the region, the
// country, everywhere), and within it the rule that names the class.
func (t *Table) Find(class string, to *party.Address) (Rule, bool) {
	postal, best := plainPostal(to.PostalCode), -1
	for i := range t.Rules {
		if r := &t.Rules[i]; r.fits(class, to, postal) && (best < 0 || t.Rules[best].compare(r) < 0) {
			best = i
		}
	}
	if best < 0 {
		return Rule{}, false
	}
	return t.Rules[best], true
}

func (r *Rule) fits(class string, to *party.Address, postal string) bool {
	return (r.Class == "" || r.Class == class) && (r.Country == "" || strings.EqualFold(r.Country, strings.TrimSpace(to.Country))) &&
		(r.Region == "" || strings.EqualFold(r.Region, strings.TrimSpace(to.Region))) && strings.HasPrefix(postal, r.Postal)
}

// compare orders rules that both fit by how precise they are.
func (r *Rule) compare(s *Rule) int {
	return cmp.Or(cmp.Compare(len(r.Postal), len(s.Postal)), cmp.Compare(len(r.Region), len(s.Region)), cmp.Compare(len(r.Country), len(s.Country)), cmp.Compare(len(r.Class), len(s.Class)))
}

// Scheme is how the lines and fees of one order are taxed. Without a table
// they are taxed as the order says.
type Scheme struct {
	Table *Table
	Mode  Mode
	To    *party.Address
}

// SchemeFor is how a table taxes orders of a channel: by where they go, or by
// the address of the bill where nothing is sent.
func SchemeFor(t *Table, channel string, p *party.Parties) Scheme {
	mode := t.Channels[channel]
	if mode == "" || mode == Sent {
		return Scheme{}
	}
	to := &p.ShipTo
	if to.Country == "" {
		to = &p.BillTo
	}
	return Scheme{Table: t, Mode: mode, To: to}
}

// Of is how an amount of a class is taxed.
func (s *Scheme) Of(class string) Basis {
	if s.Table == nil || s.Mode != Added && s.Mode != Contained {
		return Basis{}
	}
	r, _ := s.Table.Find(class, s.To)
	return Basis{r.Rate, s.Mode == Contained}
}

// Blend is how an amount is taxed that lessens others of which each has its own
// rate: in proportion to what they are. Amounts below zero do not count.
func Blend(amounts []int64, of []Basis) Basis {
	sum := int64(0)
	for _, a := range amounts {
		sum += max(0, a)
	}
	const fine = 1000 // keeps what single shares are rounded by out of the rate
	out, same, rate, n := Basis{}, true, int64(0), 0
	for i, a := range amounts {
		if a <= 0 {
			continue
		}
		same = same && (n == 0 || of[i].Rate == out.Rate)
		out, n = of[i], n+1
		rate += money.Ratio(int64(of[i].Rate)*fine, a, sum, money.HalfEven)
	}
	if !same {
		out.Rate = Rate((rate + fine/2) / fine)
	}
	return out
}
