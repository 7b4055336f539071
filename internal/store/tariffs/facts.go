package tariffs

import (
	"time"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/tariff"
)

// Limits of one reading: of more, a shorter time is asked for.
const (
	MaxParcels   = 50_000
	MaxMovements = 500_000
	MaxReturns   = 20_000
)

// TooLong is the code of what is told of a time that one reading cannot hold.
const TooLong = "period_too_long"

func tooLong(what string, most int) error {
	return fault.New(fault.Invalid, TooLong, "more than %d %s are in this time; ask for a shorter one", most, what)
}

// Sent reads the fulfillments of a place, which the caller knows to be one that may
// be seen (acts read without a scope), of which a parcel left between two
// instants, with every parcel of them that ever did.
func Sent(r *store.Reader, location, from, until int64) ([]tariff.Sent, error) {
	fuls, orders := map[int64]bool{}, map[int64]bool{}
	var ids []int64
	n := 0
	err := r.Each("SELECT fulfillment, order_id FROM parcel WHERE m = $1 AND location = $2 AND shipped_at > 0 AND shipped_at >= $3 AND shipped_at < $4 LIMIT $5",
		[]any{r.M, location, from, until, int64(MaxParcels + 1)}, func(scan func(...any) error) error {
			var f, o int64
			err := scan(&f, &o)
			n++
			fuls[f] = true
			if !orders[o] {
				orders[o] = true
				ids = append(ids, o)
			}
			return err
		})
	if err == nil && n > MaxParcels {
		err = tooLong("parcels", MaxParcels)
	}
	if err != nil {
		return nil, err
	}
	return sent(r, ids, func(f, at int64) bool { return at == location && fuls[f] })
}

// SentOf reads the fulfillments of orders of which parcels left, and where.
func SentOf(r *store.Reader, orders []int64) (list []tariff.Sent, places map[int64]int64, err error) {
	places = map[int64]int64{}
	list, err = sent(r, orders, func(f, at int64) bool {
		places[f] = at
		return true
	})
	return list, places, err
}

