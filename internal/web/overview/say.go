package overview

import (
	"strings"

	"orderly/internal/figures"
	kept "orderly/internal/store/figures"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// The figures of each part of the page, in their order.
var (
	headline = []string{"orders", "revenue", "average_order", "units", "shipped", "delivered"}
	promises = []string{"on_time", "in_full", "on_time_in_full", "unit_fill_rate", "line_fill_rate", "order_fill_rate", "backorder_rate", "split_rate", "touchless_rate"}
	losses   = []string{"cancellation_rate", "unit_cancellation_rate", "canceled_by_person", "canceled_by_key", "canceled_by_us", "return_rate", "returned_units"}
	amounts  = []string{"gross", "discount", "tax", "fees", "revenue", "canceled_value", "refunded"}
	charted  = []string{"orders", "revenue"}
)

// named are the figures of a list of ids.
func named(ids []string) []figures.Figure {
	out := make([]figures.Figure, 0, len(ids))
	for _, id := range ids {
		if f, known := figures.Named(id); known {
			out = append(out, f)
		}
	}
	return out
}

// amount is a figure as it is read: 1,204 or €12.40 or 97.2%, a dash for none.
func (x *view) amount(v *shell.Visit, f *figures.Figure, b *kept.Both) string {
	n, of := b.Counts(f)
	switch {
	case f.Rate() && of == 0:
		return v.T("overview.none")
	case f.Unit == figures.InPercent:
		return v.Percent(float64(n) / float64(of))
	case f.Rate():
		return v.Money((n+of/2)/of, x.Ask.Currency)
	case f.Unit == figures.InMoney:
		return v.Money(n, x.Ask.Currency)
	}
	return v.Number(n)
}

// counts says of a rate what it is made of: 12 of 340.
func (x *view) counts(v *shell.Visit, f *figures.Figure, b *kept.Both) string {
	if n, of := b.Counts(f); f.Unit == figures.InPercent {
		return v.T("overview.of", "some", n, "all", of)
	}
	return ""
}

// change is by how much a figure differs from the period before, in words.
type change struct {
	Text string
	Tone ui.Tone
	Icon string
}

// value is a figure as a number that can be compared; false when there is none.
func value(f *figures.Figure, b *kept.Both) (float64, bool) {
	n, of := b.Counts(f)
	if !f.Rate() {
		return float64(n), true
	}
	if of == 0 {
		return 0, false
	}
	return float64(n) / float64(of), true
}

func (x *view) change(v *shell.Visit, f *figures.Figure) change {
	now, ok := value(f, &x.Total)
	was, also := value(f, &x.Was)
	return differs(v, now, was, ok, also, f.Good, f.Unit == figures.InPercent)
}

// differs says how now differs from was. good is the better direction; rates
// are compared by points and not by percent of a percent.
func differs(v *shell.Visit, now, was float64, ok, also bool, good string, points bool) change {
	const least = 0.0005 // what would be shown as 0.0
	switch {
	case !ok || !also || was == 0 && now != 0 && !points:
		return change{Text: v.T("overview.no_before"), Tone: ui.Quiet}
	case now == was || points && abs(now-was) < least || !points && abs(now-was) < least*abs(was):
		return change{Text: v.T("overview.same"), Tone: ui.Quiet}
	}
	up, by := now > was, ""
	if points {
		by = v.T("overview.points", "by", strings.TrimSuffix(v.Percent(abs(now-was)), "%"))
	} else {
		by = v.Percent(abs(now-was) / abs(was))
	}
	c := change{Text: v.T("overview.less", "by", by), Tone: ui.Neutral, Icon: "arrow-down"}
	if up {
		c.Text, c.Icon = v.T("overview.more", "by", by), "arrow-up"
	}
	switch {
	case good == "none":
	case (good == "up") == up:
		c.Text, c.Tone = v.T("overview.better", "change", c.Text), ui.Good
	default:
		c.Text, c.Tone = v.T("overview.worse", "change", c.Text), ui.Bad
	}
	return c
}

func abs(f float64) float64 {
	if f < 0 {
		return -f
	}
	return f
}

// span is a duration in its two largest units: 3 h 20 min.
func span(v *shell.Visit, seconds int64) string {
	m := (seconds + 30) / 60
	switch {
	case seconds < 60:
		return v.T("overview.seconds", "s", seconds)
	case m < 60:
		return v.T("overview.minutes", "m", m)
	case m < 48*60:
		return v.T("overview.hours", "h", m/60, "m", m%60)
	}
	return v.T("overview.days", "d", m/1440, "h", m%1440/60)
}

// when says which days a bucket has.
func when(v *shell.Visit, b figures.Bucket) string {
	if b.From == b.To {
		return dayText(v, b.From)
	}
	return v.T("overview.from_to", "from", dayText(v, b.From), "to", dayText(v, b.To))
}

func dayText(v *shell.Visit, day int64) string {
	return figures.Date(day).Format(v.T("time.date"))
}

// figure is the name of a figure, stage or reason.
func figure(v *shell.Visit, id string) string { return v.T("overview.figure." + id) }

func definition(v *shell.Visit, id string) string { return v.T("overview.define." + id) }

// channelName is a channel as pages say it.
func channelName(v *shell.Visit, name string) string {
	if name == "" {
		return v.T("overview.no_channel")
	}
	return v.Channel(name)
}

// placeName is a location's name.
func (x *view) placeName(v *shell.Visit, id int64) string {
	for _, l := range x.Places {
		if int64(l.ID) == id {
			return l.Name
		}
	}
	return v.T("overview.no_location")
}

func (x *view) placeCode(id int64) string {
	for _, l := range x.Places {
		if int64(l.ID) == id {
			return l.Code
		}
	}
	return ""
}

// manyBehind is from how many entries on the page says that it is late: below,
// it is shown anew before anybody has read that.
const manyBehind = 5000

// periodParam is how an address names a period; the usual one needs no name.
func periodParam(period string) string {
	if period == usual {
		return ""
	}
	return period
}

// summary says a chart in one sentence, for who cannot see it.
func (x *view) summary(v *shell.Visit, c chart) string {
	if c.MostPart == nil {
		return v.T("overview.chart_empty", "figure", figure(v, c.Figure.ID))
	}
	return v.T("overview.chart_says", "figure", figure(v, c.Figure.ID), "value", x.amount(v, &c.Figure, &x.Total),
		"most", x.amount(v, &c.Figure, &c.MostPart.Both), "when", when(v, c.MostPart.Bucket))
}

// ordersChange is by how much the orders of a channel or location differ.
func (x *view) ordersChange(v *shell.Visit, n *kept.Named) change {
	now, was := float64(n.All[figures.Orders]), float64(n.Was.All[figures.Orders])
	return differs(v, now, was, true, true, "up", false)
}

func (x *view) refusedBefore(r kept.RefusedSum) int64 {
	for _, was := range x.WasRefused {
		if was.Channel == r.Channel && was.Code == r.Code {
			return was.N
		}
	}
	return 0
}

func sum(list []int64) (n int64) {
	for _, each := range list {
		n += each
	}
	return n
}
