package run

import (
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"maps"
	"slices"

	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/imports/onlineretail"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// placed is an order of the file that the books took in live, with what is to
// become of it. The order is found again by its invoice.
type placed struct {
	invoice  string
	lines    int
	canceled back
	returned []back
}

// live puts the file through everything that happens to an order: goods come
// in at three depots, orders are placed in time order, canceled, released,
// picked, packed, shipped and delivered, and some come back.
func (b *retail) live(ctx context.Context) error {
	if err := b.phase(ctx, "receive", "lines", unknownTotal, b.receiveChunks()); err != nil {
		return err
	}
	var taken []placed
	place := func(c *chunk, batch []entry) { b.placeChunk(c, batch, &taken) }
	if err := b.phase(ctx, "place", "lines", b.linesTotal, b.entryChunks((*entry).goods, place)); err != nil {
		return err
	}
	fees := func(e *entry) bool { return !e.goods() }
	if err := b.phase(ctx, "credits", "lines", unknownTotal, b.entryChunks(fees, b.recordChunk)); err != nil {
		return err
	}
	if err := b.phase(ctx, Stock, "lines", unknownTotal, b.adjustChunks()); err != nil || b.o.DryRun {
		return err
	}
	total := count(len(taken))
	if err := b.phase(ctx, "cancel", "orders", unknownTotal, b.cancelChunks(taken)); err != nil {
		return err
	}
	for _, next := range []struct {
		name string
		do   step
	}{
		{"release", b.worker(floor.Release, fulfillment.Pending)},
		{"pick", b.worker(floor.Pick, fulfillment.Released, fulfillment.Picking)},
		{"pack", b.pack},
		{"ship", b.parcels("ship", fulfillment.Packed)},
		{"deliver", b.parcels("deliver", fulfillment.Shipped)},
	} {
		if err := b.phase(ctx, next.name, "orders", total, b.workChunks(taken, next.do)); err != nil {
			return err
		}
	}
	return b.phase(ctx, "return", "orders", unknownTotal, b.returnChunks(taken))
}

// receiveChunks take in as much of each article as the file sells.
func (b *retail) receiveChunks() iter.Seq2[*chunk, error] {
	ref := b.reference()
	return inChunks(b.deliveries(), func(c *chunk, part []stock.Line) {
		list := make([]asked[stock.Line], len(part))
		for i := range part {
			list[i] = asked[stock.Line]{command: part[i], skip: b.o.DryRun}
		}
		useAct(b.importer, c, floor.Receive, func(*store.Reader) ([]asked[stock.Line], error) { return list, nil },
			func(lines []stock.Line) floor.ReceiveCommand {
				return floor.ReceiveCommand{Lines: lines, Reference: ref}
			})
		c.after = func(got []desk.Result) error {
			for i, r := range got {
				if r.Err != nil {
					b.sum.warn(fmt.Sprintf("no stock of %q could be received: %v", part[i].SKU, r.Err))
				}
			}
			return nil
		}
	})
}

// deliveries are what comes of each article to each depot: exactly what the
// file sells, spread so that one depot has it all, or two halves of it, or
// three unequal parts, by the article's code and nothing else.
func (b *retail) deliveries() []stock.Line {
	need := map[string]int64{}
	for f := range b.book.Facts() {
		if s, ok := f.(*onlineretail.Sale); ok {
			for i := range s.Lines {
				if item := b.shelf.BySKU(s.Lines[i].SKU); item != nil && item.Stocked() {
					need[item.SKU] += b.units(item.SKU, s.Lines[i].Quantity)
				}
			}
		}
	}
	var out []stock.Line
	for _, sku := range slices.Sorted(maps.Keys(need)) {
		for i, q := range spread(sku, need[sku]) {
			if place := b.places.byCode(depots[i].Code); q > 0 && place != nil {
				out = append(out, stock.Line{SKU: sku, Location: place.ID, Quantity: q})
			}
		}
	}
	return out
}

// spread divides units over the depots.
func spread(sku string, units int64) [3]int64 {
	switch hashOf(sku) % 4 {
	case 0:
		return [3]int64{units, 0, 0}
	case 1:
		return [3]int64{units - units/2, units / 2, 0}
	case 2:
		return [3]int64{units / 4, units - units/4, 0}
	}
	return [3]int64{units - units/3 - units/5, units / 3, units / 5}
}

func hashOf(text string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(text))
	return h.Sum32()
}

// placeChunk places orders and notes those that are in the books.
func (b *retail) placeChunk(c *chunk, batch []entry, taken *[]placed) {
	list := make([]asked[intake.PlaceCommand], len(batch))
	for i := range batch {
		list[i] = askUnless(batch[i].err, intake.Place, intake.PlaceCommand{Request: batch[i].request})
	}
	use(b.importer, c, intake.Place, func(*store.Reader) ([]asked[intake.PlaceCommand], error) { return list, nil })
	b.previewKnown(c, batch)
	c.after = func(got []desk.Result) error {
		for i, r := range got {
			e := &batch[i]
			if r.Err != nil {
				b.refuseEntry(e, r.Err, e.allNet(), e.allSources())
				continue
			}
			b.took(e, r.Status, e.net, e.booked)
			if b.o.DryRun { // nothing will come after
				b.sum.net.micros(int64(e.allNet() - e.net))
				b.sum.booked.minor(e.allBooked()-e.booked, onlineretail.Currency.Exponent())
				continue
			}
			*taken = append(*taken, placed{e.request.ExternalID, len(e.request.Lines), e.canceled, e.returned})
		}
		return nil
	}
}
