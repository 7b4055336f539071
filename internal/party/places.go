package party

import (
	"regexp"
	"strings"
)

// Oddity is something about an address that a carrier would stumble over. It is
// no fault: people know their own addresses.
type Oddity struct {
	Field   string // as in JSON: line1, city, region, postal_code, country
	Missing bool
	Example string // of a postal code that looks right
}

// placeRule says what an address in a country has.
type placeRule struct {
	region  bool // needed, beside street and city
	postal  *regexp.Regexp
	example string
}

// placeRules are of the forty countries that most parcels go to: country, R
// when a region is needed, the pattern of postal codes (- for none) and one
// that is right. Codes are compared in capitals, spaces between words as one.
const placeRules = `
AE R -                                     -
AR - [A-Z]?\d{4}([A-Z]{3})?                C1420
AT - \d{4}                                 1010
AU R \d{4}                                 2000
BE - \d{4}                                 1000
BG - \d{4}                                 1000
BR R \d{5}-?\d{3}                          01310-100
CA R [A-Z]\d[A-Z]\s?\d[A-Z]\d              K1A_0B1
CH - \d{4}                                 8001
CL - (\d{3}-?\d{4})?                       8320000
CN R \d{6}                                 100000
CZ - \d{3}\s?\d{2}                         110_00
DE - \d{5}                                 10115
DK - \d{4}                                 1050
EE - \d{5}                                 10111
ES - \d{5}                                 28013
FI - \d{5}                                 00100
FR - \d{5}                                 75001
GB - ([A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|GIR\s?0AA) SW1A_1AA
GR - \d{3}\s?\d{2}                         104_31
HK - -                                     -
HR - \d{5}                                 10000
HU - \d{4}                                 1051
IE - ([A-Z]\d[\dW]\s?[A-Z\d]{4})?          D02_AF30
IL - \d{5}(\d{2})?                         6100000
IN R \d{3}\s?\d{3}                         110001
IT - \d{5}                                 00184
JP R \d{3}-?\d{4}                          100-0001
KR - \d{5}                                 03051
MX R \d{5}                                 06000
NL - \d{4}\s?[A-Z]{2}                      1012_AB
NO - \d{4}                                 0150
NZ - \d{4}                                 6011
PL - \d{2}-?\d{3}                          00-001
PT - \d{4}(-\d{3})?                        1100-148
RO - \d{6}                                 010011
SE - \d{3}\s?\d{2}                         111_20
SG - \d{6}                                 018956
TR - \d{5}                                 34000
US R \d{5}(-\d{4})?                        10001
`

var places = func() map[string]placeRule {
	out := map[string]placeRule{}
	for line := range strings.Lines(placeRules) {
		f := strings.Fields(line)
		if len(f) != 4 {
			continue
		}
		rule := placeRule{region: f[1] == "R"}
		if f[2] != "-" {
			rule.postal, rule.example = regexp.MustCompile("^("+f[2]+")$"), strings.ReplaceAll(f[3], "_", " ")
		}
		out[f[0]] = rule
	}
	return out
}()

// Oddities lists what of the address is missing or looks wrong for its
// country. An empty address has none: not every order is sent.
func (a Address) Oddities() []Oddity {
	if a.IsZero() {
		return nil
	}
	var out []Oddity
	need := func(field, text string) {
		if strings.TrimSpace(text) == "" {
			out = append(out, Oddity{Field: field, Missing: true})
		}
	}
	need("line1", a.Line1)
	need("city", a.City)
	need("country", a.Country)
	rule, known := places[a.Country]
	if !known {
		return out
	}
	if rule.region {
		need("region", a.Region)
	}
	code := strings.ToUpper(strings.Join(strings.Fields(a.PostalCode), " "))
	if rule.postal != nil && !rule.postal.MatchString(code) {
		out = append(out, Oddity{Field: "postal_code", Missing: code == "", Example: rule.example})
	}
	return out
}
