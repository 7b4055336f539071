package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/difference"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/differences"
	"orderly/internal/store/replenishment"
)

// differenceRoutes are where partners' words on their stock and the books differ.
func (a *api) differenceRoutes() {
	read, write := access.StockRead, access.StockWrite
	add(a, route{method: "GET", path: "/v1/stock-differences", id: "listStockDifferences", summary: "List where a partner's word and the books differ", needs: read, text: differencesText}, a.listStockDifferences)
	add(a, route{method: "POST", path: "/v1/stock-differences/apply", id: "applyStockDifferences", summary: "Correct the books", needs: write, text: applyDifferencesText}, a.applyStockDifferences)
	add(a, route{method: "POST", path: "/v1/stock-differences/dismiss", id: "dismissStockDifferences", summary: "Leave the books as they are", needs: write, text: "The next report that says the same of an item finds the difference again."}, a.dismissStockDifferences)
}

const (
	differencesText      = "At a location whose terms say `stock_word: compare`. What the partner has less is explained by units that it has accepted to send, what it has more by what is on its way there; `proposed` is what is left. One difference of an item is open: a later report of the item takes its place."
	applyDifferencesText = "All lines in one act, as an adjustment. `quantity` books a part of a difference, or of one that is explained. What was corrected by hand since is not corrected again: only what is left can be booked, and nothing where the books went another way (`corrected`). Claims give way as they do when something is lost; what the partner was asked for stays."
)

// StockDifference is an item of which a partner has said another quantity than
// the books.
type StockDifference struct {
	ID        string `json:"id" example:"dif_0pmnqh2000400"`
	SKU       string `json:"sku"`
	Title     string `json:"title,omitempty"`
	Location  string `json:"location" example:"loc_0pmnqh2000400"`
	Reference string `json:"reference,omitempty" doc:"Of the report."`
	Said      int64  `json:"said" doc:"What the partner has, by its word and terms."`
	Books     int64  `json:"books" doc:"What was on hand."`
	Held      int64  `json:"held" doc:"Of that, what it has accepted to send: it may have left untold."`
	Coming    int64  `json:"coming" doc:"What is on its way there: it may have come untold."`
	Off       int64  `json:"off" doc:"How much more the partner has than the books say; below zero, less."`
	Proposed  int64  `json:"proposed" doc:"To book, of what is not corrected yet; 0 where what is under way explains all of it."`
	Corrected int64  `json:"corrected,omitempty" doc:"By how much the books were corrected since, by hand or by another word; of an open one."`
	State     string `json:"state" enum:"open,applied,dismissed,replaced"`
	Taken     int64  `json:"taken,omitempty" doc:"What was booked."`
	Act       string `json:"act,omitempty" example:"stk_0pmnqh2000400" doc:"That booked it."`
	Note      string `json:"note,omitempty"`
	MadeAt    string `json:"made_at" format:"date-time"`
	DecidedAt string `json:"decided_at,omitempty" format:"date-time"`
}

func renderDifference(d *difference.Difference, n replenishment.Named, corrected int64) StockDifference {
	out := StockDifference{
		ID: d.ID.String(), SKU: n.SKU, Title: n.Name, Location: locationText(int64(d.Cell.Location)), Reference: d.Reference, Said: d.Said, Books: d.Books, Held: d.Held, Coming: d.Coming,
		Off: d.Off(), Proposed: d.Proposed, State: d.State, Taken: d.Taken, Note: d.Note, MadeAt: instant(d.MadeAt), DecidedAt: instant(d.DecidedAt),
	}
	if d.State == difference.Open && corrected != 0 {
		out.Corrected = corrected
		_, out.Proposed, _ = d.Left(corrected)
	}
	if d.Act != 0 {
		out.Act = ident.Text("stk", d.Act)
	}
	return out
}

type differenceQuery struct {
	Paging
	Location string `query:"location" required:"true" doc:"Code or id."`
	State    string `query:"state" enum:"open,applied,dismissed,replaced" default:"open"`
}

