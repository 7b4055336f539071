package walk

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/papers"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
)

// paper is what every paper of a location has in common.
func paper(r *store.Reader, at stock.LocationID, now int64) (papers.Paper, *stock.Location, *time.Location, error) {
	place, zone, err := Place(r, at)
	if err != nil {
		return papers.Paper{}, nil, nil, err
	}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return papers.Paper{}, nil, nil, err
	}
	brand, err := brandOf(r, &m, place)
	return papers.Paper{At: time.UnixMicro(now).In(zone), Brand: brand}, place, zone, err
}

// brandOf is how the merchant presents itself at a location.
func brandOf(r *store.Reader, m *merchants.Merchant, place *stock.Location) (papers.Brand, error) {
	out := papers.Brand{Name: m.Name, Address: addressLines(party.Contact{}, place.Address)}
	profile, err := merchants.ProfileOf(r)
	if err != nil {
		return out, err
	}
	var c [3]uint8
	if n, _ := fmt.Sscanf(profile.Color, "#%02x%02x%02x", &c[0], &c[1], &c[2]); n == 3 {
		out.Color = c
	}
	if profile.LogoType != "" {
		_, out.Logo, err = merchants.Logo(r)
	}
	return out, err
}

// PickList fills a pick list for fulfillments of one location; what has nothing
// left to pick is on it without lines.
func PickList(r *store.Reader, ids []fulfillment.ID, now int64) (*papers.PickList, error) {
	if len(ids) == 0 || len(ids) > papers.MaxFulfillments {
		return nil, fault.New(fault.Invalid, "out_of_range", "a pick list is for 1 to %d fulfillments", papers.MaxFulfillments)
	}
	works, err := Read(r, ids, Parts{Items: true, Shelves: true})
	if err == nil && len(works) == 0 {
		err = fault.New(fault.NotFound, "no_such_fulfillment", "there is no fulfillment %s", ids[0])
	}
	if err != nil {
		return nil, err
	}
	head, place, zone, err := paper(r, works[0].Location, now)
	if err != nil {
		return nil, err
	}
	out := &papers.PickList{Paper: head, Place: place.Name}
	taken := map[int64][]stock.Shelved{} // what is left on each item's shelf
	for _, w := range works {
		if w.Location != works[0].Location {
			return nil, fault.New(fault.Invalid, "many_locations", "a pick list is for one location; %s is elsewhere", w.ID)
		}
		name := strconv.FormatInt(w.Order.Number, 10)
		out.Orders = append(out.Orders, papers.PickOrder{Code: w.ID.String(), Order: name, Due: moment(w.DueAt, zone)})
		for i := range w.Lines {
			out.Lines = append(out.Lines, pickLines(w, &w.Lines[i], name, taken)...)
		}
	}
	if len(out.Lines) > papers.MaxLines {
		return nil, fault.New(fault.TooLarge, "too_many_lines", "%d lines; a pick list has at most %d", len(out.Lines), papers.MaxLines)
	}
	return out, nil
}

// pickLines are the lines of a list for what is still to be picked of a line,
// one for each bin and lot that it is taken from.
func pickLines(w *Work, l *Line, name string, taken map[int64][]stock.Shelved) []papers.PickLine {
	want := l.Allocated()
	if want == 0 || l.Item == nil {
		return nil
	}
	shelf, ok := taken[l.Line.Item]
	if !ok {
		shelf = l.Shelf
	}
	var out []papers.PickLine
	for _, from := range stock.Take(shelf, want) {
		out = append(out, papers.PickLine{
			Order: name, SKU: l.Item.SKU, Title: title(w.Order, l), Quantity: from.Quantity,
			Shown: Quantity(from.Quantity, l.Item.Scale, l.Item.Unit), Bin: from.Bin, Lot: from.Lot,
		})
	}
	taken[l.Line.Item] = stock.Without(shelf, want)
	return out
}

func title(o *order.Order, l *Line) string {
	if x := o.Line(l.Order); x != nil && x.Title != "" {
		return x.Title
	}
	return l.Item.Name
}

func moment(at int64, zone *time.Location) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.UnixMicro(at).In(zone)
}

// Quantity shows steps of an item: 1500 of scale 3 in kg is "1.5 kg".
func Quantity(steps int64, scale int, unit string) string {
	text := strconv.FormatInt(steps, 10)
	if scale > 0 {
		for len(text) <= scale {
			text = "0" + text
		}
		text = strings.TrimRight(strings.TrimRight(text[:len(text)-scale]+"."+text[len(text)-scale:], "0"), ".")
	}
	if unit == "" || unit == "pcs" {
		return text
	}
	return text + " " + unit
}

