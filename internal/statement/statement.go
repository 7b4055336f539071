// Package statement is what a bank says of an account: lines, each once, and
// which orders a line may pay.
//
// What belongs here: a line and the key that tells it from every other, the
// states of it, and how it is matched to orders with a reason and a
// confidence. What does not: reading files (imports/bank) and booking (desk/bank).
package statement

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"orderly/internal/ident"
)

// Limits of a file and of a line.
const (
	MaxBytes = 4 << 20
	MaxLines = 5000
	MaxText  = 500
	MaxParts = 20 // orders that a line is split over
)

// ID names an uploaded statement, and LineID one of its lines.
type (
	ID     int64
	LineID int64
)

func (id ID) String() string     { return ident.Text("bst", int64(id)) }
func (id LineID) String() string { return ident.Text("bln", int64(id)) }

// ParseID reads "bst_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("bst", s)
	return ID(id), err
}

// ParseLineID reads "bln_…".
func ParseLineID(s string) (LineID, error) {
	id, err := ident.Parse("bln", s)
	return LineID(id), err
}

// The states of a line.
const (
	Open    = "open"
	Booked  = "booked"
	Ignored = "ignored"
)

// Line is one movement on the account.
type Line struct {
	ID        LineID
	Statement ID
	N         int    // place in the file, from 1
	Key       string // tells it from every other line, whichever file it came in
	Date      int64  // yyyymmdd, when it was booked
	Amount    int64  // minor units, below zero for what left
	Currency  string
	Name      string // who paid, or was paid
	Text      string // what they wrote, and what the bank says
	Reference string // the bank's own
	EndToEnd  string // the payer's own
	Charges   int64  // that the bank kept of it
	Reversal  bool   // takes back an earlier one
	State     string
	Reason    string // of what was ignored, or how it was matched
	DecidedBy string
	DecidedAt int64
	Version   int64
}

// Statement is a file as it was uploaded.
type Statement struct {
	ID        ID
	Name      string
	Format    string // camt.053.001.08, csv
	Account   string
	Lines     int
	Known     int // lines that had come before
	Hash      string
	Actor     string
	CreatedAt int64
}

// SetKeys gives each line of a file its key. A bank's own reference tells lines
// apart with date, amount and direction; equal lines of one file, which banks
// do send, differ by their number among equals.
func SetKeys(account string, lines []Line) {
	seen := map[string]int{}
	for i := range lines {
		x := &lines[i]
		what := fmt.Sprintf("%s\x00%d\x00%d\x00%s\x00%t\x00%s", account, x.Date, x.Amount, x.Currency, x.Reversal, x.Reference)
		if x.Reference == "" {
			what += "\x00" + strings.ToLower(squeeze(x.Name)+"\x00"+squeeze(x.Text)+"\x00"+x.EndToEnd)
		}
		seen[what]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", what, seen[what]))
		x.Key = hex.EncodeToString(sum[:16])
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
