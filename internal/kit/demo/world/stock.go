package world

import (
	"math/rand/v2"
	"time"
)

// Stock is what one bin of one location holds of an item at the opening.
// Items without lots have neither Lot nor Expiry.
type Stock struct {
	Item     int // index into World.Items
	SKU      string
	Location string
	Bin      string
	Lot      string
	Expiry   string // date, as 2006-01-02
	Quantity int64  // in steps of the item's unit
}

const (
	// How many in a hundred items open with nothing, and with next to nothing.
	// The best sellers never do: one of them would make every other order wait.
	emptyPercent  = 5
	scarcePercent = 8
	bestSellers   = 20

	// What an order line takes on average: lines an order, in hundredths, and
	// grams a line of beans.
	linesPerOrder = 225
	beansPerLine  = 700

	maxLots = 3
)

// OpeningStock is what stands on the shelves at the given time, item by item.
// It serves about Options.Cover orders, except that some items are short or
// missing from the start. Bundles and digital items have none. The same time
// gives the same stock; lots expire at dates counted from it.
func (w *World) OpeningStock(at time.Time) []Stock {
	r := stream(w.opt.Seed, streamStock)
	demand, best := w.demand(), w.bestSellers()
	var all []Stock
	for i := range w.Items {
		if w.Items[i].Kind != KindStocked {
			continue
		}
		all = append(all, w.shelve(r, i, demand[i], best[i], at)...)
	}
	return all
}

// demand is how many steps of each item the covered orders are expected to take.
func (w *World) demand() []int64 {
	lines := uint64(w.opt.Cover) * linesPerOrder / 100
	bySKU := w.indexBySKU()
	demand := make([]int64, len(w.Items))
	for rank, i := range w.ranking {
		it := &w.Items[i]
		sold := w.popularity.weight(rank) * lines
		perLine := uint64(familyNamed(it.Family).unitsSold) // tenths
		if it.Scale > 0 {
			perLine = 10 * beansPerLine
		}
		steps := int64(sold / 10 * perLine / w.popularity.total())
		if it.Kind == KindBundle {
			for _, c := range it.Components {
				demand[bySKU[c.SKU]] += steps * c.Quantity
			}
			continue
		}
		demand[i] += steps
	}
	return demand
}

// bestSellers are the stocked items that sell best, those in bundles that do
// included.
func (w *World) bestSellers() map[int]bool {
	bySKU := w.indexBySKU()
	best := make(map[int]bool)
	for _, i := range w.ranking[:bestSellers] {
		best[i] = true
		for _, c := range w.Items[i].Components {
			best[bySKU[c.SKU]] = true
		}
	}
	return best
}

func (w *World) indexBySKU() map[string]int {
	bySKU := make(map[string]int, len(w.Items))
	for i := range w.Items {
		bySKU[w.Items[i].SKU] = i
	}
	return bySKU
}

// portion is what one location has of an item.
type portion struct {
	location string
	quantity int64
}

func (w *World) shelve(r *rand.Rand, i int, demand int64, best bool, at time.Time) []Stock {
	it := &w.Items[i]
	pack := int64(1)
	if it.Scale > 0 {
		pack = bagSteps
	}
	lots := openingLots(r, it, at)
	var rows []Stock
	for _, p := range portions(r, demand/pack, best) {
		if p.quantity == 0 {
			continue
		}
		bin := binIn(r, it, p.location)
		left := p.quantity
		for k, l := range lots {
			n := left
			if k < len(lots)-1 {
				n = left * int64(between(r, 25, 60)) / 100
			}
			if left -= n; n > 0 {
				rows = append(rows, Stock{i, it.SKU, p.location, bin, l.code, l.expiry, n * pack})
			}
		}
	}
	return rows
}

// portions splits an item among the locations, in packs.
func portions(r *rand.Rand, demand int64, best bool) []portion {
	switch fate := r.IntN(100); {
	case best:
	case fate < emptyPercent:
		return nil
	case fate < emptyPercent+scarcePercent:
		return []portion{{Leicester, int64(r.IntN(4))}, {Bristol, int64(r.IntN(2))}}
	}
	total := demand*int64(between(r, 80, 170))/100 + int64(between(r, 6, 24))
	shop := int64(0)
	if chance(r, 70) {
		shop = total*int64(between(r, 6, 12))/100 + int64(between(r, 1, 3))
	}
	north := total * int64(between(r, 22, 36)) / 100
	if chance(r, 15) {
		north = 0
	}
	return []portion{{Leicester, max(total-north-shop, 0)}, {Leeds, north}, {Bristol, shop}}
}

type lot struct{ code, expiry string }

// openingLots are the lots that the item's stock is from, first to expire
// first. An item without lots gets one that has no name.
func openingLots(r *rand.Rand, it *Item, at time.Time) []lot {
	if !it.LotTracked {
		return []lot{{}}
	}
	shelfLife, freshest := 540, 90
	if it.Family == FamilyCoffee {
		shelfLife, freshest = 270, 30
	}
	lots := make([]lot, between(r, 1, maxLots))
	packed := between(r, freshest, shelfLife/2) // days ago
	if chance(r, 6) {
		packed = shelfLife - between(r, 5, 20) // on its last days
	}
	for k := range lots {
		day := at.AddDate(0, 0, -packed)
		lots[k] = lot{
			code:   "L" + day.Format("060102") + string(rune('A'+k)),
			expiry: day.AddDate(0, 0, shelfLife).Format(time.DateOnly),
		}
		packed = max(packed-between(r, 7, 45), 1)
	}
	return lots
}

// binIn is an address like A-03-2: aisle, bay, level. The shop has few of each.
func binIn(r *rand.Rand, it *Item, location string) string {
	bays, levels := 24, 5
	if location == Bristol {
		bays, levels = 6, 3
	}
	b := []byte{familyNamed(it.Family).aisle, '-'}
	b = appendPadded(b, uint64(between(r, 1, bays)), 2)
	b = append(b, '-', byte('0'+between(r, 1, levels)))
	return string(b)
}
