// Package privacy says who a person is to the books, which texts are theirs,
// what keeps them from being erased, and until when documents keep a name.
//
// What belongs here: these rules alone. What does not: rows (store/persons),
// the acts (desk/forget) and the job that carries an erasure out (eraser).
package privacy

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/party"
)

// ID names an erasure.
type ID int64

func (id ID) String() string { return ident.Text("ers", int64(id)) }

// ParseID reads the text form, "ers_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("ers", s)
	return ID(id), err
}

// Person is a customer's record with its orders, and the orders without a
// record that have the same address; or such orders alone.
type Person struct {
	Customer party.ID // zero: only orders without a record
	Email    string   // folded
}

// Fold is how addresses are compared.
func Fold(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// Key stands for a person in the log of erasures and says nothing of them.
func (p Person) Key() string {
	of := "email:" + p.Email
	if p.Customer != 0 {
		of = "customer:" + strconv.FormatInt(int64(p.Customer), 10)
	}
	sum := sha256.Sum256([]byte(of))
	return hex.EncodeToString(sum[:])
}

// The states of an erasure.
const (
	Running = "running"
	Done    = "done"
)

// Erasure is a line of the log.
type Erasure struct {
	ID        ID
	Customer  party.ID
	Person    string
	State     string
	Orders    int64
	Documents int64
	Actor     string
	CreatedAt int64
	EndedAt   int64
}

// What keeps a person from being erased.
const (
	OpenOrder   = "open_order"   // not everything of it has been sent or canceled
	OpenReturn  = "open_return"  // something is to come back, to be inspected or given back
	OpenPayment = "open_payment" // money is owed, to us or by us, or is under way
	Dispute     = "dispute"      // a bank took money back lately
	Problem     = "problem"      // somebody is looking after what was reported
)

// Block is one thing that keeps a person from being erased.
type Block struct {
	Kind   string
	Order  order.ID
	Number int64
}

// MaxBlocks is how many are named.
const MaxBlocks = 50

// DisputeFor is how long a dispute may still be answered, in microseconds.
const DisputeFor = int64(120 * 24 * 3600 * 1_000_000)

// Count is how much an erasure rewrites, and what it leaves.
type Count struct {
	Orders      int64 // that will be rewritten
	Guest       int64 // of them, those without a customer's record
	Erased      int64 // that were already
	Notes       int64
	Holds       int64
	Returns     int64
	Reports     int64
	Documents   int64 // that stay as they were issued
	KeptUntil   int64 // yyyymmdd of the last of them; zero when they are kept for ever, or there are none
	Blocks      []Block
	BlocksTotal int64
}

// DefaultYears is how long documents keep their recipient where the shop says
// nothing else: the longest of the terms in commercial and tax law that we know.
const DefaultYears = 10

// MaxYears bounds it.
const MaxYears = 100

// Setting is how long issued documents keep the name of who was erased.
type Setting struct {
	Years       int64 // after the end of the year of issue; zero for ever
	UpdatedAt   int64
	EditVersion int64
}

// Check lists its faults.
func (s Setting) Check(l *fault.List) {
	if s.Years < 0 || s.Years > MaxYears {
		l.Add("/keep_years", "out_of_range", "between 0, for ever, and %d years", MaxYears)
	}
}

// KeptUntil is the last day on which a document of a date keeps its recipient,
// both yyyymmdd; zero when it does for ever.
func (s Setting) KeptUntil(issuedOn int64) int64 {
	if s.Years == 0 {
		return 0
	}
	return (issuedOn/10000+s.Years)*10000 + 1231
}

// Over reports whether a document of a date may lose its recipient at an
// instant, which is told as the time in the merchant's zone.
func (s Setting) Over(issuedOn int64, now time.Time) bool {
	today := int64(now.Year()*10000 + int(now.Month())*100 + now.Day())
	return s.Years > 0 && today > s.KeptUntil(issuedOn)
}

// Rest is what stays of an address: where the tax was due.
func Rest(a party.Address) party.Address { return party.Address{Country: a.Country} }

// Gone reports whether nothing of a person is in what an order says of people.
func Gone(p party.Parties) bool {
	return p.Customer == party.Contact{} && p.ShipTo == Rest(p.ShipTo) && p.BillTo == Rest(p.BillTo)
}
