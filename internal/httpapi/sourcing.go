package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/batching"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/profiles"
)

// sourcingRoutes are the profiles by which orders find their places, and why
// each went where it did.
func (a *api) sourcingRoutes() {
	settings := admin.SaveSourcing.Permission
	add(a, route{method: "GET", path: "/v1/sourcing-profiles", id: "listSourcingProfiles", summary: "List the versions of how orders find their places", needs: access.OrdersRead, whole: true}, a.sourcingProfiles)
	add(a, route{method: "POST", path: "/v1/sourcing-profiles", id: "saveSourcingProfile", summary: "Keep another version, as a draft", needs: settings, answers: made, text: sourcingText}, a.saveSourcing)
	add(a, route{method: "GET", path: "/v1/sourcing-profiles/{id}", id: "getSourcingProfile", summary: "Read a version", needs: access.OrdersRead, whole: true, tagged: true}, a.sourcingProfile)
	add(a, route{method: "GET", path: "/v1/sourcing-profiles/{id}/shadow", id: "getSourcingShadow", summary: "What a version would have done as a shadow", needs: access.OrdersRead, whole: true}, a.sourcingShadow)
	for act, x := range map[string]struct {
		state   sourcing.State
		id      string
		summary string
	}{
		"activate": {sourcing.Active, "activateSourcingProfile", "Have a version decide from now on"},
		"shadow":   {sourcing.Shadow, "shadowSourcingProfile", "Have a version decide beside the one that holds, without effect"},
		"rest":     {sourcing.Draft, "restSourcingProfile", "Have a shadow rest as a draft"},
		"retire":   {sourcing.Retired, "retireSourcingProfile", "Put a version away; when it held, the built-in rule decides"},
	} {
		add(a, route{method: "POST", path: "/v1/sourcing-profiles/{id}/" + act, id: x.id, summary: x.summary, needs: settings, tagged: true}, a.moveSourcing(x.state))
	}
	add(a, route{method: "POST", path: "/v1/sourcing/batch", id: "sourceBatch", summary: "Find places for all waiting orders at once", needs: intake.Source.Permission, whole: true, text: sourceBatchText}, a.sourceBatch)
	add(a, route{method: "GET", path: "/v1/orders/{id}/decisions", id: "listOrderDecisions", summary: "Why an order goes from where it goes", needs: access.OrdersRead, whole: true}, a.orderDecisions)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/reroute", id: "rerouteFulfillment", summary: "The location cannot do it: find other places", needs: floor.Reroute.Permission, text: rerouteText}, a.reroute)
}

const (
	sourcingText    = "A version never changes once it is kept. Strategies are asked in turn: the first whose `when` an order meets finds places with the fewest points; `after` says what becomes of what it finds none for. Points: `shipping_cost` and `margin` for each 1.00, `margin` counts what handling costs and what units cost there (a drop-shipping supplier's offer in the merchant's currency, else the item's own cost) beyond where they cost least; `distance` for each kilometer, `days` and `late` for each day, `load` at a place whose capacity is used up, `priority` for each step after the first, `split` for each further place, `availability` for each unit nobody sends (0: more than all else)."
	sourceBatchText = "Orders with units that no place was found for are decided together, on a snapshot, by the first strategy that each meets, and sourced in chunks that look again: what has changed meanwhile is decided anew. At most 10,000 orders at once. Backordered units are not among them: they are served by priority and age when stock comes."
	rerouteText     = "Gives up what the location has claimed and not picked, and looks elsewhere: never at the location itself, nor at one that gave up units of this order before. What nobody else has is dealt with as the sourcing profile says."
)

// SourcingProfile is a version of how orders find their places.
type SourcingProfile struct {
	ID         string              `json:"id" example:"srp_0pmnqh2000400"`
	Version    int64               `json:"version"`
	Name       string              `json:"name"`
	State      string              `json:"state" enum:"draft,shadow,active,retired"`
	Strategies []sourcing.Strategy `json:"strategies"`
	Every      int                 `json:"batch_minutes,omitempty" doc:"Minutes between batches of the orders that wait for one; absent: only when somebody asks for one."`
	CreatedAt  string              `json:"created_at" format:"date-time"`
	CreatedBy  string              `json:"created_by"`
	ChangedAt  string              `json:"changed_at" format:"date-time" doc:"When its state last changed."`
	Edits      int64               `json:"edit_version" doc:"Also the ETag; raised with each change of state."`
	Actions    []string            `json:"actions"`
}

