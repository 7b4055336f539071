package care

import (
	"crypto/rand"
	"encoding/json"
	"strconv"

	"orderly/internal/access"
	inquiry "orderly/internal/asking"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/asks"
	"orderly/internal/store/entries"
	"orderly/internal/store/items"
	"orderly/internal/store/orders"
	"orderly/internal/store/tracking"
)

// QuestionCommand asks a customer something about an order.
type QuestionCommand struct {
	Ask  inquiry.Ask // Order, Kind, Hold, and of a substitute Line, SKU and Quantity
	Days int64       // that the link lasts; 0 for the usual
	Send bool        // by mail, at once
}

// Questioned is the Value of an AskCustomer result.
type Questioned struct {
	Ask  inquiry.Ask
	Link string // behind the shop's address; "" in a preview
}

// AskCustomer asks a customer by a link that answers once. The link is in the
// result and nowhere else: only its hash is kept. With Send a letter goes out
// with a link of its own, which answers the same question.
var AskCustomer = &desk.Operation[QuestionCommand]{
	Name: "orders.ask_customer", Permission: access.OrdersWrite,
	Check: func(c *QuestionCommand) error {
		var l fault.List
		c.Ask.Check(c.Days, &l)
		return l.Err()
	},
	Run: func(t *desk.Turn, asked []desk.Asked[QuestionCommand]) ([]desk.Result, error) {
		return eachAsk(asked, func(a desk.Asked[QuestionCommand]) (desk.Result, error) { return askCustomer(t, a) })
	},
	Preview: func(d *desk.Desk, r *store.Reader, asked []desk.Asked[QuestionCommand]) ([]desk.Result, error) {
		return eachAsk(asked, func(a desk.Asked[QuestionCommand]) (desk.Result, error) {
			x, err := question(r, a.Command, d.DB.Now())
			return desk.Result{Kind: journal.Ask, Status: "created", Value: &Questioned{Ask: x}}, err
		})
	},
}

// eachAsk does one command after the other; a fault is a refusal.
func eachAsk[C any](asked []desk.Asked[C], do func(desk.Asked[C]) (desk.Result, error)) ([]desk.Result, error) {
	out := make([]desk.Result, len(asked))
	for i, a := range asked {
		r, err := do(a)
		if k := fault.KindOf(err); err != nil && k != fault.Internal && k != fault.Unavailable {
			r, err = desk.Result{Err: err}, nil
		}
		if err != nil {
			return nil, err
		}
		out[i] = r
	}
	return out, nil
}

// question holds a new question to its order.
func question(r *store.Reader, c QuestionCommand, now int64) (inquiry.Ask, error) {
	x := c.Ask
	found, err := orders.Load(r, []order.ID{x.Order}, orders.Parts{})
	if err != nil {
		return x, err
	}
	o := found[x.Order]
	if o == nil {
		return x, noSuchOrder(x.Order)
	}
	if o.Mode != order.Live || o.Statuses.Status == "canceled" || x.Kind != inquiry.Payment && o.Statuses.Status != "open" {
		return x, fault.New(fault.Conflict, "nothing_to_ask", "order %d is over; there is nothing left to ask", o.Number)
	}
	if err := fits(r, o, &x); err != nil {
		return x, err
	}
	list, err := asks.OfOrder(r, x.Order)
	if err != nil {
		return x, err
	}
	open := 0
	for i := range list {
		if list[i].State(now) == inquiry.Open {
			open++
		}
	}
	if open >= inquiry.MaxOpen || len(list) >= inquiry.MaxAsks {
		return x, fault.New(fault.Conflict, "too_many", "order %d has %d open questions and had %d; revoke some", o.Number, open, len(list))
	}
	x.CreatedAt, x.ExpiresAt = now, inquiry.Until(now, c.Days)
	return x, nil
}

// fits holds a question to what is true of its order: its hold, its line, what
// is due.
func fits(r *store.Reader, o *order.Order, x *inquiry.Ask) error {
	var l fault.List
	if x.Hold != 0 {
		known := false
		for _, h := range o.Holds {
			known = known || h.ID == x.Hold && h.LiftedAt == 0
		}
		if !known {
			l.Add("/hold", "no_such_hold", "the order has no such open hold")
		}
	}
	switch x.Kind {
	case inquiry.Payment:
		if o.Totals.Payable() <= o.Paid-o.Refunded {
			l.Add("/kind", "nothing_due", "nothing is due")
		}
	case inquiry.Delay:
		x.DueAt = o.DueAt
	case inquiry.Substitute:
		line := o.Line(x.Line)
		if line == nil || line.Parent != 0 || o.Quantities(line).Cancelable() == 0 {
			l.Add("/line", "not_changeable", "no unit of line %d can still be substituted", x.Line)
		}
		found, err := items.BySKU(r, []string{x.SKU})
		if err != nil {
			return err
		}
		if len(found) == 0 || found[0].Archived {
			l.Add("/sku", "unknown_sku", "there is no item %.60q to stand in", x.SKU)
		}
	}
	return l.Err()
}

func askCustomer(t *desk.Turn, a desk.Asked[QuestionCommand]) (desk.Result, error) {
	x, err := question(&t.Reader, a.Command, t.At)
	if err != nil {
		return desk.Result{}, err
	}
	x.ID, x.Actor = inquiry.ID(t.IDs().Next()), a.Scope.Actor.String()
	if err := asks.Save(t.Tx, []inquiry.Ask{x}); err != nil {
		return desk.Result{}, err
	}
	token, err := mint(t.Tx, x.ID)
	if err != nil {
		return desk.Result{}, err
	}
	if a.Command.Send {
		if _, err := step.Note(t.Tx, message.Message{Order: int64(x.Order), Kind: message.Asking(x.Kind), Ref: message.AskRef(int64(x.ID)), By: x.Actor}); err != nil {
			return desk.Result{}, err
		}
	}
	if err := tellAsk(t.Tx, a.Scope, &x, 1, journal.AskMade); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Ask, ID: int64(x.ID), Seq: 1, Status: "created", Value: &Questioned{x, LinkText(t.M, token)}}, nil
}

