package purchase

import (
	"slices"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// Charge is what is paid beside the goods, and how it is spread over them. A
// correction is a charge below zero.
type Charge struct {
	N       int
	Kind    string
	Spread  string
	Amount  int64     // minor units of the order's currency
	Receipt ReceiptID // whose goods bear it; 0 for all of the order's
	Note    string
	At      int64
}

// What charges may be of, and how they are spread.
var (
	ChargeKinds = []string{"freight", "duty", "insurance", "handling", "other"}
	Spreads     = []string{"value", "quantity", "weight"}
)

// Charged is the purchase order with one charge more.
func (p *Purchase) Charged(c Charge, now int64) (Purchase, error) {
	if err := p.may("charge"); err != nil {
		return *p, err
	}
	var l fault.List
	if !slices.Contains(ChargeKinds, c.Kind) {
		l.Add("/kind", "unknown_kind", "some of %v", ChargeKinds)
	}
	if !slices.Contains(Spreads, c.Spread) {
		l.Add("/spread", "unknown_spread", "some of %v", Spreads)
	}
	if c.Amount == 0 || c.Amount > money.MaxTotal || c.Amount < -money.MaxTotal {
		l.Add("/amount", "out_of_range", "say how much; a correction is below zero")
	}
	if len(c.Note) > MaxNote || !storable(c.Note) {
		l.Add("/note", "invalid_text", "at most %d bytes, none of them control characters", MaxNote)
	}
	if len(p.Charges) >= MaxCharges {
		l.Add("", "too_many", "at most %d charges", MaxCharges)
	}
	if err := l.Err(); err != nil {
		return *p, err
	}
	x := p.clone()
	c.N, c.At = len(p.Charges)+1, now
	x.Charges = append(x.Charges, c)
	return x, nil
}

// Landed is what the units of a line cost with their part of all charges.
type Landed struct {
	Line    int
	Units   int64 // that bear the charges: that came, or are ordered where nothing came yet
	Value   int64 // of the units alone, minor units
	Charges int64
}

// Landed spreads every charge over the lines that bear it: the goods of its
// receipt, else what came of the whole order, else what was ordered. The parts of
// a charge are exactly the charge, by largest remainder. A charge that none of
// the lines can bear (no weight is known) is spread by quantity.
func (p *Purchase) Landed(receipts []Receipt) ([]Landed, error) {
	out := make([]Landed, len(p.Lines))
	came := int64(0)
	for i := range p.Lines {
		came += p.Lines[i].Received
	}
	all := make([]int64, len(p.Lines))
	for i := range p.Lines {
		l := &p.Lines[i]
		all[i] = l.Received
		if came == 0 {
			all[i] = l.Quantity - l.Canceled
		}
		v, err := p.worth(l, all[i])
		if err != nil {
			return nil, err
		}
		out[i] = Landed{Line: l.N, Units: all[i], Value: v}
	}
	for _, c := range p.Charges {
		units := all
		if c.Receipt != 0 {
			units = p.of(receipts, c.Receipt)
		}
		weights, err := p.weights(c.Spread, units)
		if err != nil {
			return nil, err
		}
		for i, part := range money.Split(c.Amount, weights) {
			out[i].Charges += part
		}
	}
	return out, nil
}

// of are the units of each line that a receipt brought.
func (p *Purchase) of(receipts []Receipt, id ReceiptID) []int64 {
	out := make([]int64, len(p.Lines))
	for i := range receipts {
		if receipts[i].ID != id && receipts[i].Of != id { // a reversal takes its units away
			continue
		}
		for _, x := range receipts[i].Lines {
			for k := range p.Lines {
				if p.Lines[k].N == x.Line {
					out[k] += x.Quantity
				}
			}
		}
	}
	return out
}

func (p *Purchase) weights(spread string, units []int64) ([]int64, error) {
	out := make([]int64, len(units))
	sum := int64(0)
	for i := range units {
		l := &p.Lines[i]
		switch spread {
		case "value":
			v, err := p.worth(l, units[i])
			if err != nil {
				return nil, err
			}
			out[i] = v
		case "weight":
			out[i] = min(units[i]*l.Grams, 1<<50)
		default:
			out[i] = units[i]
		}
		sum += out[i]
	}
	if sum == 0 && spread != "quantity" {
		return p.weights("quantity", units)
	}
	return out, nil
}