func renderProfile(v *sourcing.Version) SourcingProfile {
	out := SourcingProfile{
		ID: v.ID.String(), Version: v.N, Name: v.Name, State: string(v.State), Strategies: v.Strategies, Every: v.Every, CreatedAt: instant(v.CreatedAt),
		CreatedBy: v.CreatedBy, ChangedAt: instant(v.ChangedAt), Edits: v.Edits, Actions: []string{},
	}
	acts := map[sourcing.State]string{sourcing.Draft: "rest", sourcing.Shadow: "shadow", sourcing.Active: "activate", sourcing.Retired: "retire"}
	for _, s := range sourcing.States {
		if v.State.To(s) == nil {
			out.Actions = append(out.Actions, acts[s])
		}
	}
	return out
}

// NewSourcingProfile is a version to keep.
type NewSourcingProfile struct {
	Name       string              `json:"name" minLength:"1" maxLength:"80"`
	Strategies []sourcing.Strategy `json:"strategies" minItems:"1" maxItems:"20"`
	Every      int                 `json:"batch_minutes,omitempty" minimum:"0" maximum:"1440"`
}

type profileID struct {
	ID string `path:"id" example:"srp_0pmnqh2000400"`
}

func profileByID(text string) (sourcing.ProfileID, error) {
	id, err := sourcing.ParseProfileID(text)
	if err != nil {
		return 0, fault.New(fault.NotFound, "no_such_profile", "there is no sourcing profile %s", text)
	}
	return id, nil
}

func (a *api) sourcingProfiles(c *call, _ *none, _ *none) (Page[SourcingProfile], error) {
	var all []*sourcing.Version
	err := c.read(func(r *store.Reader) (err error) {
		all, err = profiles.All(r)
		return err
	})
	return pageUntil(all, renderProfile, ""), err
}

func (a *api) sourcingProfile(c *call, p *profileID, _ *none) (SourcingProfile, error) {
	v, err := c.profile(p.ID)
	if err != nil {
		return SourcingProfile{}, err
	}
	c.tag(v.Edits)
	return renderProfile(v), nil
}

func (c *call) profile(text string) (v *sourcing.Version, err error) {
	id, err := profileByID(text)
	if err != nil {
		return nil, err
	}
	err = c.read(func(r *store.Reader) (err error) {
		v, err = profiles.Get(r, id)
		return err
	})
	return v, err
}

func (a *api) saveSourcing(c *call, _ *none, in *NewSourcingProfile) (SourcingProfile, error) {
	r, err := one(c, admin.SaveSourcing, admin.SourcingCommand{Name: in.Name, Profile: sourcing.Profile{Strategies: in.Strategies, Every: in.Every}})
	if err != nil {
		return SourcingProfile{}, err
	}
	v, err := c.profile(sourcing.ProfileID(r.ID).String())
	if err != nil {
		return SourcingProfile{}, err
	}
	return renderProfile(v), nil
}

func (a *api) moveSourcing(to sourcing.State) func(*call, *profileID, *none) (SourcingProfile, error) {
	return func(c *call, p *profileID, _ *none) (SourcingProfile, error) {
		id, err := profileByID(p.ID)
		if err != nil {
			return SourcingProfile{}, err
		}
		edits, err := c.ifMatch(false)
		if err != nil {
			return SourcingProfile{}, err
		}
		if _, err := one(c, admin.MoveSourcing, admin.SourcingStateCommand{Profile: id, State: to, Edits: edits}); err != nil {
			return SourcingProfile{}, err
		}
		return a.sourcingProfile(c, p, nil)
	}
}

