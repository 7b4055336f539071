// Package message is what a shop tells its customers of their orders: which
// happening calls for which message, the texts, and what is made of them.
//
// What belongs here: kinds, templates, filling them in as text and as HTML,
// and the life of one message. What does not: how a message leaves (connect),
// when it is tried (post) and where it is kept (store/messages). A message
// holds no address and no text of its own: both are made anew from the order
// whenever they are needed, so that nothing of a person stays here.
package message

import "orderly/internal/ident"

// ID names a message for ever.
type ID int64

func (id ID) String() string { return ident.Text("msg", int64(id)) }

// ParseID reads the text form, "msg_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("msg", s)
	return ID(id), err
}

// Kind is what a message tells.
type Kind string

// The kinds, each of which has a text of its own.
const (
	Placed         Kind = "placed"
	Delayed        Kind = "delayed"
	Promised       Kind = "promised" // another day, or the first that could be told
	Shipped        Kind = "shipped"
	OutForDelivery Kind = "out_for_delivery"
	Ready          Kind = "ready_for_pickup"
	PickupReminder Kind = "pickup_reminder"
	PickupExtended Kind = "pickup_extended"
	Delivered      Kind = "delivered"
	Canceled       Kind = "canceled"
	Refunded       Kind = "refunded"
	Returned       Kind = "return_received"

	AskAddress    Kind = "ask_address"
	AskSubstitute Kind = "ask_substitute"
	AskPayment    Kind = "ask_payment"
	AskConfirm    Kind = "ask_confirm"
)

// Kinds are all of them, in the order of an order's life.
var Kinds = []Kind{Placed, Delayed, Promised, Shipped, OutForDelivery, Ready, PickupReminder, PickupExtended, Delivered, Canceled, Refunded, Returned, AskAddress, AskSubstitute, AskPayment, AskConfirm}

// Told are the kinds that can be sent by hand; a question is sent with its link.
var Told = Kinds[:12]

// State is how far a message has come.
type State string

// A message waits, is handed to the mail server, and then is sent, or has
// failed for good. Skipped is one that cannot be sent at all: the order has no
// address.
const (
	Waiting State = "waiting"
	Sending State = "sending"
	Sent    State = "sent"
	Failed  State = "failed"
	Skipped State = "skipped"
)

// Over reports whether nothing more will be done with the message.
func (s State) Over() bool { return s == Sent || s == Failed || s == Skipped }

// Message is one message about one order.
type Message struct {
	ID        ID
	Order     int64
	Kind      Kind
	Ref       string // what of the order it is about, so that each is told once: a parcel, an entry, a date
	Amount    int64  // of a refund, in minor units; else zero
	State     State
	Attempts  int64
	Why       string // of a failure, as the mail server gave it; never an address
	By        string // the actor who asked for it; "" when the order's life did
	CreatedAt int64
	UpdatedAt int64
}

// Limits.
const (
	MaxWhy       = 300  // bytes of a failure's words
	MaxSubject   = 200  // characters
	MaxBody      = 8000 // characters
	MaxTemplates = 500
	MaxItems     = 40 // lines of an order that are named; the rest is counted
)

// Fresh is how old, in microseconds, what happened may be to be told still: a
// shop that could not send for longer does not surprise people afterwards.
const Fresh = int64(72 * 3600 * 1_000_000)
