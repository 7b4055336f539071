package demo

import (
	"fmt"

	"orderly/internal/fault"
)

// Word is a kind of thing that the tally counts.
type Word int

// What is counted of orders.
const (
	Placed Word = iota
	Held
	Backordered
	Shipped
	Delivered
	Returned
	Canceled
	Refused
	wordCount
)

var words = [wordCount]string{"placed", "held", "backordered", "shipped", "delivered", "returned", "canceled", "refused"}

func (w Word) String() string { return words[w] }

// Tally is what has happened since the merchant was furnished. Each order counts once in a word, but for
// held, returned and canceled, which count every time.
type Tally struct {
	Count [wordCount]int
	Last  [wordCount]string // a few words on the latest

	Entries  map[string]int // what the journal tells of, by type
	Refusals map[string]int // by operation and code: "orders.place out_of_stock"
}

func (t *Tally) tell(w Word, format string, args ...any) {
	t.Count[w]++
	t.Last[w] = fmt.Sprintf(format, args...)
}

func (t *Tally) count(entry string) {
	if t.Entries == nil {
		t.Entries = map[string]int{}
	}
	t.Entries[entry]++
}

func (t *Tally) refuse(operation string, err error) {
	if t.Refusals == nil {
		t.Refusals = map[string]int{}
	}
	t.Refusals[operation+" "+fault.CodeOf(err)]++
	if operation == "orders.place" {
		t.tell(Refused, "an order, %s", fault.CodeOf(err))
	}
}

// Tally is what has happened so far. It shares its maps with the demo, and is
// for the goroutine that runs it.
func (m *Demo) Tally() Tally { return m.tally }
