package admin

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/selling"
	"orderly/internal/stock"
)

// BuffersCommand says what a channel leaves to others.
type BuffersCommand struct {
	Channel string
	Lines   []selling.Line
}

// SetBuffers keeps what a channel leaves to others, for orders and claims from
// now on: what is claimed already stays. Who waits is served when it is less.
var SetBuffers = step.Act[BuffersCommand]{
	Name: "channels.buffers", Permission: access.SettingsWrite,
	Check: func(c *BuffersCommand) error {
		var l fault.List
		selling.CheckLines(c.Channel, c.Lines, &l)
		return l.Err()
	},
	Weight: func(c *BuffersCommand) int { return len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[BuffersCommand]) error {
		var skus []string
		for i := range asked {
			for _, x := range asked[i].Command.Lines {
				skus = append(skus, x.SKU)
			}
		}
		slices.Sort(skus)
		return b.LoadItems(slices.Compact(skus))
	},
	Decide: decideBuffers,
}.Operation()

func decideBuffers(b *step.Batch, a desk.Asked[BuffersCommand]) (desk.Result, error) {
	c := a.Command
	var faults fault.List
	list := make([]selling.Buffer, len(c.Lines))
	for i, x := range c.Lines {
		list[i] = selling.Buffer{Channel: c.Channel, Cell: stock.Cell{Location: x.Location}}
		if item := b.Item(x.SKU); item != nil && item.Kind == catalog.Goods {
			list[i].Item = int64(item.ID)
		} else if x.SKU != "" {
			faults.Add(fmt.Sprintf("/lines/%d/sku", i), "unknown_sku", "no goods have the SKU %.80q; a bundle is kept back by its components", x.SKU)
		}
		if x.Location != 0 && b.Catalog.Location(x.Location) == nil {
			faults.Add(fmt.Sprintf("/lines/%d/location", i), "unknown_location", "there is no such location")
		}
	}
	if err := faults.Err(); err != nil {
		return desk.Result{}, err
	}
	if n, err := b.CountBuffers(); err != nil {
		return desk.Result{}, err
	} else if n+int64(len(list)) > selling.MaxBuffers {
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "%d buffers are set, and at most %d are kept; take some away, or say for every item at once", n, selling.MaxBuffers)
	}
	for i, x := range list {
		b.SetBuffer(x, c.Lines[i].Units)
		if err := b.Frees(x.Item); err != nil {
			return desk.Result{}, err
		}
	}
	seq, err := b.TellMerchant(a.Scope, journal.BuffersSaved, mustJSON(map[string]any{"channel": c.Channel, "lines": len(c.Lines)}))
	return desk.Result{Kind: journal.Merchant, ID: b.R.M, Seq: seq, Status: "done"}, err
}

// PlacesCommand says from where a channel sells.
type PlacesCommand struct {
	Channel   string
	Locations []stock.LocationID // none means all
}

// SetPlaces keeps from which locations a channel sells, from now on.
var SetPlaces = step.Act[PlacesCommand]{
	Name: "channels.places", Permission: access.SettingsWrite,
	Check: func(c *PlacesCommand) error {
		var l fault.List
		slices.Sort(c.Locations)
		c.Locations = slices.Compact(c.Locations)
		selling.CheckPlaces(c.Channel, c.Locations, &l)
		return l.Err()
	},
	Load: func(*step.Batch, []desk.Asked[PlacesCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[PlacesCommand]) (desk.Result, error) {
		c := a.Command
		var faults fault.List
		for i, id := range c.Locations {
			if b.Catalog.Location(id) == nil {
				faults.Add(fmt.Sprintf("/locations/%d", i), "unknown_location", "there is no such location")
			}
		}
		if err := faults.Err(); err != nil {
			return desk.Result{}, err
		}
		b.SetPlaces(c.Channel, c.Locations)
		if err := b.Frees(0); err != nil {
			return desk.Result{}, err
		}
		codes := make([]string, len(c.Locations))
		for i, id := range c.Locations {
			codes[i] = b.Catalog.Location(id).Code
		}
		seq, err := b.TellMerchant(a.Scope, journal.PlacesSaved, mustJSON(map[string]any{"channel": c.Channel, "locations": codes}))
		return desk.Result{Kind: journal.Merchant, ID: b.R.M, Seq: seq, Status: "done"}, err
	},
}.Operation()
