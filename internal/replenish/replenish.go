// Package replenish decides what has to be ordered so that an item is there when
// it is wanted: when, how much, and why.
//
// What belongs here: what demand of the past says of the time until an order
// arrives, the levels of a policy, the quantity that is proposed and its reason,
// and what a policy would have done to weeks that are known. What does not:
// where figures come from and which supplier is asked (desk, store), purchase
// orders and transfers themselves, and the clock.
//
// Demand for most items is intermittent: weeks without any between weeks of very
// different sizes. Means and standard deviations of a bell curve are wrong there,
// so the demand of a lead time is folded out of what was seen: in each of its
// weeks there is demand by chance, and its size is one of those that came before.
// Estimates are floats because they are estimates; every quantity that is decided
// is an integer of steps.
package replenish

import (
	"fmt"
	"math"
	"strconv"

	"orderly/internal/money"
)

// Terms are those under which an item can be had at a place.
type Terms struct {
	LeadDays   int64
	SpreadDays int64
	Minimum    int64       // steps; 0: none
	Pack       int64       // steps; 0: any quantity
	Cost       money.Price // of one unit; 0: unknown
	Steps      int64       // in one unit; 0: one
}

// Round is the least quantity that can be ordered and is not less than the one
// wanted; nothing when nothing is wanted.
func (t *Terms) Round(want int64) int64 {
	if want <= 0 {
		return 0
	}
	pack := max(t.Pack, 1)
	return (max(want, t.Minimum) + pack - 1) / pack * pack
}

// Levels are what a policy comes to under given terms and demand.
type Levels struct {
	ReorderAt int64 // ordered is when the position is below
	UpTo      int64 // the target of an order; of lots, the same as ReorderAt
	Lot       int64 // 0: up to the target
	Weeks     float64
	Demand    int64 // expected until an order made at the next look has come
	Safety    int64 // ReorderAt less Demand
	Chance    float64
	Class     string
	Known     int // weeks of history
}

// week is how long a week of demand is, in days.
const week = 7

// Levels gives what the policy comes to. What terms the policy sets go before
// those given.
func (p *Policy) Levels(h *History, t Terms) Levels {
	t = p.Terms(t)
	review := float64(p.ReviewDays)
	if review == 0 {
		review = week
	}
	lead, spread := float64(t.LeadDays), float64(t.SpreadDays)
	l := Levels{Weeks: (lead + review) / week, Chance: p.chance(t), Class: h.Class(), Known: h.Weeks()}
	s := h.until(lead+review, review, spread)
	l.Demand = int64(math.Round(s.Mean()))
	l.ReorderAt = s.Quantile(l.Chance)
	if p.ReorderAt > 0 {
		l.ReorderAt = p.ReorderAt
	}
	lot := t.Round(p.lot(h.Mean(), t))
	switch p.Kind {
	case ReorderPoint:
		l.UpTo, l.Lot = l.ReorderAt, lot
	case MinMax:
		// An order is rounded up to whole packs: the last one comes by itself.
		if l.UpTo = l.ReorderAt + max(0, lot-max(t.Pack, 1)); p.UpTo > 0 {
			l.UpTo = max(p.UpTo, l.ReorderAt)
		}
	case OrderUpTo:
		if p.UpTo > 0 {
			l.ReorderAt = p.UpTo
		}
		l.UpTo = l.ReorderAt
	}
	l.Safety = l.ReorderAt - l.Demand
	return l
}

// Terms are those given, but for what the policy sets.
func (p *Policy) Terms(t Terms) Terms {
	for _, c := range []struct {
		own int64
		to  *int64
	}{{p.LeadDays, &t.LeadDays}, {p.SpreadDays, &t.SpreadDays}, {p.Minimum, &t.Minimum}, {p.Pack, &t.Pack}} {
		if c.own > 0 {
			*c.to = c.own
		}
	}
	t.Steps = max(t.Steps, 1)
	return t
}

// until is the demand of some days whose number is spread: three lengths that
// have its mean and its deviation. A review is never shorter.
func (h *History) until(days, least, deviation float64) Spread {
	if deviation <= 0 {
		return h.Over(days / week)
	}
	off := deviation * math.Sqrt(1.5)
	short := math.Max(least, days-off)
	return mixed(weighted{1. / 3, h.Over(short / week)}, weighted{1. / 3, h.Over(days / week)}, weighted{1. / 3, h.Over((days + off) / week)})
}

