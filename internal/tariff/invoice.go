package tariff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// Limits of an invoice.
const (
	MaxInvoiceLines = 5000
	MaxNumber       = 80
	MaxReference    = 80
	MaxInvoiceDays  = 100
	MaxInvoiceFacts = 50_000
)

// InvoiceID names a partner's invoice for ever.
type InvoiceID int64

func (id InvoiceID) String() string { return ident.Text("pti", int64(id)) }

// ParseInvoiceID reads the text form, "pti_…".
func ParseInvoiceID(s string) (InvoiceID, error) {
	id, err := ident.Parse("pti", s)
	return InvoiceID(id), err
}

// How a line of an invoice stands against the card.
const (
	Equal   = "equal"   // within what is tolerated
	Overs   = "over"    // it asks for more
	Unders  = "under"   // it asks for less
	Twice   = "twice"   // all of it was asked for before
	Unknown = "unknown" // nothing like it is booked here
)

// Outcomes lists how a line may stand.
var Outcomes = []string{Equal, Overs, Unders, Twice, Unknown}

// The states of a line, and of an invoice whose lines agree; of others it is Open
// while a line is, and then Mixed.
const (
	Open     = "open"
	Accepted = "accepted"
	Disputed = "disputed"
	Mixed    = "mixed"
)

// Invoice is what a partner asks for.
type Invoice struct {
	ID        InvoiceID
	Location  int64
	Number    string // of the partner; each once
	From, To  int64  // days that it is for
	Currency  string
	Total     int64 // that it says, without tax
	Tolerance int64 // of a line, minor units
	Note      string
	Lines     []InvoiceLine
	CreatedAt int64
	CreatedBy string
	Version   int64
}

// InvoiceLine is one thing that it asks for, and how that stands.
type InvoiceLine struct {
	N         int
	Kind      string // of a rate; other words are the partner's own
	Reference string // fulfillment, parcel, order, return, purchase order or tracking number; "" for all of the kind in its days
	Quantity  int64
	Amount    int64

	Outcome  string
	Expected int64    // by the card, of what was not asked for before
	Units    int64    // that the card charges for
	Keys     []string // what it is for, as Charge.Keys name it; of one that is Twice, what another is for as well
	Other    string   // number and line by which it was asked for before

	State     string
	Note      string // of who decided
	DecidedAt int64
	DecidedBy string
}

// Check lists what can be seen to be wrong by itself.
func (v *Invoice) Check(l *fault.List) {
	if v.Number == "" {
		l.Add("/number", "missing", "an invoice has a number")
	}
	checkText("/number", v.Number, MaxNumber, l)
	checkText("/note", v.Note, MaxNote, l)
	switch {
	case !realDay(v.From):
		l.Add("/from", "invalid_date", "write the first day as 2027-01-15")
	case !realDay(v.To):
		l.Add("/to", "invalid_date", "write the last day as 2027-01-31")
	case v.To < v.From || figures.Length(v.From, v.To) > MaxInvoiceDays:
		l.Add("/to", "out_of_range", "an invoice is for 1 to %d days", MaxInvoiceDays)
	}
	if _, err := money.ParseCurrency(v.Currency); err != nil {
		l.AddError("/currency", err)
	}
	if v.Tolerance < 0 || v.Tolerance > 1_000_000 {
		l.Add("/tolerance", "out_of_range", "what is tolerated of a line is not negative and not everything")
	}
	if len(v.Lines) == 0 || len(v.Lines) > MaxInvoiceLines {
		l.Add("/lines", "missing", "an invoice has between 1 and %d lines", MaxInvoiceLines)
	}
	for i := range v.Lines {
		x, at := &v.Lines[i], fmt.Sprintf("/lines/%d", i)
		if x.Kind == "" || utf8.RuneCountInString(x.Kind) > MaxText {
			l.Add(at+"/kind", "missing", "say what it is for: one of %s, or the partner's own word", strings.Join(Kinds, ", "))
		}
		checkText(at+"/kind", x.Kind, MaxText, l)
		checkText(at+"/reference", x.Reference, MaxReference, l)
		if x.Quantity < 0 || x.Quantity > money.MaxQuantity {
			l.Add(at+"/quantity", "out_of_range", "a quantity is not negative and at most %d", int64(money.MaxQuantity))
		}
		if x.Amount > money.MaxTotal || x.Amount < -money.MaxTotal {
			l.Add(at+"/amount", "out_of_range", "at most %d minor units", int64(money.MaxTotal))
		}
	}
}

