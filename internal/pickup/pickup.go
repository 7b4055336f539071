// Package pickup is goods that lie on a shelf for the customer who comes for
// them: the shelf, the code that the customer shows, how long they wait, and
// how that ends.
//
// What belongs here: codes, dates, what may be said of a hand-over, and which
// act may come next. What does not: units and parcels (fulfillment), where an
// order may be collected (delivery), and the keys under which codes are kept
// (seal).
package pickup

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// Limits of pickups.
const (
	CodeLength = 6  // letters and digits: 30 random bits, behind MaxTries
	MaxCode    = 40 // that somebody may type, with spaces and dashes
	MaxTries   = 5  // wrong codes of one pickup
	MaxShelf   = 40
	MaxKept    = 365 // days from now, however often it is extended
)

// States of a pickup.
const (
	Ready     = "ready"
	Expired   = "expired"   // its day has passed, and it lies there still
	Collected = "collected" // the customer has it
	TakenBack = "taken_back"
	Unshelved = "unshelved" // it goes another way
)

// States lists them.
var States = []string{Ready, Expired, Collected, TakenBack, Unshelved}

// How a pickup was handed over.
const (
	ByCode = "code"
	ByName = "name" // whoever came was looked at
)

// What was looked at when there was no code, and why there was none.
var (
	Documents = []string{"passport", "identity_card", "driving_license", "known_to_us", "other"}
	Reasons   = []string{"no_code", "code_blocked", "sent_by_customer"}
)

// Pickup is what lies, or lay, on a shelf for a customer: one for a fulfillment.
type Pickup struct {
	Fulfillment fulfillment.ID
	Order       order.ID
	Location    stock.LocationID
	Shelf       string
	State       string
	Code        string // sealed
	Tries       int64  // wrong codes so far
	ReadyAt     int64
	KeptUntil   int64
	RemindAt    int64 // when the customer is reminded; 0 when that is done, or never
	EndedAt     int64
	How         string // it was handed over
	Document    string // that was looked at, and why; when it was handed over by name
	Reason      string
	Version     int64
}

// Lies reports whether it is on its shelf.
func (p *Pickup) Lies() bool { return p.State == Ready || p.State == Expired }

// Over reports whether its day has passed and nobody has noted it yet.
func (p *Pickup) Over(now int64) bool { return p.State == Ready && p.KeptUntil <= now }

// Reminds reports whether its customer is to be reminded.
func (p *Pickup) Reminds(now int64) bool {
	return p.State == Ready && p.RemindAt != 0 && p.RemindAt <= now && p.KeptUntil > now
}

// NextAt is when the clock has something to do with it; 0 for never.
func (p *Pickup) NextAt() int64 {
	switch {
	case p.State != Ready:
		return 0
	case p.RemindAt != 0:
		return min(p.RemindAt, p.KeptUntil)
	}
	return p.KeptUntil
}

// Keep sets until when it waits, and has its customer reminded at noon of the
// day before; not of what has only just been made ready.
func (p *Pickup) Keep(now, until int64, zone *time.Location) {
	p.KeptUntil = until
	y, m, d := time.UnixMicro(until).In(zone).Date()
	p.RemindAt = time.Date(y, m, d-1, 12, 0, 0, 0, zone).UnixMicro()
	if p.RemindAt < now+(12*time.Hour).Microseconds() {
		p.RemindAt = 0
	}
}

// End closes it.
func (p *Pickup) End(state string, now int64) {
	p.State, p.EndedAt, p.RemindAt = state, now, 0
}

// Blocked reports whether its code opens nothing any more.
func (p *Pickup) Blocked() bool { return p.Tries >= MaxTries }

// Left is how many wrong codes it takes until it is blocked.
func (p *Pickup) Left() int64 { return MaxTries - p.Tries }

const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Code writes random bytes, one a letter, as a code.
func Code(random [CodeLength]byte) string {
	var out [CodeLength]byte
	for i, b := range random {
		out[i] = letters[b%32]
	}
	return string(out[:])
}

// Grouped is a code as people read it.
func Grouped(code string) string {
	if len(code) != CodeLength {
		return code
	}
	return code[:CodeLength/2] + "-" + code[CodeLength/2:]
}

// Plain is a code as codes are compared: without spaces and dashes, and with
// digits for the letters that look like them.
func Plain(code string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-':
			return -1
		case 'o', 'O':
			return '0'
		case 'i', 'I', 'l', 'L':
			return '1'
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}, code)
}

// Looks reports whether a text could be a code.
func Looks(text string) bool {
	text = Plain(text)
	return len(text) == CodeLength && strings.Trim(text, letters) == ""
}

// CheckShelf lists what is wrong with the name of a shelf. named are those of
// the place; any will do where none are.
func CheckShelf(at, shelf string, named []string, l *fault.List) {
	switch {
	case strings.TrimSpace(shelf) != shelf || shelf == "" || utf8.RuneCountInString(shelf) > MaxShelf || !utf8.ValidString(shelf) ||
		strings.ContainsFunc(shelf, func(r rune) bool { return r < ' ' || r == 0x7f }):
		l.Add(at, "invalid_shelf", "say on which shelf it lies, in 1 to %d characters", MaxShelf)
	case len(named) > 0 && !slices.Contains(named, shelf):
		l.Add(at, "unknown_shelf", "there is no shelf %q here; use one of %s", shelf, some(named))
	}
}

func some(names []string) string {
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " …"
	}
	return strings.Join(names, ", ")
}

// Proof is what a hand-over goes by: a code, or who was looked at.
type Proof struct {
	Code     string
	Name     string // of who took it
	Document string // that was looked at; its number is nobody's business
	Reason   string // why there is no code
}

// Check lists what is missing.
func (p *Proof) Check(l *fault.List) {
	if len(p.Code) > MaxCode {
		l.Add("/code", "too_long", "a code has %d letters and digits", CodeLength)
	}
	if p.Code != "" {
		if p.Document != "" || p.Reason != "" {
			l.Add("/code", "both", "hand it over by the code, or say what was looked at and why; not both")
		}
		return
	}
	if strings.TrimSpace(p.Name) == "" {
		l.Add("/received_by", "missing", "without a code, say who takes it")
	}
	if !slices.Contains(Documents, p.Document) {
		l.Add("/document", "unknown_document", "without a code, say what was looked at: %s", strings.Join(Documents, ", "))
	}
	if !slices.Contains(Reasons, p.Reason) {
		l.Add("/reason", "unknown_reason", "say why there is no code: %s", strings.Join(Reasons, ", "))
	}
}

// How it is handed over by the proof.
func (p *Proof) How() string {
	if p.Code != "" {
		return ByCode
	}
	return ByName
}
