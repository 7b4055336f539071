// Package comparison is how two sides differ in what they cost and how well they
// serve: two providers, or one before and after a change.
//
// What belongs here: sides, what was asked of a place and what became of it, the
// exact definition of each figure, and what may be said of the difference of two.
// What does not: what work is charged (tariff), the figures of the whole shop
// (figures), where rows come from, and the clock.
package comparison

import (
	"fmt"
	"slices"

	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/money"
	"orderly/internal/tariff"
)

// Limits of a comparison.
const (
	Few        = 20   // a figure of a smaller sample is not judged
	FewUnits   = 1000 // nor is one of units by the thousand
	ReturnDays = 30   // after it left, for which what comes back is waited
	AroundDays = 30   // before and after a change, at most

	second = 1_000_000 // microseconds
	day    = 24 * 3600 * second
)

// Side is a place and some days of it, both ends included.
type Side struct {
	Location int64
	From, To int64
	Card     tariff.CardID // by which its work is priced, whatever held; 0 for what held
}

// Check lists every fault of a side, which is named by at.
func (s *Side) Check(at string, l *fault.List) {
	switch {
	case s.From == 0 || s.To == 0:
		l.Add(at+"_from", "missing", "say the first and the last day, as 2027-01-15")
	case s.To < s.From:
		l.Add(at+"_to", "before_from", "the last day is not before the first")
	case figures.Length(s.From, s.To) > figures.MaxDays:
		l.Add(at+"_to", "too_long", "at most %d days at once", figures.MaxDays)
	}
}

// Around are the days of a place before a change and since, as many of each as have
// passed since, up to AroundDays. A change of tomorrow has no days since.
func Around(location, change, today int64) (before, since Side, ok bool) {
	if change > today {
		return before, since, false
	}
	n := min(figures.Length(change, today), AroundDays)
	before = Side{Location: location, From: figures.After(change, -n), To: figures.After(change, -1)}
	return before, Side{Location: location, From: change, To: figures.After(change, n-1)}, true
}

// Units of figures.
const (
	Count       = "count"
	Share       = "share"        // of a sample; kept in millionths, shown in percent
	Hours       = "hours"        // kept in seconds
	PerThousand = "per_thousand" // units of a thousand; kept in millionths
	Money       = "money"        // kept in millionths of the major unit
)

// Which direction of a figure is the better one.
const (
	Up   = "up"
	Down = "down"
	None = "none"
)

// Figure is one number by which sides are compared.
type Figure struct {
	ID, Unit, Good string

	// Definition is one sentence that says exactly what is counted.
	Definition string
}

// Value is a figure of one side.
type Value struct {
	Known bool
	At    int64 // in the finest step of the unit
	N     int64 // that it is of

	percent int64   // of a quantile
	times   []int64 // sorted, that it is one of
}

// Text is a value in the figure's unit, as decimal text.
func (f *Figure) Text(at int64) string {
	switch f.Unit {
	case Share:
		return tenths(at, 1000)
	case PerThousand:
		return tenths(at, 100)
	case Hours:
		return tenths(at, 360)
	case Money:
		return money.Price(100 * rounded(at, 100)).String()
	}
	return fmt.Sprint(at)
}

// tenths is a number of which so many steps are a tenth, with one decimal.
func tenths(at, steps int64) string {
	sign := ""
	if at < 0 {
		sign, at = "-", -at
	}
	n := rounded(at, steps)
	if n == 0 {
		sign = ""
	}
	return fmt.Sprintf("%s%d.%d", sign, n/10, n%10)
}

func rounded(at, steps int64) int64 { return money.Ratio(at, 1, steps, money.HalfAwayFromZero) }

func share(hits, of int64) Value { return per(hits, of) }

func per(part, whole int64) Value {
	if whole <= 0 {
		return Value{}
	}
	return Value{Known: true, At: money.Ratio(1_000_000, part, whole, money.HalfAwayFromZero), N: whole}
}

// quantile is the shortest of durations, which are sorted, that so many percent do
// not exceed.
func quantile(times []int64, percent int64) Value {
	n := int64(len(times))
	if n == 0 {
		return Value{}
	}
	return Value{Known: true, At: times[max(1, (n*percent+99)/100)-1], N: n, percent: percent, times: times}
}

// What may be said of a difference: of the second side, held against the first.
const (
	Better  = "better"
	Worse   = "worse"
	Same    = "same"
	Unclear = "unclear" // chance alone brings such a difference too often
	TooFew  = "too_few" // to judge
	Unlike  = "unlike"  // they are not of the same: another currency, or other work is priced
	Unknown = "unknown" // one of them is not known
	Neither = "neither" // is the better one: it tells how much there was
)

// Verdicts lists them.
var Verdicts = []string{Better, Worse, Same, Unclear, TooFew, Unlike, Unknown, Neither}

// Difference is how the second side differs from the first.
type Difference struct {
	Known   bool
	By      int64 // the second less the first, in the finest step of the unit
	Verdict string
}

// few is the smallest sample of the figure that is judged.
func (f *Figure) few() int64 {
	if f.Unit == PerThousand {
		return FewUnits
	}
	return Few
}

// Few reports whether a value is of a sample too small to judge.
func (f *Figure) Few(v *Value) bool { return v.Known && f.Unit != Count && v.N < f.few() }

// Compare holds a second value against a first one.
func (f *Figure) Compare(a, b *Value) Difference {
	if !a.Known || !b.Known {
		return Difference{Verdict: Unknown}
	}
	d := Difference{Known: true, By: b.At - a.At}
	switch {
	case f.Good == None:
		d.Verdict = Neither
	case f.Few(a) || f.Few(b):
		d.Verdict = TooFew
	case d.By == 0:
		d.Verdict = Same
	case !f.clear(a, b):
		d.Verdict = Unclear
	case d.By > 0 == (f.Good == Up):
		d.Verdict = Better
	default:
		d.Verdict = Worse
	}
	return d
}

// clear reports whether a difference is more than chance brings about once in 20
// comparisons. Quantiles are held against each other by how much of each side does
// not exceed that of both together, or is below it: many may be of that length. What is charged is no sample: any difference
// of it is clear, and so is one of units, which come and go together.
func (f *Figure) clear(a, b *Value) bool {
	switch {
	case f.Unit == Share:
		return apart(hits(a), a.N, hits(b), b.N)
	case a.times != nil && b.times != nil:
		both := slices.Concat(a.times, b.times)
		slices.Sort(both)
		x := quantile(both, a.percent).At
		return apart(within(a.times, x), a.N, within(b.times, x), b.N) || apart(within(a.times, x-1), a.N, within(b.times, x-1), b.N)
	}
	return true
}

func hits(v *Value) int64 { return money.Ratio(v.At, v.N, 1_000_000, money.HalfAwayFromZero) }

// within is how many of sorted durations do not exceed one.
func within(times []int64, x int64) int64 {
	n, _ := slices.BinarySearch(times, x+1)
	return int64(n)
}

// apart reports whether two shares differ by more than 1.96 standard errors of
// their difference, were both of one kind: (Δp)² > 1.96² · p(1−p)(1/n + 1/m).
func apart(hits, n, others, m int64) bool {
	p, q := float64(hits)/float64(n), float64(others)/float64(m)
	both := float64(hits+others) / float64(n+m)
	return (p-q)*(p-q) > 1.96*1.96*both*(1-both)*(1/float64(n)+1/float64(m))
}