// Off is by how much the lines come to more than the invoice says.
func (v *Invoice) Off() int64 {
	sum := -v.Total
	for i := range v.Lines {
		sum += v.Lines[i].Amount
	}
	return sum
}

// State follows from the lines.
func (v *Invoice) State() string {
	seen := map[string]bool{}
	for i := range v.Lines {
		seen[v.Lines[i].State] = true
	}
	switch {
	case seen[Open]:
		return Open
	case seen[Accepted] && seen[Disputed]:
		return Mixed
	case seen[Disputed]:
		return Disputed
	}
	return Accepted
}

// Taken says which line of which invoice asks for something already, unless that
// line is disputed.
type Taken map[string]string

// Match holds every line against what was done: facts, with what the card takes for
// them. Lines come one after the other: what one asks for, a later one asks for
// twice. It gives the charges of the invoice's days that no line of any invoice asks
// for.
func (v *Invoice) Match(facts []Fact, charges []Charge, taken Taken) []Charge {
	known := Taken{}
	for k, by := range taken {
		known[k] = by
	}
	index := indexOf(charges)
	done := map[string]bool{} // kind and name of a fact without a charge
	for i := range facts {
		for _, name := range names(&facts[i]) {
			done[facts[i].Kind+" "+name] = true
		}
	}
	for i := range v.Lines {
		v.matchLine(&v.Lines[i], index, known, done)
	}
	var out []Charge
	for i := range charges {
		if c, _, some := charges[i].remains(known); some && charges[i].Day >= v.From && charges[i].Day <= v.To {
			out = append(out, c)
		}
	}
	return out
}

func (v *Invoice) matchLine(x *InvoiceLine, index map[string][]*Charge, known Taken, done map[string]bool) {
	x.State, x.Outcome, x.Expected, x.Units, x.Keys, x.Other = Open, Unknown, 0, 0, nil, ""
	ref := plain(x.Reference)
	found := index[x.Kind+" "+ref]
	n := int64(0)
	var again []string // what others ask for
	for _, c := range found {
		if ref == "" && (c.Day < v.From || c.Day > v.To) || c.Currency != v.Currency {
			continue
		}
		left, by, some := c.remains(known)
		if by != "" {
			x.Other = by
		}
		if !some {
			again = append(again, c.Keys()...)
		} else {
			n++
			x.Expected, x.Units, x.Keys = x.Expected+left.Amount, x.Units+left.Charged, append(x.Keys, left.Keys()...)
		}
	}
	gives := x.Amount < 0 && x.Expected >= 0 // a credit asks for nothing that was done, and leaves it to be asked for
	if gives {
		x.Expected, x.Units, x.Keys = 0, 0, nil
	}
	switch most := v.Tolerance + n/2; {
	case gives && (n > 0 || x.Other != ""):
		x.Outcome = Unders
	case n == 0 && x.Other != "":
		x.Outcome = Twice
	case n == 0 && !done[x.Kind+" "+ref]:
		x.Outcome = Unknown
	case x.Amount > x.Expected+most:
		x.Outcome = Overs
	case x.Amount < x.Expected-most:
		x.Outcome = Unders
	default:
		x.Outcome = Equal
	}
	for _, k := range x.Keys {
		known[k] = fmt.Sprintf("%s, line %d", v.Number, x.N)
	}
	if x.Outcome == Twice {
		x.Keys = again // to be paid in place of the other, when that is disputed
	}
}

// indexOf finds charges by kind and by everything that they may be called; by ""
// all of a kind.
func indexOf(charges []Charge) map[string][]*Charge {
	out := map[string][]*Charge{}
	for i := range charges {
		c := &charges[i]
		for _, name := range append(names(&c.Fact), "") {
			out[c.Kind+" "+name] = append(out[c.Kind+" "+name], c)
		}
	}
	return out
}

