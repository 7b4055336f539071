package httpapi

import (
	"slices"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/selling"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/merchants"
	"orderly/internal/store/preorders"
	sells "orderly/internal/store/selling"
	"orderly/internal/store/shelves"
)

// sellingRoutes are what channels may sell, and what they leave to others.
func (a *api) sellingRoutes() {
	read, write := access.StockRead, admin.SetBuffers.Permission
	add(a, route{method: "GET", path: "/v1/availability", id: "listAvailability", summary: "How much of items a channel may sell now", needs: read, whole: true, text: availabilityText}, a.listAvailability)
	add(a, route{method: "GET", path: "/v1/channel-buffers", id: "listBuffers", summary: "List what a channel leaves to others", needs: read, whole: true}, a.listBuffers)
	add(a, route{method: "POST", path: "/v1/channel-buffers", id: "setBuffers", summary: "Set what a channel leaves to others", needs: write, text: buffersText}, a.setBuffers)
	add(a, route{method: "GET", path: "/v1/channel-places", id: "getChannelPlaces", summary: "Read from which locations a channel sells", needs: read, whole: true}, a.getPlaces)
	add(a, route{method: "POST", path: "/v1/channel-places", id: "setChannelPlaces", summary: "Set from which locations a channel sells", needs: write, text: channelPlacesText}, a.setPlaces)
}

const (
	availabilityText = "For feeds of stock to channels: what an order of the channel would get at this instant, over all locations that it sells from, less its buffers. " +
		"Up to 100 SKUs at once, or all items page by page. A bundle is there as often as its scarcest component allows; `counted` is false of what has no stock. `preorder` is there where an order for more is pre-ordered. It reads a snapshot and keeps nothing back: see `/v1/claims`."
	buffersText = "At a location the channel sells down to the buffer or the safety stock, whichever is more. A buffer without `sku` is of every item, one without `location` of every location; the most precise one counts, one of an item before one of a location. " +
		"They hold for orders, claims of checkouts and promises from then on; what is claimed stays. Who waits is served when a buffer is less."
	channelPlacesText = "An empty list means all. What is claimed elsewhere stays."
)

// maxAsked bounds the SKUs of one question.
const maxAsked = 100

type availabilityQuery struct {
	Paging
	Channel string   `query:"channel" required:"true" minLength:"1" maxLength:"60" example:"web"`
	SKU     []string `query:"sku,explode" maxItems:"100" doc:"Up to 100, each by a parameter of its own; all items when none is named."`
}

// Availability is how much of an item a channel may sell.
type Availability struct {
	SKU       string `json:"sku"`
	Item      string `json:"item" example:"itm_0pmnqh2000400"`
	Channel   string `json:"channel" example:"web"`
	Counted   bool   `json:"counted" doc:"false of services and what is digital: there is no end of it."`
	Available int64  `json:"available" doc:"In steps of the item; never below zero."`
	Incoming  int64  `json:"incoming" doc:"On its way to locations that the channel sells from."`
	Expected  string `json:"incoming_on,omitempty" format:"date" doc:"When the first of what is incoming should come; absent when no day is known."`
	WhenShort string `json:"when_short" enum:"backorder,refuse" doc:"What becomes of an order for more."`

	Preorder *OnPreorder `json:"preorder,omitempty" doc:"Instead of what when_short says: an order for more is taken, up to what is left."`
}

func (a *api) listAvailability(c *call, p *availabilityQuery, _ *none) (Page[Availability], error) {
	after, err := p.text()
	if err == nil && len(p.SKU) > maxAsked {
		err = badParameter("sku", "too_many", "at most %d SKUs are asked about at once", maxAsked)
	}
	if err != nil {
		return Page[Availability]{}, err
	}
	var found []shelves.Available
	var on map[int64]*OnPreorder
	var zone *time.Location
	err = c.read(func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		zone = m.Location()
		list, err := askedItems(r, p.SKU, after, p.Limit+1)
		if err == nil {
			found, err = shelves.Availability(r, p.Channel, list, a.desk.DB.Now())
		}
		if err == nil {
			on, err = a.preordersFor(r, p.Channel, list)
		}
		return err
	})
	limit := p.Limit
	if len(p.SKU) > 0 {
		limit = len(found)
	}
	return page(limit, found, func(x shelves.Available) Availability {
		day := ""
		if x.ExpectedAt != 0 {
			day = dayIn(x.ExpectedAt, zone)
		}
		return Availability{Expected: day, SKU: x.Item.SKU, Item: x.Item.ID.String(), Channel: p.Channel, Counted: x.Counted, Available: x.Units, Incoming: x.Incoming, WhenShort: string(x.Item.WhenShort), Preorder: on[int64(x.Item.ID)]}
	}, func(x shelves.Available) string { return x.Item.SKU }), err
}

// preordersFor are the offers by which a channel sells items that are short.
func (a *api) preordersFor(r *store.Reader, channel string, list []*catalog.Item) (map[int64]*OnPreorder, error) {
	ids := make([]int64, len(list))
	for i, item := range list {
		ids[i] = int64(item.ID)
	}
	offers, err := preorders.SoldBy(r, channel, ids, a.desk.DB.Now())
	if err != nil || len(offers) == 0 {
		return nil, err
	}
	m, err := merchants.Get(r, r.M)
	out := map[int64]*OnPreorder{}
	for id, o := range offers {
		out[id] = onPreorder(o, m.Location())
	}
	return out, err
}

