package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/putaway"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/putaways"
	"orderly/internal/store/replenishment"
)

// putAwayRoutes are what came and waits to be put into a bin.
func (a *api) putAwayRoutes() {
	read, write := access.StockRead, access.StockWrite
	add(a, route{method: "GET", path: "/v1/put-aways", id: "listPutAways", summary: "List what waits to be put away", needs: read, text: putAwaysText}, a.listPutAways)
	add(a, route{method: "POST", path: "/v1/put-aways", id: "putAway", summary: "Say in which bins units lie", needs: write, text: "Units move from the door into bins of the same place, in one act; how many are on hand and who has claimed them stays."}, a.putAway)
	add(a, route{method: "POST", path: "/v1/put-aways/leave", id: "leavePutAways", summary: "Put the rest away nowhere", needs: write, text: "It left from the door, or lies where it shall. No unit moves."}, a.leavePutAways)
}

const putAwaysText = "At a location with `put_away`, the oldest first: each is what one receipt, return or transfer brought on hand without a bin. A receipt that is reversed waits no more."

// PutAway is units that arrived and wait to be put into a bin.
type PutAway struct {
	ID       string `json:"id" example:"put_0pmnqh2000400"`
	SKU      string `json:"sku"`
	Title    string `json:"title,omitempty"`
	Location string `json:"location" example:"loc_0pmnqh2000400"`
	Lot      string `json:"lot,omitempty"`
	Quantity int64  `json:"quantity" doc:"That came."`
	Stowed   int64  `json:"stowed" doc:"Of them, in bins."`
	Left     int64  `json:"left" doc:"Of them, put away nowhere."`
	Waiting  int64  `json:"waiting"`
	Bin      string `json:"bin,omitempty" doc:"In which others of the item lie: those that came last."`
	At       string `json:"at" format:"date-time"`
	EndedAt  string `json:"ended_at,omitempty" format:"date-time"`
}

func renderPutAway(t *putaway.Task, sku, title, bin string) PutAway {
	return PutAway{
		ID: t.ID.String(), SKU: sku, Title: title, Location: locationText(int64(t.Cell.Location)), Lot: t.Lot, Quantity: t.Quantity, Stowed: t.Stowed, Left: t.Left, Waiting: t.Waits(),
		Bin: bin, At: instant(t.At), EndedAt: instant(t.EndedAt),
	}
}

type putAwayQuery struct {
	Paging
	Location string `query:"location" required:"true" doc:"Code or id."`
	SKU      string `query:"sku" maxLength:"200" doc:"Of this item alone."`
}

func (a *api) listPutAways(c *call, p *putAwayQuery, _ *none) (Page[PutAway], error) {
	after, err := p.numbers(1, 0)
	if err != nil {
		return Page[PutAway]{}, err
	}
	at, err := c.location(parameterMark+"location", p.Location, &c.faults)
	if err == nil {
		err = c.parameters()
	}
	if err != nil {
		return Page[PutAway]{}, err
	}
	var list []putaways.Waiting
	var bins map[int64]string
	err = c.read(func(r *store.Reader) (err error) {
		item := int64(0)
		if p.SKU != "" {
			found, err := items.BySKU(r, []string{p.SKU})
			if err != nil || len(found) == 0 {
				return err
			}
			item = int64(found[0].ID)
		}
		if list, err = putaways.Page(r, at, item, putaway.ID(after[0]), p.Limit+1); err != nil {
			return err
		}
		bins, err = levels.BinsAt(r, at, putaways.Items(list))
		return err
	})
	render := func(w putaways.Waiting) PutAway { return renderPutAway(&w.Task, w.SKU, w.Name, bins[w.Cell.Item]) }
	return page(p.Limit, list, render, func(w putaways.Waiting) string { return number(int64(w.ID)) }), err
}

// PutAwayRequest says where units lie.
type PutAwayRequest struct {
	Lines []PutAwayLine `json:"lines" minItems:"1" maxItems:"200" doc:"One id may come more than once: its units lie in several bins."`
}

// PutAwayLine is one bin.
type PutAwayLine struct {
	ID       string `json:"id" example:"put_0pmnqh2000400"`
	Bin      string `json:"bin" minLength:"1" maxLength:"60" example:"A-01-3"`
	Quantity *int64 `json:"quantity,omitempty" minimum:"1" doc:"All that waits, when left out."`
}

// PutAwayLeave names what is put away nowhere.
type PutAwayLeave struct {
	IDs  []string `json:"ids" minItems:"1" maxItems:"200"`
	Note string   `json:"note,omitempty" maxLength:"200"`
}

// PutAwaysDone is what became of them.
type PutAwaysDone struct {
	PutAways []PutAway `json:"put_aways"`
	DryRun   bool      `json:"dry_run,omitempty"`
}

func (a *api) putAway(c *call, p *DryRun, in *PutAwayRequest) (PutAwaysDone, error) {
	var cmd floor.PutAwayCommand
	for i, x := range in.Lines {
		l := putaway.Line{ID: c.putAwayID("/lines/"+number(int64(i))+"/id", x.ID), Bin: x.Bin}
		set(&l.Quantity, x.Quantity)
		cmd.Lines = append(cmd.Lines, l)
	}
	var ids []putaway.ID
	for _, x := range cmd.Lines {
		ids = append(ids, x.ID)
	}
	return stowed(c, p, floor.PutAway, cmd, ids)
}

func (a *api) leavePutAways(c *call, p *DryRun, in *PutAwayLeave) (PutAwaysDone, error) {
	cmd := floor.NotPutAwayCommand{Note: in.Note}
	for i, id := range in.IDs {
		cmd.IDs = append(cmd.IDs, c.putAwayID("/ids/"+number(int64(i)), id))
	}
	return stowed(c, p, floor.NotPutAway, cmd, cmd.IDs)
}

func (c *call) putAwayID(at, text string) putaway.ID {
	id, err := putaway.ParseID(text)
	if err != nil {
		c.faults.AddError(at, err)
	}
	return id
}

func stowed[C any](c *call, p *DryRun, op *desk.Operation[C], cmd C, ids []putaway.ID) (PutAwaysDone, error) {
	do := one[C]
	if p.Dry {
		do = preview[C]
	}
	did, err := do(c, op, cmd)
	if err != nil {
		return PutAwaysDone{}, err
	}
	out := PutAwaysDone{DryRun: p.Dry, PutAways: []PutAway{}}
	err = c.read(func(r *store.Reader) error {
		list, err := putaways.Load(r, ids)
		if done, ok := did.Value.(*floor.PutAwayDone); ok {
			list = done.Tasks
		}
		if err != nil {
			return err
		}
		of := make([]int64, len(list))
		for i, t := range list {
			of[i] = t.Cell.Item
		}
		names, err := replenishment.NamesOf(r, of)
		for _, t := range list {
			out.PutAways = append(out.PutAways, renderPutAway(t, names[t.Cell.Item].SKU, names[t.Cell.Item].Name, ""))
		}
		return err
	})
	return out, err
}
