package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/replenish"
	"orderly/internal/restocking"
	"orderly/internal/store"
	"orderly/internal/store/replenishment"
)

// replenishmentRoutes are what is bought and moved so that items are there.
func (a *api) replenishmentRoutes() {
	read, write := access.PurchasesRead, access.PurchasesWrite
	add(a, route{method: "GET", path: "/v1/replenishment/policies", id: "listReplenishmentPolicies", summary: "List how items are replenished", needs: read, text: policiesText}, a.listReplenishmentPolicies)
	add(a, route{method: "PUT", path: "/v1/replenishment/policies", id: "setReplenishmentPolicy", summary: "Say how an item is replenished at a place", needs: write, text: setPolicyText}, a.setReplenishmentPolicy)
	add(a, route{method: "POST", path: "/v1/replenishment/run", id: "runReplenishment", summary: "Propose what to order", needs: write, text: runText}, a.runReplenishment)
	add(a, route{method: "GET", path: "/v1/replenishment/proposals", id: "listReplenishment", summary: "List what is proposed", needs: read}, a.listReplenishment)
	add(a, route{method: "GET", path: "/v1/replenishment/proposals/{id}", id: "getReplenishment", summary: "Read what is proposed for an item at a place", needs: read}, a.getReplenishment)
	add(a, route{method: "POST", path: "/v1/replenishment/dismiss", id: "dismissReplenishment", summary: "Order none of some lines", needs: write, text: "The next run may propose them again."}, a.dismissReplenishment)
	add(a, route{method: "POST", path: "/v1/replenishment/accept", id: "acceptReplenishment", summary: "Make draft purchase orders of lines", needs: write, text: orderLinesText}, a.acceptReplenishment)
	add(a, route{method: "POST", path: "/v1/replenishment/transfer", id: "transferReplenishment", summary: "Move lines from the places that give them", needs: floor.Restock.Permission, text: moveLinesText}, a.transferReplenishment)
}

const (
	policiesText  = "The policy of an item at a place goes before that of the item at every place, that of every item at the place, and that of all."
	setPolicyText = "There is one policy of an item at a place: it is made, or becomes this one. What was proposed stands until the next run. With `If-Match` it must be at that version."
	runText       = "Every policy is looked at; a clock does so once a day. What is open and would be proposed again as it is stays, what is needed no more is replaced. With `dry_run=true` nothing is kept."
)

const (
	orderLinesText = "One draft for each supplier and place. Where one comes to less than the supplier's minimum it is refused, unless `below_minimum` says that it is fine. With `dry_run=true` the drafts are told and not made, whatever they come to."
	moveLinesText  = "All lines go to one place, in one act, as a transfer does: it is refused as a whole when a place does not have what it should give any more."
)

// maxDryLines bounds what a dry run answers with.
const maxDryLines = 500

func (a *api) listReplenishmentPolicies(c *call, p *Paging, _ *none) (Page[ReplenishmentPolicy], error) {
	after, err := p.numbers(2, -1)
	if err != nil {
		return Page[ReplenishmentPolicy]{}, err
	}
	var list []replenishment.Listed
	err = c.read(func(r *store.Reader) (err error) {
		list, err = replenishment.PagePolicies(r, replenish.Cell{Item: after[0], Location: after[1]}, p.Limit+1)
		return err
	})
	render := func(x replenishment.Listed) ReplenishmentPolicy { return renderReplenishmentPolicy(&x.Policy, x.SKU) }
	return page(p.Limit, list, render, func(x replenishment.Listed) string { return number(x.Item) + "." + number(x.Location) }), err
}

func (a *api) setReplenishmentPolicy(c *call, p *DryRun, in *ReplenishmentPolicyBody) (ReplenishmentPolicy, error) {
	policy, err := in.policy(c)
	if err != nil {
		return ReplenishmentPolicy{}, err
	}
	cmd := buy.PolicyCommand{Policy: policy}
	if cmd.Version, err = c.ifMatch(false); err != nil {
		return ReplenishmentPolicy{}, err
	}
	do := one[buy.PolicyCommand]
	if p.Dry {
		do = preview[buy.PolicyCommand]
	}
	r, err := do(c, buy.SavePolicy, cmd)
	if err != nil {
		return ReplenishmentPolicy{}, err
	}
	now, ok := r.Value.(*replenish.Policy)
	if !ok { // the answer to a repeated request has none
		err := c.read(func(r *store.Reader) (err error) {
			now, err = replenishment.PolicyAt(r, replenish.Cell{Item: policy.Item, Location: policy.Location})
			return err
		})
		if err != nil || now == nil {
			return ReplenishmentPolicy{}, err
		}
	}
	out := renderReplenishmentPolicy(now, in.SKU)
	out.DryRun = p.Dry
	return out, nil
}