// chance is how likely what is there shall suffice: as said, or where one more
// unit would cost as much to hold as to lack.
func (p *Policy) chance(t Terms) float64 {
	if p.Shortage == 0 {
		return float64(p.Service) / 10_000
	}
	hold := p.holding(t) / 52
	return min(float64(MostLevel)/10_000, float64(p.Shortage)/(float64(p.Shortage)+hold))
}

// holding is what a unit costs to hold for a year, in millionths.
func (p *Policy) holding(t Terms) float64 { return float64(t.Cost) * float64(p.Holding) / 10_000 }

// lot is the size at which ordering and holding cost least together, at most
// what a year takes; where costs are unknown, what a review takes.
func (p *Policy) lot(mean float64, t Terms) int64 {
	if p.Lot > 0 {
		return p.Lot
	}
	hold := p.holding(t)
	if p.OrderCost == 0 || hold == 0 {
		return int64(math.Ceil(mean * math.Max(1, float64(p.ReviewDays)/week)))
	}
	steps := float64(t.Steps)
	units := math.Sqrt(2 * 52 * mean / steps * float64(p.OrderCost) / hold)
	return int64(math.Ceil(math.Min(units*steps, 52*mean)))
}

// Position is what an item has at a place, and what is already on its way.
type Position struct{ OnHand, Reserved, Backordered, Incoming int64 }

// Units are those that demand to come can be served from.
func (p Position) Units() int64 { return p.OnHand - p.Reserved - p.Backordered + p.Incoming }

// Proposal is how much to order, and every figure that led there.
type Proposal struct {
	Quantity int64 // 0: nothing
	Wanted   int64 // before rounding
	After    int64 // the position when it is ordered
	Position Position
	Levels   Levels
	Terms    Terms
}

// Propose decides what is to be ordered now.
func (p *Policy) Propose(l Levels, t Terms, at Position) Proposal {
	t = p.Terms(t)
	out := Proposal{Position: at, Levels: l, Terms: t}
	if units := at.Units(); units < l.ReorderAt {
		out.Wanted = l.UpTo - units
		if out.Quantity = t.Round(out.Wanted); l.Lot > 0 {
			out.Quantity = (out.Wanted + l.Lot - 1) / l.Lot * l.Lot
		}
	}
	out.After = at.Units() + out.Quantity
	return out
}

// Reason says in a sentence why so much is proposed. Quantities are written by
// who asks, in the item's unit.
func (p *Proposal) Reason(write func(steps int64) string) string {
	at, l := p.Position, p.Levels
	if p.Quantity == 0 {
		return fmt.Sprintf("The position of %s is not below %s: nothing has to be ordered.", write(at.Units()), write(l.ReorderAt))
	}
	text := fmt.Sprintf("The position of %s (%s on hand − %s reserved − %s backordered + %s incoming) is below %s: %s expected in %.1f weeks and %s for safety.",
		write(at.Units()), write(at.OnHand), write(at.Reserved), write(at.Backordered), write(at.Incoming),
		write(l.ReorderAt), write(l.Demand), l.Weeks, write(l.Safety))
	if l.Lot > 0 {
		text += fmt.Sprintf(" %s are missing, ordered in lots of %s", write(p.Wanted), write(l.Lot))
	} else {
		text += fmt.Sprintf(" %s are missing up to %s", write(p.Wanted), write(l.UpTo))
	}
	if p.Quantity != p.Wanted {
		text += fmt.Sprintf(", which makes %s", write(p.Quantity))
		if p.Terms.Minimum > 1 || p.Terms.Pack > 1 {
			text += fmt.Sprintf(" (at least %s, packs of %s)", write(max(p.Terms.Minimum, 1)), write(max(p.Terms.Pack, 1)))
		}
	}
	return text + "."
}

// Written writes steps as units of a number of decimal places.
func Written(scale int) func(int64) string {
	per := int64(1)
	for range scale {
		per *= 10
	}
	return func(steps int64) string {
		if scale == 0 {
			return strconv.FormatInt(steps, 10)
		}
		sign := ""
		if steps < 0 {
			sign, steps = "-", -steps
		}
		return fmt.Sprintf("%s%d.%0*d", sign, steps/per, scale, steps%per)
	}
}
