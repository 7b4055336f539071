package purchase

import (
	"math"

	"orderly/internal/money"
)

// Facts are sums over lines of which the last came in a period, and of which
// score cards are made.
type Facts struct {
	Lines    int64 // that are done
	Days     int64 // of them, with a day that was promised
	Early    int64 // of those, that came before it
	Late     int64
	MostLate int64 // days
	Full     int64 // lines of which all that was ordered came
	Units    int64 // that came
	Damaged  int64
	Returned int64 // that went back for faults of theirs
	Leads    int64 // lines whose lead time is known
	LeadSum  int64 // days
	LeadSum2 int64 // days, squared
	Spent    int64 // minor units, of what came
	Overdue  int64 // lines that are open and whose day has passed
	Compared int64 // lines of items that were bought before
	CostNow  int64 // of what came of them, minor units
	CostThen int64 // at what was paid before
}

// Score is what facts say of a supplier. Rates are per mille, -1 when there is
// nothing that they are of.
type Score struct {
	Facts
	OnTime  int64 // by the day that was promised first, or before it
	InFull  int64
	Damage  int64   // units
	Return  int64   // units that went back for faults of theirs
	Drift   int64   // what is paid now more than before, below zero when less; no rate when nothing was bought before
	Drifted bool    // whether there is a drift
	Lead    float64 // mean days
	Spread  float64 // their standard deviation
}

// ScoreOf makes a score card of facts.
func ScoreOf(f Facts) Score {
	s := Score{Facts: f, OnTime: rate(f.Days-f.Late, f.Days), InFull: rate(f.Full, f.Lines), Damage: rate(f.Damaged, f.Units), Return: rate(f.Returned, f.Units)}
	if f.CostThen > 0 {
		s.Drifted, s.Drift = true, money.Ratio(f.CostNow-f.CostThen, 1000, f.CostThen, money.HalfAwayFromZero)
	}
	if f.Leads > 0 {
		n := float64(f.Leads)
		s.Lead = float64(f.LeadSum) / n
		s.Spread = math.Sqrt(max(0, float64(f.LeadSum2)/n-s.Lead*s.Lead))
	}
	return s
}

func rate(part, whole int64) int64 {
	if whole == 0 {
		return -1
	}
	return money.Ratio(1000, part, whole, money.HalfAwayFromZero)
}