// ReplenishmentAsk narrows a run.
type ReplenishmentAsk struct {
	SKUs []string `json:"skus,omitempty" maxItems:"100" doc:"Everything when left out."`
}

func (a *api) runReplenishment(c *call, p *DryRun, in *ReplenishmentAsk) (ReplenishmentRun, error) {
	var items []int64
	for _, sku := range in.SKUs {
		item, err := c.item("sku:" + sku)
		if err != nil {
			return ReplenishmentRun{}, err
		}
		items = append(items, int64(item.ID))
	}
	mode := restocking.ByPerson
	if p.Dry {
		mode = restocking.Dry
	}
	got, err := restocking.Run(c.ctx, a.desk, c.scope, mode, items)
	if err != nil {
		return ReplenishmentRun{}, err
	}
	out := ReplenishmentRun{Items: got.Items, Cells: got.Cells, Made: got.Made, Same: got.Same, Replaced: got.Replaced, More: got.More, DryRun: p.Dry, Missing: []ReplenishmentMissing{}}
	var ids []int64
	for i := range got.Lines {
		ids = append(ids, got.Lines[i].Item)
	}
	for _, x := range got.Missing {
		ids = append(ids, x.Item)
	}
	names, err := c.namesOf(ids)
	if err != nil {
		return out, err
	}
	for _, x := range got.Missing {
		out.Missing = append(out.Missing, renderMissing(x, names[x.Item].SKU))
	}
	if p.Dry {
		out.Made = len(got.Lines)
		for i := range got.Lines[:min(len(got.Lines), maxDryLines)] {
			l := &got.Lines[i]
			l.State = replenish.Open
			out.Lines = append(out.Lines, renderReplenishment(l, names[l.Item]))
		}
	}
	return out, nil
}

func (c *call) namesOf(items []int64) (out map[int64]replenishment.Named, err error) {
	err = c.read(func(r *store.Reader) (err error) {
		out, err = replenishment.NamesOf(r, items)
		return err
	})
	return out, err
}

type replenishmentQuery struct {
	Paging
	State string `query:"state" enum:"open,accepted,dismissed,replaced" default:"open"`
}

func (a *api) listReplenishment(c *call, p *replenishmentQuery, _ *none) (Page[Replenishment], error) {
	before, err := p.numbers(1, 0)
	if err != nil {
		return Page[Replenishment]{}, err
	}
	var list []*replenish.Line
	var names map[int64]replenishment.Named
	err = c.read(func(r *store.Reader) (err error) {
		if list, err = replenishment.PageLines(r, p.State, replenish.LineID(before[0]), p.Limit+1); err != nil {
			return err
		}
		ids := make([]int64, len(list))
		for i, l := range list {
			ids[i] = l.Item
		}
		names, err = replenishment.NamesOf(r, ids)
		return err
	})
	render := func(l *replenish.Line) Replenishment { return renderReplenishment(l, names[l.Item]) }
	return page(p.Limit, list, render, func(l *replenish.Line) string { return number(int64(l.ID)) }), err
}

type replenishmentID struct {
	ID string `path:"id" example:"rpl_0pmnqh2000400"`
}

func (a *api) getReplenishment(c *call, p *replenishmentID, _ *none) (Replenishment, error) {
	id, err := replenish.ParseLineID(p.ID)
	if err != nil {
		return Replenishment{}, noProposal(p.ID)
	}
	list, err := a.linesNow(c, []replenish.LineID{id})
	if err != nil {
		return Replenishment{}, err
	}
	if len(list) == 0 {
		return Replenishment{}, noProposal(p.ID)
	}
	return list[0], nil
}

func noProposal(id string) error {
	return fault.New(fault.NotFound, "no_such_line", "nothing is proposed as %.60q", id)
}

// linesNow reads lines as they are, in the order of their ids.
func (a *api) linesNow(c *call, ids []replenish.LineID) (out []Replenishment, err error) {
	err = c.read(func(r *store.Reader) error {
		found, err := replenishment.Lines(r, ids)
		if err != nil {
			return err
		}
		var items []int64
		for _, l := range found {
			items = append(items, l.Item)
		}
		names, err := replenishment.NamesOf(r, items)
		for _, id := range ids {
			if l := found[id]; l != nil && c.scope.Sees(l.Location) {
				out = append(out, renderReplenishment(l, names[l.Item]))
			}
		}
		return err
	})
	return out, err
}

