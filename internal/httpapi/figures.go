package httpapi

import (
	"math"
	"strconv"

	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	kept "orderly/internal/store/figures"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
)

// FiguresSpan are the parameters that say which days are asked for.
type FiguresSpan struct {
	From     string `query:"from" example:"2026-03-01" maxLength:"10" doc:"The first day, in the shop's zone. Today when left out."`
	To       string `query:"to" example:"2026-03-31" maxLength:"10" doc:"The last day. The first one when left out; at most 400 days."`
	Channel  string `query:"channel" maxLength:"60" doc:"Only orders of this channel."`
	Location string `query:"location" maxLength:"80" doc:"Only what belongs to this location, by its id or code: an order to that of its first fulfillment, work to where it is done."`
}

type figuresQuery struct {
	FiguresSpan
	By       string `query:"by" enum:"day,week,month,channel,location" doc:"Gives the figures of each part too."`
	Currency string `query:"currency" maxLength:"3" doc:"Of what is money; the shop's own when left out."`
}

// Figures are the figures of a period beside those of the one before.
type Figures struct {
	From       string          `json:"from" format:"date"`
	To         string          `json:"to" format:"date"`
	BeforeFrom string          `json:"before_from" format:"date" doc:"The period before: as long, and ending where this one begins."`
	BeforeTo   string          `json:"before_to" format:"date"`
	Zone       string          `json:"zone" doc:"In which days begin."`
	Currency   string          `json:"currency" doc:"Amounts are in its minor units; orders in other currencies are left out of them, and of nothing else."`
	Currencies []string        `json:"currencies" doc:"That orders of the two periods are in."`
	CountedTo  string          `json:"counted_to,omitempty" format:"date-time" doc:"Of the last entry of the journal that is counted."`
	Behind     int64           `json:"behind" doc:"Entries of the journal that are not counted yet; mostly 0."`
	Complete   bool            `json:"complete" doc:"false while figures are counted anew from the beginning."`
	Figures    []Figure        `json:"figures"`
	Stages     []FigureStage   `json:"stages"`
	Backlog    []FigureBacklog `json:"backlog" doc:"What waits now, whatever the period."`
	Refused    []FigureRefused `json:"refused" doc:"Orders that were refused when they were placed or imported. Locations do not narrow them."`
	Parts      []FigurePart    `json:"parts,omitempty"`
}

// Figure is one figure and its definition.
type Figure struct {
	FigureCount
	Unit       string       `json:"unit" enum:"orders,units,money,percent"`
	Good       string       `json:"good" enum:"up,down,none" doc:"Which direction is the better one."`
	Definition string       `json:"definition"`
	Before     *FigureCount `json:"before" doc:"The same of the period before."`
}

// FigureCount is what a figure counts.
type FigureCount struct {
	Figure string   `json:"figure" example:"on_time"`
	Count  int64    `json:"count" doc:"Orders, units, or minor units of money."`
	Of     *int64   `json:"of,omitempty" doc:"Of rates and averages: of how many."`
	Value  *float64 `json:"value,omitempty" doc:"Of rates and averages: count divided by of; percent for rates, minor units for money. Absent where of is 0."`
}

// FigureStage is how long a stage of orders took.
type FigureStage struct {
	Stage         string `json:"stage" example:"released_picked"`
	Definition    string `json:"definition"`
	Count         int64  `json:"count"`
	MeanSeconds   int64  `json:"mean_seconds" doc:"Exact."`
	MedianSeconds int64  `json:"median_seconds" doc:"To within 3.2 %, as every quantile."`
	P90Seconds    int64  `json:"p90_seconds"`
	Before        struct {
		Count         int64 `json:"count"`
		MeanSeconds   int64 `json:"mean_seconds"`
		MedianSeconds int64 `json:"median_seconds"`
		P90Seconds    int64 `json:"p90_seconds"`
	} `json:"before"`
}

