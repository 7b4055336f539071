package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/duty"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/queues"
	"orderly/internal/store/tracking"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

type sourceParams struct {
	OrderID
	DryRun
}

// sourceOrder looks for stock again.
func (a *api) sourceOrder(c *call, p *sourceParams, _ *none) (SourcedOrder, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return SourcedOrder{}, err
	}
	act := one[intake.SourceCommand]
	if p.Dry {
		act = preview[intake.SourceCommand]
	}
	r, err := act(c, intake.Source, intake.SourceCommand{Order: id})
	if err != nil {
		return SourcedOrder{}, err
	}
	out := SourcedOrder{ID: id.String(), DryRun: p.Dry}
	if v, ok := r.Value.(*intake.Sourced); ok {
		out.Allocated, out.Backordered = v.Allocated, v.Backordered
	} else if err = c.sourcedThen(id, r, &out); err != nil {
		return SourcedOrder{}, err
	}
	return out, nil
}

// sourcedThen tells a replay what the act did, as the journal has it.
func (c *call) sourcedThen(id order.ID, r desk.Result, out *SourcedOrder) error {
	if r.Status == "unchanged" {
		return nil
	}
	return c.read(func(rd *store.Reader) error {
		list, err := entries.OfSubject(rd, int64(id), r.Seq-1, r.Seq, 1)
		for _, e := range list {
			d, bad := order.DecodeDelta(e.Data)
			if bad != nil {
				return bad
			}
			for _, m := range d.Moves {
				if m.To == order.Allocated {
					out.Allocated += m.Quantity
				} else {
					out.Backordered += m.Quantity
				}
			}
		}
		return err
	})
}

// trackingLink gives the customer's link to an order.
func (a *api) trackingLink(c *call, p *OrderID, in *RenewLink) (TrackingLink, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return TrackingLink{}, err
	}
	op := care.MakeLink
	if in.Renew {
		op = care.RenewLink
	}
	r, err := one(c, op, care.LinkCommand{Order: id})
	if err != nil {
		return TrackingLink{}, err
	}
	text, ok := r.Value.(string)
	if !ok { // renewed, or a replay: the link as it is by now
		err = c.read(func(rd *store.Reader) error {
			l, err := tracking.Of(rd, id)
			text = care.LinkText(rd.M, l.Token)
			return err
		})
	}
	return TrackingLink{Path: "/t/" + text}, err
}

type troubleID struct {
	ID string `path:"id" example:"trb_0pmnqh2000400"`
}

func noSuchTrouble(text string) error {
	return fault.New(fault.NotFound, "no_such_trouble", "there is no trouble %.40q", text)
}

// trouble reads one that the caller may see.
func (c *call) trouble(text string) (*trouble.Trouble, error) {
	id, err := trouble.ParseID(text)
	if err != nil {
		return nil, noSuchTrouble(text)
	}
	var found map[trouble.ID]*trouble.Trouble
	err = c.read(func(r *store.Reader) (err error) {
		found, err = troubles.Load(r, []trouble.ID{id})
		return err
	})
	if err != nil {
		return nil, err
	}
	t := found[id]
	if t == nil || t.Location != 0 && !c.scope.Sees(t.Location) {
		return nil, noSuchTrouble(text)
	}
	return t, nil
}

func (a *api) getTrouble(c *call, p *troubleID, _ *none) (Trouble, error) {
	t, err := c.trouble(p.ID)
	if err != nil {
		return Trouble{}, err
	}
	return renderTrouble(t), nil
}

// settleTrouble closes a trouble, or opens it again. Which permission that
// takes follows from what it is.
func (a *api) settleTrouble(reopen bool) func(*call, *troubleID, *none) (Trouble, error) {
	return func(c *call, p *troubleID, _ *none) (Trouble, error) {
		t, err := c.trouble(p.ID)
		if err != nil {
			return Trouble{}, err
		}
		op := duty.Settle
		if queues.WorkOf(t.Kind) == access.StockWrite {
			op = duty.SettleStock
		}
		if _, err := one(c, op, duty.SettleCommand{Trouble: t.ID, Reopen: reopen}); err != nil {
			return Trouble{}, err
		}
		if t, err = c.trouble(p.ID); err != nil {
			return Trouble{}, err
		}
		return renderTrouble(t), nil
	}
}

func renderTrouble(t *trouble.Trouble) Trouble {
	text := func(prefix string, id int64) string {
		if id == 0 {
			return ""
		}
		return ident.Text(prefix, id)
	}
	return Trouble{
		ID: t.ID.String(), Kind: t.Kind, Order: text(journal.Order, t.Order), Location: text(journal.Location, t.Location), Item: text(journal.Item, t.Item),
		Quantity: t.Quantity, Reason: t.Reason, Text: t.Text, At: instant(t.At), Actor: t.Actor, SettledAt: instant(t.SettledAt), SettledBy: t.SettledBy,
	}
}