// ReplenishmentLines names lines that are decided on together.
type ReplenishmentLines struct {
	Lines []string `json:"lines" minItems:"1" maxItems:"200" doc:"Ids of lines."`
}

// ReplenishmentDecided is what became of them.
type ReplenishmentDecided struct {
	Lines  []Replenishment `json:"lines"`
	DryRun bool            `json:"dry_run,omitempty"`
}

func (in *ReplenishmentLines) ids(c *call) []replenish.LineID {
	out := make([]replenish.LineID, len(in.Lines))
	for i, text := range in.Lines {
		id, err := replenish.ParseLineID(text)
		if err != nil {
			c.faults.AddError("/lines/"+number(int64(i)), err)
		}
		out[i] = id
	}
	return out
}

func (a *api) dismissReplenishment(c *call, p *DryRun, in *ReplenishmentLines) (ReplenishmentDecided, error) {
	cmd := buy.DecideCommand{Lines: in.ids(c)}
	do := one[buy.DecideCommand]
	if p.Dry {
		do = preview[buy.DecideCommand]
	}
	if _, err := do(c, buy.Dismiss, cmd); err != nil {
		return ReplenishmentDecided{}, err
	}
	lines, err := a.linesNow(c, cmd.Lines)
	return ReplenishmentDecided{Lines: lines, DryRun: p.Dry}, err
}

// ReplenishmentAccept names lines to order.
type ReplenishmentAccept struct {
	Lines []string `json:"lines" minItems:"1" maxItems:"200" doc:"Ids of lines that suppliers sell."`
	Below bool     `json:"below_minimum,omitempty" doc:"true orders less than a supplier's minimum."`
}

// ReplenishmentAccepted is what lines became.
type ReplenishmentAccepted struct {
	Orders []ReplenishmentOrder `json:"orders"`
	DryRun bool                 `json:"dry_run,omitempty"`
}

// ReplenishmentOrder is the draft of a purchase order, of one supplier for one
// place.
type ReplenishmentOrder struct {
	Purchase string `json:"purchase,omitempty" example:"pur_0pmnqh2000400" doc:"Left out of a dry run."`
	Number   int64  `json:"number"`
	Supplier string `json:"supplier" example:"sup_0pmnqh2000400"`
	Location string `json:"location" example:"loc_0pmnqh2000400"`
	Lines    int    `json:"lines"`
	Value    string `json:"value" example:"250.00"`
	Currency string `json:"currency"`
	Minimum  string `json:"minimum_order,omitempty"`
	Below    bool   `json:"below_minimum,omitempty"`
}

func (a *api) acceptReplenishment(c *call, p *DryRun, in *ReplenishmentAccept) (ReplenishmentAccepted, error) {
	cmd := buy.AcceptCommand{Lines: (&ReplenishmentLines{Lines: in.Lines}).ids(c), Below: in.Below || p.Dry}
	do := one[buy.AcceptCommand]
	if p.Dry {
		do = preview[buy.AcceptCommand]
	}
	r, err := do(c, buy.Accept, cmd)
	if err != nil {
		return ReplenishmentAccepted{}, err
	}
	out := ReplenishmentAccepted{Orders: []ReplenishmentOrder{}, DryRun: p.Dry}
	groups, _ := r.Value.([]*buy.AcceptedGroup)
	for _, g := range groups {
		out.Orders = append(out.Orders, renderReplenishmentOrder(g, p.Dry))
	}
	return out, nil
}

func renderReplenishmentOrder(g *buy.AcceptedGroup, dry bool) ReplenishmentOrder {
	out := ReplenishmentOrder{
		Number: g.Purchase.Number, Supplier: g.Supplier.ID.String(), Location: locationText(g.Location), Lines: len(g.Lines), Currency: g.Supplier.Currency, Below: g.Below(),
	}
	if !dry {
		out.Purchase = g.Purchase.ID.String()
	}
	if currency, err := money.ParseCurrency(g.Supplier.Currency); err == nil {
		out.Value = currency.FormatAmount(g.Value)
		if g.Minimum > 0 {
			out.Minimum = currency.FormatAmount(g.Minimum)
		}
	}
	return out
}

func (a *api) transferReplenishment(c *call, p *DryRun, in *ReplenishmentLines) (ReplenishmentDecided, error) {
	cmd := floor.RestockCommand{Lines: in.ids(c)}
	do := one[floor.RestockCommand]
	if p.Dry {
		do = preview[floor.RestockCommand]
	}
	if _, err := do(c, floor.Restock, cmd); err != nil {
		return ReplenishmentDecided{}, err
	}
	lines, err := a.linesNow(c, cmd.Lines)
	return ReplenishmentDecided{Lines: lines, DryRun: p.Dry}, err
}
