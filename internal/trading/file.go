package trading

import (
	"crypto/sha256"
	"encoding/hex"

	"orderly/internal/edi"
	"orderly/internal/ident"
)

// FileID names a file for ever.
type FileID int64

func (id FileID) String() string { return ident.Text("edf", int64(id)) }

// ParseFileID reads the text form, "edf_…".
func ParseFileID(s string) (FileID, error) {
	id, err := ident.Parse("edf", s)
	return FileID(id), err
}

// Which way a file went.
const (
	In  = "in"
	Out = "out"
)

// How a file stands.
const (
	Received  = "received"  // in: its documents are still to be worked
	Processed = "processed" // in: all of its documents are done
	Partly    = "partly"    // in: some could not be worked
	Failed    = "failed"    // in: none could
	Rejected  = "rejected"  // in: the envelope, or every document, was refused
	Waiting   = "waiting"   // out: to be fetched, or put into a folder
	Sent      = "sent"      // out
)

// How a document stands, beside Rejected, Processed, Failed and Sent.
const Accepted = "accepted" // in: it may be worked

// How a partner answered what it was sent.
const (
	AckNone     = ""
	AckPending  = "pending"
	AckAccepted = "accepted"
	AckNoted    = "accepted_with_errors"
	AckRejected = "rejected"
)

// File is one interchange, in or out, that is kept.
type File struct {
	ID        FileID
	Partner   ID // zero when nobody knows whose it is
	Direction string
	Name      string // of the file it came in; of the file that is written
	Hash      string
	Bytes     int64
	Standard  edi.Standard
	Control   string
	Test      bool
	Status    string
	Answer    edi.Status // of the standard, to an interchange that came in
	Ack       string     // of the partner, to one that went out
	AckDue    int64
	AckAt     int64
	Answers   FileID // what an acknowledgment that went out answers
	Error     string
	Faults    []edi.Fault
	Repeats   int64 // how often it came again
	CreatedAt int64
	SentAt    int64
	Version   int64
}

// Document is one message of a file.
type Document struct {
	File      FileID
	N         int64
	Partner   ID
	Direction string
	Type      edi.DocumentType
	Message   string // 850, ORDERS
	Control   string // of the message
	Group     string // control number of its group, by which it is acknowledged
	Number    string // of the document: of the order, the shipment, the invoice
	Status    string
	Code      string // why it failed
	Error     string
	Kind      string // of what it became, or was made of
	Subject   int64
	Ack       string
	Key       string // what it tells of; a partner is told once
	CreatedAt int64
	DoneAt    int64
}

// MaxKept bounds the faults that are kept of a file.
const MaxKept = 100

// Hash is by what a text is known again.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Number is what a document calls itself.
func Number(d edi.Document) string {
	switch d := d.(type) {
	case *edi.Order:
		return d.Number
	case *edi.OrderChange:
		return d.Number
	case *edi.OrderResponse:
		return d.Order
	case *edi.ShipNotice:
		return d.Number
	case *edi.Invoice:
		return d.Number
	case *edi.ShippingOrder:
		return d.Number
	case *edi.ShippingAdvice:
		return d.Number
	case *edi.TransferNotice:
		return d.Number
	case *edi.TransferReceipt:
		return d.Number
	case *edi.StockReport:
		return d.Number
	case *edi.Acknowledgment:
		return d.Control
	}
	return ""
}

// Settle is how a file stands, by its documents.
func Settle(list []*Document) string {
	done, bad, refused := 0, 0, 0
	for _, d := range list {
		switch d.Status {
		case Processed:
			done++
		case Failed:
			bad++
		case Rejected:
			refused++
		default:
			return Received
		}
	}
	switch {
	case bad+refused == 0:
		return Processed
	case done > 0:
		return Partly
	case bad > 0:
		return Failed
	}
	return Rejected
}
