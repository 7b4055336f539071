package orders

import (
	"strings"

	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/search"
	"orderly/internal/store"
)

// Limits of what is read about the past, so that it costs the same at any size.
const (
	MaxBought    = 20  // newest orders of a customer
	maxUsual     = 12  // newest lines of an item
	maxItems     = 24  // items whose usual quantity is looked at
	usualPeriods = 2   // of the words of orders, newest first
	maxSummed    = 500 // orders of a customer that are added up
)

// Past reads what is known about a customer and items: the customer's newest
// orders with their lines, and newest quantities of the items. Customer 0 is
// nobody known.
func Past(r *store.Reader, customer party.ID, items []int64) (order.Past, error) {
	p := order.Past{Usual: map[int64][]int64{}}
	if customer != 0 {
		err := r.Each("SELECT id, number, placed_at, stage, status, ordered, picked, packed, shipped, delivered FROM orders WHERE m = $1 AND customer = $2 ORDER BY id DESC LIMIT $3",
			[]any{r.M, customer, int64(MaxBought)}, func(scan func(...any) error) error {
				var b order.Bought
				var status string
				var ordered, picked, packed, shipped, delivered int64
				err := scan(&b.ID, &b.Number, &b.At, &b.Stage, &status, &ordered, &picked, &packed, &shipped, &delivered)
				b.Joinable = status == "open" && picked+packed+shipped+delivered == 0
				b.Canceled = status == "canceled"
				p.Bought = append(p.Bought, b)
				return err
			})
		if err != nil {
			return p, err
		}
	}
	at, ids := map[order.ID]int{}, make([]order.ID, len(p.Bought))
	for i := range p.Bought {
		ids[i], at[p.Bought[i].ID] = p.Bought[i].ID, i
	}
	err := store.In(r, "SELECT order_id, item, quantity FROM order_line WHERE m = $1 AND parent = 0 AND order_id IN ($IN) ORDER BY order_id, n", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var l order.BoughtLine
		err := scan(&id, &l.Item, &l.Quantity)
		b := &p.Bought[at[id]]
		b.Lines = append(b.Lines, l)
		return err
	})
	if err != nil {
		return p, err
	}
	return p, usual(r, items[:min(len(items), maxItems)], p.Usual)
}

// usual reads newest quantities of items, by the words of orders.
func usual(r *store.Reader, items []int64, found map[int64][]int64) error {
	var periods []int64
	err := r.Each("SELECT period FROM search_period WHERE m = $1 ORDER BY period DESC LIMIT $2", []any{r.M, int64(usualPeriods)}, func(scan func(...any) error) error {
		var n int64
		err := scan(&n)
		periods = append(periods, n)
		return err
	})
	if err != nil {
		return err
	}
	for _, item := range items {
		var ids []order.ID
		for _, period := range periods {
			if len(ids) >= maxUsual {
				break
			}
			err := r.Each("SELECT order_id FROM search_token WHERE m = $1 AND period = $2 AND token = $3 ORDER BY order_id DESC LIMIT $4",
				[]any{r.M, period, search.ItemToken(item), int64(maxUsual - len(ids))}, into(&ids))
			if err != nil {
				return err
			}
		}
		err := store.In(r, "SELECT quantity FROM order_line WHERE m = $1 AND parent = 0 AND item = $2 AND order_id IN ($IN)", []any{r.M, item}, ids, func(scan func(...any) error) error {
			var q int64
			err := scan(&q)
			found[item] = append(found[item], q)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Standing is what a customer's orders come to. Of more orders than are added
// up it is the newest ones' only, and says so.
type Standing struct {
	Orders, Canceled int
	More             bool // there are older ones that were not added up
	Revenue          map[string]int64
	First, Last      int64
	Open             int
}

// StandingOf adds up a customer's newest orders.
func StandingOf(r *store.Reader, customer party.ID) (Standing, error) {
	s := Standing{Revenue: map[string]int64{}}
	n := 0
	err := r.Each("SELECT currency, total, canceled_total, refunded, placed_at, status FROM orders WHERE m = $1 AND customer = $2 ORDER BY id DESC LIMIT $3",
		[]any{r.M, customer, int64(maxSummed + 1)}, func(scan func(...any) error) error {
			var code, status string
			var total, canceled, refunded, at int64
			err := scan(&code, &total, &canceled, &refunded, &at, &status)
			if n++; n > maxSummed {
				s.More = true
				return err
			}
			s.Orders++
			s.Last, s.First = max(s.Last, at), at
			switch status {
			case "canceled":
				s.Canceled++
			case "open":
				s.Open++
			}
			s.Revenue[code] += total - canceled
			return err
		})
	return s, err
}

// Addresses are the different places that a customer's newest orders went to,
// newest first.
func Addresses(r *store.Reader, customer party.ID) ([]party.Address, error) {
	var ids []order.ID
	err := r.Each("SELECT id FROM orders WHERE m = $1 AND customer = $2 ORDER BY id DESC LIMIT $3", []any{r.M, customer, int64(MaxBought)}, into(&ids))
	if err != nil {
		return nil, err
	}
	by := map[order.ID]party.Address{}
	err = store.In(r, "SELECT order_id, ship_to FROM order_party WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var text string
		if err := scan(&id, &text); err != nil {
			return err
		}
		a, err := store.UnpackAddress(text)
		by[id] = a
		return err
	})
	var out []party.Address
	seen := map[string]bool{}
	for _, id := range ids {
		a := by[id]
		key := strings.ToLower(a.Line1 + "\n" + a.PostalCode + "\n" + a.City + "\n" + a.Country)
		if !a.IsZero() && !seen[key] {
			seen[key] = true
			out = append(out, a)
		}
	}
	return out, err
}

