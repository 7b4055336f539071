package care

import (
	"encoding/json"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/store/entries"
	"orderly/internal/store/messages"
	"orderly/internal/store/orders"
)

// MessageCommand has a message sent that somebody wants sent: one that was not
// sent by itself, or one once more.
type MessageCommand struct {
	Order  order.ID
	Kind   message.Kind
	Parcel int64 // which it is about; zero for none
	Amount int64 // of a refund
}

// maxAsked bounds what people send by hand about one order.
const maxAsked = 50

// SendMessage notes a message, and a job sends it.
var SendMessage = &desk.Operation[MessageCommand]{
	Name: "orders.message", Permission: access.OrdersWrite,
	Check: func(c *MessageCommand) error {
		var l fault.List
		if !slices.Contains(message.Kinds, c.Kind) {
			l.Add("/kind", "unknown_kind", "%q is no kind of message", c.Kind)
		}
		if strings.HasPrefix(string(c.Kind), "ask_") {
			l.Add("/kind", "no_question", "a question is sent with its link: ask the customer instead")
		}
		if c.Amount < 0 {
			l.Add("/amount", "negative", "an amount is not negative")
		}
		return l.Err()
	},
	Run: func(t *desk.Turn, asked []desk.Asked[MessageCommand]) ([]desk.Result, error) {
		ids := make([]order.ID, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Order
		}
		there, err := orders.There(&t.Reader, ids)
		if err != nil {
			return nil, err
		}
		out := make([]desk.Result, len(asked))
		for i, a := range asked {
			if !there[a.Command.Order] {
				out[i] = desk.Result{Err: noSuchOrder(a.Command.Order)}
				continue
			}
			if out[i], err = ask(t, a); err != nil {
				return nil, err
			}
		}
		return out, nil
	},
}

func ask(t *desk.Turn, a desk.Asked[MessageCommand]) (desk.Result, error) {
	c := a.Command
	before, err := messages.OfOrder(&t.Reader, int64(c.Order))
	if err != nil {
		return desk.Result{}, err
	}
	if n := len(slices.DeleteFunc(before, func(x message.Message) bool { return x.By == "" })); n >= maxAsked {
		return desk.Result{Err: fault.New(fault.Conflict, "too_many", "%d messages were sent by hand about this order; that is the most", n)}, nil
	}
	x := message.Message{Order: int64(c.Order), Kind: c.Kind, Ref: message.AskedRef(c.Parcel, t.IDs().Next()), Amount: c.Amount, By: a.Scope.Actor.String()}
	id, err := step.Note(t.Tx, x)
	if err != nil {
		return desk.Result{}, err
	}
	data, err := json.Marshal(map[string]string{"order": c.Order.String(), "kind": string(c.Kind)})
	if err != nil {
		return desk.Result{}, err
	}
	err = entries.Append(t.Tx, []journal.Entry{entries.New(t.Tx, journal.Message, int64(id), 1, journal.MessageAsked, a.Scope, data)})
	return desk.Result{Kind: journal.Message, ID: int64(id), Seq: 1, Status: "created"}, err
}