// sent reads the parcels of orders that left, by fulfillment.
func sent(r *store.Reader, orders []int64, wanted func(fulfillment, location int64) bool) ([]tariff.Sent, error) {
	var out []tariff.Sent
	at := map[int64]int{} // fulfillments
	type place struct{ sent, parcel int }
	of := map[int64]place{} // parcels
	var ids []int64
	err := store.In(r, "SELECT p.id, p.fulfillment, p.order_id, p.location, p.carrier, p.tracking, p.weight_grams, p.shipped_at, o.number FROM parcel AS p JOIN orders AS o ON o.m = p.m AND o.id = p.order_id "+
		"WHERE p.m = $1 AND p.order_id IN ($IN)", []any{r.M}, orders, func(scan func(...any) error) error {
		var p tariff.Parcel
		var s tariff.Sent
		var location int64
		err := scan(&p.ID, &s.Fulfillment, &s.Order, &location, &p.Carrier, &p.Tracking, &p.Grams, &p.At, &s.Number)
		if err != nil || p.At == 0 || !wanted(s.Fulfillment, location) {
			return err
		}
		i, known := at[s.Fulfillment]
		if !known {
			i = len(out)
			at[s.Fulfillment], out = i, append(out, s)
		}
		of[p.ID], ids = place{i, len(out[i].Parcels)}, append(ids, p.ID)
		out[i].Parcels = append(out[i].Parcels, p)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, store.In(r, "SELECT l.parcel, l.line, l.quantity, o.scale, i.weight_grams FROM parcel_line AS l JOIN parcel AS p ON p.m = l.m AND p.id = l.parcel "+
		"JOIN order_line AS o ON o.m = p.m AND o.order_id = p.order_id AND o.n = l.line JOIN item AS i ON i.m = o.m AND i.id = o.item WHERE l.m = $1 AND l.parcel IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		var l tariff.ParcelLine
		err := scan(&id, &l.Line, &l.Quantity, &l.Scale, &l.Grams)
		p := &out[of[id].sent].Parcels[of[id].parcel]
		p.Lines = append(p.Lines, l)
		return err
	})
}

// Returned reads what came back to a place between two instants, by return.
func Returned(r *store.Reader, location, from, until int64) ([]tariff.Came, error) {
	var ids []int64
	err := r.Each("SELECT id FROM order_return WHERE m = $1 AND location = $2 AND received_at > 0 AND received_at >= $3 AND received_at < $4 ORDER BY received_at, id LIMIT $5",
		[]any{r.M, location, from, until, int64(MaxReturns + 1)}, func(scan func(...any) error) error {
			var id int64
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
	if err == nil && len(ids) > MaxReturns {
		err = tooLong("returns", MaxReturns)
	}
	if err != nil {
		return nil, err
	}
	list, _, err := returned(r, "x.id", ids)
	return list, err
}

// ReturnedOf reads what of orders came back, and where to.
func ReturnedOf(r *store.Reader, orders []int64) (list []tariff.Came, places map[int64]int64, err error) {
	return returned(r, "x.order_id", orders)
}

func returned(r *store.Reader, by string, keys []int64) (list []tariff.Came, places map[int64]int64, err error) {
	places = map[int64]int64{}
	err = store.In(r, "SELECT x.id, x.order_id, x.location, x.received_at, l.quantity, i.scale, o.number FROM order_return AS x JOIN return_line AS l ON l.m = x.m AND l.return_id = x.id "+
		"JOIN item AS i ON i.m = l.m AND i.id = l.item JOIN orders AS o ON o.m = x.m AND o.id = x.order_id WHERE x.m = $1 AND x.received_at > 0 AND l.quantity > 0 AND "+by+" IN ($IN)", []any{r.M}, keys, func(scan func(...any) error) error {
		c := tariff.Came{Subject: "ret"}
		var at int64
		err := scan(&c.ID, &c.Order, &at, &c.At, &c.Steps, &c.Scale, &c.Number)
		places[c.ID] = at
		list = append(list, c)
		return err
	})
	return list, places, err
}

// takenIn are the reasons of movements by which goods are taken in from outside,
// and by which that is taken back. What customers send back is not among them.
var takenIn = map[string]bool{stock.Receive: true, stock.ReceiveReversed: true, stock.Purchase: true, stock.PurchaseReversed: true, stock.TransferIn: true}

// slack is by how much an id may be older than the movement that has it.
const slack = time.Minute

// found are the reasons of movements by which the books follow what was found on
// the shelf. A partner's word on its own stock is none, nor is what people adjust.
var found = map[string]bool{"count": true, "short_pick": true, "not_there": true, "difference": true}

// Lain is what lies at a place, and what moved there.
type Lain struct {
	Held  []tariff.Held
	Moves []tariff.Moved
	In    []tariff.Came // taken in, by the act that did
	Off   []tariff.Came // by which the books were wrong, each in its own direction
}

// movedSince reads item by item, along the key of movements.
const movedSince = " FROM movement WHERE m = $1 AND location = $2 AND id >= $3 AND at >= $4 AND item IN ($IN)"

// Stock reads what lies at a place now, in any state, and what moved there since
// an instant: one by one until another, with what was taken in by the act that did
// and what was found to differ, and in one sum by item after it, however long ago
// that is.
func Stock(r *store.Reader, location, from, until int64) (Lain, error) {
	var out Lain
	var items []int64
	scale := map[int64]int{}
	err := r.Each("SELECT v.item, v.on_hand + v.damaged + v.quality_control, i.scale FROM level AS v JOIN item AS i ON i.m = v.m AND i.id = v.item WHERE v.m = $1 AND v.location = $2", []any{r.M, location}, func(scan func(...any) error) error {
		var h tariff.Held
		err := scan(&h.Item, &h.Steps, &h.Scale)
		out.Held, items, scale[h.Item] = append(out.Held, h), append(items, h.Item), h.Scale
		return err
	})
	if err != nil {
		return out, err
	}
	err = store.In(r, "SELECT item, at, quantity, reason, ref_kind, ref_id"+movedSince+" AND at < $5 LIMIT $6", []any{r.M, location, firstID(from), from, until, int64(MaxMovements + 1)}, items, func(scan func(...any) error) error {
		var m tariff.Moved
		var c tariff.Came
		var reason string
		err := scan(&m.Item, &m.At, &m.Steps, &reason, &c.Subject, &c.ID)
		if len(out.Moves) >= MaxMovements {
			return tooLong("movements", MaxMovements)
		}
		out.Moves = append(out.Moves, m)
		c.At, c.Steps, c.Scale = m.At, m.Steps, scale[m.Item]
		if takenIn[reason] {
			out.In = append(out.In, c)
		}
		if found[reason] {
			out.Off = append(out.Off, c)
		}
		return err
	})
	if err != nil {
		return out, err
	}
	return out, store.In(r, "SELECT item, sum(quantity)"+movedSince+" GROUP BY item", []any{r.M, location, firstID(until), until}, items, func(scan func(...any) error) error {
		m := tariff.Moved{At: until}
		err := scan(&m.Item, &m.Steps)
		out.Moves = append(out.Moves, m)
		return err
	})
}

// firstID is below the id of every movement from an instant on.
func firstID(at int64) int64 { return ident.First(time.UnixMicro(at).Add(-slack)) }
