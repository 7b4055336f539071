package tariff

import (
	"cmp"
	"slices"
	"time"

	"orderly/internal/fault"
	"orderly/internal/figures"
)

// Book is every version of a place's rate card.
type Book []*Card

// Only is a book in which one card holds on every day, whatever its own: for
// what a time would have cost by it.
func Only(c *Card) Book {
	x := *c
	x.From, x.WithdrawnAt = 0, 0
	return Book{&x}
}

// On is the card that holds on a day; nil when none does yet.
func (b Book) On(day int64) *Card {
	var best *Card
	for _, c := range b {
		if c.WithdrawnAt == 0 && c.From <= day && (best == nil || c.From > best.From) {
			best = c
		}
	}
	return best
}

// Last is the version that was added last; nil when there is none.
func (b Book) Last() *Card {
	if len(b) == 0 {
		return nil
	}
	return slices.MaxFunc(b, func(a, c *Card) int { return cmp.Compare(a.N, c.N) })
}

// until is the last day on which a card from a day would hold, a day in the far
// future where no later version takes its place.
func (b Book) until(from int64) int64 {
	last := int64(99991231)
	for _, c := range b {
		if c.WithdrawnAt == 0 && c.From > from {
			last = min(last, figures.After(c.From, -1))
		}
	}
	return last
}

// Add is the book with one version more. It changes no day that has come and on
// which another holds: what was charged by a card stays charged by it.
func (b Book) Add(c Card, today int64) (Book, error) {
	if len(b) >= MaxVersions {
		return nil, fault.New(fault.Conflict, "too_many", "a place has at most %d versions of its rate card", MaxVersions)
	}
	for _, x := range b {
		if x.WithdrawnAt == 0 && x.From == c.From {
			return nil, at("/from", "day_taken", "version %d begins on %s already; withdraw it, or choose another day", x.N, DayText(c.From))
		}
	}
	if x := b.On(c.From); x != nil && c.From <= today {
		return nil, at("/from", "in_force", "version %d holds since %s and never changes; a new one begins tomorrow at the earliest", x.N, DayText(x.From))
	}
	c.N = 1
	if last := b.Last(); last != nil {
		c.N = last.N + 1
	}
	for i := range c.Rates {
		c.Rates[i].N = i + 1
	}
	return append(slices.Clone(b), &c), nil
}

// Withdraw is a version that shall not come into force after all.
func (c *Card) Withdraw(today, now int64) (Card, error) {
	x := *c
	switch {
	case c.WithdrawnAt != 0:
		return x, fault.New(fault.Conflict, "withdrawn", "version %d was withdrawn before", c.N)
	case c.From <= today:
		return x, fault.New(fault.Conflict, "in_force", "version %d holds since %s and never changes; add one that begins tomorrow or later", c.N, DayText(c.From))
	}
	x.WithdrawnAt = now
	return x, nil
}

// The states of a version.
const (
	Coming    = "coming"
	InForce   = "in_force"
	Over      = "over"
	Withdrawn = "withdrawn"
)

// State is how a version stands on a day.
func (b Book) State(c *Card, today int64) string {
	switch {
	case c.WithdrawnAt != 0:
		return Withdrawn
	case c.From > today:
		return Coming
	case b.until(c.From) < today:
		return Over
	}
	return InForce
}

func at(pointer, code, format string, args ...any) error {
	var l fault.List
	l.Add(pointer, code, format, args...)
	return l.As(fault.Conflict, code, "this version cannot be added")
}

// DayText is a day as people write it.
func DayText(day int64) string { return figures.Date(day).Format(time.DateOnly) }

// ParseDay reads a day as 2027-01-15; 0 for what is none.
func ParseDay(text string) int64 {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0
	}
	return figures.DayOf(t)
}