// SourcingShadow is how a shadow has decided lately.
type SourcingShadow struct {
	Decisions int               `json:"decisions" doc:"The newest, at most 2000."`
	Agreed    int               `json:"agreed" doc:"Of them chose as was done."`
	Saved     int64             `json:"saved_points" doc:"Points that the others would have saved, by the shadow's own weights."`
	Differ    []SourcingDiffers `json:"differ" doc:"The newest that chose otherwise, at most 20."`
}

// SourcingDiffers is one order that a shadow would have sent otherwise.
type SourcingDiffers struct {
	Order    string   `json:"order"`
	At       string   `json:"at" format:"date-time"`
	Points   int64    `json:"points"`
	Other    int64    `json:"points_as_done"`
	Decision Decision `json:"decision"`
}

func (a *api) sourcingShadow(c *call, p *profileID, _ *none) (SourcingShadow, error) {
	v, err := c.profile(p.ID)
	if err != nil {
		return SourcingShadow{}, err
	}
	var s profiles.Shadowed
	err = c.read(func(r *store.Reader) (err error) {
		s, err = profiles.ShadowOf(r, v.ID)
		return err
	})
	out := SourcingShadow{Decisions: s.Decisions, Agreed: s.Agreed, Saved: s.Saved, Differ: []SourcingDiffers{}}
	for i := range s.Differ {
		d := &s.Differ[i]
		out.Differ = append(out.Differ, SourcingDiffers{Order: order.ID(d.Order).String(), At: instant(d.At), Points: d.Points, Other: d.Other, Decision: *c.decision(&d.Reason)})
	}
	return out, err
}

// OrderDecision is one decision about an order.
type OrderDecision struct {
	Kind        string   `json:"kind" enum:"place,placeless,shadow" doc:"A place was found, none was, or a shadow's that had no effect."`
	At          string   `json:"at" format:"date-time"`
	Fulfillment string   `json:"fulfillment,omitempty" doc:"That was made by it."`
	Decision    Decision `json:"decision"`
}

type orderDecisionsOf struct {
	ID string `path:"id" example:"ord_0pmnqh2000400"`
}

func (a *api) orderDecisions(c *call, p *orderDecisionsOf, _ *none) (Page[OrderDecision], error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Page[OrderDecision]{}, err
	}
	var kept []profiles.Decision
	var v *orderView
	err = c.read(func(r *store.Reader) (err error) {
		if v, err = viewOf(r, id); err == nil {
			kept, err = profiles.OfOrder(r, int64(id))
		}
		return err
	})
	if err != nil {
		return Page[OrderDecision]{}, err
	}
	var out []OrderDecision
	for _, f := range v.fulfillments {
		if r, ok := sourcing.DecodeReason(f.Decision); ok {
			out = append(out, OrderDecision{Kind: "place", At: instant(f.CreatedAt), Fulfillment: f.ID.String(), Decision: *c.decision(&r)})
		}
	}
	for i := range kept {
		out = append(out, OrderDecision{Kind: kept[i].Kind, At: instant(kept[i].At), Decision: *c.decision(&kept[i].Reason)})
	}
	return pageUntil(out, func(d OrderDecision) OrderDecision { return d }, ""), nil
}

// SourcingBatch is what a batch came to.
type SourcingBatch struct {
	Waiting   int   `json:"waiting" doc:"Orders that had units without a place."`
	Asked     int   `json:"asked" doc:"Of them a strategy was asked for."`
	Planned   int   `json:"planned" doc:"Orders of which the plan sends something."`
	Full      int   `json:"full" doc:"Orders of which it sends everything."`
	Units     int64 `json:"units" doc:"That the plan has places for."`
	Points    int64 `json:"points" doc:"Of the plan."`
	Bound     int64 `json:"bound" doc:"No plan for each of them alone has fewer points."`
	Allocated int64 `json:"allocated" doc:"Units that have a place now; 0 with dry_run."`
	Refused   int   `json:"refused" doc:"Orders that had changed meanwhile."`
	More      bool  `json:"more" doc:"Others are left for the next batch."`
}

