package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/checks"
	"orderly/internal/verification"
)

// checkRoutes are what is looked at when an order comes, and who is blocked.
func (a *api) checkRoutes() {
	add(a, route{method: "GET", path: "/v1/order-checks", id: "getOrderChecks", summary: "Read what is looked at when an order comes", needs: access.OrdersRead, tagged: true}, a.getChecks)
	add(a, route{method: "PATCH", path: "/v1/order-checks", id: "editOrderChecks", summary: "Set what is looked at when an order comes", needs: admin.SaveChecks.Permission, edit: true, tagged: true, text: checksText}, a.editChecks)
	add(a, route{method: "GET", path: "/v1/customers/{id}/block", id: "getCustomerBlock", summary: "Read whether a customer is blocked", needs: access.CustomersRead}, a.getBlock)
	add(a, route{method: "POST", path: "/v1/customers/{id}/block", id: "blockCustomer", summary: "Block a customer", needs: admin.BlockCustomer.Permission, text: blockText}, a.blockCustomer)
	add(a, route{method: "POST", path: "/v1/customers/{id}/unblock", id: "unblockCustomer", summary: "End that", needs: admin.BlockCustomer.Permission}, a.unblockCustomer)
}

const (
	checksText = "What is left out stays. Each rule that finds something holds the order in the act that places it, with the reason `check_` and the rule's name; what it found stands in the hold's note. `dry_run` of an order tells the holds it would get. " +
		"What was split off an order, replaces a return or is handed over at the counter is not looked at."
	blockText = "Their orders are held where the rule `blocked` is on, also those that name only their e-mail address."
)

// OrderChecks are what is looked at when an order comes.
type OrderChecks struct {
	Address        bool     `json:"address" doc:"A part of the address is missing, or the house number."`
	POBox          bool     `json:"po_box" doc:"It goes to a post-office box."`
	Missing        []string `json:"missing" doc:"What each order must say: phone, email, custom.NAME."`
	Blocked        bool     `json:"blocked" doc:"The customer is blocked."`
	DuplicateHours int64    `json:"duplicate_hours" doc:"The same lines were ordered by the same customer, e-mail address or to the same address within so many hours; 0 for never."`
	VelocityOrders int64    `json:"velocity_orders" doc:"More than so many orders of one customer, e-mail address or address; 0 for never."`
	VelocityHours  int64    `json:"velocity_hours" doc:"Within so many hours."`
	Value          int64    `json:"value" doc:"It costs more, in minor units of the merchant's currency; 0 for never. Orders in others are not looked at."`
	Quantity       int64    `json:"quantity" doc:"A line asks for more whole units; 0 for never."`
	Totals         bool     `json:"totals" doc:"The channel was paid less or more than the order costs, and nothing explains it."`
	Version        int64    `json:"version" doc:"Also the ETag; 0 before anything was set."`
}

// OrderCheckEdit replaces what is given.
type OrderCheckEdit struct {
	Address        *bool     `json:"address,omitempty"`
	POBox          *bool     `json:"po_box,omitempty"`
	Missing        *[]string `json:"missing,omitempty" maxItems:"20"`
	Blocked        *bool     `json:"blocked,omitempty"`
	DuplicateHours *int64    `json:"duplicate_hours,omitempty" minimum:"0" maximum:"168"`
	VelocityOrders *int64    `json:"velocity_orders,omitempty" minimum:"0" maximum:"1000"`
	VelocityHours  *int64    `json:"velocity_hours,omitempty" minimum:"0" maximum:"168"`
	Value          *int64    `json:"value,omitempty" minimum:"0"`
	Quantity       *int64    `json:"quantity,omitempty" minimum:"0"`
	Totals         *bool     `json:"totals,omitempty"`
}

func (in *OrderCheckEdit) set(r *verification.Rules) {
	given(&r.Address, in.Address)
	given(&r.POBox, in.POBox)
	given(&r.Missing, in.Missing)
	given(&r.Blocked, in.Blocked)
	given(&r.DuplicateHours, in.DuplicateHours)
	given(&r.VelocityOrders, in.VelocityOrders)
	given(&r.VelocityHours, in.VelocityHours)
	given(&r.Value, in.Value)
	given(&r.Quantity, in.Quantity)
	given(&r.Totals, in.Totals)
}

func given[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func renderChecks(s *checks.Saved) OrderChecks {
	r := &s.Rules
	return OrderChecks{r.Address, r.POBox, append([]string{}, r.Missing...), r.Blocked, r.DuplicateHours, r.VelocityOrders, r.VelocityHours, r.Value, r.Quantity, r.Totals, s.Version}
}

func (c *call) orderChecks() (s checks.Saved, err error) {
	err = c.read(func(r *store.Reader) (err error) {
		s, err = checks.Rules(r)
		return err
	})
	c.tag(s.Version)
	return s, err
}

func (a *api) getChecks(c *call, _ *none, _ *none) (OrderChecks, error) {
	s, err := c.orderChecks()
	return renderChecks(&s), err
}

func (a *api) editChecks(c *call, _ *none, in *OrderCheckEdit) (OrderChecks, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return OrderChecks{}, err
	}
	s, err := c.orderChecks()
	if err != nil {
		return OrderChecks{}, err
	}
	in.set(&s.Rules)
	if _, err := one(c, admin.SaveChecks, admin.CheckCommand{Rules: s.Rules, Version: version}); err != nil {
		return OrderChecks{}, err
	}
	return a.getChecks(c, nil, nil)
}

// CustomerBlock is why somebody is to look at a customer's orders.
type CustomerBlock struct {
	Reason string `json:"reason,omitempty" enum:"fraud,unpaid,abuse,requested,other" doc:"Absent when they are not blocked."`
	At     string `json:"at,omitempty" format:"date-time"`
	By     string `json:"by,omitempty"`
}

// NewBlock asks for a customer to be blocked.
type NewBlock struct {
	Reason string `json:"reason" enum:"fraud,unpaid,abuse,requested,other" minLength:"1"`
}

func (a *api) getBlock(c *call, p *CustomerID, _ *none) (CustomerBlock, error) {
	who, err := c.customer(p.ID)
	if err != nil {
		return CustomerBlock{}, err
	}
	var b checks.Block
	err = c.read(func(r *store.Reader) error {
		all, err := checks.Blocks(r, []party.ID{who.ID})
		b = all[who.ID]
		return err
	})
	return CustomerBlock{b.Reason, instant(b.At), b.By}, err
}

func (a *api) blockCustomer(c *call, p *CustomerID, in *NewBlock) (CustomerBlock, error) {
	if in.Reason == "" {
		c.faults.Add("/reason", "missing", "say why")
	}
	return a.block(c, p, in.Reason)
}

func (a *api) unblockCustomer(c *call, p *CustomerID, _ *none) (CustomerBlock, error) {
	return a.block(c, p, "")
}

func (a *api) block(c *call, p *CustomerID, reason string) (CustomerBlock, error) {
	who, err := c.customer(p.ID)
	if err != nil {
		return CustomerBlock{}, err
	}
	if _, err := one(c, admin.BlockCustomer, admin.BlockCommand{Customer: who.ID, Reason: reason}); err != nil {
		return CustomerBlock{}, err
	}
	return a.getBlock(c, p, nil)
}
