package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/comparison"
	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/comparisons"
	"orderly/internal/tariff"
)

// comparisonRoutes hold providers against each other.
func (a *api) comparisonRoutes() {
	add(a, route{method: "GET", path: "/v1/provider-comparison", id: "compareProviders", summary: "Compare two providers, or one before and after a change, in cost and service", needs: access.PurchasesRead, text: comparisonText}, a.compareProviders)
}

const comparisonText = "Each side is a location, of our own or of a partner, and some days in the shop's zone, both ends included. Service is that of fulfillments asked for in these days, whatever became of them until now; " +
	"costs are those of what happened in these days, by the cards that held or by `first_card` and `second_card`, be they of another place. Every figure says its definition and its sample. " +
	"The verdict is of the second side: of samples below 20, or 1,000 units, it is `too_few`; of a difference of shares or hours that chance brings about more than once in 20 comparisons, `unclear`; where costs are of other work, other money or work without a rate, `unlike`."

type comparisonQuery struct {
	First      string `query:"first" required:"true" doc:"The first location, by its code or id." example:"LEEDS"`
	FirstFrom  string `query:"first_from" required:"true" format:"date" doc:"Its first day."`
	FirstTo    string `query:"first_to" required:"true" format:"date" doc:"Its last day; at most 400."`
	FirstCard  string `query:"first_card" doc:"Price its days by this version, whatever held." example:"rtc_0pmnqh2000400"`
	Second     string `query:"second" required:"true" doc:"The second location; it may be the same." example:"loc_0pmnqh2000400"`
	SecondFrom string `query:"second_from" required:"true" format:"date"`
	SecondTo   string `query:"second_to" required:"true" format:"date"`
	SecondCard string `query:"second_card" example:"rtc_0pmnqh2000400"`
}

// ProviderComparison is how two sides differ.
type ProviderComparison struct {
	First   ComparedSide     `json:"first"`
	Second  ComparedSide     `json:"second"`
	Service []ComparedFigure `json:"service"`
	Costs   []ComparedFigure `json:"costs"`
}

// ComparedSide is one of them, with what its work comes to.
type ComparedSide struct {
	Location string         `json:"location"`
	Code     string         `json:"code"`
	Kind     string         `json:"kind" example:"3pl"`
	From     string         `json:"from" format:"date"`
	To       string         `json:"to" format:"date"`
	Card     string         `json:"card,omitempty" doc:"By which its days were priced, whatever held."`
	Priced   bool           `json:"priced" doc:"Whether there is any card to price its work by."`
	Orders   int64          `json:"orders" doc:"Fulfillments of which the first parcel left."`
	Parcels  int64          `json:"parcels"`
	Units    int64          `json:"units" doc:"That left."`
	Totals   []PartnerTotal `json:"totals" doc:"By currency; in more than one, nothing is divided by orders."`
	Kinds    []ComparedKind `json:"kinds"`
	Unpriced []string       `json:"unpriced" doc:"Work that was done and that no rate prices: order for sending, of which one rate of order, line, unit or parcel is enough, material, freight, storage, receiving, return."`
	Unrated  int            `json:"unrated" doc:"Facts on whose day no card held, or whose weight no rate fits."`
}

// ComparedKind is what was done that one kind of rate may price.
type ComparedKind struct {
	Kind     string `json:"kind" enum:"order,line,unit,parcel,material,freight,storage,receiving,return,month,minimum"`
	Done     int64  `json:"done"`
	Unpriced int64  `json:"unpriced" doc:"Of those, without a rate."`
	Charged  int64  `json:"charged"`
	Amount   string `json:"amount,omitempty"`
	Currency string `json:"currency,omitempty"`
	Each     string `json:"each,omitempty" doc:"The amount by what was done and has a rate."`
}

// ComparedFigure is one figure of both sides.
type ComparedFigure struct {
	ID         string        `json:"id" example:"on_time"`
	Unit       string        `json:"unit" enum:"count,share,hours,per_thousand,money" doc:"A share is in percent."`
	Good       string        `json:"good" enum:"up,down,none" doc:"The direction that is the better one."`
	Definition string        `json:"definition"`
	First      ComparedValue `json:"first"`
	Second     ComparedValue `json:"second"`
	Change     string        `json:"change,omitempty" doc:"The second less the first."`
	Verdict    string        `json:"verdict" enum:"better,worse,same,unclear,too_few,unlike,unknown,neither"`
}

