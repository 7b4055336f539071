package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/approval"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/intake"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/store"
	kept "orderly/internal/store/approvals"
)

// approvalRoutes are who must agree to an order before work on it begins.
func (a *api) approvalRoutes() {
	add(a, route{method: "GET", path: "/v1/approval-policy", id: "getApprovalPolicy", summary: "Read when orders need approvals, and who gives them", needs: access.OrdersRead, tagged: true}, a.getApprovalPolicy)
	add(a, route{method: "PATCH", path: "/v1/approval-policy", id: "editApprovalPolicy", summary: "Set when orders need approvals, and who gives them", needs: admin.SaveApprovals.Permission, edit: true, tagged: true, text: approvalPolicyText}, a.editApprovalPolicy)
	add(a, route{method: "GET", path: "/v1/orders/{id}/approvals", id: "listOrderApprovals", summary: "List what approvals an order needed, oldest first", needs: access.OrdersRead, whole: true}, a.listOrderApprovals)
	add(a, route{method: "POST", path: "/v1/orders/{id}/approve", id: "approveOrder", summary: "Approve an order", needs: intake.Approve.Permission, whole: true, text: approveText}, a.approveOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/refuse", id: "refuseOrder", summary: "Refuse an order that waits for an approval", needs: intake.Refuse.Permission, whole: true, text: refuseText}, a.refuseOrder)
}

const (
	approvalPolicyText = "What is left out stays; a list that is given replaces the one before. An order in a currency without terms is held to those of the merchant's currency, by the exchange rate of its day. " +
		"When an order needs approvals is asked when it is placed and whenever it is changed; who may give one, when they do. See docs/flows.md."
	approveText = "Gives one of the approvals that the order needs, by the right of the key (limit of `program`). Who placed or changed the order, has approved it already or has too low a limit is refused (403). With the last, the hold `approval` ends and the order goes on. " +
		"`amount` is what the order came to when it was looked at: another one by now is refused (409)."
	refuseText = "Who may approve an order may refuse it. It stays held until it is changed, which asks again, or is canceled; with `cancel` it is canceled at once. Who refused it may approve it after all."
)

// ApprovalPolicy says when orders need approvals and who gives them.
type ApprovalPolicy struct {
	Terms     []ApprovalTerms  `json:"terms" doc:"By currency."`
	Discount  int64            `json:"discount" doc:"More than so many percent off needs an approval; 0: never."`
	BelowCost bool             `json:"below_cost" doc:"Goods that cost more than they bring need one."`
	ByHand    bool             `json:"by_hand" doc:"An order that a person keys in above their own limit needs one."`
	Deputies  []ApprovalDeputy `json:"deputies"`
	Version   int64            `json:"version" doc:"Also the ETag; 0 before anything was set."`
}

// ApprovalTerms hold for orders of one currency.
type ApprovalTerms struct {
	Currency string          `json:"currency" minLength:"3" maxLength:"3" example:"GBP"`
	One      int64           `json:"one,omitempty" minimum:"0" doc:"An order that comes to more, in minor units, needs an approval; 0: whatever it comes to, none."`
	Two      int64           `json:"two,omitempty" minimum:"0" doc:"One that comes to more needs a second person; 0: never."`
	Limits   []ApprovalLimit `json:"limits,omitempty" maxItems:"20"`
}

// ApprovalLimit is how much a role approves.
type ApprovalLimit struct {
	Role   string `json:"role" enum:"sales,operations,support,finance,admin,program" doc:"program: keys with the scope orders:approve. Admins have no limit unless one is set."`
	Amount int64  `json:"amount" minimum:"0" doc:"Minor units of the currency."`
}

// ApprovalDeputy approves in the place of somebody for a time.
type ApprovalDeputy struct {
	For   string `json:"for" doc:"User whose right it is." example:"usr_0pmnqh2000400"`
	By    string `json:"by" doc:"User who has it meanwhile."`
	From  string `json:"from" format:"date-time"`
	Until string `json:"until" format:"date-time"`
}

// ApprovalPolicyEdit replaces what is given.
type ApprovalPolicyEdit struct {
	Terms     *[]ApprovalTerms  `json:"terms,omitempty" maxItems:"30"`
	Discount  *int64            `json:"discount,omitempty" minimum:"0" maximum:"100"`
	BelowCost *bool             `json:"below_cost,omitempty"`
	ByHand    *bool             `json:"by_hand,omitempty"`
	Deputies  *[]ApprovalDeputy `json:"deputies,omitempty" maxItems:"100"`
}

func (in *ApprovalPolicyEdit) set(c *call, p *approval.Policy) {
	given(&p.Discount, in.Discount)
	given(&p.BelowCost, in.BelowCost)
	given(&p.ByHand, in.ByHand)
	if in.Terms != nil {
		p.Terms = nil
		for _, t := range *in.Terms {
			x := approval.Terms{Currency: t.Currency, One: t.One, Two: t.Two}
			for _, l := range t.Limits {
				x.Limits = append(x.Limits, approval.Limit{Role: access.Role(l.Role), Amount: l.Amount})
			}
			p.Terms = append(p.Terms, x)
		}
	}
	if in.Deputies != nil {
		p.Deputies = nil
		for i, d := range *in.Deputies {
			at := "/deputies/" + number(int64(i))
			p.Deputies = append(p.Deputies, approval.Deputy{For: d.For, By: d.By, From: parseInstant(at+"/from", d.From, &c.faults), Until: parseInstant(at+"/until", d.Until, &c.faults)})
		}
	}
}

func renderApprovalPolicy(s *kept.Saved) ApprovalPolicy {
	out := ApprovalPolicy{Terms: []ApprovalTerms{}, Discount: s.Discount, BelowCost: s.BelowCost, ByHand: s.ByHand, Deputies: []ApprovalDeputy{}, Version: s.Version}
	for _, t := range s.Terms {
		x := ApprovalTerms{Currency: t.Currency, One: t.One, Two: t.Two}
		for _, l := range t.Limits {
			x.Limits = append(x.Limits, ApprovalLimit{string(l.Role), l.Amount})
		}
		out.Terms = append(out.Terms, x)
	}
	for _, d := range s.Deputies {
		out.Deputies = append(out.Deputies, ApprovalDeputy{d.For, d.By, instant(d.From), instant(d.Until)})
	}
	return out
}

func (c *call) approvalPolicy() (s kept.Saved, err error) {
	err = c.read(func(r *store.Reader) (err error) {
		s, err = kept.Policy(r)
		return err
	})
	c.tag(s.Version)
	return s, err
}

func (a *api) getApprovalPolicy(c *call, _ *none, _ *none) (ApprovalPolicy, error) {
	s, err := c.approvalPolicy()
	return renderApprovalPolicy(&s), err
}

func (a *api) editApprovalPolicy(c *call, _ *none, in *ApprovalPolicyEdit) (ApprovalPolicy, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return ApprovalPolicy{}, err
	}
	s, err := c.approvalPolicy()
	if err != nil {
		return ApprovalPolicy{}, err
	}
	in.set(c, &s.Policy)
	if _, err := one(c, admin.SaveApprovals, admin.ApprovalCommand{Policy: s.Policy, Version: version}); err != nil {
		return ApprovalPolicy{}, err
	}
	return a.getApprovalPolicy(c, nil, nil)
}

