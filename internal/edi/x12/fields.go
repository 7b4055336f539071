package x12

import (
	"slices"
	"strings"

	"orderly/internal/edi"
)

// reader walks over the segments of a set.
type reader struct {
	syntax *edi.Syntax
	list   []edi.Segment
}

// get is the n-th element as it is meant, its first component only.
func (r *reader) get(g *edi.Segment, n int) string {
	return edi.Printed(r.syntax.Plain(r.syntax.Parts(g.Raw(n))[0]))
}

// whole is the n-th element with any component separator as text.
func (r *reader) whole(g *edi.Segment, n int) string { return edi.Printed(r.syntax.Plain(g.Raw(n))) }

func (r *reader) number(g *edi.Segment, n int) edi.Number {
	v, _ := edi.ParseNumber(r.get(g, n))
	return v
}

func (r *reader) date(g *edi.Segment, n int) edi.Date { return edi.DateOf(r.get(g, n)) }

// partyRoles are the codes of N101 that say what a party is here; the first of
// a role is the one that is written.
var partyRoles = []struct{ code, role string }{
	{"BY", edi.Buyer}, {"SE", edi.Seller}, {"VN", edi.Seller}, {"SU", edi.Seller}, {"ST", edi.ShipTo}, {"SF", edi.ShipFrom},
	{"BT", edi.BillTo}, {"RE", edi.RemitTo}, {"RI", edi.RemitTo}, {"WH", edi.Warehouse}, {"CN", edi.Consignee},
}

func partyCode(role string) string {
	for _, p := range partyRoles {
		if p.role == role {
			return p.code
		}
	}
	return ""
}

func partyRole(code string) string {
	for _, p := range partyRoles {
		if p.code == code {
			return p.role
		}
	}
	return ""
}

// party takes a segment of the N1 loop into the list. A party whose role is
// none of ours is passed over with its address.
func (r *reader) party(list []edi.Party, g *edi.Segment, skip *bool) []edi.Party {
	if g.Tag == "N1" {
		role := partyRole(r.get(g, 1))
		if *skip = role == ""; *skip {
			return list
		}
		return append(list, edi.Party{Role: role, Name: r.whole(g, 2), Qualifier: r.get(g, 3), ID: r.whole(g, 4)})
	}
	if *skip || len(list) == 0 {
		return list
	}
	p := &list[len(list)-1]
	switch g.Tag {
	case "N3":
		for n := 1; n <= 2; n++ {
			if v := r.whole(g, n); v != "" && len(p.Street) < 2 {
				p.Street = append(p.Street, v)
			}
		}
	case "N4":
		p.City, p.Region, p.Postal, p.Country = r.whole(g, 1), r.get(g, 2), r.get(g, 3), r.get(g, 4)
	}
	return list
}

// buyerCodes and sellerCodes are qualifiers of whose number an item has.
var (
	buyerCodes  = []string{"BP", "IN", "CB", "SK", "PI"}
	sellerCodes = []string{"VP", "VN", "VC", "VA"}
	gtinCodes   = []string{"UP", "EN", "UK", "EO", "UA", "UI"}
)

// gtinCode is the qualifier for a number of so many digits.
func gtinCode(v string) string {
	switch len(v) {
	case 8:
		return "EO"
	case 12:
		return "UP"
	case 14:
		return "UK"
	}
	return "EN"
}

// isGTIN says whether a text has the shape of a trade item number.
func isGTIN(v string) bool {
	return (len(v) == 8 || len(v) >= 12 && len(v) <= 14) && strings.Trim(v, "0123456789") == ""
}

// pairs takes the numbers of an item from pairs that begin at an element. The
// first of each kind stands.
func (r *reader) pairs(x *edi.Line, g *edi.Segment, from int) {
	for n := from; n < len(g.Elements); n += 2 {
		code, v := r.get(g, n), r.whole(g, n+1)
		switch {
		case v == "":
		case slices.Contains(buyerCodes, code) && x.Buyer == "":
			x.Buyer = v
		case slices.Contains(sellerCodes, code) && x.Seller == "":
			x.Seller = v
		case slices.Contains(gtinCodes, code) && isGTIN(v) && x.GTIN == "":
			x.GTIN = v
		}
	}
}