// names are what a partner may call a fact.
func names(f *Fact) []string {
	var out []string
	add := func(s string) {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	switch f.Subject {
	case "month":
		add(fmt.Sprintf("%04d-%02d", f.ID/100, f.ID%100))
	case "day":
	default:
		add(ident.Text(f.Subject, f.ID))
	}
	if f.Fulfillment != 0 {
		add(ident.Text("ful", f.Fulfillment))
	}
	if f.Order != 0 {
		add(ident.Text("ord", f.Order))
		add(fmt.Sprint(f.Number))
	}
	add(plain(f.Tracking))
	return out
}

// plain is a reference as it is compared.
func plain(s string) string { return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "#")) }

// Decide is the invoice with some lines accepted or disputed, all that are open when
// none are named. Anything but what is equal, or less, is accepted with a reason
// alone, and a dispute always has one. accepted says which line of which other
// invoice was accepted for something.
func (v *Invoice) Decide(lines []int, accept bool, note string, accepted Taken, by string, at int64) (Invoice, error) {
	x := *v
	x.Lines = slices.Clone(v.Lines)
	var l fault.List
	checkText("/note", note, MaxNote, &l)
	if len(lines) == 0 {
		for i := range x.Lines {
			if x.Lines[i].State == Open {
				lines = append(lines, x.Lines[i].N)
			}
		}
		if len(lines) == 0 {
			l.Add("/lines", "nothing_open", "no line is open; name those that are to be decided on anew")
		}
	}
	mine := Taken{}
	for i := range x.Lines {
		if y := &x.Lines[i]; y.State == Accepted {
			for _, k := range y.Keys {
				mine[k] = fmt.Sprintf("line %d", y.N)
			}
		}
	}
	for i, n := range lines {
		place := fmt.Sprintf("/lines/%d", i)
		if n < 1 || n > len(x.Lines) {
			l.Add(place, "no_such_line", "there is no line %d", n)
			continue
		}
		y := &x.Lines[n-1]
		switch {
		case y.State == Accepted:
			l.Add(place, "accepted", "line %d was accepted", n)
		case !accept && note == "":
			l.Add("/note", "missing", "say why line %d is disputed", n)
		case accept && note == "" && y.Outcome != Equal && y.Outcome != Unders:
			l.Add("/note", "missing", "line %d is %q: say why it is accepted", n, y.Outcome)
		case accept:
			for _, k := range y.Keys {
				if by := accepted[k] + mine[k]; by != "" {
					l.Add(place, "billed_twice", "line %d: %s was accepted by %s", n, k, by)
					break
				}
			}
			for _, k := range y.Keys {
				mine[k] = fmt.Sprintf("line %d", n)
			}
		}
		y.State, y.Note, y.DecidedAt, y.DecidedBy = Disputed, note, at, by
		if accept {
			y.State = Accepted
		}
	}
	if err := l.As(fault.Conflict, "not_possible", "these lines cannot be decided on so"); err != nil {
		return *v, err
	}
	return x, nil
}

// References are what the lines name, as it was written and as it is compared.
func (v *Invoice) References() []string {
	seen := map[string]bool{}
	var out []string
	for i := range v.Lines {
		for _, s := range []string{strings.TrimSpace(v.Lines[i].Reference), plain(v.Lines[i].Reference), strings.ToUpper(plain(v.Lines[i].Reference))} {
			if s != "" && !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}

// IDs are the ids among the references, by what they name; order numbers as
// "number".
func (v *Invoice) IDs() map[string][]int64 {
	out := map[string][]int64{}
	for _, s := range v.References() {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
			out["number"] = append(out["number"], n)
			continue
		}
		prefix, _, _ := strings.Cut(s, "_")
		if id, err := ident.Parse(prefix, s); err == nil && slices.Contains([]string{"ord", "ful", "par", "ret"}, prefix) {
			out[prefix] = append(out[prefix], id)
		}
	}
	return out
}

// Joined are facts of two readings, each once.
func Joined(a, b []Fact) []Fact {
	type key struct {
		kind, subject string
		id, day       int64
	}
	seen := map[key]bool{}
	for i := range a {
		seen[key{a[i].Kind, a[i].Subject, a[i].ID, a[i].Day}] = true
	}
	out := slices.Clone(a)
	for i := range b {
		if k := (key{b[i].Kind, b[i].Subject, b[i].ID, b[i].Day}); !seen[k] {
			seen[k] = true
			out = append(out, b[i])
		}
	}
	return out
}
