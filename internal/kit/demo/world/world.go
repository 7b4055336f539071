// Package world makes up a believable merchant: a kitchen, tea and coffee shop
// with its locations, catalog, opening stock, customers and a stream of orders.
// Everything follows from a seed, so a demonstration can be repeated and a load
// test compares like with like. Times are passed in.
//
// What belongs here: names, numbers, addresses, pictures and their odds. What
// does not: the life of an order after it was placed, writing to a store, and
// the types of the product; callers translate the plain structs of this package.
//
// Nothing here points at a real person or firm: mail addresses are at reserved
// domains, phone numbers in ranges kept for drama, streets and carriers are made
// up, and barcodes carry the GS1 prefix for demonstrations. All arithmetic is on
// integers, so a seed gives the same world on every machine.
package world

import (
	"errors"
	"fmt"
	"math/rand/v2"
)

// Limits of a world. Defaults stand where an option is zero.
const (
	DefaultItems     = 400
	MinItems         = 50
	MaxItems         = 20_000
	DefaultCustomers = 800
	MinCustomers     = 20
	MaxCustomers     = 100_000
	DefaultCover     = 3_000
	MaxCover         = 10_000_000
	MaxFork          = 899
)

// Options choose a world.
type Options struct {
	Seed      uint64
	Items     int // size of the catalog
	Customers int
	Cover     int // how many orders the opening stock serves, roughly
}

// Every part draws from its own stream, so that a change to one part leaves
// the others as they were. Order streams start at streamOrders, one a fork.
const (
	streamCatalog uint64 = iota + 1
	streamPopularity
	streamStock
	streamCustomers
	streamOrders uint64 = 1 << 32
)

// World is a merchant and a stream of its orders. The exported fields are the
// same in every fork and must not be changed. NextOrder moves the stream on and
// is not safe for concurrent use; give each goroutine its own Fork. All other
// methods only read.
type World struct {
	Merchant  Merchant
	Channels  []Channel
	Locations []Location
	Items     []Item
	Customers []Customer

	opt        Options
	prices     [][len(discounts)]price // by item, by discount
	ranking    []int                   // items, best seller first
	popularity sampler                 // over ranking
	patronage  sampler                 // over Customers
	britons    []int                   // customers in GB: who comes to the shop
	trade      []int                   // customers that are businesses

	fork   int
	serial uint64
	random *rand.Rand
}

// New makes a world. Options out of range are all told at once.
func New(o Options) (*World, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	w := &World{Merchant: merchant(), Channels: channels(), Locations: locations(), opt: o}
	if err := w.fillCatalog(); err != nil {
		return nil, err
	}
	w.fillCustomers()
	w.rank()
	w.start(0)
	return w, nil
}

// Fork is the same merchant with its own stream of orders, whose external ids
// never meet those of another fork. Number 0 is the stream that New starts with.
func (w *World) Fork(n int) (*World, error) {
	if n < 0 || n > MaxFork {
		return nil, fmt.Errorf("fork %d is out of range: use 0 to %d", n, MaxFork)
	}
	f := *w
	f.start(n)
	return &f, nil
}

func (w *World) start(fork int) {
	w.fork, w.serial = fork, 0
	w.random = stream(w.opt.Seed, streamOrders+uint64(fork))
}

func stream(seed, part uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, part)) }

func (o Options) withDefaults() Options {
	if o.Items == 0 {
		o.Items = DefaultItems
	}
	if o.Customers == 0 {
		o.Customers = DefaultCustomers
	}
	if o.Cover == 0 {
		o.Cover = DefaultCover
	}
	return o
}

func (o Options) check() error {
	return errors.Join(
		within("items", o.Items, MinItems, MaxItems),
		within("customers", o.Customers, MinCustomers, MaxCustomers),
		within("cover", o.Cover, 1, MaxCover),
	)
}

func within(name string, n, low, high int) error {
	if n < low || n > high {
		return fmt.Errorf("%s %d is out of range: use %d to %d", name, n, low, high)
	}
	return nil
}

// chance is true in percent of a hundred draws.
func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

// between draws from low to high, both included.
func between(r *rand.Rand, low, high int) int { return low + r.IntN(high-low+1) }

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// weighted draws an index by its share of the sum of weights.
func weighted(r *rand.Rand, weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	x := r.IntN(sum)
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}
