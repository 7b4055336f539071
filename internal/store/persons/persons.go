// Package persons finds all that is kept of one person, rewrites it, and keeps
// the log of who was erased.
//
// What belongs here: the statements that reach over the tables of orders,
// returns, notes and files for one person's sake. What does not: who may be
// erased (privacy) and in which steps (desk/forget, eraser).
package persons

import (
	"slices"

	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/privacy"
	"orderly/internal/search"
	"orderly/internal/store"
)

// Customers reads which customers have an address, however it is written.
func Customers(r *store.Reader, email string) ([]party.ID, error) {
	whole := ""
	for _, t := range search.CustomerTokens(&party.Customer{Contact: party.Contact{Email: email}}) {
		if len(t) > len(whole) {
			whole = t
		}
	}
	var out []party.ID
	err := r.Each("SELECT c.id, c.email FROM customer_token AS t JOIN customer AS c ON c.m = t.m AND c.id = t.customer WHERE t.m = $1 AND t.token = $2 ORDER BY c.id LIMIT 200",
		[]any{r.M, whole}, func(scan func(...any) error) error {
			var id party.ID
			var has string
			err := scan(&id, &has)
			if privacy.Fold(has) == email {
				out = append(out, id)
			}
			return err
		})
	return out, err
}

// Orders lists a person's orders in the order of their ids: those of the
// customer's record, and those without one that have the address. Orders
// without a record are found by their search words, so the last second of them
// may be missing.
func Orders(r *store.Reader, p privacy.Person) (own, guest []order.ID, err error) {
	if p.Customer != 0 {
		err = r.Each("SELECT id FROM orders WHERE m = $1 AND customer = $2 ORDER BY id", []any{r.M, int64(p.Customer)}, collect(&own))
	}
	if err != nil || p.Email == "" {
		return own, nil, err
	}
	tokens := search.Tokens(search.Document{Customer: party.Contact{Email: p.Email}})
	if len(tokens) == 0 {
		return own, nil, nil
	}
	var found []order.ID
	err = r.Each("SELECT t.order_id FROM search_period AS p JOIN search_token AS t ON t.m = p.m AND t.period = p.period WHERE p.m = $1 AND t.token = $2 ORDER BY t.order_id",
		[]any{r.M, tokens[0]}, collect(&found))
	if err != nil {
		return own, nil, err
	}
	guest, err = guests(r, found, p.Email)
	return own, guest, err
}

func collect(out *[]order.ID) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		*out = append(*out, id)
		return err
	}
}

// guests are those of the orders that have no customer's record and the address.
func guests(r *store.Reader, ids []order.ID, email string) ([]order.ID, error) {
	free := map[order.ID]bool{}
	err := store.In(r, "SELECT id FROM orders WHERE m = $1 AND customer = 0 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		free[id] = true
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []order.ID
	err = store.In(r, "SELECT order_id, email FROM order_party WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var has string
		err := scan(&id, &has)
		if free[id] && privacy.Fold(has) == email {
			out = append(out, id)
		}
		return err
	})
	slices.Sort(out)
	return out, err
}

// Erased tells which of the orders were erased.
func Erased(r *store.Reader, ids []order.ID) (map[order.ID]bool, error) {
	out := map[order.ID]bool{}
	err := store.In(r, "SELECT order_id FROM erased_order WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		out[id] = true
		return err
	})
	return out, err
}

// Traces reads the texts by which the person is looked for elsewhere.
func Traces(r *store.Reader, c *party.Customer, ids []order.ID) (*privacy.Traces, error) {
	t := &privacy.Traces{}
	if c != nil {
		t.Add(c.Contact, c.Address)
	}
	err := store.In(r, "SELECT name, email, phone, ship_to, bill_to FROM order_party WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var who party.Contact
		var ship, bill string
		if err := scan(&who.Name, &who.Email, &who.Phone, &ship, &bill); err != nil {
			return err
		}
		a, err := store.UnpackAddress(ship)
		if err != nil {
			return err
		}
		b, err := store.UnpackAddress(bill)
		t.Add(who, a, b)
		return err
	})
	return t, err
}
