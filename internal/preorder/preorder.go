// Package preorder is what may be ordered before it is there: up to how many
// units, until when, and what day is promised.
//
// What belongs here: an offer, what can be taken of it, and what moving its day
// means. What does not: that pre-ordered units wait and how they are served
// (order: they are backordered like any), when they arrive (delivery), and the
// clock.
package preorder

import (
	"time"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// Limits of offers.
const (
	MaxCap     = 1_000_000_000 // steps
	MaxOpen    = 5000          // of a merchant: every process remembers which items they are of
	MaxChannel = 60
	MaxAhead   = 2 * 366 * 24 * time.Hour // of a day
)

// ID names an offer for ever.
type ID int64

func (id ID) String() string { return ident.Text("pre", int64(id)) }

// ParseID reads the text form, "pre_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("pre", s)
	return ID(id), err
}

// How an offer ended.
const (
	ByHand  = "hand"
	ByTime  = "time"  // until then it could be taken
	ByStock = "stock" // the first units came
)

// Reasons of another day.
var Reasons = []string{"supplier", "transport", "quality", "earlier", "mistake", "other"}

// Offer is an item that may be ordered before it is there.
type Offer struct {
	ID          ID
	Item        int64
	Channel     string // "" for every channel
	Cap         int64  // units that may be taken in all
	Taken       int64  // units sold by it, but for those canceled while they waited
	Waiting     int64  // of them, those that wait for stock
	AvailableAt int64  // when the day begins that is promised
	EndsAt      int64  // until when it may be taken; 0: for as long as it is open
	UntilStock  bool   // the first units that are received end it
	EndedAt     int64  // 0 while it is open
	Ended       string // how
	Moves       int64  // how often its day was changed
	Reason      string // of the last time
	CreatedAt   int64
	UpdatedAt   int64
	Version     int64 // how many journal entries tell of it
}

// Open reports whether units can be taken at an instant, if there are any left.
func (o *Offer) Open(now int64) bool { return o.EndedAt == 0 && (o.EndsAt == 0 || now < o.EndsAt) }

// Left is how many units may still be taken; none once it has ended.
func (o *Offer) Left() int64 {
	if o.EndedAt != 0 {
		return 0
	}
	return max(0, o.Cap-o.Taken)
}

// Done reports whether nothing can be taken of it for ever and nobody waits.
func (o *Offer) Done() bool { return o.EndedAt != 0 && o.Waiting == 0 }

// Late reports whether its day has come, and somebody waits for units or may
// still be promised them.
func (o *Offer) Late(now int64) bool { return !o.Done() && o.AvailableAt <= now }

// For is the offer by which a channel sells an item at an instant, that of the
// channel itself before that of every channel; nil when there is none. Offers
// are of one item.
func For(offers []*Offer, channel string, now int64) *Offer {
	var best *Offer
	for _, o := range offers {
		if o.Open(now) && (o.Channel == channel || o.Channel == "" && best == nil) {
			best = o
		}
	}
	return best
}

// Check lists what is wrong with a new offer.
func (o *Offer) Check(now int64, l *fault.List) {
	o.checkCap(l)
	checkEnd(o.EndsAt, now, l)
	if utf8.RuneCountInString(o.Channel) > MaxChannel || !utf8.ValidString(o.Channel) {
		l.Add("/channel", "invalid_text", "a channel's code has at most %d characters; leave it out for every channel", MaxChannel)
	}
	o.checkDay(now, l)
}

func (o *Offer) checkCap(l *fault.List) {
	if o.Cap < 1 || o.Cap > MaxCap {
		l.Add("/cap", "out_of_range", "between 1 and %d units may be pre-ordered in all", MaxCap)
	}
}

func checkEnd(at, now int64, l *fault.List) {
	if at != 0 && at <= now {
		l.Add("/ends_at", "past", "until when it may be taken is still to come; leave it out for no end")
	}
}

func (o *Offer) checkDay(now int64, l *fault.List) {
	switch {
	case o.AvailableAt == 0:
		l.Add("/available_on", "missing", "say on which day it will be there: customers are promised that day")
	case o.AvailableAt <= now-(24*time.Hour).Microseconds():
		l.Add("/available_on", "past", "the day on which it will be there is today or later")
	case o.AvailableAt > now+MaxAhead.Microseconds():
		l.Add("/available_on", "too_far", "the day on which it will be there is within two years")
	}
}