// OrderApproval is one time that an order needed approvals.
type OrderApproval struct {
	N         int             `json:"n" doc:"Of the order, from 1."`
	State     string          `json:"state" enum:"asked,approved,refused,void,exempt" doc:"void: the order became another, and a later one counts. exempt: nobody was asked."`
	Hold      string          `json:"hold,omitempty" doc:"That waits for it."`
	Reasons   []string        `json:"reasons" doc:"value, discount, below_cost, by_hand, rule; of what nobody was asked: counter, split."`
	Role      string          `json:"role,omitempty" doc:"That must give it, besides admins."`
	People    int             `json:"people" doc:"How many must approve it."`
	Amount    int64           `json:"amount" doc:"What the order came to, in minor units."`
	Currency  string          `json:"currency"`
	At        string          `json:"at" format:"date-time"`
	DecidedAt string          `json:"decided_at,omitempty" format:"date-time"`
	DecidedBy string          `json:"decided_by,omitempty"`
	Reason    string          `json:"reason,omitempty" doc:"Why it was refused."`
	Given     []GivenApproval `json:"given"`
}

// GivenApproval is one approval of an order.
type GivenApproval struct {
	By   string `json:"by"`
	For  string `json:"for,omitempty" doc:"In whose place."`
	Role string `json:"role" doc:"By which it was given."`
	At   string `json:"at" format:"date-time"`
}