// FigureBacklog is how many orders wait at a stage, by age in clock hours.
type FigureBacklog struct {
	Stage   string `json:"stage" example:"to_pick"`
	Under4h int64  `json:"under_4h"`
	Under1d int64  `json:"under_1d"`
	Under3d int64  `json:"under_3d"`
	Under7d int64  `json:"under_7d"`
	Older   int64  `json:"older"`
}

// FigureRefused is how many orders of a channel were refused for a reason.
type FigureRefused struct {
	Channel string `json:"channel"`
	Code    string `json:"code" doc:"Of the problem that they were answered with."`
	Count   int64  `json:"count"`
}

// FigurePart is the figures of one day, week, month, channel or location.
type FigurePart struct {
	From         string        `json:"from,omitempty" format:"date"`
	To           string        `json:"to,omitempty" format:"date"`
	Channel      *string       `json:"channel,omitempty"`
	Location     string        `json:"location,omitempty"`
	LocationCode string        `json:"location_code,omitempty"`
	Figures      []FigureCount `json:"figures"`
}

// span reads which days are asked for.
func (p *FiguresSpan) span(c *call) (kept.Span, merchants.Merchant, error) {
	var who merchants.Merchant
	var now int64
	err := c.read(func(r *store.Reader) (err error) {
		who, err = merchants.Get(r, r.M)
		return err
	})
	if err != nil {
		return kept.Span{}, who, err
	}
	now = c.api.desk.DB.Now()
	s := kept.Span{Channel: p.Channel, From: figures.Days(who.Location())(now)}
	s.From = c.day("from", p.From, s.From)
	s.To = c.day("to", p.To, s.From)
	if s.To < s.From || figures.Length(s.From, s.To) > figures.MaxDays {
		c.faults.Add(parameterMark+"to", "out_of_range", "to is not before from, and at most %d days are added up", figures.MaxDays)
	}
	if p.Location != "" {
		id, err := c.location(parameterMark+"location", p.Location, &c.faults)
		if err != nil {
			return s, who, err
		}
		s.Locations = []int64{int64(id)}
	} else {
		s.Locations = c.scope.Locations
	}
	return s, who, c.parameters()
}

// day reads a date, other when there is none.
func (c *call) day(name, text string, other int64) int64 {
	if text == "" {
		return other
	}
	day, ok := figures.ParseDay(text)
	if !ok {
		c.faults.Add(parameterMark+name, "invalid_date", "%s is a date such as 2026-03-31", name)
		return other
	}
	return day
}

func (a *api) figures(c *call, p *figuresQuery, _ *none) (Figures, error) {
	s, who, err := p.span(c)
	if err != nil {
		return Figures{}, err
	}
	ask := kept.Ask{Span: s, Currency: p.Currency, Now: a.desk.DB.Now()}
	if ask.Currency == "" {
		ask.Currency = who.Currency
	}
	if p.By == figures.ByDay || p.By == figures.ByWeek || p.By == figures.ByMonth {
		ask.Step = p.By
	}
	var x *kept.Report
	err = c.read(func(r *store.Reader) (err error) {
		x, err = kept.ReportOf(r, ask)
		return err
	})
	if err != nil {
		return Figures{}, err
	}
	out := renderFigures(x)
	out.Zone = who.Zone
	out.Parts = c.figureParts(x, p.By)
	return out, nil
}

