package party_test

import (
	"strings"
	"testing"

	"orderly/internal/party"
)

// Kills: a pattern that refuses its own example or takes anything; a field
// that is not asked for; oddities of what is not sent.
func TestOddities(t *testing.T) {
	for _, tc := range []struct {
		a    party.Address
		want string
	}{
		{party.Address{}, ""},
		{party.Address{Line1: "1 High Street", City: "Leeds", PostalCode: "ls1  1aa", Country: "GB"}, ""},
		{party.Address{Line1: "1 High Street", City: "Leeds", PostalCode: "12345", Country: "GB"}, "postal_code"},
		{party.Address{Line1: "1 High Street", City: "Leeds", Country: "GB"}, "postal_code!"},
		{party.Address{Line1: "1 Main St", City: "Albany", PostalCode: "12207-1234", Country: "US"}, "region!"},
		{party.Address{Line1: "1 Main St", City: "Albany", Region: "NY", PostalCode: "12207-1234", Country: "US"}, ""},
		{party.Address{Line1: "1 Quay", City: "Cork", Country: "IE"}, ""},
		{party.Address{Line1: "1 Quay", City: "Cork", PostalCode: "12", Country: "IE"}, "postal_code"},
		{party.Address{Line1: "1 Road", City: "Central", Country: "HK"}, ""},
		{party.Address{Line1: "1 Road", City: "Suva", PostalCode: "?", Country: "FJ"}, ""},
		{party.Address{Name: "Ada"}, "line1! city! country!"},
		{party.Address{Line1: "Weg 1", City: "Wien", PostalCode: "10100", Country: "AT"}, "postal_code"},
	} {
		var got []string
		for _, o := range tc.a.Oddities() {
			word := o.Field
			if o.Missing {
				word += "!"
			}
			got = append(got, word)
			if o.Field == "postal_code" {
				again := tc.a
				again.PostalCode = o.Example
				if len(again.Oddities()) >= len(tc.a.Oddities()) {
					t.Errorf("%s: the example %q is odd itself", tc.a.Country, o.Example)
				}
			}
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%+v: %q, want %q", tc.a, got, tc.want)
		}
	}
}
