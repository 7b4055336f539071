package verification

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"orderly/internal/order"
	"orderly/internal/party"
)

// Seen is an order that came before, under one of its traits.
type Seen struct {
	Key    int64
	Order  int64
	Number int64
	At     int64
	Lines  int64
}

// Keys are the traits by which orders of one customer are known: who ordered,
// their e-mail address, and where it goes. They say nothing of whom they are of.
func Keys(customer int64, p *party.Parties) []int64 {
	var out []int64
	if customer != 0 {
		out = append(out, digest("customer", fmt.Sprint(customer)))
	}
	if p.Customer.Email != "" {
		out = append(out, digest("email", strings.ToLower(strings.TrimSpace(p.Customer.Email))))
	}
	if a := p.ShipTo; a.Line1 != "" && a.City+a.PostalCode != "" {
		out = append(out, digest("address", folded(a.Line1+a.Line2), folded(a.PostalCode), folded(a.City), a.Country))
	}
	return out
}

// folded leaves of a text what tells one address from another.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// Lines is equal for orders of the same items in the same quantities.
func Lines(o *order.Order) int64 {
	var out []string
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Parent == 0 {
			out = append(out, fmt.Sprintf("%d×%d", l.Item, l.Quantity))
		}
	}
	slices.Sort(out)
	return digest("lines", out...)
}

func digest(kind string, parts ...string) int64 {
	sum := sha256.Sum256([]byte(kind + "\x00" + strings.Join(parts, "\x00")))
	return int64(binary.BigEndian.Uint64(sum[:8])) //nolint:gosec // any bits will do
}
