package figures

import (
	"slices"
	"sort"

	"orderly/internal/figures"
	"orderly/internal/store"
)

// Ask is what an overview is asked for.
type Ask struct {
	Span
	Step     string // of the buckets; figures.StepFor chooses when it is ""
	Currency string // of what is money
	Now      int64  // for the ages of the backlog
}

// Both is the sums over all orders, and of those in the asked currency alone.
type Both struct{ All, In figures.Sums }

// Counts is what a figure counts, and of how many: money is counted in the
// asked currency, the rest in all.
func (b *Both) Counts(f *figures.Figure) (n, of int64) {
	if f.Unit == figures.InMoney {
		return f.Counts(&b.In)
	}
	return f.Counts(&b.All)
}

func (b *Both) add(row *Row, currency string) {
	b.All.Add(&row.Sums, 1)
	if row.Currency == currency {
		b.In.Add(&row.Sums, 1)
	}
}

// Part is the sums of one bucket of days.
type Part struct {
	figures.Bucket
	Both
}

// Named is the sums of one channel or location.
type Named struct {
	Channel  string
	Location int64
	Both
	Was Both // in the period before
}

// Report is all figures of a period beside those of the one before, which is
// as long and ends where it begins.
type Report struct {
	Ask
	Before     Span
	Total, Was Both
	Parts      []Part
	WasParts   []Part
	Channels   []Named
	Locations  []Named
	Times      *figures.Times
	WasTimes   *figures.Times
	Backlog    map[string]*[len(figures.Ages) + 1]int64 // by stage
	Refused    []RefusedSum
	WasRefused []RefusedSum
	Currencies []string // that anything is counted in
	Progress   Progress
}

// ReportOf reads it.
func ReportOf(r *store.Reader, a Ask) (*Report, error) {
	days := figures.Length(a.From, a.To)
	out := &Report{Ask: a, Before: a.Span}
	out.Before.From, out.Before.To = figures.After(a.From, -days), figures.After(a.From, -1)
	if out.Step == "" {
		out.Step = figures.StepFor(a.From, a.To)
	}
	var err error
	if out.Progress, err = ProgressOf(r); err != nil {
		return nil, err
	}
	if err := out.readSums(r); err != nil {
		return nil, err
	}
	if out.Times, err = DurationsOf(r, a.Span); err != nil {
		return nil, err
	}
	if out.WasTimes, err = DurationsOf(r, out.Before); err != nil {
		return nil, err
	}
	if out.Refused, err = RefusedOf(r, a.Span); err != nil {
		return nil, err
	}
	if out.WasRefused, err = RefusedOf(r, out.Before); err != nil {
		return nil, err
	}
	return out, out.readBacklog(r)
}

func (x *Report) readSums(r *store.Reader) error {
	steps := figures.Buckets(x.From, x.To, x.Step)
	rows, err := Grouped(r, x.Span, steps)
	if err != nil {
		return err
	}
	x.Parts = parts(steps)
	channels, locations, currencies := map[string]*Named{}, map[int64]*Named{}, map[string]bool{}
	for i := range rows {
		row := &rows[i]
		x.Total.add(row, x.Currency)
		x.Parts[partOf(x.Parts, row.Day)].add(row, x.Currency)
		channel(channels, row.Channel).add(row, x.Currency)
		location(locations, row.Location).add(row, x.Currency)
		currencies[row.Currency] = true
	}
	steps = shifted(x.Parts, x.From, x.Before)
	was, err := Grouped(r, x.Before, steps)
	if err != nil {
		return err
	}
	x.WasParts = parts(steps)
	for i := range was {
		row := &was[i]
		x.Was.add(row, x.Currency)
		x.WasParts[partOf(x.WasParts, row.Day)].add(row, x.Currency)
		channel(channels, row.Channel).Was.add(row, x.Currency)
		location(locations, row.Location).Was.add(row, x.Currency)
		currencies[row.Currency] = true
	}
	x.Channels, x.Locations = byOrders(channels), byOrders(locations)
	for c := range currencies {
		x.Currencies = append(x.Currencies, c)
	}
	slices.Sort(x.Currencies)
	return nil
}

func parts(buckets []figures.Bucket) []Part {
	out := make([]Part, len(buckets))
	for i, b := range buckets {
		out[i].Bucket = b
	}
	return out
}

// shifted are the same steps of the period before, each as long as its
// counterpart.
func shifted(of []Part, from int64, before Span) []figures.Bucket {
	out := make([]figures.Bucket, len(of))
	for i, p := range of {
		out[i] = figures.Bucket{
			From: figures.After(before.From, figures.Length(from, p.From)-1),
			To:   figures.After(before.From, figures.Length(from, p.To)-1),
		}
	}
	return out
}

// partOf is the bucket of a day, which is one of the period's.
func partOf(list []Part, day int64) int {
	return sort.Search(len(list), func(i int) bool { return list[i].To >= day })
}

func channel(by map[string]*Named, name string) *Named {
	if by[name] == nil {
		by[name] = &Named{Channel: name}
	}
	return by[name]
}

func location(by map[int64]*Named, id int64) *Named {
	if by[id] == nil {
		by[id] = &Named{Location: id}
	}
	return by[id]
}

// byOrders puts those with the most orders first.
func byOrders[K comparable](by map[K]*Named) []Named {
	out := make([]Named, 0, len(by))
	for _, n := range by {
		out = append(out, *n)
	}
	slices.SortFunc(out, func(a, b Named) int {
		for _, m := range [...]figures.Measure{figures.Orders, figures.ShippedUnits, figures.DeliveredOrders} {
			if a.All[m] != b.All[m] {
				return int(max(-1, min(1, b.All[m]-a.All[m])))
			}
		}
		if a.Channel != b.Channel {
			if a.Channel < b.Channel {
				return -1
			}
			return 1
		}
		return int(max(-1, min(1, a.Location-b.Location)))
	})
	return out
}

func (x *Report) readBacklog(r *store.Reader) error {
	waiting, err := BacklogOf(r, x.Span)
	if err != nil {
		return err
	}
	x.Backlog = map[string]*[len(figures.Ages) + 1]int64{}
	for _, s := range figures.Backlog {
		x.Backlog[s] = &[len(figures.Ages) + 1]int64{}
	}
	for _, w := range waiting {
		if row := x.Backlog[w.Stage]; row != nil {
			row[figures.AgeOf(figures.Hour(x.Now)-w.Hour)] += w.N
		}
	}
	return nil
}
