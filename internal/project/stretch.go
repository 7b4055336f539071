package project

import (
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/entries"
	"orderly/internal/store/tokens"
)

// stretch is a part of the journal, and the words of the orders that it
// tells of as they are at its end or later. What is later has an entry beyond
// the stretch, so it is looked at again.
type stretch struct {
	fresh    *tokens.Fresh
	from, to int64
	orders   []order.ID
	words    tokens.Words
}

func (s *stretch) read(r *store.Reader) error {
	from, err := cursors.Of(r, Consumer)
	if err != nil {
		return err
	}
	heads, err := entries.Changes(r, from, pageEntries)
	if err != nil {
		return err
	}
	s.from, s.to = from, from
	how := map[order.ID]change{}
	var touched []order.ID
	for _, h := range heads {
		if changesWords(h) {
			id, c := order.ID(h.Subject), changeOf(h.Type)
			before, seen := how[id]
			switch {
			case !seen && len(touched) == pageOrders:
				return s.ask(r, touched, how)
			case !seen:
				touched = append(touched, id)
			case before != c:
				c = changed
			}
			how[id] = c
		}
		s.to = h.Seq
	}
	return s.ask(r, touched, how)
}

// ask finds the words of the orders that were touched, and reads of them as few
// as it must.
func (s *stretch) ask(r *store.Reader, touched []order.ID, how map[order.ID]change) error {
	placed := tokens.Words{}
	var sent, unknown []order.ID
	for _, id := range touched {
		words, known := []string(nil), false
		if how[id] == placedOnly {
			words, known = s.fresh.Take(r.M, id)
		}
		switch {
		case known:
			placed[id] = words
			s.orders = append(s.orders, id)
		case how[id] == sentOff:
			sent = append(sent, id)
		default:
			unknown = append(unknown, id)
		}
	}
	numbered, err := tokens.Numbered(r, sent)
	if err != nil {
		return err
	}
	unknown = append(unknown, numbered...)
	s.orders = append(s.orders, unknown...)
	s.words, err = tokens.Read(r, unknown)
	for id, words := range placed {
		s.words[id] = words
	}
	return err
}

// change is what a stretch tells of an order.
type change int

const (
	changed    change = iota // anything, or several things
	placedOnly               // its words are those that it was placed with
	sentOff                  // it may have got tracking numbers, which are replaced and never taken away
)

func changeOf(typ string) change {
	switch typ {
	case journal.OrderPlaced:
		return placedOnly
	case journal.FulPacked, journal.ParcelStepped + "shipped":
		return sentOff
	}
	return changed
}

// same are the acts on orders that leave their words alone. One that is not
// listed is looked at, which is never wrong.
var same = map[string]bool{
	journal.OrderCanceled: true, journal.OrderHeld: true, journal.OrderLifted: true, journal.OrderPaid: true, journal.OrderRefunded: true,
	journal.OrderReturned: true, journal.OrderServed: true, journal.OrderDisplaced: true, journal.FulReleased: true, journal.FulRecalled: true,
	journal.FulPicked: true, journal.FulUnpicked: true, journal.FulShortPicked: true, journal.ParcelScanned: true,
	journal.ParcelStepped + "delivered": true, journal.ParcelStepped + "undelivered": true, journal.ParcelStepped + "lost": true,
	journal.ParcelStepped + "found": true, journal.ParcelStepped + "unpacked": true,
}

func changesWords(h entries.Change) bool { return h.Kind == journal.Order && !same[h.Type] }
