package supplier

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// Offer is for how much, and how, a supplier sells an item. Quantities are
// steps of the item.
type Offer struct {
	Supplier    ID
	Item        int64
	SupplierSKU string      // what the supplier calls it; "" when it calls it as we do
	Cost        money.Price // of one unit, in the supplier's currency
	LeadDays    int64       // 0: the supplier's
	Minimum     int64       // fewer are not sold; at least 1
	Pack        int64       // sold in multiples of it; at least 1
	Preferred   bool        // is asked first; one offer of an item is
	DropShip    bool        // is sent to customers
	Active      bool
	UpdatedAt   int64
}

// Check lists every fault of an offer, at pointers below at.
func (o *Offer) Check(at string, l *fault.List) {
	if utf8.RuneCountInString(o.SupplierSKU) > MaxSupplierSKU || !storable(o.SupplierSKU) {
		l.Add(at+"/supplier_sku", "invalid_text", "at most %d characters, none of them control characters", MaxSupplierSKU)
	}
	if o.Cost < 0 || o.Cost > money.MaxPrice {
		l.Add(at+"/cost", "out_of_range", "a cost is not negative and at most %s", money.MaxPrice)
	}
	if o.LeadDays < 0 || o.LeadDays > MaxDays {
		l.Add(at+"/lead_days", "out_of_range", "is between 0 and %d; 0 is the supplier's own", MaxDays)
	}
	if o.Minimum < 1 || o.Minimum > money.MaxQuantity {
		l.Add(at+"/minimum", "out_of_range", "between 1 and %d units are the least that is sold", money.MaxQuantity)
	}
	if o.Pack < 1 || o.Pack > MaxPack {
		l.Add(at+"/pack", "out_of_range", "a pack has between 1 and %d units", MaxPack)
	}
}

// CheckOffers lists the faults of offers that are set together. names are how
// the request calls their items.
func CheckOffers(list []Offer, names []string, l *fault.List) {
	switch {
	case len(list) == 0:
		l.Add("/offers", "missing", "name at least one offer")
	case len(list) > MaxOffers:
		l.Add("/offers", "too_many", "%d offers; at most %d at once", len(list), MaxOffers)
		return
	}
	seen := map[string]int{}
	for i := range list {
		at := fmt.Sprintf("/offers/%d", i)
		list[i].Check(at, l)
		if names[i] == "" {
			l.Add(at+"/sku", "missing", "name the item by its SKU")
		} else if first, twice := seen[names[i]]; twice {
			l.Add(at+"/sku", "repeated", "%.80q is offer %d already", names[i], first)
		}
		seen[names[i]] = i
	}
}

// Least is the smallest quantity of at least want that the supplier sells: a
// multiple of the pack that is not below the minimum. Zero for nothing wanted.
func (o *Offer) Least(want int64) int64 {
	if want <= 0 {
		return 0
	}
	want = max(want, o.Minimum)
	if rest := want % o.Pack; rest != 0 {
		want += o.Pack - rest
	}
	return want
}

// Lead is how many days the item takes from this supplier.
func (o *Offer) Lead(s *Supplier) int64 { return cmp.Or(o.LeadDays, s.LeadDays) }

// Choice is an offer beside what it would come to for a quantity.
type Choice struct {
	Offer
	By       *Supplier
	Quantity int64 // that would have to be bought
	Lead     int64 // days
	OnTime   int64 // per mille of lines that came by the day first confirmed; -1 when none have
	Lines    int64 // that the rate is of
}

// Rank orders offers of one item as a buyer would look at them: those that are
// open first, then the preferred one, then by cost where currencies agree, and
// by days.
func Rank(list []Choice) {
	open := func(c *Choice) bool { return c.Active && c.By.Active }
	slices.SortStableFunc(list, func(a, b Choice) int {
		costs := 0
		if a.By.Currency == b.By.Currency {
			costs = cmp.Compare(a.Cost, b.Cost)
		}
		return cmp.Or(-before(open(&a), open(&b)), -before(a.Preferred, b.Preferred), cmp.Compare(a.By.Currency, b.By.Currency), costs,
			cmp.Compare(a.Lead, b.Lead), cmp.Compare(a.By.Code, b.By.Code))
	})
}

// before is 1 when only a is true, -1 when only b is.
func before(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
