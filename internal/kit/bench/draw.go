package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
)

// draw makes orders: their items are wanted unequally, the n-th 1/n as often
// as the first (Zipf with exponent 1). It is read-only once made.
type draw struct {
	skus  []string
	lines int
	zipf  []uint32 // cumulative weights of items, scaled
}

func newRand(a, b uint64) *rand.Rand { return rand.New(rand.NewPCG(a, b)) }

func newDraw(skus []string, lines int) *draw {
	d := &draw{skus: skus, lines: lines}
	sum := 0.0
	for i := range skus {
		sum += 1 / float64(i+1)
	}
	acc := 0.0
	for i := range skus {
		acc += 1 / float64(i+1)
		d.zipf = append(d.zipf, uint32(acc/sum*(1<<32-1)))
	}
	return d
}

// flash is the same draw with every line on one and the same item.
func (d *draw) flash() *draw { return newDraw(d.skus[:1], d.lines) }

func (d *draw) sku(rng *rand.Rand) string {
	n, _ := slices.BinarySearch(d.zipf, rng.Uint32())
	return d.skus[min(n, len(d.skus)-1)]
}

// customers is how many people there are.
const customers = 20_000

var (
	firstNames = []string{"Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "John", "Katherine", "Linus", "Margaret", "Niklaus"}
	lastNames  = []string{"Byron", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Allen", "Backus", "Johnson", "Hamilton", "Wirth", "Lamport", "Milner", "Perlis"}
)

// buyer is who places an order.
type buyer struct{ name, email string }

func (d *draw) buyer(rng *rand.Rand) buyer {
	n := rng.IntN(customers)
	first, last := firstNames[n%len(firstNames)], lastNames[n/len(firstNames)%len(lastNames)]
	return buyer{first + " " + last, first + "." + last + strconv.Itoa(n) + "@example.com"}
}

// request draws an order for the desk.
func (d *draw) request(rng *rand.Rand, serial int64) order.Request {
	who := d.buyer(rng)
	r := order.Request{
		Channel: "web", ExternalID: fmt.Sprintf("B-%d", serial), Currency: "GBP",
		Parties: party.Parties{
			Customer: party.Contact{Name: who.name, Email: who.email},
			ShipTo:   party.Address{Line1: "12 Analytical Row", City: "Leeds", PostalCode: "LS1 4AB", Country: "GB"},
		},
		Lines: make([]order.RequestLine, 0, d.lines),
	}
	for range d.lines {
		r.Lines = append(r.Lines, order.RequestLine{SKU: d.sku(rng), Quantity: 1 + int64(rng.IntN(3)), Price: money.Price(12_950_000)})
	}
	return r
}

// appendJSON draws an order as the API takes it.
func (d *draw) appendJSON(b []byte, rng *rand.Rand, serial int64) []byte {
	who := d.buyer(rng)
	b = append(b, `{"channel":"web","external_id":"B-`...)
	b = strconv.AppendInt(b, serial, 10)
	b = append(b, `","currency":"GBP","customer":{"name":"`...)
	b = append(b, who.name...)
	b = append(b, `","email":"`...)
	b = append(b, who.email...)
	b = append(b, `"},"ship_to":{"line1":"12 Analytical Row","city":"Leeds","postal_code":"LS1 4AB","country":"GB"},"lines":[`...)
	for i := range d.lines {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"sku":"`...)
		b = append(b, d.sku(rng)...)
		b = append(b, `","quantity":`...)
		b = strconv.AppendInt(b, 1+int64(rng.IntN(3)), 10)
		b = append(b, `,"unit_price":"12.95"}`...)
	}
	return append(b, "]}"...)
}
