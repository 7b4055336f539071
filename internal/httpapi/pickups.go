package httpapi

import (
	"encoding/base64"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/collect"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/pickup"
	"orderly/internal/store"
	"orderly/internal/store/pickups"
)

// pickupRoutes are what customers come for themselves.
func (a *api) pickupRoutes() {
	write := collect.Permission
	add(a, route{method: "GET", path: "/v1/pickups", id: "listPickups", summary: "List what lies on shelves of a place, the longest first", needs: access.FulfillmentRead}, a.listPickups)
	add(a, route{method: "POST", path: "/v1/pickups/find", id: "findPickup", summary: "Find what a code opens", needs: write, text: findPickupText}, a.findPickup)
	add(a, route{method: "GET", path: "/v1/fulfillments/{id}/pickup", id: "getPickup", summary: "Read on which shelf it lies, and until when", needs: access.FulfillmentRead}, a.getPickup)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/shelve", id: "shelveFulfillment", summary: "Make it ready for its customer", needs: write, text: shelveText}, a.shelve)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/unshelve", id: "unshelveFulfillment", summary: "Take it off its shelf, packed as it is", needs: write}, a.unshelve)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/extend", id: "extendPickup", summary: "Keep it for longer", needs: write, text: extendPickupText}, a.extendPickup)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/collect", id: "collectFulfillment", summary: "Give it to who came for it", needs: write, text: handOverText}, a.handOver)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/take-back", id: "takeBackFulfillment", summary: "Put back into stock what nobody came for", needs: write, text: takeBackText}, a.takeBack)
}

const (
	findPickupText   = "Who names codes that are none waits longer each time: `too_many_requests`."
	shelveText       = "All of it has to be packed, at the place of an order whose delivery method is of kind `collect`. The customer is told the code and until when it waits. On a shelf already, it is moved to the other."
	extendPickupText = "Of what is past its date too. The customer is told. What is kept until a later day already is refused."
	handOverText     = "By the customer's `code`, or by `received_by`, `document` and `reason` where there is none. Its parcels have then left and arrived, with the proof of it; what was refused is back in stock and canceled. " +
		"A code that is not the pickup's is counted: `wrong_code`; after 5 of them it opens by no code: `code_blocked`. `dry_run=true` does not say whether a code is right."
	takeBackText = "Its units go back to where they were taken from and are canceled; what the customer has paid for them is due back. `freed` says by how much less is owed."
)

// CustomerPickup is what lies, or lay, on a shelf for a customer.
type CustomerPickup struct {
	Fulfillment  string   `json:"fulfillment" example:"ful_0pmnqh2000400"`
	Order        string   `json:"order"`
	Number       int64    `json:"number" doc:"Of the order."`
	Name         string   `json:"name,omitempty" doc:"Of the customer."`
	Location     string   `json:"location"`
	LocationCode string   `json:"location_code"`
	Shelf        string   `json:"shelf" example:"P1"`
	State        string   `json:"state" enum:"ready,expired,collected,taken_back,unshelved" doc:"expired: its date has passed, and it lies there still."`
	ReadyAt      string   `json:"ready_at" format:"date-time"`
	KeptUntil    string   `json:"kept_until" format:"date-time"`
	EndedAt      string   `json:"ended_at,omitempty" format:"date-time"`
	How          string   `json:"how,omitempty" enum:"code,name" doc:"It was handed over."`
	Document     string   `json:"document,omitempty" doc:"That was looked at."`
	Reason       string   `json:"reason,omitempty" doc:"Why there was no code."`
	TriesLeft    int64    `json:"tries_left" doc:"Wrong codes until it opens by no code."`
	Actions      []string `json:"actions" doc:"What may be done next."`
	Freed        int64    `json:"freed,omitempty" doc:"By how much less is owed, in minor units."`
	DryRun       bool     `json:"dry_run,omitempty"`
}

// ShelfName says on which shelf something lies.
type ShelfName struct {
	Shelf string `json:"shelf" minLength:"1" maxLength:"40" example:"P1" doc:"One of the delivery method's, where it names any."`
}