func renderApproval(x *approval.Ask) OrderApproval {
	out := OrderApproval{
		N: x.N, State: x.State, Reasons: append([]string{}, x.Reasons...), Role: string(x.Role), People: x.Steps, Amount: x.Amount, Currency: x.Currency,
		At: instant(x.At), DecidedAt: instant(x.DecidedAt), DecidedBy: x.DecidedBy, Reason: x.Why, Given: []GivenApproval{},
	}
	if x.Hold != 0 {
		out.Hold = ident.Text("hld", x.Hold)
	}
	for _, s := range x.Given {
		g := GivenApproval{By: s.Actor, Role: string(s.Role), At: instant(s.At)}
		if s.Holder != s.Actor {
			g.For = s.Holder
		}
		out.Given = append(out.Given, g)
	}
	return out
}

func (a *api) listOrderApprovals(c *call, p *OrderID, _ *none) (Page[OrderApproval], error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Page[OrderApproval]{}, err
	}
	var list []*approval.Ask
	err = c.read(func(r *store.Reader) error {
		if _, err := viewOf(r, id); err != nil {
			return err
		}
		list, err = kept.Of(r, id)
		return err
	})
	return pageUntil(list, renderApproval, ""), err
}

// ApproveOrder approves an order.
type ApproveOrder struct {
	Amount *int64 `json:"amount,omitempty" doc:"What the order came to when it was looked at, in minor units."`
}

// RefuseOrder refuses an order.
type RefuseOrder struct {
	Amount *int64 `json:"amount,omitempty" doc:"What the order came to when it was looked at, in minor units."`
	Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"For colleagues; it stands in no entry."`
	Cancel bool   `json:"cancel,omitempty" doc:"Cancel the order, too."`
}

// DecidedOrder is what became of an order that waited for an approval.
type DecidedOrder struct {
	DryRun   bool          `json:"dry_run,omitempty" doc:"true when nothing was changed."`
	Approval OrderApproval `json:"approval"`
	Status   string        `json:"status" doc:"Of the order, afterwards."`
	Held     bool          `json:"held" doc:"A hold stands."`
	OrderSeq int64         `json:"order_seq" doc:"Entries of the order, afterwards."`
	Order    string        `json:"order"`
	Actions  []string      `json:"actions"`
}

type decideParams struct {
	OrderID
	DryRun
}

func (a *api) approveOrder(c *call, p *decideParams, in *ApproveOrder) (DecidedOrder, error) {
	return decide(c, p, intake.Approve, func(id order.ID) intake.ApproveCommand {
		return intake.ApproveCommand{Order: id, Amount: in.Amount}
	})
}

func (a *api) refuseOrder(c *call, p *decideParams, in *RefuseOrder) (DecidedOrder, error) {
	return decide(c, p, intake.Refuse, func(id order.ID) intake.RefuseCommand {
		return intake.RefuseCommand{Order: id, Amount: in.Amount, Why: in.Reason, Cancel: in.Cancel}
	})
}

func decide[C any](c *call, p *decideParams, op *desk.Operation[C], command func(order.ID) C) (DecidedOrder, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return DecidedOrder{}, err
	}
	if p.Dry {
		r, err := preview(c, op, command(id))
		if err != nil {
			return DecidedOrder{}, err
		}
		x := r.Value.(*intake.Decided)
		out := renderDecided(x.Order, x.Ask)
		out.DryRun = true
		return out, nil
	}
	r, err := one(c, op, command(id))
	if err != nil {
		return DecidedOrder{}, err
	}
	var out DecidedOrder
	err = c.read(func(rd *store.Reader) error {
		v, err := viewAt(rd, id, r.Seq)
		if err != nil {
			return err
		}
		list, err := kept.Of(rd, id)
		if err == nil {
			out = renderDecided(v.order, list[len(list)-1])
		}
		return err
	})
	return out, err
}

func renderDecided(o *order.Order, x *approval.Ask) DecidedOrder {
	return DecidedOrder{Approval: renderApproval(x), Status: o.Statuses.Status, Held: o.Statuses.Hold == "held", OrderSeq: o.Version, Order: o.ID.String(), Actions: o.Actions()}
}
