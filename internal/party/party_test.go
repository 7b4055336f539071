package party_test

import (
	"encoding/json"
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/party"
)

func told(l *fault.List) string {
	var out []string
	for _, f := range l.Fields() {
		out = append(out, f.Pointer+"="+f.Code)
	}
	return strings.Join(out, " ")
}

var long = strings.Repeat("é", party.MaxField+1)

// Kills: each field that is not looked at; an e-mail address with a name
// around it; a domain without a dot.
func TestContactCheck(t *testing.T) {
	for _, tc := range []struct {
		c    party.Contact
		want string
	}{
		{party.Contact{}, ""},
		{party.Contact{Name: strings.Repeat("é", party.MaxField), Email: "ada@mail.example.com", Phone: "+44 1", Company: "Engines"}, ""},
		{party.Contact{Email: "o'brien+shop@example.co.uk"}, ""},
		{party.Contact{Name: long}, "/customer/name=too_long"},
		{party.Contact{Name: "a\nb"}, "/customer/name=invalid_text"},
		{party.Contact{Phone: "\xff"}, "/customer/phone=invalid_text"},
		{party.Contact{Company: "\x00"}, "/customer/company=invalid_text"},
		{party.Contact{Email: "ada"}, "/customer/email=invalid_email"},
		{party.Contact{Email: "ada@localhost"}, "/customer/email=invalid_email"},
		{party.Contact{Email: "Ada <ada@example.com>"}, "/customer/email=invalid_email"},
		{party.Contact{Email: "ada@example.com, b@example.com"}, "/customer/email=invalid_email"},
		{party.Contact{Email: " ada@example.com"}, "/customer/email=invalid_email"},
		{party.Contact{Email: long + "@example.com"}, "/customer/email=too_long"},
		{party.Contact{Name: long, Phone: long, Company: long, Email: "x"}, "/customer/name=too_long /customer/phone=too_long /customer/company=too_long /customer/email=invalid_email"},
	} {
		var l fault.List
		tc.c.Check("/customer", &l)
		if got := told(&l); got != tc.want {
			t.Errorf("%.80q: %q, want %q", tc.c, got, tc.want)
		}
	}
}

// Kills: each field that is not looked at, and each bound of the earth.
func TestAddressCheck(t *testing.T) {
	for _, tc := range []struct {
		a    party.Address
		want string
	}{
		{party.Address{}, ""},
		{party.Address{Country: "GB", Latitude: 90_000_000, Longitude: -180_000_000}, ""},
		{party.Address{Name: long}, "/ship_to/name=too_long"},
		{party.Address{Company: long}, "/ship_to/company=too_long"},
		{party.Address{Line1: long}, "/ship_to/line1=too_long"},
		{party.Address{Line2: long}, "/ship_to/line2=too_long"},
		{party.Address{City: long}, "/ship_to/city=too_long"},
		{party.Address{Region: long}, "/ship_to/region=too_long"},
		{party.Address{PostalCode: long}, "/ship_to/postal_code=too_long"},
		{party.Address{Phone: long}, "/ship_to/phone=too_long"},
		{party.Address{City: "\x7f"}, "/ship_to/city=invalid_text"},
		{party.Address{Country: "gb"}, "/ship_to/country=unknown_country"},
		{party.Address{Country: "UK"}, "/ship_to/country=unknown_country"},
		{party.Address{Country: long}, "/ship_to/country=unknown_country"},
		{party.Address{Latitude: 90_000_001}, "/ship_to=invalid_position"},
		{party.Address{Latitude: -90_000_001}, "/ship_to=invalid_position"},
		{party.Address{Longitude: 180_000_001}, "/ship_to=invalid_position"},
		{party.Address{Longitude: -180_000_001}, "/ship_to=invalid_position"},
	} {
		var l fault.List
		tc.a.Check("/ship_to", &l)
		if got := told(&l); got != tc.want {
			t.Errorf("%+v: %q, want %q", tc.a, got, tc.want)
		}
		if tc.a.IsZero() != (tc.a == party.Address{}) {
			t.Errorf("%+v: empty is %t", tc.a, tc.a.IsZero())
		}
	}
}

func TestCustomerCheck(t *testing.T) {
	for _, tc := range []struct {
		name string
		c    party.Customer
		want string
	}{
		{"a name", party.Customer{Contact: party.Contact{Name: "Ada"}}, ""},
		{"a company", party.Customer{Contact: party.Contact{Company: "Engines"}}, ""},
		{"an address of mail", party.Customer{Contact: party.Contact{Email: "a@example.com"}}, ""},
		{"a channel's id", party.Customer{ExternalID: "17850"}, ""},
		{"nothing", party.Customer{}, "/c=empty_customer"},
		{"a phone alone", party.Customer{Contact: party.Contact{Phone: "1"}}, "/c=empty_customer"},
		{"long id", party.Customer{ExternalID: long}, "/c/external_id=too_long"},
		{"parts", party.Customer{ExternalID: "1", Contact: party.Contact{Email: "x"}, Address: party.Address{Country: "UK"}}, "/c/email=invalid_email /c/address/country=unknown_country"},
		{"custom", party.Customer{ExternalID: "1", Custom: json.RawMessage(strings.Repeat(" ", party.MaxCustomBytes+1))}, "/c/custom=too_long"},
	} {
		var l fault.List
		tc.c.Check("/c", &l)
		if got := told(&l); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	if id, err := party.ParseID(party.ID(5).String()); id != 5 || err != nil {
		t.Errorf("5 was read as %d, %v", id, err)
	}
}

// Two letters are a country or they are not; nothing between two countries of
// the list is one.
//
// Kills: a look-up that takes a part of the list across its spaces.
func TestCountries(t *testing.T) {
	known := 0
	for a := range 256 {
		for b := range 256 {
			code := string([]byte{byte(a), byte(b)})
			if !party.KnownCountry(code) {
				continue
			}
			known++
			if a < 'A' || a > 'Z' || b < 'A' || b > 'Z' {
				t.Errorf("%q is a country", code)
			}
		}
	}
	if known != 250 { // ISO 3166-1 has 249 codes in use; XK is the 250th
		t.Errorf("%d countries are known", known)
	}
	for code, want := range map[string]bool{"GB": true, "XK": true, "SS": true, "ZW": true, "AD": true, "UK": false, "AN": false, "ZZ": false, "": false, "G": false, "GB ": false, "D AE": false} {
		if party.KnownCountry(code) != want {
			t.Errorf("%q: known is %t", code, !want)
		}
	}
}
