package figures

import (
	"slices"

	"orderly/internal/figures"
	"orderly/internal/order"
	"orderly/internal/store"
)

// Told is one entry of the journal, as far as figures read it.
type Told struct {
	Seq        int64
	Order      int64 // 0 when it tells of something else
	SubjectSeq int64
	Type       string
	At         int64
	Actor      string
	Data       []byte
}

const toldColumns = "SELECT seq, subject, subject_seq, type, at, actor, data FROM entry "

// Journal reads the merchant's entries after a sequence.
func Journal(r *store.Reader, after int64, limit int) ([]Told, error) {
	out := make([]Told, 0, limit)
	err := r.Each("SELECT seq, CASE WHEN kind = 'ord' THEN subject ELSE 0 END, subject_seq, type, at, actor, data FROM entry WHERE m = $1 AND seq > $2 ORDER BY seq LIMIT $3",
		[]any{r.M, after, int64(limit)}, tell(&out))
	return out, err
}

func tell(out *[]Told) func(func(...any) error) error {
	var t Told
	into := []any{&t.Seq, &t.Order, &t.SubjectSeq, &t.Type, &t.At, &t.Actor, &t.Data}
	return func(scan func(...any) error) error {
		t.Data = nil
		err := scan(into...)
		*out = append(*out, t)
		return err
	}
}

// Histories reads the entries of orders up to a sequence of the merchant's,
// each order's in their order.
func Histories(r *store.Reader, ids []int64, upTo int64) (map[int64][]Told, error) {
	var all []Told
	err := store.In(r, toldColumns+"WHERE m = $1 AND seq <= $2 AND subject IN ($IN) ORDER BY subject, subject_seq", []any{r.M, upTo}, ids, tell(&all))
	out := make(map[int64][]Told, len(ids))
	for _, t := range all {
		out[t.Order] = append(out[t.Order], t)
	}
	return out, err
}

// Entry decodes it.
func (t *Told) Entry() (figures.Entry, error) {
	d, err := order.DecodeDelta(t.Data)
	return figures.Entry{Type: t.Type, Actor: t.Actor, At: t.At, Delta: &d}, err
}

// HistoriesBetween reads the entries of all orders above one id up to another.
func HistoriesBetween(r *store.Reader, after, upTo int64) (map[int64][]Told, error) {
	var all []Told
	err := r.Each(toldColumns+"WHERE m = $1 AND subject > $2 AND subject <= $3 AND kind = 'ord' ORDER BY subject, subject_seq", []any{r.M, after, upTo}, tell(&all))
	out := map[int64][]Told{}
	for _, t := range all {
		out[t.Order] = append(out[t.Order], t)
	}
	return out, err
}

// FactsOf reads the columns of orders that are counted. day gives the
// merchant's day of an instant.
func FactsOf(r *store.Reader, ids []int64, day func(int64) int64) (map[int64]*figures.Facts, error) {
	out := make(map[int64]*figures.Facts, len(ids))
	var past []int64
	var f figures.Facts
	var mode string
	var back int64
	var was string
	into := []any{&f.ID, &f.PlacedAt, &f.Channel, &f.Currency, &mode, &f.Due, &f.Units, &f.Gross, &f.Discount, &f.Tax, &f.Fees, &f.Total, &f.CanceledTotal, &back, &was}
	err := store.In(r, "SELECT id, placed_at, channel, currency, mode, due_at, ordered, subtotal, discount, tax, fees, total, canceled_total, returned + refunded, as_placed "+
		"FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		err := scan(into...)
		f.History = mode == string(order.History)
		if _, known := out[f.ID]; f.History && back != 0 && !known {
			past = append(past, f.ID)
		}
		one := f
		out[f.ID] = &one
		if err != nil || was == "" {
			return err
		}
		w, err := order.DecodeWas(was)
		if err == nil {
			one.Units, one.Gross, one.Discount, one.Tax, one.Fees, one.Total = w.Sums.Units, w.Sums.Subtotal, w.Sums.Discount, w.Sums.Tax, w.Sums.Fees, w.Sums.Total()
		}
		return err
	})
	if err != nil || len(past) == 0 {
		return out, err
	}
	return out, pastOf(r, past, day, out)
}

