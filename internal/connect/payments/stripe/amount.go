package stripe

import "math"

// unit is how Stripe counts a currency: ours times up and by down, in steps of
// what it can charge. Both count in the smallest unit; they differ where Stripe
// follows what card networks do rather than ISO 4217.
type unit struct{ up, down, step int64 }

// units are the currencies in which the two differ. Of three decimals Stripe
// takes only amounts whose last is 0; Iceland's and Uganda's have none and are
// sent as if they had two; Madagascar's has two and is sent without.
var units = map[string]unit{
	"BHD": {1, 1, 10}, "IQD": {1, 1, 10}, "JOD": {1, 1, 10}, "KWD": {1, 1, 10}, "LYD": {1, 1, 10}, "OMR": {1, 1, 10}, "TND": {1, 1, 10},
	"ISK": {100, 1, 1}, "UGX": {100, 1, 1},
	"MGA": {1, 100, 100},
}

func unitOf(currency string) unit {
	if u, ok := units[currency]; ok {
		return u
	}
	return unit{1, 1, 1}
}

// nearest is an amount as Stripe can charge it, in its own count: half up.
// Too large a one is 0, which Stripe refuses.
func nearest(currency string, amount int64) int64 {
	u := unitOf(currency)
	if amount <= 0 || amount > math.MaxInt64/u.up-u.step {
		return 0
	}
	return (amount + u.step/2) / u.step * u.step * u.up / u.down
}

// most is the largest amount that Stripe can move and that is not more.
func most(currency string, amount int64) int64 {
	u := unitOf(currency)
	if amount <= 0 || amount > math.MaxInt64/u.up {
		return 0
	}
	return amount / u.step * u.step * u.up / u.down
}

// ours is an amount of Stripe's in our count. What it counts finer than we do
// (no card was ever charged so) is cut.
func ours(currency string, amount int64) int64 {
	u := unitOf(currency)
	if amount <= 0 || amount > math.MaxInt64/u.down {
		return 0
	}
	return amount * u.down / u.up
}
