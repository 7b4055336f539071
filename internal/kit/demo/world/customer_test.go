package world_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/kit/demo/world"
)

var (
	emailPattern = regexp.MustCompile(`^[a-z0-9]+(\.[a-z0-9]+)*@example\.(com|org)$`)

	// The ranges that Ofcom keeps for drama.
	dramaPattern = regexp.MustCompile(`^\+44 (` + strings.Join([]string{
		`1632 960\d{3}`, `20 7946 0\d{3}`, `113 496 0\d{3}`, `114 496 0\d{3}`, `115 496 0\d{3}`, `116 496 0\d{3}`,
		`117 496 0\d{3}`, `118 496 0\d{3}`, `121 496 0\d{3}`, `131 496 0\d{3}`, `141 496 0\d{3}`, `151 496 0\d{3}`,
		`161 496 0\d{3}`, `191 498 0\d{3}`, `28 9649 6\d{3}`, `29 2018 0\d{3}`, `7700 900\d{3}`,
	}, "|") + `)$`)

	postcodes = map[string]*regexp.Regexp{
		"GB": regexp.MustCompile(`^[A-Z]{1,2}\d{1,2} \d[ABD-HJLNP-UW-Z]{2}$`),
		"IE": regexp.MustCompile(`^[AC-FHKNPRTV-Y]\d{2} [0-9AC-FHKNPRTV-Y]{4}$`),
		"FR": regexp.MustCompile(`^(0[1-9]|[1-8]\d|9[0-5])\d{3}$`),
		"DE": regexp.MustCompile(`^(0[1-9]|[1-9]\d)\d{3}$`),
		"NL": regexp.MustCompile(`^[1-9]\d{3} [A-Z]{2}$`),
	}
)

func TestCustomersHoldForAnySeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkCustomers(t, smallWorld(t)) })
}

func checkCustomers(t rapid.TB, w *world.World) {
	emails, codes := map[string]bool{}, map[string]bool{}
	for _, c := range w.Customers {
		if emails[c.Email] || codes[c.Code] {
			t.Fatalf("code or mail address is used twice: %s %s", c.Code, c.Email)
		}
		emails[c.Email], codes[c.Code] = true, true
		shape := postcodes[c.Address.Country]
		switch {
		case !emailPattern.MatchString(c.Email):
			t.Fatalf("mail address outside of the reserved domains or not plain: %q", c.Email)
		case !dramaPattern.MatchString(c.Phone):
			t.Fatalf("phone number outside of the ranges for drama: %q", c.Phone)
		case shape == nil || !shape.MatchString(c.Address.Postcode):
			t.Fatalf("strange country or postcode: %+v", c.Address)
		case c.Name == "" || c.Address.Name != c.Name || c.Address.Company != c.Company:
			t.Fatalf("names do not agree: %+v", c)
		case c.Address.Line1 == "" || c.Address.City == "" || strings.ContainsAny(c.Address.Line1+c.Company, "%"):
			t.Fatalf("strange address: %+v", c.Address)
		case !strings.HasSuffix(c.Locale, "-"+c.Address.Country):
			t.Fatalf("locale %s in %s", c.Locale, c.Address.Country)
		}
	}
}

func TestPhonesOfTheMerchantAreForDrama(t *testing.T) {
	w := newWorld(t, world.Options{})
	phones := []string{w.Merchant.Phone}
	for _, l := range w.Locations {
		phones = append(phones, l.Phone)
	}
	for _, p := range phones {
		if !dramaPattern.MatchString(p) {
			t.Errorf("phone number outside of the ranges for drama: %q", p)
		}
	}
	if !emailPattern.MatchString(w.Merchant.Email) {
		t.Errorf("mail address outside of the reserved domains: %q", w.Merchant.Email)
	}
}

func TestManyCustomersOfAllKinds(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 3, Customers: world.MaxCustomers})
	checkCustomers(t, w)
	got := map[string]int{}
	for _, c := range w.Customers {
		got[c.Address.Country]++
		if c.Company != "" {
			got["company"]++
		}
	}
	for name, atLeast := range map[string]int{"GB": 75_000, "IE": 4000, "FR": 4000, "DE": 3000, "NL": 2000, "company": 5000} {
		if got[name] < atLeast {
			t.Errorf("%d of %s, want %d or more", got[name], name, atLeast)
		}
	}
}
