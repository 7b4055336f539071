package care

import (
	"crypto/rand"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/store/tracking"
)

// LinkCommand is about the link by which a customer follows an order.
type LinkCommand struct{ Order order.ID }

// MakeLink gives an order's tracking link, and makes it when there is none. It
// is made on demand so that placing an order does not wait for it. Value of the
// result is the link's text.
//
// No entry tells of it: a link says nothing of the order. That one ends is told
// (RenewLink, EndLink).
var MakeLink = &desk.Operation[LinkCommand]{
	Name: "orders.tracking_link", Permission: access.OrdersRead,
	Run: func(t *desk.Turn, asked []desk.Asked[LinkCommand]) ([]desk.Result, error) {
		out, known, err := findLinks(&t.Reader, asked)
		if err != nil {
			return nil, err
		}
		for i, a := range asked {
			if out[i].Err != nil {
				continue
			}
			l, ok := known[a.Command.Order]
			if !ok || l.RevokedAt != 0 {
				if err := anew(&l, a.Command.Order, t.At); err != nil {
					return nil, err
				}
				if err := tracking.Save(t.Tx, []tracking.Link{l}); err != nil {
					return nil, err
				}
				known[l.Order], out[i].Status = l, "created"
			}
			out[i].Value = LinkText(t.M, l.Token)
		}
		return out, nil
	},
	Preview: func(_ *desk.Desk, r *store.Reader, asked []desk.Asked[LinkCommand]) ([]desk.Result, error) {
		out, known, err := findLinks(r, asked)
		for i, a := range asked {
			if l, ok := known[a.Command.Order]; ok && out[i].Err == nil && l.RevokedAt == 0 {
				out[i].Value = LinkText(r.M, l.Token)
			}
		}
		return out, err
	},
}

func findLinks(r *store.Reader, asked []desk.Asked[LinkCommand]) ([]desk.Result, map[order.ID]tracking.Link, error) {
	ids := make([]order.ID, len(asked))
	for i := range asked {
		ids[i] = asked[i].Command.Order
	}
	known, err := tracking.Known(r, ids)
	if err != nil {
		return nil, nil, err
	}
	there, err := orders.There(r, ids)
	out := make([]desk.Result, len(asked))
	for i, id := range ids {
		out[i] = desk.Result{Kind: journal.Order, ID: int64(id), Status: "unchanged"}
		if !there[id] {
			out[i].Err = noSuchOrder(id)
		}
	}
	return out, known, err
}

func noSuchOrder(id order.ID) error {
	return fault.New(fault.NotFound, "no_such_order", "there is no order %s", id)
}

// anew makes a link another one, which nobody has yet.
func anew(l *tracking.Link, id order.ID, now int64) (err error) {
	l.Order, l.CreatedAt, l.OpenedAt, l.RevokedAt = id, now, 0, 0
	l.Token, err = ident.Token(rand.Reader)
	return err
}

const linkBase = 32

// LinkText is what stands in the address behind /t/: the merchant in base 32
// and the token. The merchant stands in it so that the link is looked for among
// that merchant's alone, which on a sharded database is one shard.
func LinkText(merchant int64, token string) string {
	return strconv.FormatInt(merchant, linkBase) + "_" + token
}

// ParseLink takes a link's text apart. What is no link at all is told as one
// that nobody has: the look-up costs the same and finds nothing.
func ParseLink(text string) (merchant int64, token string) {
	word, token, ok := strings.Cut(text, "_")
	m, err := strconv.ParseInt(word, linkBase, 64)
	if !ok || err != nil || m <= 0 || len(token) != ident.TokenLength {
		return 1, ""
	}
	return m, token
}