// ComparedValue is a figure of one side.
type ComparedValue struct {
	Value  string `json:"value,omitempty" doc:"Decimal text; absent when it is of nothing." example:"97.4"`
	Sample int64  `json:"sample" doc:"How many it is of."`
	Few    bool   `json:"few,omitempty" doc:"Too few to judge."`
}

func (a *api) compareProviders(c *call, p *comparisonQuery, _ *none) (ProviderComparison, error) {
	var l fault.List
	firstAt, first := c.side("first", p.First, p.FirstFrom, p.FirstTo, p.FirstCard, &l)
	secondAt, second := c.side("second", p.Second, p.SecondFrom, p.SecondTo, p.SecondCard, &l)
	if err := l.As(fault.Invalid, "invalid_parameter", "a parameter of the request has a fault"); err != nil {
		return ProviderComparison{}, err
	}
	shop := comparisons.Shop{Now: a.desk.DB.Now()}
	if err := c.read(func(r *store.Reader) (err error) {
		shop.Zone, _, err = c.shopDay(r)
		return err
	}); err != nil {
		return ProviderComparison{}, err
	}
	one, err := comparisons.Read(c.ctx, a.desk.DB, c.scope, firstAt, first, shop)
	if err != nil {
		return ProviderComparison{}, err
	}
	two, err := comparisons.Read(c.ctx, a.desk.DB, c.scope, secondAt, second, shop)
	if err != nil {
		return ProviderComparison{}, err
	}
	service, costs := comparison.Compare(&one, &two)
	return ProviderComparison{First: renderCompared(firstAt, &one), Second: renderCompared(secondAt, &two), Service: renderRows(service), Costs: renderRows(costs)}, nil
}

// side reads one side of the query; what is wrong with it stands under its name.
func (c *call) side(name, place, from, to, card string, l *fault.List) (*stock.Location, comparison.Side) {
	id, err := c.location(parameterMark+name, place, l)
	if err != nil {
		l.AddError(parameterMark+name, err)
	}
	if id == 0 {
		return nil, comparison.Side{}
	}
	at, err := c.locationRow(id.String())
	if err != nil {
		l.AddError(parameterMark+name, err)
		return nil, comparison.Side{}
	}
	s := comparison.Side{Location: int64(at.ID), From: tariff.ParseDay(from), To: tariff.ParseDay(to)}
	s.Check(parameterMark+name, l)
	if card != "" {
		if s.Card, err = tariff.ParseCardID(card); err != nil {
			l.AddError(parameterMark+name+"_card", noSuchCard(card))
		}
	}
	return at, s
}

func renderCompared(at *stock.Location, a *comparison.Account) ComparedSide {
	k := &a.Cost
	out := ComparedSide{
		Location: at.ID.String(), Code: at.Code, Kind: at.Kind, From: tariff.DayText(a.From), To: tariff.DayText(a.To), Priced: k.Priced,
		Orders: k.Orders, Parcels: k.Parcels, Units: k.Units, Totals: []PartnerTotal{}, Kinds: []ComparedKind{}, Unpriced: append([]string{}, k.Left()...), Unrated: len(k.Unrated),
	}
	if a.Card != 0 {
		out.Card = a.Card.String()
	}
	for _, s := range k.Totals {
		out.Totals = append(out.Totals, PartnerTotal{Amount: amountIn(s.Currency, s.Amount), Currency: s.Currency})
	}
	for _, x := range k.Kinds {
		y := ComparedKind{Kind: x.Kind, Done: x.Done, Unpriced: x.Free, Charged: x.Charged, Currency: x.Currency}
		if x.Currency != "" {
			y.Amount = amountIn(x.Currency, x.Amount)
		}
		if f := comparison.Each(x.Kind); x.Each.Known {
			y.Each = f.Text(x.Each.At)
		}
		out.Kinds = append(out.Kinds, y)
	}
	return out
}

func renderRows(rows []comparison.Row) []ComparedFigure {
	out := []ComparedFigure{}
	for i := range rows {
		x := &rows[i]
		value := func(v *comparison.Value) ComparedValue {
			if !v.Known {
				return ComparedValue{}
			}
			return ComparedValue{Value: x.Text(v.At), Sample: v.N, Few: x.Few(v)}
		}
		y := ComparedFigure{ID: x.ID, Unit: x.Unit, Good: x.Good, Definition: x.Definition, First: value(&x.First), Second: value(&x.Second), Verdict: x.Verdict}
		if x.Known {
			y.Change = x.Text(x.By)
		}
		out = append(out, y)
	}
	return out
}
