package world

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// Customer is a person, or a business when Company is set.
type Customer struct {
	Code    string
	Name    string
	Company string
	Email   string // at example.com or example.org
	Phone   string // in a range that Ofcom keeps for drama
	Locale  string // BCP 47
	Address Address
}

const tradePercent = 6 // how many in a hundred customers are businesses

func (w *World) fillCustomers() {
	r := stream(w.opt.Seed, streamCustomers)
	taken := make(map[string]int, w.opt.Customers)
	w.Customers = make([]Customer, w.opt.Customers)
	for i := range w.Customers {
		c := newCustomer(r, taken)
		switch i {
		case 0:
			c = newCustomerIn(r, &countries[0], false, taken) // a Briton,
		case 1:
			c = newCustomerIn(r, &countries[0], true, taken) // and a British firm, in every world
		}
		c.Code = "C" + string(appendPadded(nil, uint64(i+1), 6))
		w.Customers[i] = c
		if c.Company != "" {
			w.trade = append(w.trade, i)
		} else if c.Address.Country == "GB" {
			w.britons = append(w.britons, i)
		}
	}
}

func newCustomer(r *rand.Rand, taken map[string]int) Customer {
	weights := make([]int, len(countries))
	for i := range countries {
		weights[i] = countries[i].share
	}
	return newCustomerIn(r, &countries[weighted(r, weights)], chance(r, tradePercent), taken)
}

func newCustomerIn(r *rand.Rand, in *country, trade bool, taken map[string]int) Customer {
	t := pick(r, in.towns)
	first, last := pick(r, in.first), pick(r, in.last)
	c := Customer{Name: first + " " + last, Locale: in.locale, Phone: phone(r, t)}
	c.Address = address(r, in, t)
	c.Address.Name = c.Name
	local := fold(first) + "." + fold(last)
	if trade {
		c.Company = strings.Replace(pick(r, in.firms), "%", pick(r, in.firmNames), 1)
		c.Address.Company = c.Company
		local = "orders." + fold(c.Company)
	}
	c.Email = unused(local, taken) + "@" + pick(r, []string{"example.com", "example.org", "example.com"})
	return c
}

// unused numbers the second and later holders of a name, whatever their domain.
func unused(local string, taken map[string]int) string {
	taken[local]++
	if n := taken[local]; n > 1 {
		return local + "." + strconv.Itoa(n)
	}
	return local
}

func address(r *rand.Rand, in *country, t town) Address {
	number := strconv.Itoa(between(r, 1, 148))
	a := Address{City: t.name, Region: t.region, Country: in.code}
	street := strings.Replace(pick(r, in.streets), "%", pick(r, in.stems), 1)
	if in.numberLast {
		a.Line1 = street + " " + number
	} else {
		a.Line1 = number + " " + street
	}
	if chance(r, 18) {
		a.Line2 = in.flat + " " + strconv.Itoa(between(r, 1, 24))
	}
	a.Postcode = fill(r, pick(r, t.postcodes))
	return a
}

// phone is a number of the town if it has a range for drama, else a mobile.
func phone(r *rand.Rand, t town) string {
	prefix := t.dial
	if prefix == "" || chance(r, 60) {
		prefix = "+44 7700 900"
	}
	return string(appendPadded([]byte(prefix), uint64(r.IntN(1000)), 3))
}

const (
	// Letters of the last part of a British postcode, less those that a Dutch
	// one may not pair.
	postcodeLetters = "ABDEFGHJLNPQRTUWXYZ"
	eircodeSigns    = "0123456789ACDEFHKNPRTVWXY"
)

// fill draws a postcode from its shape: # a digit, @ a letter, $ a sign of an
// Eircode.
func fill(r *rand.Rand, shape string) string {
	b := []byte(shape)
	for i, c := range b {
		switch c {
		case '#':
			b[i] = byte('0' + r.IntN(10))
		case '@':
			b[i] = postcodeLetters[r.IntN(len(postcodeLetters))]
		case '$':
			b[i] = eircodeSigns[r.IntN(len(eircodeSigns))]
		}
	}
	return string(b)
}

var folded = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "é", "e", "è", "e", "ê", "e", "ë", "e", "ï", "i", "î", "i",
	"í", "i", "ó", "o", "ô", "o", "ú", "u", "á", "a", "à", "a", "â", "a", "ç", "c", "ł", "l", "ń", "n", "ø", "o",
)

// fold keeps what a plain mail address may hold: a to z and digits.
func fold(name string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, folded.Replace(strings.ToLower(name)))
}
