// Package checkout is stock that is kept back for somebody who is about to
// pay: a claim of units at locations, for a short time.
//
// What belongs here: how long a claim lasts, what it holds, and how it ends.
// What does not: where units come from (sourcing), levels (stock), and the
// order that it becomes.
package checkout

import (
	"orderly/internal/ident"
	"orderly/internal/stock"
)

// Limits of claims.
const (
	MaxLines   = 200
	MaxSeconds = 3600 // from now, when it is made and whenever it is extended
	Usual      = 900
	MaxAge     = 24 * 3600 // however often it is extended
)

// ID names a claim for ever.
type ID int64

func (id ID) String() string { return ident.Text("clm", int64(id)) }

// ParseID reads the text form, "clm_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("clm", s)
	return ID(id), err
}

// States of a claim.
const (
	Open      = "open"
	Used      = "used"      // it became an order
	Released  = "released"  // the buyer went away
	Expired   = "expired"   // its time is over
	Displaced = "displaced" // less was found than it held
)

// Claim is stock that is kept back. Its lines hold what they say while it is open.
type Claim struct {
	ID        ID
	Channel   string
	State     string
	ExpiresAt int64
	EndedAt   int64
	Order     int64 // that it became
	CreatedAt int64
	Version   int64 // how many journal entries tell of it
	Lines     []Line
}

// Line is units of an item at a location.
type Line struct {
	N        int
	SKU      string
	Cell     stock.Cell
	Quantity int64
	Held     int64 // of Quantity, still; 0 once the claim ended
}

// Over reports whether the claim's time is over, whether somebody has ended it
// or not.
func (c *Claim) Over(now int64) bool { return c.State == Open && c.ExpiresAt <= now }

// Latest is until when a claim may be extended.
func (c *Claim) Latest(now int64) int64 {
	return min(now+MaxSeconds*1_000_000, c.CreatedAt+MaxAge*1_000_000)
}
