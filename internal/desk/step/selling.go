package step

import (
	"orderly/internal/access"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/selling"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store/entries"
	"orderly/internal/store/orders"
	sells "orderly/internal/store/selling"
)

// maxFreed is how many items that somebody waits for are looked at when a
// channel may sell more of everything.
const maxFreed = 2000

// sellingBook is what a batch changes of the terms of channels.
type sellingBook struct {
	buffers map[selling.Buffer]*int64     // by what they are of, Units left at 0; nil takes one away
	places  map[string][]stock.LocationID // by channel
}

// Terms are what holds for a channel; nil when nothing was said of it.
func (c *Catalog) Terms(channel string) *selling.Terms { return c.terms[channel] }

// askOf is what the profile is asked about an order, places that its channel
// does not sell from among those that are not asked.
func (b *Batch) askOf(o *order.Order, stocked []sourcing.Demand, except []stock.LocationID) *sourcing.Ask {
	ask := b.facts().AskOf(o, stocked, except)
	if b.terms == nil || b.checkouts.own != nil {
		return ask
	}
	for i := range ask.Places {
		if f := &ask.Places[i]; f.Barred == "" && !b.terms.From(f.Place) {
			f.Barred = sourcing.BarChannel
		}
	}
	return ask
}

// SetBuffer has a channel leave units to others; nil takes that away.
func (b *Batch) SetBuffer(x selling.Buffer, units *int64) {
	if b.selling.buffers == nil {
		b.selling.buffers = map[selling.Buffer]*int64{}
	}
	b.selling.buffers[x] = units
}

// CountBuffers is how many buffers there are, those of earlier commands
// included, whether they were there before or not.
func (b *Batch) CountBuffers() (int64, error) {
	n, err := sells.Count(b.R)
	return n + int64(len(b.selling.buffers)), err
}

// SetPlaces has a channel sell from these locations alone; none means all.
func (b *Batch) SetPlaces(channel string, at []stock.LocationID) {
	if b.selling.places == nil {
		b.selling.places = map[string][]stock.LocationID{}
	}
	b.selling.places[channel] = at
}

// Frees has those served who wait for an item, of which more may be sold now;
// 0 stands for every item.
func (b *Batch) Frees(item int64) error {
	if item != 0 {
		b.freed[item] = true
		return nil
	}
	waited, err := orders.WaitedFor(b.R, maxFreed)
	for _, id := range waited {
		b.freed[id] = true
	}
	return err
}

// writeSelling keeps what channels leave to others, and raises the epoch.
func (b *Batch) writeSelling() error {
	s := &b.selling
	if len(s.buffers)+len(s.places) == 0 {
		return nil
	}
	b.tx.Seq.Epoch++
	var saved, dropped []selling.Buffer
	for x, units := range s.buffers {
		if units == nil {
			dropped = append(dropped, x)
			continue
		}
		x.Units = *units
		saved = append(saved, x)
	}
	if err := sells.Drop(b.tx, dropped); err != nil {
		return err
	}
	if err := sells.Save(b.tx, saved); err != nil {
		return err
	}
	for channel, at := range s.places {
		if err := sells.SavePlaces(b.tx, channel, at); err != nil {
			return err
		}
	}
	return nil
}

// TellMerchant adds an entry about the merchant itself, and gives its number
// in that history.
func (b *Batch) TellMerchant(by access.Scope, typ string, data []byte) (int64, error) {
	if _, known := b.subjects[b.R.M]; !known {
		last, err := entries.LastOf(b.R, b.R.M)
		if err != nil {
			return 0, err
		}
		b.subjects = map[int64]int64{b.R.M: last}
	}
	b.subjects[b.R.M]++
	b.tell(journal.Merchant, b.R.M, b.subjects[b.R.M], typ, by, data)
	return b.subjects[b.R.M], nil
}
