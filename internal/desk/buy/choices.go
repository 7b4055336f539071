package buy

import (
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// scored is the time of which a supplier's rate beside its offers is.
const scored = 365 * 24 * 3600 * 1_000_000

// Choices reads the offers of an item side by side, the better ones first, each
// with what it comes to for a quantity and how often its supplier was on time in
// the last year.
func Choices(r *store.Reader, item, quantity, now int64) ([]supplier.Choice, error) {
	list, err := suppliers.Choices(r, item, quantity)
	if err != nil {
		return nil, err
	}
	ids := make([]supplier.ID, len(list))
	for i := range list {
		ids[i] = list[i].Supplier
	}
	rates, err := purchases.OnTime(r, ids, now-scored)
	for i := range list {
		if n := rates[list[i].Supplier]; n[0] > 0 {
			list[i].Lines = n[0]
			list[i].OnTime = purchase.ScoreOf(purchase.Facts{Days: n[0], Late: n[0] - n[1]}).OnTime
		}
	}
	return list, err
}
