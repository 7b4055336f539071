// Package supplier is whom goods are bought from, and what each offers.
//
// What belongs here: a supplier's terms, its offers, and which of several
// offers of an item is the better one. What does not: orders placed with a
// supplier (purchase), what lies at its location (stock), and the clock.
package supplier

import (
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/party"
)

// Limits of suppliers and their offers.
const (
	MaxCode        = 40
	MaxName        = 200
	MaxNote        = 2000
	MaxDays        = 730
	MaxTolerance   = 100 // percent
	MaxOffers      = 500 // set at once
	MaxSupplierSKU = 80
	MaxPack        = 1_000_000
)

// ID names a supplier for ever.
type ID int64

func (id ID) String() string { return ident.Text("sup", int64(id)) }

// ParseID reads the text form, "sup_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("sup", s)
	return ID(id), err
}

// Supplier is somebody from whom goods are bought, or who sends them for us.
type Supplier struct {
	ID        ID
	Code      string // unique, never changed
	Name      string
	Email     string // where purchase orders go; "" when they are sent by hand
	Phone     string
	Currency  string // of its prices; never changed
	Address   party.Address
	LeadDays  int64 // from sending an order to receiving it
	TermsDays int64 // until its invoices are due
	MinOrder  int64 // minor units; less is warned of, not refused
	Note      string

	Over  int64 // percent more than was ordered that is received without asking
	Price int64 // percent that its invoices may differ from what was agreed

	Location  int64 // where its stock is counted, of the kind supplier; 0 when it has none
	DropShips bool  // sends to customers from there, on the terms of that location

	Active    bool
	CreatedAt int64
	UpdatedAt int64
	Version   int64 // how many journal entries tell of it
}

// Check lists every fault of a supplier.
func (s *Supplier) Check(l *fault.List) {
	if s.Code == "" || utf8.RuneCountInString(s.Code) > MaxCode || strings.TrimSpace(s.Code) != s.Code || !storable(s.Code) {
		l.Add("/code", "invalid_code", "a code has 1 to %d characters, no control characters and no space at its ends", MaxCode)
	}
	if s.Name == "" || utf8.RuneCountInString(s.Name) > MaxName || !storable(s.Name) {
		l.Add("/name", "invalid_name", "a name has 1 to %d characters, none of them control characters", MaxName)
	}
	if _, err := money.ParseCurrency(s.Currency); err != nil {
		l.AddError("/currency", err)
	}
	if utf8.RuneCountInString(s.Note) > MaxNote || !utf8.ValidString(s.Note) || strings.ContainsRune(s.Note, 0) {
		l.Add("/note", "invalid_text", "a note has at most %d characters", MaxNote)
	}
	party.Contact{Email: s.Email, Phone: s.Phone}.Check("", l)
	s.Address.Check("/address", l)
	between := func(at string, n, most int64) {
		if n < 0 || n > most {
			l.Add(at, "out_of_range", "is between 0 and %d", most)
		}
	}
	between("/lead_days", s.LeadDays, MaxDays)
	between("/terms_days", s.TermsDays, MaxDays)
	between("/minimum_order", s.MinOrder, money.MaxTotal)
	between("/over_percent", s.Over, MaxTolerance)
	between("/price_percent", s.Price, MaxTolerance)
	if s.DropShips && s.Location == 0 {
		l.Add("/location", "missing", "who sends to customers needs a location of the kind supplier, at which its stock is counted")
	}
}

// With is the supplier as an edit leaves it: code, currency, id, times and
// version stay.
func (s *Supplier) With(edit Supplier) Supplier {
	edit.ID, edit.Code, edit.Currency = s.ID, s.Code, s.Currency
	edit.CreatedAt, edit.UpdatedAt, edit.Version = s.CreatedAt, s.UpdatedAt, s.Version
	return edit
}

// Edited names the fields in which an edit differs.
func (s *Supplier) Edited(now *Supplier) []string {
	var out []string
	add := func(name string, same bool) {
		if !same {
			out = append(out, name)
		}
	}
	add("name", s.Name == now.Name)
	add("email", s.Email == now.Email)
	add("phone", s.Phone == now.Phone)
	add("address", s.Address == now.Address)
	add("lead_days", s.LeadDays == now.LeadDays)
	add("terms_days", s.TermsDays == now.TermsDays)
	add("minimum_order", s.MinOrder == now.MinOrder)
	add("note", s.Note == now.Note)
	add("over_percent", s.Over == now.Over)
	add("price_percent", s.Price == now.Price)
	add("location", s.Location == now.Location)
	add("drop_ships", s.DropShips == now.DropShips)
	add("active", s.Active == now.Active)
	return out
}

func storable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