// KeepLonger says for how long, or until when.
type KeepLonger struct {
	Days  int    `json:"days,omitempty" minimum:"0" maximum:"365" doc:"From today; the place is open on the last of them."`
	Until string `json:"until,omitempty" format:"date-time" doc:"Instead of days."`
}

// HandOver is what a pickup is handed over by.
type HandOver struct {
	Code       string     `json:"code,omitempty" maxLength:"40" example:"7K3-9QF"`
	ReceivedBy string     `json:"received_by,omitempty" maxLength:"200"`
	Document   string     `json:"document,omitempty" enum:"passport,identity_card,driving_license,known_to_us,other" doc:"That was looked at, where there is no code. Its number is not kept."`
	Reason     string     `json:"reason,omitempty" enum:"no_code,code_blocked,sent_by_customer" doc:"Why there is no code."`
	File       string     `json:"file,omitempty" doc:"A signature or a photo, a JPEG, PNG or WebP, in base64."`
	Refused    []LinePart `json:"refused,omitempty" maxItems:"2000" doc:"What the customer does not take: back into stock, and canceled."`
}

// CodeAt asks what a code opens at a place.
type CodeAt struct {
	Location string `json:"location" doc:"Code or id."`
	Code     string `json:"code" minLength:"1" maxLength:"40" example:"7K3-9QF"`
}

type pickupParams struct {
	ID string `path:"id" example:"ful_0pmnqh2000400"`
	DryRun
}

type pickupQuery struct {
	Paging
	Location string `query:"location" required:"true" doc:"Code or id."`
}

func (a *api) listPickups(c *call, p *pickupQuery, _ *none) (Page[CustomerPickup], error) {
	after, err := p.numbers(2, 0)
	if err != nil {
		return Page[CustomerPickup]{}, err
	}
	at, err := c.location(parameterMark+"location", p.Location, &c.faults)
	if err == nil {
		err = c.parameters()
	}
	if err != nil {
		return Page[CustomerPickup]{}, err
	}
	var rows []pickups.Row
	err = c.read(func(r *store.Reader) error {
		list, err := pickups.Lying(r, at, pickups.After{ReadyAt: after[0], Fulfillment: fulfillment.ID(after[1])}, p.Limit+1)
		if err == nil {
			rows, err = pickups.Rows(r, list)
		}
		return err
	})
	return page(p.Limit, rows, c.renderPickup, func(x pickups.Row) string { return number(x.ReadyAt) + "." + number(int64(x.Fulfillment)) }), err
}

func (c *call) renderPickup(p pickups.Row) CustomerPickup {
	out := CustomerPickup{
		Fulfillment: p.Fulfillment.String(), Order: p.Order.String(), Number: p.Number, Name: p.Name, Location: p.Location.String(), LocationCode: c.code(p.Location),
		Shelf: p.Shelf, State: p.State, ReadyAt: instant(p.ReadyAt), KeptUntil: instant(p.KeptUntil), EndedAt: instant(p.EndedAt), How: p.How, Document: p.Document, Reason: p.Reason,
		TriesLeft: p.Left(), Actions: []string{},
	}
	if p.Lies() {
		out.Actions = (&fulfillment.Fulfillment{WorkStatus: fulfillment.Ready}).Actions()
	}
	return out
}

func (a *api) findPickup(c *call, _ *none, in *CodeAt) (Page[CustomerPickup], error) {
	at, err := c.location("/location", in.Location, &c.faults)
	if err == nil {
		err = c.faults.Err()
	}
	if err != nil {
		return Page[CustomerPickup]{}, err
	}
	list, err := collect.Find(c.ctx, a.desk, c.scope, at, in.Code)
	if err != nil {
		return Page[CustomerPickup]{}, err
	}
	rows, err := c.pickupRows(list)
	return pageUntil(rows, c.renderPickup, ""), err
}

func (c *call) pickupRows(list []*pickup.Pickup) (rows []pickups.Row, err error) {
	err = c.read(func(r *store.Reader) error {
		rows, err = pickups.Rows(r, list)
		return err
	})
	return rows, err
}