func (a *api) listStockDifferences(c *call, p *differenceQuery, _ *none) (Page[StockDifference], error) {
	before, err := p.numbers(1, 0)
	if err != nil {
		return Page[StockDifference]{}, err
	}
	at, err := c.location(parameterMark+"location", p.Location, &c.faults)
	if err == nil {
		err = c.parameters()
	}
	if err != nil {
		return Page[StockDifference]{}, err
	}
	var list []*difference.Difference
	var render func(*difference.Difference) StockDifference
	err = c.read(func(r *store.Reader) (err error) {
		if list, err = differences.Page(r, at, p.State, difference.ID(before[0]), p.Limit+1); err != nil {
			return err
		}
		render, err = renderDifferences(r, list)
		return err
	})
	return page(p.Limit, list, render, func(d *difference.Difference) string { return number(int64(d.ID)) }), err
}

// renderDifferences reads what some differences are shown with.
func renderDifferences(r *store.Reader, list []*difference.Difference) (func(*difference.Difference) StockDifference, error) {
	items, ids := make([]int64, len(list)), make([]difference.ID, len(list))
	for i, d := range list {
		items[i], ids[i] = d.Cell.Item, d.ID
	}
	names, err := replenishment.NamesOf(r, items)
	if err != nil {
		return nil, err
	}
	corrected, err := differences.Corrected(r, ids)
	return func(d *difference.Difference) StockDifference {
		return renderDifference(d, names[d.Cell.Item], corrected[d.ID])
	}, err
}

// StockDifferencesApply names differences to correct the books by.
type StockDifferencesApply struct {
	Lines []StockDifferenceApply `json:"lines" minItems:"1" maxItems:"200"`
	Note  string                 `json:"note,omitempty" maxLength:"200"`
}

// StockDifferenceApply is one of them.
type StockDifferenceApply struct {
	ID       string `json:"id" example:"dif_0pmnqh2000400"`
	Quantity *int64 `json:"quantity,omitempty" doc:"What is proposed, when left out."`
}

// StockDifferencesDismiss names differences that are none.
type StockDifferencesDismiss struct {
	IDs  []string `json:"ids" minItems:"1" maxItems:"200"`
	Note string   `json:"note,omitempty" maxLength:"200"`
}

// StockDifferencesDecided is what became of them.
type StockDifferencesDecided struct {
	Lines     []StockDifference `json:"lines"`
	Displaced int64             `json:"displaced" doc:"Units that gave way: they wait, or come from elsewhere."`
	DryRun    bool              `json:"dry_run,omitempty"`
}

func (a *api) applyStockDifferences(c *call, p *DryRun, in *StockDifferencesApply) (StockDifferencesDecided, error) {
	cmd := floor.DifferencesCommand{Note: in.Note}
	for i, x := range in.Lines {
		cmd.Lines = append(cmd.Lines, difference.Decision{ID: c.differenceID("/lines/"+number(int64(i))+"/id", x.ID), Quantity: x.Quantity})
	}
	return a.decideDifferences(c, p, floor.ApplyDifferences, cmd)
}

func (a *api) dismissStockDifferences(c *call, p *DryRun, in *StockDifferencesDismiss) (StockDifferencesDecided, error) {
	cmd := floor.DifferencesCommand{Note: in.Note}
	for i, id := range in.IDs {
		cmd.Lines = append(cmd.Lines, difference.Decision{ID: c.differenceID("/ids/"+number(int64(i)), id)})
	}
	return a.decideDifferences(c, p, floor.DismissDifferences, cmd)
}

func (c *call) differenceID(at, text string) difference.ID {
	id, err := difference.ParseID(text)
	if err != nil {
		c.faults.AddError(at, err)
	}
	return id
}

func (a *api) decideDifferences(c *call, p *DryRun, op *desk.Operation[floor.DifferencesCommand], cmd floor.DifferencesCommand) (StockDifferencesDecided, error) {
	do := one[floor.DifferencesCommand]
	if p.Dry {
		do = preview[floor.DifferencesCommand]
	}
	r, err := do(c, op, cmd)
	if err != nil {
		return StockDifferencesDecided{}, err
	}
	out := StockDifferencesDecided{DryRun: p.Dry}
	if x, ok := r.Value.(*floor.StockDone); ok {
		for _, d := range x.Displaced {
			out.Displaced += d.Quantity
		}
	}
	ids := make([]difference.ID, len(cmd.Lines))
	for i, x := range cmd.Lines {
		ids[i] = x.ID
	}
	err = c.read(func(r *store.Reader) error {
		list, err := differences.Load(r, ids)
		if err != nil {
			return err
		}
		render, err := renderDifferences(r, list)
		if err != nil {
			return err
		}
		for _, d := range list {
			out.Lines = append(out.Lines, render(d))
		}
		return nil
	})
	return out, err
}
