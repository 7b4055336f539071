package world

// discounts are the percentages that an order may be under its list prices.
var discounts = [...]int64{0, 5, 10}

// Indexes into discounts.
const (
	noDiscount    = 0
	tradeDiscount = 2
)

// price is a unit price ready to be put on a line.
type price struct {
	pence int64
	text  string
}

func priceLists(pence []int64, items []Item) [][len(discounts)]price {
	lists := make([][len(discounts)]price, len(pence))
	for i, full := range pence {
		for d, percent := range discounts {
			if items[i].Kind == KindDigital {
				percent = 0 // money is not sold below its value
			}
			p := (full*(100-percent) + 50) / 100
			lists[i][d] = price{p, pounds(p)}
		}
	}
	return lists
}

// lineTotal is price times quantity in pence, rounded once, half up; neither
// is ever negative, so that is half away from zero.
func lineTotal(pence, quantity, step int64) int64 {
	return (2*pence*quantity + step) / (2 * step)
}
