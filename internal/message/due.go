package message

import (
	"strconv"
	"strings"

	"orderly/internal/journal"
	"orderly/internal/order"
)

// Due is a message that a journal entry calls for.
type Due struct {
	Kind   Kind
	Ref    string
	Amount int64
}

// Of tells which messages an entry of an order calls for. Parts of an act that
// is told in several entries call for one message.
func Of(typ string, seq int64, d *order.Delta) []Due {
	var out []Due
	ref := strconv.FormatInt(seq, 10)
	if p := d.Placed; p != nil && p.Mode != order.History {
		out = append(out, Due{Kind: Placed})
	}
	for _, s := range d.Shelf {
		kind := map[string]Kind{"shelved": Ready, "reminded": PickupReminder, "extended": PickupExtended}[s.Step]
		if kind != "" {
			out = append(out, Due{Kind: kind, Ref: AskedRef(s.ID, seq)})
		}
	}
	for _, p := range d.Parcels {
		switch p.Step {
		case "shipped":
			if len(d.Shelf) > 0 {
				continue // its customer has it in hand
			}
			out = append(out, Due{Kind: Shipped, Ref: strconv.FormatInt(p.ID, 10)})
		case "delivered":
			out = append(out, Due{Kind: Delivered, Ref: strconv.FormatInt(p.ID, 10)})
		case "out_for_delivery":
			out = append(out, Due{Kind: OutForDelivery, Ref: strconv.FormatInt(p.ID, 10)})
		}
	}
	switch {
	case d.More:
	case typ == journal.OrderPromised:
		out = append(out, Due{Kind: Promised, Ref: ref})
	case typ == journal.OrderCanceled:
		out = append(out, Due{Kind: Canceled, Ref: ref})
	case typ == journal.OrderReturned:
		out = append(out, Due{Kind: Returned, Ref: ref, Amount: d.Refunded})
	case d.Refunded > 0 && typ == journal.OrderRefunded:
		out = append(out, Due{Kind: Refunded, Ref: ref, Amount: d.Refunded})
	}
	return out
}

// AskedRef makes a message that somebody asks for one of its own, and keeps
// which parcel it is about: the parcel, a point and a number that no other has.
func AskedRef(parcel, own int64) string {
	return strconv.FormatInt(parcel, 10) + "." + strconv.FormatInt(own, 10)
}

// Asking is the kind of letter that asks a question.
func Asking(kind string) Kind {
	if kind == "delay" {
		return Delayed
	}
	return Kind("ask_" + kind)
}

// AskRef makes a letter the one of a question.
func AskRef(ask int64) string { return "ask." + strconv.FormatInt(ask, 10) }

// Question is the question that a letter asks, zero for none, and whether it
// asks one at all.
func (x *Message) Question() (id int64, asks bool) {
	word, ok := strings.CutPrefix(x.Ref, "ask.")
	if ok {
		id, _ = strconv.ParseInt(word, 10, 64)
	}
	return id, id != 0 || x.Kind == Delayed
}

// AtShelf reports whether a message tells of what waits for its customer.
func (x *Message) AtShelf() bool {
	return x.Kind == Ready || x.Kind == PickupReminder || x.Kind == PickupExtended
}

// Pickup is the fulfillment whose pickup a message is about; zero when it is
// about whichever waits.
func (x *Message) Pickup() int64 {
	word, _, _ := strings.Cut(x.Ref, ".")
	n, err := strconv.ParseInt(word, 10, 64)
	if !x.AtShelf() || err != nil {
		return 0
	}
	return n
}

// Parcel is the parcel that a message is about; zero when it is about none.
func (x *Message) Parcel() int64 {
	if x.Kind != Shipped && x.Kind != OutForDelivery && x.Kind != Delivered {
		return 0
	}
	word, _, _ := strings.Cut(x.Ref, ".")
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