func renderFigures(x *kept.Report) Figures {
	out := Figures{
		From: dayText(x.From), To: dayText(x.To), BeforeFrom: dayText(x.Before.From), BeforeTo: dayText(x.Before.To),
		Currency: x.Currency, Currencies: x.Currencies, CountedTo: instant(x.Progress.Through), Behind: x.Progress.Behind, Complete: x.Progress.Ready,
		Stages: []FigureStage{}, Backlog: []FigureBacklog{}, Refused: []FigureRefused{},
	}
	if out.Currencies == nil {
		out.Currencies = []string{}
	}
	for _, f := range figures.All {
		was := renderCount(&f, &x.Was)
		out.Figures = append(out.Figures, Figure{FigureCount: renderCount(&f, &x.Total), Unit: f.Unit, Good: f.Good, Definition: f.Definition, Before: &was})
	}
	for i, s := range figures.Stages {
		h, w := &x.Times[i], &x.WasTimes[i]
		one := FigureStage{Stage: s.ID, Definition: s.Definition, Count: h.N, MeanSeconds: h.Mean(), MedianSeconds: h.Quantile(50), P90Seconds: h.Quantile(90)}
		one.Before.Count, one.Before.MeanSeconds, one.Before.MedianSeconds, one.Before.P90Seconds = w.N, w.Mean(), w.Quantile(50), w.Quantile(90)
		out.Stages = append(out.Stages, one)
	}
	for _, s := range figures.Backlog {
		n := x.Backlog[s]
		out.Backlog = append(out.Backlog, FigureBacklog{s, n[0], n[1], n[2], n[3], n[4]})
	}
	for _, r := range x.Refused {
		out.Refused = append(out.Refused, FigureRefused{r.Channel, r.Code, r.N})
	}
	return out
}

func renderCount(f *figures.Figure, b *kept.Both) FigureCount {
	n, of := b.Counts(f)
	out := FigureCount{Figure: f.ID, Count: n}
	if !f.Rate() {
		return out
	}
	out.Of = &of
	if of != 0 {
		scale := 1.0
		if f.Unit == figures.InPercent {
			scale = 100
		}
		value := math.Round(scale*float64(n)/float64(of)*100) / 100
		out.Value = &value
	}
	return out
}

// figureParts are the figures of each part of the period.
func (c *call) figureParts(x *kept.Report, by string) []FigurePart {
	var out []FigurePart
	add := func(p FigurePart, b *kept.Both) {
		for _, f := range figures.All {
			p.Figures = append(p.Figures, renderCount(&f, b))
		}
		out = append(out, p)
	}
	switch by {
	case "":
	case "channel":
		for i := range x.Channels {
			add(FigurePart{Channel: &x.Channels[i].Channel}, &x.Channels[i].Both)
		}
	case "location":
		for i := range x.Locations {
			p := FigurePart{}
			if id := stock.LocationID(x.Locations[i].Location); id != 0 {
				p.Location, p.LocationCode = id.String(), c.code(id)
			}
			add(p, &x.Locations[i].Both)
		}
	default:
		for i := range x.Parts {
			add(FigurePart{From: dayText(x.Parts[i].From), To: dayText(x.Parts[i].To)}, &x.Parts[i].Both)
		}
	}
	return out
}

type figureOrdersQuery struct {
	Figure string `path:"figure" example:"on_time"`
	Paging
	FiguresSpan
}

// figureOrders lists the orders that a figure counts.
func (a *api) figureOrders(c *call, p *figureOrdersQuery, _ *none) (OrderPage, error) {
	f, known := figures.Named(p.Figure)
	if !known {
		return OrderPage{}, fault.New(fault.NotFound, "no_such_figure", "there is no figure %.40q", p.Figure)
	}
	at, err := p.numbers(2, 0)
	if err != nil {
		return OrderPage{}, err
	}
	s, _, err := p.span(c)
	if err != nil {
		return OrderPage{}, err
	}
	var page kept.Behind
	var rows []orders.Row
	err = c.read(func(r *store.Reader) (err error) {
		if page, err = kept.OrdersBehind(r, f, s, kept.Before{Day: at[0], Order: order.ID(at[1])}, p.Limit); err != nil {
			return err
		}
		rows, err = orders.ByIDs(r, page.Orders)
		return err
	})
	next := ""
	if page.More {
		next = strconv.FormatInt(page.Next.Day, 10) + "." + number(int64(page.Next.Order))
	}
	return OrderPage{Page: pageUntil(rows, renderRow, next)}, err
}
