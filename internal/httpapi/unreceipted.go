package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/credit"
	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/unreceipted"
)

func (a *api) unreceiptedRoutes() {
	add(a, route{method: "GET", path: "/v1/unreceipted-returns", id: "listUnreceipted", summary: "List goods that were taken without a receipt, newest first", needs: access.OrdersRead}, a.listUnreceipted)
	add(a, route{method: "GET", path: "/v1/unreceipted-returns/{id}", id: "getUnreceipted", summary: "Read goods that were taken without a receipt", needs: access.OrdersRead}, a.getUnreceipted)
	add(a, route{method: "POST", path: "/v1/unreceipted-returns", id: "takeUnreceipted", summary: "Take goods of which nobody knows the order", needs: care.TakeUnreceipted.Permission, answers: made, text: unreceiptedText}, a.takeUnreceipted)
}

const unreceiptedText = "Each is worth the lowest price at which it was sold and sent in the last 90 days, or together they are a typed sum within typed_most of the policy without a channel. It becomes store credit of the customer with the e-mail address, who is made when there is none."

// Unreceipted is goods that were taken without a receipt.
type Unreceipted struct {
	DryRun   bool         `json:"dry_run,omitempty" doc:"true when nothing was changed."`
	ID       string       `json:"id" example:"urt_0pmnqh2000400"`
	Number   string       `json:"number" example:"U1001"`
	Location string       `json:"location"`
	Customer string       `json:"customer"`
	Credit   string       `json:"credit" doc:"The store credit that it became."`
	Currency string       `json:"currency"`
	Amount   int64        `json:"amount" doc:"Minor units."`
	Reason   string       `json:"reason,omitempty" doc:"Why it is another sum than the lowest prices make."`
	Actor    string       `json:"actor"`
	At       string       `json:"at" format:"date-time"`
	Lines    []TakenGoods `json:"lines"`
}

// TakenGoods is units of one item that were taken without a receipt.
type TakenGoods struct {
	N        int    `json:"n"`
	Item     string `json:"item"`
	Quantity int64  `json:"quantity"`
	To       string `json:"to" enum:"restock,damaged,quarantine,supplier,scrap"`
	Lowest   int64  `json:"lowest" doc:"What one unit sold for at least; 0 when none was sold lately."`
	Amount   int64  `json:"amount" doc:"What these are worth by that."`
}

// NewUnreceipted takes goods of which nobody knows the order.
type NewUnreceipted struct {
	Location string     `json:"location,omitempty" doc:"That has the goods in hand: code or id."`
	Lines    []TakeLine `json:"lines" maxItems:"50"`
	Name     string     `json:"name,omitempty" maxLength:"200"`
	Email    string     `json:"email" maxLength:"200"`
	Amount   *string    `json:"amount,omitempty" doc:"Instead of the lowest prices: decimal text." example:"10.00"`
	Reason   string     `json:"reason,omitempty" maxLength:"2000" doc:"Why it is that."`
}

// TakeLine is units of an item that were brought.
type TakeLine struct {
	SKU      string `json:"sku" maxLength:"80" doc:"A SKU or a barcode."`
	Quantity int64  `json:"quantity" minimum:"1"`
	To       string `json:"to" enum:"restock,damaged,quarantine,supplier,scrap"`
}

func renderUnreceipted(u *returns.Unreceipted) Unreceipted {
	out := Unreceipted{ID: u.ID.String(), Number: u.Name(), Location: u.Location.String(), Customer: u.Customer.String(), Credit: credit.ID(u.Credit).String(), Currency: u.Currency, Amount: u.Amount, Reason: u.Reason, Actor: u.Actor, At: instant(u.At), Lines: make([]TakenGoods, len(u.Lines))}
	for i, l := range u.Lines {
		out.Lines[i] = TakenGoods{N: l.N, Item: catalog.ID(l.Item).String(), Quantity: l.Quantity, To: string(l.Disposition), Lowest: l.Lowest, Amount: l.Amount}
	}
	return out
}

func noSuchUnreceipted(text string) error {
	return fault.New(fault.NotFound, "no_such_return", "there are no goods without a receipt %.40q", text)
}

func (a *api) listUnreceipted(c *call, p *Paging, _ *none) (Page[Unreceipted], error) {
	below, err := p.numbers(1, maxID)
	if err != nil {
		return Page[Unreceipted]{}, err
	}
	var list []*returns.Unreceipted
	err = c.read(func(r *store.Reader) (err error) {
		list, err = unreceipted.List(r, returns.UnreceiptedID(below[0]), p.Limit+1)
		return err
	})
	if err != nil {
		return Page[Unreceipted]{}, err
	}
	next := ""
	if len(list) > p.Limit {
		list = list[:p.Limit]
		next = number(int64(list[p.Limit-1].ID))
	}
	seen := list[:0]
	for _, u := range list {
		if c.scope.Sees(int64(u.Location)) {
			seen = append(seen, u)
		}
	}
	return pageUntil(seen, renderUnreceipted, next), nil
}

type unreceiptedID struct {
	ID string `path:"id" example:"urt_0pmnqh2000400"`
}

func (a *api) getUnreceipted(c *call, p *unreceiptedID, _ *none) (Unreceipted, error) {
	id, err := returns.ParseUnreceiptedID(p.ID)
	if err != nil {
		return Unreceipted{}, noSuchUnreceipted(p.ID)
	}
	return c.unreceipted(id)
}

func (c *call) unreceipted(id returns.UnreceiptedID) (Unreceipted, error) {
	var u *returns.Unreceipted
	err := c.read(func(r *store.Reader) (err error) {
		u, err = unreceipted.Get(r, id)
		return err
	})
	if err == nil && (u == nil || !c.scope.Sees(int64(u.Location))) {
		err = noSuchUnreceipted(id.String())
	}
	if err != nil {
		return Unreceipted{}, err
	}
	return renderUnreceipted(u), nil
}

func (a *api) takeUnreceipted(c *call, p *DryRun, in *NewUnreceipted) (Unreceipted, error) {
	at, err := c.location("/location", in.Location, &c.faults)
	if err != nil {
		return Unreceipted{}, err
	}
	cmd := care.TakeCommand{Location: at, Name: in.Name, Email: in.Email, Reason: in.Reason}
	for _, l := range in.Lines {
		cmd.Lines = append(cmd.Lines, care.TakeLine{SKU: l.SKU, Quantity: l.Quantity, Disposition: returns.Disposition(l.To)})
	}
	if in.Amount != nil {
		currency, err := c.ownCurrency()
		if err != nil {
			return Unreceipted{}, err
		}
		v := amount(currency, "/amount", *in.Amount, &c.faults)
		cmd.Amount = &v
	}
	if p.Dry {
		r, err := preview(c, care.TakeUnreceipted, cmd)
		if err != nil {
			return Unreceipted{}, err
		}
		out := renderUnreceipted(r.Value.(*returns.Unreceipted))
		out.DryRun = true
		return out, nil
	}
	r, err := one(c, care.TakeUnreceipted, cmd)
	if err != nil {
		return Unreceipted{}, err
	}
	out, err := c.unreceipted(returns.UnreceiptedID(r.ID))
	c.created("/v1/unreceipted-returns/" + out.ID)
	return out, err
}

// ownCurrency is the shop's.
func (c *call) ownCurrency() (currency money.Currency, err error) {
	err = c.read(func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		if err == nil {
			currency, err = money.ParseCurrency(m.Currency)
		}
		return err
	})
	return currency, err
}