// Slip fills the packing slip of a fulfillment, for one of its parcels, or when
// parcel is zero for the newest that is not unpacked.
func Slip(r *store.Reader, id fulfillment.ID, parcel fulfillment.ParcelID, now int64) (*papers.Slip, error) {
	w, err := One(r, id, Parts{Parcels: true})
	if err != nil {
		return nil, err
	}
	head, _, zone, err := paper(r, w.Location, now)
	if err != nil {
		return nil, err
	}
	o := w.Order
	out := &papers.Slip{
		Paper: head, Order: strconv.FormatInt(o.Number, 10), Reference: o.ExternalID, Placed: moment(o.PlacedAt, zone),
		To: addressLines(o.Party.Customer, o.Party.ShipTo),
	}
	here, gone := map[int]int64{}, false
	for _, p := range w.Parcels {
		if p.ID == parcel || parcel == 0 && p.Status != "unpacked" {
			out.Parcel, here, gone = p.ID.String(), map[int]int64{}, p.ShippedAt != 0
			for _, l := range p.Lines {
				here[l.Line] = l.Quantity
			}
		}
	}
	if parcel != 0 && out.Parcel == "" {
		return nil, fault.New(fault.NotFound, "no_such_parcel", "fulfillment %s has no parcel %s", id, parcel)
	}
	if out.Parcel == "" { // not packed yet: what will be
		for i := range w.Lines {
			here[w.Lines[i].Order] = w.Lines[i].Open
		}
	}
	for i := range o.Lines {
		if l := slipLine(&o.Lines[i], here[o.Lines[i].N], gone); l != nil {
			out.Lines = append(out.Lines, *l)
		}
	}
	return out, nil
}

// slipLine tells of one order line; nil when it brings nothing to a parcel.
// gone says that the parcel has left, so that its units are among those that did.
func slipLine(l *order.Line, here int64, gone bool) *papers.SlipLine {
	ordered := l.Q[order.Ordered] - l.Q[order.Canceled]
	if !l.Leaf() || !l.Stocked || ordered <= 0 {
		return nil
	}
	show := func(q int64) string {
		if q <= 0 {
			return ""
		}
		return Quantity(q, l.Scale, l.Unit)
	}
	later := ordered - l.Q.Left()
	if !gone {
		later -= here
	}
	return &papers.SlipLine{SKU: l.SKU, Title: l.Title, Ordered: show(ordered), Here: show(here), Later: show(later)}
}

// Label fills the address label of a parcel.
func Label(r *store.Reader, id fulfillment.ParcelID, now int64) (*papers.Label, error) {
	p, o, err := parcelOf(r, id)
	if err != nil {
		return nil, err
	}
	head, place, _, err := paper(r, p.Location, now)
	if err != nil {
		return nil, err
	}
	return &papers.Label{
		Paper: head, To: addressLines(o.Party.Customer, o.Party.ShipTo), From: addressLines(party.Contact{}, place.Address),
		Parcel: p.ID.String(), Order: strconv.FormatInt(o.Number, 10), Carrier: p.Carrier, Tracking: p.Tracking, Grams: p.WeightGrams,
	}, nil
}

func parcelOf(r *store.Reader, id fulfillment.ParcelID) (*fulfillment.Parcel, *order.Order, error) {
	list, err := fulfillments.Parcels(r, []fulfillment.ParcelID{id})
	if err != nil {
		return nil, nil, err
	}
	if len(list) == 0 || !r.Scope.Sees(int64(list[0].Location)) {
		return nil, nil, fault.New(fault.NotFound, "no_such_parcel", "there is no parcel %s", id)
	}
	o, err := orders.Get(r, list[0].Order)
	return list[0], o, err
}

// Handover fills the list of the parcels that leave a location today: those
// that are ready, and those that have left since midnight there. An empty
// carrier means every one.
func Handover(r *store.Reader, at stock.LocationID, carrier string, now int64) (*papers.Handover, error) {
	head, place, zone, err := paper(r, at, now)
	if err != nil {
		return nil, err
	}
	ready, left, err := Leaving(r, at, zone, now, MaxLeaving)
	if err != nil {
		return nil, err
	}
	list := append(ready, left...)
	ids := make([]order.ID, len(list))
	for i, p := range list {
		ids[i] = p.Order
	}
	found, err := orders.Load(r, unique(ids), orders.Parts{Party: true})
	if err != nil {
		return nil, err
	}
	out := &papers.Handover{Paper: head, Place: place.Name}
	for _, p := range list {
		o := found[p.Order]
		if o == nil || carrier != "" && p.Carrier != carrier {
			continue
		}
		to := o.Party.ShipTo
		out.Parcels = append(out.Parcels, papers.HandoverParcel{
			Parcel: p.ID.String(), Tracking: p.Tracking, Order: strconv.FormatInt(o.Number, 10), Carrier: p.Carrier, Grams: p.WeightGrams,
			To: strings.TrimSpace(to.PostalCode + " " + to.City), Left: moment(p.ShippedAt, zone),
		})
	}
	return out, nil
}

// MaxLeaving bounds the parcels of each kind on one hand-over list.
const MaxLeaving = 1000

// Leaving reads the parcels of a location that are ready to leave, oldest
// first, and those that have left since midnight there, newest first: of each
// at most limit.
func Leaving(r *store.Reader, at stock.LocationID, zone *time.Location, now int64, limit int) (ready, left []*fulfillment.Parcel, err error) {
	if ready, err = fulfillments.Ready(r, at, limit); err != nil {
		return nil, nil, err
	}
	t := time.UnixMicro(now).In(zone)
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone)
	left, err = fulfillments.Left(r, at, midnight.UnixMicro(), now+1, limit)
	return ready, left, err
}

// addressLines are an address with who lives there, where it does not say.
func addressLines(who party.Contact, a party.Address) []string {
	a.Name, a.Company = cmp.Or(a.Name, who.Name), cmp.Or(a.Company, who.Company)
	return a.Lines()
}

// MaxList is how many fulfillments one pick list is for.
const MaxList = papers.MaxFulfillments
