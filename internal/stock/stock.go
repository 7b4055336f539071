// Package stock is what lies where: levels, the movements they are sums of,
// and the locations.
//
// What belongs here: how a level may change, what is sellable, and who gives
// way when less is found than was promised. What does not: orders (stock is
// claimed for an opaque reference), where a parcel goes, and money.
//
// Quantities are whole steps of the item. A level is the sum of its movements;
// nothing else changes on_hand, damaged or quality_control.
package stock

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/party"
)

// Limits of one stock act.
const (
	MaxActLines  = 1000
	MaxQuantity  = 1_000_000_000
	MaxReason    = 200
	MaxBin       = 60
	MaxLocations = 5000
)

// LocationID names a location for ever.
type LocationID int64

func (id LocationID) String() string { return ident.Text("loc", int64(id)) }

// ParseLocationID reads the text form, "loc_…".
func ParseLocationID(s string) (LocationID, error) {
	id, err := ident.Parse("loc", s)
	return LocationID(id), err
}

// Location is a place that holds stock and ships: a warehouse, a shop.
type Location struct {
	ID          LocationID
	Code        string // unique, never changed
	Name        string
	Kind        string // warehouse, store, supplier, 3pl
	Priority    int64  // lower is asked first
	Address     party.Address
	Zone        string // IANA time zone; empty means the merchant's
	Active      bool   // an inactive location gets no new work
	PutAway     bool   // it keeps bins: what arrives waits to be put into one
	Pickups     []Pickup
	CreatedAt   int64
	UpdatedAt   int64
	EditVersion int64
}

// Check lists every fault of the location.
func (x *Location) Check(at string, l *fault.List) {
	if x.Code == "" || utf8.RuneCountInString(x.Code) > 40 || strings.TrimSpace(x.Code) != x.Code || !storable(x.Code) {
		l.Add(at+"/code", "invalid_code", "a code has 1 to 40 characters, no control characters and no space at its ends")
	}
	if x.Name == "" || utf8.RuneCountInString(x.Name) > MaxReason || !storable(x.Name) {
		l.Add(at+"/name", "invalid_name", "a name has 1 to %d characters, none of them control characters", MaxReason)
	}
	if !slices.Contains([]string{"warehouse", "store", "supplier", "3pl"}, x.Kind) {
		l.Add(at+"/kind", "unknown_kind", "kind is warehouse, store, supplier or 3pl")
	}
	if x.Priority < 0 || x.Priority > 1_000_000 {
		l.Add(at+"/priority", "out_of_range", "priority is between 0 and 1,000,000; lower is asked first")
	}
	CheckPickups(at+"/pickups", x.Pickups, l)
	x.Address.Check(at+"/address", l)
}

// State is the physical state of units at a location.
type State string

const (
	OnHand         State = "on_hand"
	Damaged        State = "damaged"
	QualityControl State = "quality_control"
)

// States lists the physical states, which are disjoint.
var States = []State{OnHand, Damaged, QualityControl}

// Cell is one item at one location.
type Cell struct {
	Item     int64
	Location LocationID
}

// Level is how much of an item lies at a location.
// 0 <= Reserved <= OnHand in every committed state.
type Level struct {
	Cell
	OnHand         int64
	Reserved       int64 // held by open claims
	Damaged        int64
	QualityControl int64
	Incoming       int64 // ordered from suppliers or on transfer, not here yet
	Safety         int64 // never sold
	LowAt          int64 // told when no more than so many are sellable; 0 when nobody minds
}

// Sellable is what may still be claimed; never negative.
func (l *Level) Sellable() int64 { return max(0, l.OnHand-l.Reserved-l.Safety) }

// Low reports whether somebody wants to be told how little is left.
func (l *Level) Low() bool { return l.LowAt > 0 && l.Sellable() <= l.LowAt }

// In is the quantity in a state.
func (l *Level) In(s State) int64 {
	switch s {
	case Damaged:
		return l.Damaged
	case QualityControl:
		return l.QualityControl
	}
	return l.OnHand
}

// Put adds a movement's quantity to its state.
func (l *Level) Put(s State, q int64) {
	switch s {
	case Damaged:
		l.Damaged += q
	case QualityControl:
		l.QualityControl += q
	default:
		l.OnHand += q
	}
}

// Reasons of movements that bring goods in, take that back, and put them away. Acts
// name the reason of a movement; what people type stands in its note, so that no
// correction is taken for a receipt.
const (
	Receive          = "receive"
	ReceiveReversed  = "receive_reversed"
	Purchase         = "purchase"
	PurchaseReversed = "purchase_reversed"
	TransferIn       = "transfer_in"
	PutAway          = "put_away" // from the door into a bin of the same place
)

// Movement is one change of one level's state, for ever. A correction is a
// movement of its own. Bin and lot say where in the location and which batch.
type Movement struct {
	ID       int64
	Cell     Cell
	State    State
	Quantity int64 // signed
	Bin      string
	Lot      string
	Reason   string // of the act: Receive and the like, adjust, count, transfer_out, ship, unship, return, return_moved, short_pick, put_away, opening
	Note     string
	RefKind  string // what caused it: ord, ful, par, rcv, trf, ret, imp
	RefID    int64
	Entry    int64 // sequence of the journal entry that tells of it
	At       int64
}

// Claim is a hold on units at a cell, as displacement sees it.
type Claim struct {
	Fulfillment int64
	Order       int64
	Line        int
	Allocated   int64 // not yet picked: may be displaced
	Fixed       int64 // picked or packed: may not
	Priority    int64
	CreatedAt   int64
	DueAt       int64 // what its order was promised; 0 when nothing was
	Location    LocationID
}

// Displaced is a claim that gives way.
type Displaced struct {
	Claim
	Quantity int64
}

// Displace chooses which claims give up need units together: the lowest
// priority first, among equals the newest. Picked and packed units stand; when
// the others do not suffice the fault says so and nothing should be changed.
func Displace(need int64, claims []Claim) ([]Displaced, error) {
	sorted := slices.Clone(claims)
	slices.SortStableFunc(sorted, func(a, b Claim) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(b.CreatedAt, a.CreatedAt),
			cmp.Compare(b.Fulfillment, a.Fulfillment), cmp.Compare(b.Line, a.Line))
	})
	var out []Displaced
	fixed := int64(0)
	for _, c := range sorted {
		fixed += c.Fixed
		if n := min(need, c.Allocated); n > 0 {
			out = append(out, Displaced{Claim: c, Quantity: n})
			need -= n
		}
	}
	if need > 0 {
		return nil, fault.New(fault.Conflict, "picked_units",
			"%d units are missing beyond what waits on the shelf: %d are picked or packed; unpick or ship those first", need, fixed)
	}
	return out, nil
}