// mint makes a token of a question and keeps its hash.
func mint(tx *store.Tx, id inquiry.ID) (string, error) {
	token, err := ident.Token(rand.Reader)
	if err != nil {
		return "", err
	}
	return token, asks.AddToken(tx, id, tracking.Hash(token))
}

// tellAsk writes an entry of a question: what it is about, never its words.
func tellAsk(tx *store.Tx, by access.Scope, x *inquiry.Ask, seq int64, typ string) error {
	set := map[string]any{"order": x.Order.String(), "kind": x.Kind}
	if x.Answer != "" {
		set["answer"] = x.Answer
	}
	data, err := json.Marshal(set)
	if err != nil {
		return err
	}
	return entries.Append(tx, []journal.Entry{entries.New(tx, journal.Ask, int64(x.ID), seq, typ, by, data)})
}

// LetterCommand has a letter's own link made. A letter about a delay asks its
// question itself, once for each promised day.
type LetterCommand struct {
	Order order.ID
	Ask   inquiry.ID
	DueAt int64
}

// maxTokens bounds the letters that one question is sent in.
const maxTokens = 200

// LinkLetter makes a link for a letter that is about to leave. Value is its
// text, "" when there is nothing to ask any more.
var LinkLetter = &desk.Operation[LetterCommand]{
	Name: "orders.link_letter", Permission: access.OrdersWrite,
	Run: func(t *desk.Turn, asked []desk.Asked[LetterCommand]) ([]desk.Result, error) {
		return eachAsk(asked, func(a desk.Asked[LetterCommand]) (desk.Result, error) { return linkLetter(t, a) })
	},
}

func linkLetter(t *desk.Turn, a desk.Asked[LetterCommand]) (desk.Result, error) {
	none := desk.Result{Kind: journal.Ask, Status: "unchanged", Value: ""}
	c := a.Command
	list, err := asks.OfOrder(&t.Reader, c.Order)
	if err != nil {
		return none, err
	}
	var x *inquiry.Ask
	for i := range list {
		if list[i].ID == c.Ask || c.Ask == 0 && list[i].Kind == inquiry.Delay && list[i].DueAt == c.DueAt {
			x = &list[i]
		}
	}
	if x == nil && c.Ask == 0 {
		made, err := question(&t.Reader, QuestionCommand{Ask: inquiry.Ask{Order: c.Order, Kind: inquiry.Delay}}, t.At)
		if err != nil {
			return none, refusedOnly(err)
		}
		made.ID, made.Actor, made.DueAt = inquiry.ID(t.IDs().Next()), a.Scope.Actor.String(), c.DueAt
		if err := asks.Save(t.Tx, []inquiry.Ask{made}); err != nil {
			return none, err
		}
		if err := tellAsk(t.Tx, a.Scope, &made, 1, journal.AskMade); err != nil {
			return none, err
		}
		x = &made
	}
	if x == nil || x.State(t.At) != inquiry.Open {
		return none, nil
	}
	if n, err := asks.Tokens(&t.Reader, x.ID); err != nil || n >= maxTokens {
		return none, err
	}
	token, err := mint(t.Tx, x.ID)
	if err != nil {
		return none, err
	}
	return desk.Result{Kind: journal.Ask, ID: int64(x.ID), Status: "created", Value: LinkText(t.M, token)}, nil
}

// refusedOnly lets a letter leave without a question that cannot be asked.
func refusedOnly(err error) error {
	if k := fault.KindOf(err); k == fault.Internal || k == fault.Unavailable {
		return err
	}
	return nil
}

// RevokeCommand takes a question back.
type RevokeCommand struct{ Ask inquiry.ID }

// RevokeAsk takes a question back that nobody has answered: its links end.
var RevokeAsk = &desk.Operation[RevokeCommand]{
	Name: "orders.revoke_ask", Permission: access.OrdersWrite,
	Run: func(t *desk.Turn, asked []desk.Asked[RevokeCommand]) ([]desk.Result, error) {
		return eachAsk(asked, func(a desk.Asked[RevokeCommand]) (desk.Result, error) {
			x, ok, err := asks.Get(&t.Reader, a.Command.Ask)
			out := desk.Result{Kind: journal.Ask, ID: int64(x.ID), Status: "unchanged", Value: x}
			switch {
			case err != nil:
				return out, err
			case !ok:
				return out, NoSuchAsk(a.Command.Ask.String())
			case x.AnsweredAt != 0:
				return out, fault.New(fault.Conflict, "link_used", "this was answered already")
			case x.RevokedAt != 0:
				return out, nil
			}
			x.RevokedAt = t.At
			if err := asks.Save(t.Tx, []inquiry.Ask{x}); err != nil {
				return out, err
			}
			out.Seq, out.Status, out.Value = 2, "done", x
			return out, tellAsk(t.Tx, a.Scope, &x, 2, journal.AskRevoked)
		})
	},
}

// NoSuchAsk says that there is no such question.
func NoSuchAsk(text string) error {
	return fault.New(fault.NotFound, "no_such_link", "there is no link %.40s", strconv.Quote(text))
}