func (a *api) getPickup(c *call, p *fulfillmentID, _ *none) (CustomerPickup, error) {
	id, err := fulfillmentByID(p.ID)
	if err != nil {
		return CustomerPickup{}, err
	}
	return c.pickupNow(id)
}

func (c *call) pickupNow(id fulfillment.ID) (out CustomerPickup, err error) {
	var list []pickups.Row
	err = c.read(func(r *store.Reader) error {
		found, err := pickups.Load(r, []fulfillment.ID{id})
		if err == nil {
			list, err = pickups.Rows(r, found)
		}
		return err
	})
	switch {
	case err != nil:
		return CustomerPickup{}, err
	case len(list) == 0 || !c.scope.Sees(int64(list[0].Location)):
		return CustomerPickup{}, fault.New(fault.NotFound, "no_such_pickup", "fulfillment %s never lay on a shelf for its customer", id)
	}
	return c.renderPickup(list[0]), nil
}

// lain carries out an act on what customers come for, or looks what it would do.
func lain[C any](c *call, p *pickupParams, op *desk.Operation[C], command func(fulfillment.ID) C) (CustomerPickup, error) {
	id, err := fulfillmentByID(p.ID)
	if err != nil {
		return CustomerPickup{}, err
	}
	do := one[C]
	if p.Dry {
		do = preview[C]
	}
	r, err := do(c, op, command(id))
	if err == nil {
		err = collect.Refusal(r)
	}
	if err != nil {
		return CustomerPickup{}, err
	}
	x, ok := r.Value.(*collect.Lain)
	if !ok { // told before, under the same key
		return c.pickupNow(id)
	}
	rows, err := c.pickupRows([]*pickup.Pickup{x.Pickup})
	if err != nil {
		return CustomerPickup{}, err
	}
	out := c.renderPickup(rows[0])
	out.Freed, out.DryRun = x.Freed, p.Dry
	return out, nil
}

func (a *api) shelve(c *call, p *pickupParams, in *ShelfName) (CustomerPickup, error) {
	return lain(c, p, collect.Shelve, func(id fulfillment.ID) collect.ShelveCommand {
		return collect.ShelveCommand{Fulfillment: id, Shelf: in.Shelf}
	})
}

func (a *api) unshelve(c *call, p *pickupParams, _ *none) (CustomerPickup, error) {
	return lain(c, p, collect.Unshelve, func(id fulfillment.ID) collect.Act { return collect.Act{Fulfillment: id} })
}

func (a *api) takeBack(c *call, p *pickupParams, _ *none) (CustomerPickup, error) {
	return lain(c, p, collect.TakeBack, func(id fulfillment.ID) collect.Act { return collect.Act{Fulfillment: id} })
}

func (a *api) extendPickup(c *call, p *pickupParams, in *KeepLonger) (CustomerPickup, error) {
	return lain(c, p, collect.Extend, func(id fulfillment.ID) collect.ExtendCommand {
		cmd := collect.ExtendCommand{Fulfillment: id, Days: in.Days}
		if in.Until != "" {
			cmd.Until = parseInstant("/until", in.Until, &c.faults)
		}
		return cmd
	})
}

func (a *api) handOver(c *call, p *pickupParams, in *HandOver) (CustomerPickup, error) {
	return lain(c, p, collect.HandOver, func(id fulfillment.ID) collect.HandOverCommand {
		cmd := collect.HandOverCommand{Fulfillment: id, Proof: pickup.Proof{Code: in.Code, Name: in.ReceivedBy, Document: in.Document, Reason: in.Reason}}
		var err error
		if cmd.Picture, err = base64.StdEncoding.DecodeString(in.File); err != nil {
			c.faults.Add("/file", "invalid_base64", "file is a picture in base64")
		}
		for i, x := range in.Refused {
			part := fulfillment.Part{Line: x.Line}
			if x.Quantity != nil {
				if part.Quantity = *x.Quantity; part.Quantity < 1 {
					c.faults.Add(fmt.Sprintf("/refused/%d/quantity", i), "not_positive", "1 or more, or left out for all units")
				}
			}
			cmd.Refused = append(cmd.Refused, part)
		}
		return cmd
	})
}