// PlacedOf completes the facts of orders that have only been placed with what
// their entries do not tell. Most orders are counted so: six columns of them
// are read and not fifteen.
func PlacedOf(r *store.Reader, ids []int64, into map[int64]*figures.Facts) error {
	if len(ids) == 0 {
		return nil
	}
	var id, placed, discount, tax, fees int64
	var was string
	columns := []any{&id, &placed, &discount, &tax, &fees, &was}
	found := 0
	row := func(scan func(...any) error) error {
		err := scan(columns...)
		if err == nil && was != "" { // a later entry has changed it already
			w, bad := order.DecodeWas(was)
			if bad != nil {
				return bad
			}
			discount, tax, fees = w.Sums.Discount, w.Sums.Tax, w.Sums.Fees
		}
		if f := into[id]; f != nil && f.ID == 0 {
			found++
			f.ID, f.PlacedAt, f.Discount, f.Tax, f.Fees = id, placed, discount, tax, fees
			f.Gross = f.Total + discount - tax - fees
		}
		return err
	}
	// They mostly are neighbors: a walk is half the cost of looking up each.
	err := r.Each("SELECT id, placed_at, discount, tax, fees, as_placed FROM orders WHERE m = $1 AND id >= $2 AND id <= $3 ORDER BY id LIMIT $4",
		[]any{r.M, slices.Min(ids), slices.Max(ids), int64(2 * len(ids))}, row)
	if err != nil || found == len(ids) {
		return err
	}
	rest := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return into[id].ID != 0 })
	return store.In(r, "SELECT id, placed_at, discount, tax, fees, as_placed FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, rest, row)
}

// pastOf reads when units and money of recorded orders came back before these
// books began: what is booked since has entries of its own.
func pastOf(r *store.Reader, ids []int64, day func(int64) int64, into map[int64]*figures.Facts) error {
	later := map[int64]int64{} // the first entry after the recording
	err := store.In(r, "SELECT subject, min(seq) FROM entry WHERE m = $1 AND type <> 'order.recorded' AND subject IN ($IN) GROUP BY subject", []any{r.M}, ids,
		func(scan func(...any) error) error {
			var id, seq int64
			err := scan(&id, &seq)
			later[id] = seq
			return err
		})
	if err != nil {
		return err
	}
	add := func(id, at int64, b figures.Back) {
		f := into[id]
		b.Day = day(at)
		for i := range f.Past {
			if x := &f.Past[i]; x.Day == b.Day {
				x.Units, x.Refunded = x.Units+b.Units, x.Refunded+b.Refunded
				return
			}
		}
		f.Past = append(f.Past, b)
	}
	var id, at, n, entry int64
	err = store.In(r, "SELECT o.order_id, o.at, CAST(sum(l.quantity) AS BIGINT) FROM order_return AS o JOIN return_line AS l ON l.m = o.m AND l.return_id = o.id "+
		"WHERE o.m = $1 AND o.location = 0 AND o.order_id IN ($IN) GROUP BY o.order_id, o.id, o.at ORDER BY o.order_id, o.id", []any{r.M}, ids,
		func(scan func(...any) error) error {
			err := scan(&id, &at, &n)
			if err == nil {
				add(id, at, figures.Back{Units: n})
			}
			return err
		})
	if err != nil {
		return err
	}
	return store.In(r, "SELECT order_id, at, amount, entry FROM money_entry WHERE m = $1 AND order_id IN ($IN) AND account = 'receivable' AND amount > 0 ORDER BY order_id, id", []any{r.M}, ids,
		func(scan func(...any) error) error {
			err := scan(&id, &at, &n, &entry)
			if err == nil && (later[id] == 0 || entry < later[id]) {
				add(id, at, figures.Back{Refunded: n})
			}
			return err
		})
}

// RememberedOf reads what is remembered of orders.
func RememberedOf(r *store.Reader, ids []int64) (map[int64]*figures.Order, error) {
	out := make(map[int64]*figures.Order, len(ids))
	err := store.In(r, "SELECT order_id, state FROM figure_order WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		var b []byte
		if err := scan(&id, &b); err != nil {
			return err
		}
		o, err := figures.Unpack(id, b)
		if err != nil {
			o, err = nil, nil // it is folded anew; verify tells of it
		}
		out[id] = o
		return err
	})
	return out, err
}

// Folded is an order as its entries tell it.
func Folded(f figures.Facts, told []Told, day func(int64) int64) (*figures.Order, error) {
	o := figures.Begin(f)
	entries := make([]figures.Entry, len(told))
	for i := range told {
		var err error
		if entries[i], err = told[i].Entry(); err != nil {
			return nil, err
		}
	}
	o.Fold(entries, day)
	return o, nil
}
