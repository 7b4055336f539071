package httpapi

import (
	"orderly/internal/fault"
	"orderly/internal/search"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/shelves"
)

// Shelf is an item with what lies of it at all locations.
type Shelf struct {
	Item           string  `json:"item"`
	SKU            string  `json:"sku"`
	Name           string  `json:"name"`
	OnHand         int64   `json:"on_hand"`
	Reserved       int64   `json:"reserved"`
	Sellable       int64   `json:"sellable" doc:"The sum of what may be sold at each location."`
	Incoming       int64   `json:"incoming"`
	Damaged        int64   `json:"damaged"`
	QualityControl int64   `json:"quality_control"`
	Safety         int64   `json:"safety"`
	Waiting        int64   `json:"waiting" doc:"Units of orders that wait for stock."`
	WaitingMore    bool    `json:"waiting_more,omitempty" doc:"true when only the first 200 lines that wait are counted."`
	LowAt          int64   `json:"low_locations" doc:"At how many locations it is low."`
	Levels         []Level `json:"levels"`
}

type shelfQuery struct {
	Paging
	Q        string `query:"q" maxLength:"200" doc:"Beginnings of words of SKU, name or barcode. The best matches, on one page."`
	Only     string `query:"only" enum:"low,waiting" doc:"low: no more sellable than somebody minds, somewhere. waiting: orders wait for it."`
	Location string `query:"location" doc:"Code or id."`
}

func (a *api) listShelves(c *call, p *shelfQuery, _ *none) (Page[Shelf], error) {
	after, err := p.text()
	if err != nil {
		return Page[Shelf]{}, err
	}
	at, err := c.location(parameterMark+"location", p.Location, &c.faults)
	if err == nil {
		err = c.parameters()
	}
	if err == nil {
		err = wordsIn(p.Q)
	}
	if err != nil {
		return Page[Shelf]{}, err
	}
	var got shelves.Page
	err = c.read(func(r *store.Reader) (err error) {
		got, err = shelves.List(r, shelves.Filter{Text: p.Q, Only: shelves.Only(p.Only), Location: at, After: after, Limit: p.Limit})
		return err
	})
	return pageUntil(got.Rows, c.renderShelf, got.Next), err
}

// wordsIn is the fault of a parameter q that cannot be looked for.
func wordsIn(q string) error {
	_, err := search.Beginnings(q)
	var f *fault.Error
	if asFault(err, &f) {
		return badParameter("q", f.Code, "%s", f.Message)
	}
	return err
}

func (c *call) renderShelf(x shelves.Row) Shelf {
	out := Shelf{
		Item: x.Item.ID.String(), SKU: x.Item.SKU, Name: x.Item.Name, OnHand: x.Sum.OnHand, Reserved: x.Sum.Reserved, Sellable: x.Free,
		Incoming: x.Sum.Incoming, Damaged: x.Sum.Damaged, QualityControl: x.Sum.QualityControl, Safety: x.Sum.Safety,
		Waiting: x.Waiting, WaitingMore: x.More, LowAt: x.LowCount(), Levels: make([]Level, len(x.Levels)),
	}
	for i := range x.Levels {
		out.Levels[i] = c.renderLevel(&x.Levels[i])
		out.Levels[i].SKU = x.Item.SKU
	}
	return out
}

type findQuery struct {
	Q     string `query:"q" required:"true" maxLength:"200" doc:"Beginnings of words of SKU, name or barcode."`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"20"`
}

func (a *api) findItems(c *call, p *findQuery, _ *none) (Page[Item], error) {
	if err := wordsIn(p.Q); err != nil {
		return Page[Item]{}, err
	}
	out := Page[Item]{Data: []Item{}}
	err := c.read(func(r *store.Reader) error {
		list, err := items.Search(r, p.Q, p.Limit)
		for _, i := range list {
			out.Data = append(out.Data, c.renderItem(i))
		}
		return err
	})
	return out, err
}