func (a *api) sourceBatch(c *call, p *DryRun, _ *none) (SourcingBatch, error) {
	if err := c.scope.Require(intake.Source.Permission); err != nil {
		return SourcingBatch{}, err
	}
	mode := batching.ByPerson
	if p.Dry {
		mode = batching.Dry
	}
	r, err := batching.Run(c.ctx, a.desk, c.scope, mode)
	return SourcingBatch{
		Waiting: r.Waiting, Asked: r.Asked, Planned: r.Planned, Full: r.Full, Units: r.Units, Points: r.Points, Bound: r.Bound,
		Allocated: r.Allocated, Refused: r.Refused, More: r.More,
	}, err
}

// RerouteRequest says why a location does not do its part.
type RerouteRequest struct {
	Reason string `json:"reason" enum:"rejected,capacity,stock,closed,customer,other"`
	Note   string `json:"note,omitempty" maxLength:"200" doc:"For colleagues."`
}

func (a *api) reroute(c *call, p *fulfillmentID, in *RerouteRequest) (FulfillmentWithParcels, error) {
	return workOn(c, p.ID, floor.Reroute, func(id fulfillment.ID) floor.RerouteCommand {
		return floor.RerouteCommand{Fulfillment: id, Reason: in.Reason, Note: in.Note}
	})
}

// Decision is how sourcing came to a location.
type Decision struct {
	Rule       string               `json:"rule"`
	Sentence   string               `json:"sentence" doc:"Why, for people."`
	Tried      int                  `json:"tried" doc:"How many ways it weighed."`
	Places     int                  `json:"places" doc:"Locations that the order is sent from."`
	Exact      bool                 `json:"exact" doc:"true when no better way was left unweighed."`
	Profile    string               `json:"profile,omitempty" doc:"Name of the profile."`
	Version    int64                `json:"version,omitempty" doc:"Of the profile; absent for the built-in rule."`
	Strategy   string               `json:"strategy,omitempty"`
	Passed     []sourcing.Passed    `json:"passed,omitempty" doc:"Strategies that were asked before."`
	Units      int64                `json:"units" doc:"That were asked for."`
	Short      int64                `json:"short" doc:"That nobody sends."`
	After      string               `json:"after,omitempty" doc:"What became of those."`
	Points     int64                `json:"points"`
	Bound      int64                `json:"bound,omitempty" doc:"No choice has fewer points."`
	Candidates []SourcingConsidered `json:"candidates" doc:"At most 20: who sends, who could, who was left out."`
}

// SourcingConsidered is what was thought of a location.
type SourcingConsidered struct {
	Location string          `json:"location"`
	Code     string          `json:"location_code"`
	Has      int64           `json:"has" doc:"Units of those asked for that it has alone."`
	Takes    int64           `json:"takes" doc:"Units that it sends."`
	Points   int64           `json:"points" doc:"If it sent all that it has."`
	Parts    []sourcing.Part `json:"parts,omitempty" doc:"What the points are made of."`
	Goods    string          `json:"goods_cost,omitempty" doc:"What the units that it has cost there, by the supplier's offer or the item's own cost, in the merchant's currency; of strategies that weigh margin, for who may see what items cost."`
	Excluded string          `json:"excluded,omitempty" enum:"not_again,kind,not_named,too_far,no_rate,full,nothing_there,inactive,closed,channel"`
}

// decision renders a decision.
func (c *call) decision(r *sourcing.Reason) *Decision {
	out := &Decision{
		Rule: r.Rule, Sentence: r.Sentence(func(id stock.LocationID) string { return c.code(id) }), Tried: r.Tried, Places: r.Places, Exact: r.Exact,
		Profile: r.Profile, Version: r.Version, Strategy: r.Strategy, Passed: r.Passed, Units: r.Units, Short: r.Short, After: string(r.After),
		Points: r.Points, Bound: r.Bound, Candidates: []SourcingConsidered{},
	}
	for _, x := range r.Candidates {
		goods := ""
		if x.Goods > 0 && c.scope.May(access.PurchasesRead) {
			goods = money.Price(x.Goods).String()
		}
		out.Candidates = append(out.Candidates, SourcingConsidered{Goods: goods, Location: x.Place.String(), Code: c.code(x.Place), Has: x.Has, Takes: x.Takes, Points: x.Points, Parts: x.Parts, Excluded: string(x.Bar)})
	}
	return out
}
