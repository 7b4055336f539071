package httpapi

import (
	"net/http"
	"strconv"

	"orderly/internal/access"
	"orderly/internal/asking"
	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/asks"
	"orderly/internal/store/messages"
	"orderly/internal/store/orders"
)

func (a *api) askRoutes() {
	write := care.AskCustomer.Permission
	add(a, route{method: "POST", path: "/v1/orders/{id}/questions", id: "askCustomer", summary: "Ask the customer by a link that answers once", needs: write, answers: madeOrNot, text: askText}, a.askCustomer)
	add(a, route{method: "GET", path: "/v1/orders/{id}/questions", id: "listQuestions", summary: "List what the customer was asked, the newest first", needs: access.OrdersRead}, a.listQuestions)
	add(a, route{method: "POST", path: "/v1/questions/{id}/revoke", id: "revokeQuestion", summary: "Take a question back", needs: write}, a.revokeQuestion)
}

const askText = "address lifts the named hold when the customer has corrected it; substitute has them take another item or none; payment shows what is due; confirm has them confirm or cancel; delay lets them wait, take what is there, or cancel the rest. " +
	"What is chosen is done at once, as the customer's own act, once. The link is in this answer and nowhere else; with `send` a letter goes out with a link of its own. `dry_run=true` looks whether it can be asked."

// NewQuestion asks a customer something.
type NewQuestion struct {
	Kind     string `json:"kind" enum:"address,substitute,payment,confirm,delay"`
	Hold     string `json:"hold,omitempty" doc:"The hold that an answer lifts."`
	Line     int    `json:"line,omitempty" minimum:"0" doc:"Of a substitute: which line."`
	SKU      string `json:"sku,omitempty" maxLength:"100" doc:"Of a substitute: what stands in."`
	Quantity int64  `json:"quantity,omitempty" minimum:"0" doc:"As many as it stands in for when missing."`
	Days     int64  `json:"days,omitempty" minimum:"0" maximum:"90" doc:"That the link lasts; 14 when missing."`
	Send     bool   `json:"send,omitempty" doc:"By mail, at once."`
}

// Question is what a customer was asked.
type Question struct {
	ID         string `json:"id,omitempty" example:"ask_0pmnqh2000400"`
	Order      string `json:"order"`
	Kind       string `json:"kind" enum:"address,substitute,payment,confirm,delay"`
	State      string `json:"state" enum:"open,answered,revoked,expired"`
	Answer     string `json:"answer,omitempty"`
	Line       int    `json:"line,omitempty"`
	SKU        string `json:"sku,omitempty"`
	Link       string `json:"link,omitempty" doc:"Where the customer answers: only in the answer to asking, and with the shop's address in front when that is set."`
	CreatedAt  string `json:"created_at,omitempty" format:"date-time"`
	ExpiresAt  string `json:"expires_at,omitempty" format:"date-time"`
	AnsweredAt string `json:"answered_at,omitempty" format:"date-time"`
	DryRun     bool   `json:"dry_run,omitempty"`
}

func renderQuestion(x asking.Ask, now int64) Question {
	out := Question{
		Order: x.Order.String(), Kind: x.Kind, State: x.State(now), Answer: x.Answer, Line: x.Line, SKU: x.SKU,
		CreatedAt: instant(x.CreatedAt), ExpiresAt: instant(x.ExpiresAt), AnsweredAt: instant(x.AnsweredAt),
	}
	if x.ID != 0 {
		out.ID = x.ID.String()
	}
	return out
}

type questionParams struct {
	OrderID
	DryRun
}

func (a *api) askCustomer(c *call, p *questionParams, in *NewQuestion) (Question, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Question{}, err
	}
	cmd := care.QuestionCommand{Ask: asking.Ask{Order: id, Kind: in.Kind, Line: in.Line, SKU: in.SKU, Quantity: in.Quantity}, Days: in.Days, Send: in.Send}
	if in.Hold != "" {
		cmd.Ask.Hold, err = ident.Parse("hld", in.Hold)
		c.faults.AddError("/hold", err)
	}
	now := a.desk.DB.Now()
	if p.Dry {
		r, err := preview(c, care.AskCustomer, cmd)
		if err != nil {
			return Question{}, err
		}
		c.status = http.StatusOK
		out := renderQuestion(r.Value.(*care.Questioned).Ask, now)
		out.DryRun = true
		return out, nil
	}
	r, err := one(c, care.AskCustomer, cmd)
	if err != nil {
		return Question{}, err
	}
	if q, ok := r.Value.(*care.Questioned); ok {
		out := renderQuestion(q.Ask, now)
		out.Link, err = c.asked(q.Link)
		return out, err
	}
	var x asking.Ask // a replay: the link is not told twice
	err = c.read(func(rd *store.Reader) (err error) {
		x, _, err = asks.Get(rd, asking.ID(r.ID))
		return err
	})
	return renderQuestion(x, now), err
}

func (c *call) asked(link string) (string, error) {
	var s message.Sender
	err := c.read(func(r *store.Reader) (err error) {
		s, err = messages.SenderOf(r)
		return err
	})
	return s.ShopAddress + "/a/" + link, err
}

func (a *api) listQuestions(c *call, p *OrderID, _ *none) (Page[Question], error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Page[Question]{}, err
	}
	var list []asking.Ask
	err = c.read(func(r *store.Reader) error {
		there, err := orders.There(r, []order.ID{id})
		if err == nil && !there[id] {
			err = fault.New(fault.NotFound, "no_such_order", "there is no order %s", id)
		}
		if err == nil {
			list, err = asks.OfOrder(r, id)
		}
		return err
	})
	now := a.desk.DB.Now()
	return pageUntil(list, func(x asking.Ask) Question { return renderQuestion(x, now) }, ""), err
}

// QuestionID names a question in a path.
type QuestionID struct {
	ID string `path:"id" example:"ask_0pmnqh2000400"`
}

func (a *api) revokeQuestion(c *call, p *QuestionID, _ *none) (Question, error) {
	id, err := asking.ParseID(p.ID)
	if err != nil {
		return Question{}, care.NoSuchAsk(strconv.Quote(p.ID))
	}
	r, err := one(c, care.RevokeAsk, care.RevokeCommand{Ask: id})
	if err != nil {
		return Question{}, err
	}
	x, ok := r.Value.(asking.Ask)
	if !ok {
		err = c.read(func(rd *store.Reader) (err error) {
			x, _, err = asks.Get(rd, id)
			return err
		})
	}
	return renderQuestion(x, a.desk.DB.Now()), err
}
