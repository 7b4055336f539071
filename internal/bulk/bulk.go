// Package bulk is one act on many orders: what is done, on which, and what
// became of each.
//
// What belongs here: the acts, their checks, limits, and the form in which a
// run keeps them. What does not: finding the orders and carrying the act out
// (runs), and the rows (store/bulks).
package bulk

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/order"
)

// Limits of a run.
const (
	MaxOrders   = 50_000 // of one run
	MaxSelected = 5_000  // named one by one
	Chunk       = 250    // orders that are done together, and that a preview looks at
	KeptDays    = 30
	maxWhy      = 500
)

// ID names a run.
type ID int64

func (id ID) String() string { return ident.Text("run", int64(id)) }

// ParseID reads the text form, "run_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("run", s)
	return ID(id), err
}

// Kind is what is done.
type Kind string

const (
	Hold     Kind = "hold"
	Lift     Kind = "lift"
	Tag      Kind = "tag"
	Note     Kind = "note"
	Priority Kind = "priority"
	Cancel   Kind = "cancel"
	Release  Kind = "release"
	Approve  Kind = "approve"
	Refuse   Kind = "refuse"
)

// Kinds lists every kind, in the order in which they are offered.
var Kinds = []Kind{Release, Hold, Lift, Tag, Note, Priority, Approve, Refuse, Cancel}

// Needs is the permission that the kind takes.
func (k Kind) Needs() access.Permission {
	switch k {
	case Release:
		return access.FulfillmentWrite
	case Approve, Refuse:
		return access.OrdersApprove
	}
	return access.OrdersWrite
}

// Act is what is done to each order. Which fields count follows from Kind.
type Act struct {
	Kind      Kind     `json:"act"`
	Reason    string   `json:"reason,omitempty"` // of a hold; of the holds that are lifted, "" for all
	Note      string   `json:"note,omitempty"`   // of a hold, the note, or why an order is refused
	Blocks    []string `json:"blocks,omitempty"`
	Until     int64    `json:"until,omitempty"` // when a hold ends by itself; 0 when it is lifted
	Add       []string `json:"add,omitempty"`
	Remove    []string `json:"remove,omitempty"`
	Priority  *int64   `json:"priority,omitempty"`
	Remaining bool     `json:"remaining,omitempty"` // cancel what can be, leave the rest
	Cancel    bool     `json:"cancel,omitempty"`    // what is refused
}

// Hold is what is placed on each order.
func (a *Act) Hold() order.Hold {
	return order.Hold{Reason: a.Reason, Note: a.Note, Blocks: a.Blocks, Until: a.Until}
}

// CheckAt lists what is wrong with the act as of now.
func (a *Act) CheckAt(now int64) error {
	var l fault.List
	if a.Kind == Hold {
		h := a.Hold()
		h.CheckUntil("/until", now, &l)
	}
	return l.Err()
}

// Check lists what is wrong with the act, whatever the orders are.
func (a *Act) Check() error {
	var l fault.List
	if len(a.Note) > order.MaxNoteBytes || !utf8.ValidString(a.Note) || strings.ContainsRune(a.Note, 0) {
		l.Add("/note", "too_long", "a note is UTF-8 text of at most %d bytes", order.MaxNoteBytes)
	}
	switch a.Kind {
	case Hold:
		if a.Reason == "" || utf8.RuneCountInString(a.Reason) > order.MaxTagLength || strings.ContainsRune(a.Reason, 0) {
			l.Add("/reason", "missing", "a hold has a reason of 1 to %d characters", order.MaxTagLength)
		}
		if a.Reason == order.Approval {
			l.Add("/reason", "reserved", "the reason approval is kept for orders that need one; choose another word")
		}
		for _, b := range a.Blocks {
			if !slices.Contains(order.HoldBlocks, b) {
				l.Add("/blocks", "unknown_act", "%.40q cannot be blocked; use some of %s", b, strings.Join(order.HoldBlocks, ", "))
			}
		}
	case Lift, Cancel, Release, Approve:
	case Refuse:
		if n := utf8.RuneCountInString(a.Note); n == 0 || n > maxWhy {
			l.Add("/note", "missing", "say why in 1 to %d characters", maxWhy)
		}
	case Tag:
		order.CheckTags("/add", a.Add, &l)
		if len(a.Add)+len(a.Remove) == 0 {
			l.Add("/add", "missing", "name a tag to add or to remove")
		}
	case Note:
		if a.Note == "" {
			l.Add("/note", "missing", "write the note")
		}
	case Priority:
		if a.Priority == nil || *a.Priority < -1000 || *a.Priority > 1000 {
			l.Add("/priority", "out_of_range", "priority is between -1000 and 1000")
		}
	default:
		l.Add("/act", "unknown_act", "%.40q is no act; use one of %v", a.Kind, Kinds)
	}
	return l.Err()
}

// The words of Row.Status.
const (
	Done      = "done"
	Unchanged = "unchanged" // there was nothing to do
	Refused   = "refused"
)

// Row is one order of a run. Targets are what the act is done to within the
// order, chosen when the row is planned, so that doing it again means the same.
type Row struct {
	Order   order.ID `json:"o"`
	Number  int64    `json:"n"`
	Targets []int64  `json:"t,omitempty"`
	Status  string   `json:"s,omitempty"` // "" until it is settled
	Code    string   `json:"c,omitempty"` // of a refusal
	Message string   `json:"w,omitempty"`
}

// Settle notes what became of a command for the row. Of several commands, the
// first refusal is told, and one that did something makes the row done.
func (r *Row) Settle(status string, err error) {
	switch {
	case err != nil:
		if r.Message == "" {
			r.Code, r.Message = fault.CodeOf(err), strings.ToValidUTF8(err.Error(), "?")
		}
		if r.Status != Done {
			r.Status = Refused
		}
	case status == Unchanged:
		if r.Status == "" {
			r.Status = Unchanged
		}
	default:
		r.Status = Done
	}
}

// Counts are how many rows came to which end.
type Counts struct{ Done, Unchanged, Refused int64 }

// Count adds rows that are settled.
func (c *Counts) Count(rows []Row) {
	for i := range rows {
		switch rows[i].Status {
		case Done:
			c.Done++
		case Unchanged:
			c.Unchanged++
		case Refused:
			c.Refused++
		}
	}
}

// Pack and Unpack are the form in which rows are kept.
func Pack(rows []Row) (string, error) {
	b, err := json.Marshal(rows)
	return string(b), err
}

// Unpack reads what Pack wrote.
func Unpack(text string) (rows []Row, err error) {
	if err = json.Unmarshal([]byte(text), &rows); err != nil {
		err = fmt.Errorf("read the rows of a run: %w", err)
	}
	return rows, err
}
