package step

import (
	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/stock"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/items"
)

// TellStock adds a journal entry of a stock act and gives its sequence.
func (b *Batch) TellStock(by access.Scope, typ string, act, seq int64, data []byte) int64 {
	return b.tell(journal.Stock, act, seq, typ, by, data)
}

// LastEntry is the sequence of the entry told last, for movements that belong
// to it; zero in a preview.
func (b *Batch) LastEntry() int64 {
	if len(b.entries) == 0 {
		return 0
	}
	return b.entries[len(b.entries)-1].Seq
}

// KnowPacks adds what barcodes stand for, and reads their items.
func (b *Batch) KnowPacks(packs map[string]items.Pack) error {
	ids := make([]catalog.ID, 0, len(packs))
	for code, p := range packs {
		b.packs[code] = p
		ids = append(ids, p.Item)
	}
	return b.Catalog.load(b.R, nil, ids)
}

// Packed finds the item of a SKU or a barcode, and how many steps one stands
// for; nil when there is none.
func (b *Batch) Packed(code string) (*catalog.Item, int64) {
	if i := b.Catalog.BySKU(code); i != nil {
		return i, 1
	}
	if p, ok := b.packs[code]; ok {
		return b.Catalog.ByID(p.Item), p.Quantity
	}
	return nil, 0
}

// act is a stock act of the past: its entries and its movements.
type act struct {
	history []journal.Entry
	moved   []stock.Movement
}

// KnowAct adds a stock act that was read.
func (b *Batch) KnowAct(id int64, history []journal.Entry, moved []stock.Movement) {
	b.acts[id] = act{history, moved}
}

// Act is a stock act that was read.
func (b *Batch) Act(id int64) ([]journal.Entry, []stock.Movement) {
	return b.acts[id].history, b.acts[id].moved
}

// SetSafety changes a level's safety stock; less of it frees units.
func (b *Batch) SetSafety(c stock.Cell, q int64) error {
	l := b.Level(c)
	if q < l.Safety {
		b.freed[c.Item] = true
	}
	l.Safety = q
	return b.touchLevel(l)
}

// SetLowAt changes at what a level counts as low.
func (b *Batch) SetLowAt(c stock.Cell, q int64) error {
	l := b.Level(c)
	l.LowAt = q
	return b.touchLevel(l)
}

// LoadScans reads what is known of parcels' ways.
func (b *Batch) LoadScans(ids []fulfillment.ParcelID) error {
	found, err := fulfillments.Scans(b.R, ids)
	for id, list := range found {
		for _, s := range list {
			b.scanned[scanKey{id, s.At, s.Code}] = true
		}
	}
	return err
}

// scanKey is what makes a scan the same scan.
type scanKey struct {
	parcel fulfillment.ParcelID
	at     int64
	code   string
}

// FreshScans are the scans that nobody has reported yet, each once.
func (b *Batch) FreshScans(id fulfillment.ParcelID, scans []fulfillment.Scan) []fulfillment.Scan {
	var out []fulfillment.Scan
	for _, s := range scans {
		if k := (scanKey{id, s.At, s.Code}); !b.scanned[k] {
			b.scanned[k] = true
			out = append(out, s)
		}
	}
	return out
}