// askedItems are the items of SKUs, every one of which must be known, or a page
// of all items.
func askedItems(r *store.Reader, skus []string, after string, limit int) ([]*catalog.Item, error) {
	if len(skus) == 0 {
		return items.Page(r, "", after, limit)
	}
	skus = slices.Clone(skus)
	slices.Sort(skus)
	skus = slices.Compact(skus)
	list, err := items.BySKU(r, skus)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b *catalog.Item) int { return strings.Compare(a.SKU, b.SKU) })
	for _, sku := range skus {
		if !slices.ContainsFunc(list, func(i *catalog.Item) bool { return i.SKU == sku }) {
			return nil, badParameter("sku", "unknown_sku", "no item has the SKU %.80q", sku)
		}
	}
	return list, nil
}

type bufferQuery struct {
	Paging
	Channel string `query:"channel" required:"true" minLength:"1" maxLength:"60" example:"web"`
}

// ChannelBuffer is how many units a channel leaves to others.
type ChannelBuffer struct {
	SKU      string `json:"sku,omitempty" doc:"Absent: of every item."`
	Location string `json:"location,omitempty" doc:"Code; absent: at every location."`
	Units    int64  `json:"units" doc:"In steps of the item, at each location."`
}

func (a *api) listBuffers(c *call, p *bufferQuery, _ *none) (Page[ChannelBuffer], error) {
	after, err := p.numbers(2, -1)
	if err != nil {
		return Page[ChannelBuffer]{}, err
	}
	var list []selling.Buffer
	var names map[int64]string
	err = c.read(func(r *store.Reader) (err error) {
		if list, err = sells.Buffers(r, p.Channel, stock.Cell{Item: after[0], Location: stock.LocationID(after[1])}, p.Limit+1); err != nil {
			return err
		}
		ids := make([]int64, len(list))
		for i := range list {
			ids[i] = list[i].Item
		}
		names, err = items.SKUs(r, ids)
		return err
	})
	return page(p.Limit, list, func(b selling.Buffer) ChannelBuffer {
		out := ChannelBuffer{SKU: names[b.Item], Units: b.Units}
		if b.Location != 0 {
			out.Location = c.code(b.Location)
		}
		return out
	}, func(b selling.Buffer) string { return number(b.Item) + "." + number(int64(b.Location)) }), err
}

// BufferLine sets one buffer.
type BufferLine struct {
	SKU      string `json:"sku,omitempty" maxLength:"80" doc:"Every item when left out."`
	Location string `json:"location,omitempty" doc:"Code or id; every location when left out."`
	Units    *int64 `json:"units,omitempty" minimum:"0" doc:"Left out: this buffer is taken away, and the next less precise one counts. 0 leaves nothing to others."`
}

// NewBuffers sets what a channel leaves to others.
type NewBuffers struct {
	Channel string       `json:"channel" minLength:"1" maxLength:"60" example:"web"`
	Lines   []BufferLine `json:"lines" minItems:"1" maxItems:"1000"`
}

// BuffersSet is the answer.
type BuffersSet struct {
	Channel string `json:"channel"`
	Lines   int    `json:"lines"`
}

func (a *api) setBuffers(c *call, _ *none, in *NewBuffers) (BuffersSet, error) {
	cmd := admin.BuffersCommand{Channel: in.Channel, Lines: make([]selling.Line, len(in.Lines))}
	for i, x := range in.Lines {
		at, err := c.location("/lines/"+number(int64(i))+"/location", x.Location, &c.faults)
		if err != nil {
			return BuffersSet{}, err
		}
		cmd.Lines[i] = selling.Line{SKU: x.SKU, Location: at, Units: x.Units}
	}
	_, err := one(c, admin.SetBuffers, cmd)
	return BuffersSet{in.Channel, len(in.Lines)}, err
}

type channelQuery struct {
	Channel string `query:"channel" required:"true" minLength:"1" maxLength:"60" example:"web"`
}

// ChannelPlaces are the locations that a channel sells from.
type ChannelPlaces struct {
	Channel   string   `json:"channel" minLength:"1" maxLength:"60" example:"web"`
	Locations []string `json:"locations" maxItems:"500" doc:"Codes, or ids in a request; empty for all."`
}

func (a *api) getPlaces(c *call, p *channelQuery, _ *none) (ChannelPlaces, error) {
	return c.channelPlaces(p.Channel)
}

func (c *call) channelPlaces(channel string) (ChannelPlaces, error) {
	var at []stock.LocationID
	err := c.read(func(r *store.Reader) (err error) {
		at, err = sells.Places(r, channel)
		return err
	})
	out := ChannelPlaces{channel, []string{}}
	for _, id := range at {
		out.Locations = append(out.Locations, c.code(id))
	}
	return out, err
}

func (a *api) setPlaces(c *call, _ *none, in *ChannelPlaces) (ChannelPlaces, error) {
	cmd := admin.PlacesCommand{Channel: in.Channel}
	for i, text := range in.Locations {
		at, err := c.location("/locations/"+number(int64(i)), text, &c.faults)
		if err != nil {
			return ChannelPlaces{}, err
		}
		if at == 0 && c.faults.Len() == 0 {
			return ChannelPlaces{}, fault.New(fault.Invalid, "unknown_location", "name locations by their code or id")
		}
		cmd.Locations = append(cmd.Locations, at)
	}
	if _, err := one(c, admin.SetPlaces, cmd); err != nil {
		return ChannelPlaces{}, err
	}
	return c.channelPlaces(in.Channel)
}
