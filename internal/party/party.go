// Package party is people and places they live at: customers, contacts and
// addresses. It holds the only personal data; everything else points here.
package party

import (
	"cmp"
	"encoding/json"
	"net/mail"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// Limits of one field and one customer.
const (
	MaxField       = 200
	MaxCustomBytes = 4096
)

// ID names a customer for ever.
type ID int64

func (id ID) String() string { return ident.Text("cus", int64(id)) }

// ParseID reads the text form, "cus_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("cus", s)
	return ID(id), err
}

// Contact is who someone is and how to reach them.
type Contact struct {
	Name    string
	Email   string
	Phone   string
	Company string
}

// Address is where a parcel or an invoice goes. Country is ISO 3166 alpha-2.
// Latitude and Longitude are in millionths of a degree, both zero when unknown.
type Address struct {
	Name       string
	Company    string
	Line1      string
	Line2      string
	City       string
	Region     string
	PostalCode string
	Country    string
	Phone      string
	Latitude   int64
	Longitude  int64
}

// Lines are the address as it is written on a parcel.
func (a Address) Lines() []string {
	var out []string
	for _, text := range []string{a.Company, a.Name, a.Line1, a.Line2, a.PostalCode + " " + a.City, a.Region, a.Country} {
		if text = strings.TrimSpace(text); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// IsZero reports whether nothing is filled in.
func (a Address) IsZero() bool { return a == Address{} }

// Parties are the people of one order: the only personal data of an order.
type Parties struct {
	Customer Contact
	ShipTo   Address
	BillTo   Address
}

// Customer is someone who orders, under the id that a channel knows.
type Customer struct {
	ID          ID
	ExternalID  string // unique when not empty
	Contact     Contact
	Address     Address
	Custom      json.RawMessage
	CreatedAt   int64
	UpdatedAt   int64
	EditVersion int64
}

// Called is the name by which people know the customer.
func (c *Customer) Called() string {
	return cmp.Or(c.Contact.Name, c.Contact.Company, c.Contact.Email, c.ExternalID, c.ID.String())
}

// Check lists every fault of the contact, at pointers below at.
func (c Contact) Check(at string, l *fault.List) {
	checkText(l, at+"/name", c.Name)
	checkText(l, at+"/email", c.Email)
	checkText(l, at+"/phone", c.Phone)
	checkText(l, at+"/company", c.Company)
	if c.Email != "" && !plausibleEmail(c.Email) {
		l.Add(at+"/email", "invalid_email", "%q is not an e-mail address; write it as name@example.com or leave it out", clip(c.Email))
	}
}

// Check lists every fault of the address, at pointers below at.
func (a Address) Check(at string, l *fault.List) {
	fields := [...]struct{ name, text string }{
		{"name", a.Name}, {"company", a.Company}, {"line1", a.Line1}, {"line2", a.Line2}, {"city", a.City},
		{"region", a.Region}, {"postal_code", a.PostalCode}, {"phone", a.Phone},
	}
	for _, f := range fields {
		checkText(l, at+"/"+f.name, f.text)
	}
	if a.Country != "" && !KnownCountry(a.Country) {
		l.Add(at+"/country", "unknown_country", "%q is not a country; use the two-letter ISO 3166 code, for example GB", clip(a.Country))
	}
	if a.Latitude < -90_000_000 || a.Latitude > 90_000_000 || a.Longitude < -180_000_000 || a.Longitude > 180_000_000 {
		l.Add(at, "invalid_position", "latitude and longitude are millionths of a degree within ±90 and ±180 degrees")
	}
}

// Check lists every fault of the customer.
func (c *Customer) Check(at string, l *fault.List) {
	c.Contact.Check(at, l)
	c.Address.Check(at+"/address", l)
	checkText(l, at+"/external_id", c.ExternalID)
	if c.Contact.Name == "" && c.Contact.Email == "" && c.Contact.Company == "" && c.ExternalID == "" {
		l.Add(at, "empty_customer", "give at least a name, a company, an e-mail address or an external_id")
	}
	if len(c.Custom) > MaxCustomBytes {
		l.Add(at+"/custom", "too_long", "custom fields take at most %d bytes together", MaxCustomBytes)
	}
}

func checkText(l *fault.List, at, s string) {
	switch {
	case utf8.RuneCountInString(s) > MaxField:
		l.Add(at, "too_long", "at most %d characters", MaxField)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		l.Add(at, "invalid_text", "contains control characters or is not UTF-8")
	}
}

func plausibleEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".")
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// countries are the ISO 3166-1 alpha-2 codes in use, and XK.
const countries = " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW "

// KnownCountry reports whether the code is an ISO 3166-1 alpha-2 country.
func KnownCountry(code string) bool {
	return len(code) == 2 && code[0] >= 'A' && strings.Contains(countries, " "+code+" ")
}
