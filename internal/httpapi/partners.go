package httpapi

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/partner"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	terms "orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/partners"
	"orderly/internal/store/sheets"
)

// partnerRoutes are what suppliers and 3PLs are asked and what they answer.
func (a *api) partnerRoutes() {
	work := access.RequestsWork
	add(a, route{method: "GET", path: "/v1/requests", id: "listRequests", summary: "List what a partner is asked", needs: work, text: listRequestsText}, a.listRequests)
	add(a, route{method: "GET", path: "/v1/requests/{id}", id: "getRequest", summary: "Read what a partner is asked", needs: work}, a.getRequest)
	add(a, route{method: "POST", path: "/v1/requests/{id}/accept", id: "acceptRequest", summary: "Say that it will be sent, all of it or a part", needs: work, text: acceptText}, a.acceptRequest)
	add(a, route{method: "POST", path: "/v1/requests/{id}/reject", id: "rejectRequest", summary: "Say that none of it will be sent", needs: work, text: rejectText}, a.rejectRequest)
	add(a, route{method: "POST", path: "/v1/requests/{id}/fail", id: "failRequest", summary: "Say that what was accepted cannot be sent after all", needs: work, text: failText}, a.failRequest)
	add(a, route{method: "POST", path: "/v1/requests/{id}/send", id: "sendRequest", summary: "Say that parcels have left", needs: work, text: sendText}, a.sendRequest)
	add(a, route{method: "POST", path: "/v1/requests/{id}/answer-cancellation", id: "answerCancellation", summary: "Say whether it stops", needs: work, text: answerText}, a.answerCancellation)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/request-cancellation", id: "requestCancellation", summary: "Ask the partner to stop", needs: access.FulfillmentWrite, text: stopText}, a.requestCancellation)
	add(a, route{method: "GET", path: "/v1/locations/{id}/partner", id: "getPartnerTerms", summary: "Read on which terms a partner is asked", needs: access.CatalogRead, tagged: true}, a.getPartnerTerms)
	add(a, route{method: "PATCH", path: "/v1/locations/{id}/partner", id: "editPartnerTerms", summary: "Say on which terms a partner is asked", needs: access.SettingsWrite, edit: true, tagged: true}, a.editPartnerTerms)
	add(a, route{method: "GET", path: "/v1/locations/{id}/onboarding", id: "getOnboarding", summary: "Read what a partner still needs", needs: access.PurchasesRead, text: onboardingText}, a.getOnboarding)
	add(a, route{method: "POST", path: "/v1/locations/{id}/trials", id: "startTrial", summary: "Send a partner a trial order", needs: partner.StartTrial.Permission, answers: made, text: trialText}, a.startTrial)
	add(a, route{method: "POST", path: "/v1/requests/{id}/withdraw", id: "withdrawTrial", summary: "Take a trial order back", needs: partner.AnswerTrial.Permission}, a.withdrawTrial)
	add(a, route{method: "POST", path: "/v1/locations/{id}/stock-report", id: "reportStock", summary: "Say what a partner has", needs: work, text: reportText}, a.reportStock)
}

const (
	listRequestsText = "At one location: with a status what is under way, the oldest first; with `ended` what is over, the latest first. Who works for a partner sees its locations alone, and no prices."
	acceptText       = "Without lines, all of it. What the lines leave out comes from elsewhere, and needs a `reason`. Said again, it changes nothing."
	rejectText       = "All of it comes from elsewhere; this partner is not asked again for the order. Said again, it changes nothing."
	failText         = "Without lines, all that has not been sent. It comes from elsewhere."
	sendText         = "Says yes where nothing was answered. A parcel that is told again, by its carrier and tracking number, is noted once; without a number, send an `Idempotency-Key`. With one parcel and no lines it holds all that was still to be sent."
	answerText       = "When it stops, what was not sent is canceled or comes from elsewhere, as was asked. Said again, it changes nothing."
	stopText         = "`then` says what becomes of the units: `cancel` or `elsewhere`. What the partner has not answered is withdrawn at once."
	reportText       = "Quantities are absolute; what is not named stays, unless it is `complete`. Where the terms say `compare`, nothing moves: what differs waits at `/v1/stock-differences`. Otherwise the books follow. What the partner was asked for stays claimed whatever it says; other claims give way as at a count. Where its terms say `stock_less`, what it has accepted is added."
)

// PartnerRequest is what a partner is asked to send.
type PartnerRequest struct {
	ID           string               `json:"id" example:"ful_0pmnqh2000400" doc:"Of the fulfillment."`
	Order        string               `json:"order"`
	Number       int64                `json:"number" doc:"Of the order."`
	Location     string               `json:"location"`
	LocationCode string               `json:"location_code"`
	Status       string               `json:"status" enum:"unsubmitted,submitted,accepted,rejected,cancellation_requested,closed"`
	SubmittedAt  string               `json:"submitted_at" format:"date-time"`
	AnsweredAt   string               `json:"answered_at,omitempty" format:"date-time"`
	DueAt        string               `json:"due_at,omitempty" format:"date-time" doc:"When the answer, or the goods, are due."`
	Reminders    int64                `json:"reminders" doc:"Of what is due now."`
	Reference    string               `json:"reference,omitempty" doc:"The partner's own number."`
	Reason       string               `json:"reason,omitempty" doc:"Of the last no; silent: nobody answered."`
	Then         string               `json:"then,omitempty" enum:"cancel,elsewhere" doc:"What a cancellation is for."`
	Method       string               `json:"method"`
	PromisedAt   string               `json:"promised_at,omitempty" format:"date-time" doc:"To the customer."`
	ShipTo       *Address             `json:"ship_to,omitempty"`
	Lines        []PartnerRequestLine `json:"lines"`
	Actions      []string             `json:"actions" doc:"What may be done next."`
	Trial        bool                 `json:"trial,omitempty" doc:"A trial order: answer it as any other; nothing is sent, and nobody is charged."`
	DryRun       bool                 `json:"dry_run,omitempty"`
}

// PartnerRequestLine is what is asked of one order line.
type PartnerRequestLine struct {
	Line     int    `json:"line" doc:"The order's line."`
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Quantity int64  `json:"quantity" doc:"Ever asked for."`
	Open     int64  `json:"open" doc:"Still to be sent."`
	Sent     int64  `json:"sent"`
}

// PartnerYes is a partner's yes.
type PartnerYes struct {
	Lines     []LinePart `json:"lines,omitempty" maxItems:"2000" doc:"What is accepted; none for all of it."`
	Reason    string     `json:"reason,omitempty" enum:"out_of_stock,discontinued,address,capacity,price,other" doc:"For what the lines leave out."`
	Reference string     `json:"reference,omitempty" maxLength:"60"`
	Note      string     `json:"note,omitempty" maxLength:"500"`
}

// PartnerNo is a partner's no.
type PartnerNo struct {
	Lines  []LinePart `json:"lines,omitempty" maxItems:"2000" doc:"Of what was accepted; none for all of it."`
	Reason string     `json:"reason" enum:"out_of_stock,discontinued,address,capacity,price,other"`
	Note   string     `json:"note,omitempty" maxLength:"500"`
}

// PartnerSent is parcels that have left a partner.
type PartnerSent struct {
	Parcels   []PartnerParcel `json:"parcels" minItems:"1" maxItems:"50"`
	Reference string          `json:"reference,omitempty" maxLength:"60"`
}

// PartnerParcel is one of them.
type PartnerParcel struct {
	Lines       []LinePart `json:"lines,omitempty" maxItems:"2000"`
	Carrier     string     `json:"carrier,omitempty" example:"dpd"`
	Tracking    string     `json:"tracking,omitempty"`
	WeightGrams int64      `json:"weight_grams,omitempty"`
}

// PartnerStops is a partner's word on a cancellation.
type PartnerStops struct {
	Stops  bool   `json:"stops"`
	Reason string `json:"reason,omitempty" enum:"out_of_stock,discontinued,address,capacity,price,other"`
	Note   string `json:"note,omitempty" maxLength:"500"`
}

// PartnerStop asks a partner to stop.
type PartnerStop struct {
	Then string `json:"then" enum:"cancel,elsewhere"`
	Note string `json:"note,omitempty" maxLength:"500"`
}

// PartnerTerms are what is agreed with a partner.
type PartnerTerms struct {
	RespondHours int64  `json:"respond_hours" doc:"Within which it answers."`
	ChaseHours   int64  `json:"chase_hours" doc:"Between two reminders."`
	Chases       int64  `json:"chases" doc:"Reminders before it counts as silent."`
	Silent       string `json:"silent" enum:"elsewhere,person" doc:"What becomes of what is never answered."`
	ShipHours    int64  `json:"ship_hours" doc:"Within which it sends what it accepted; 0 where nobody watches."`
	StockHours   int64  `json:"stock_hours" doc:"For how long its word on its stock is good; older, nothing is sold by it. 0 for ever."`
	StockLess    bool   `json:"stock_less" doc:"Its word leaves out what it accepted from us already."`
	StockWord    string `json:"stock_word" enum:"follow,compare" doc:"What its word on its stock does: the books follow it, or are compared with it."`
	TrialFirst   bool   `json:"trial_first" doc:"Nothing is asked of it, and nothing sold from its stock, before a trial order has passed."`
	PassedAt     string `json:"trial_passed_at,omitempty" format:"date-time"`
	Email        string `json:"email,omitempty" doc:"Where requests and reminders are told; its supplier's address when absent."`
	StockAt      string `json:"stock_at,omitempty" format:"date-time" doc:"When it last said what it has."`
	EditVersion  int64  `json:"edit_version"`
}

// PartnerTermsEdit changes what is agreed with a partner.
type PartnerTermsEdit struct {
	RespondHours *int64  `json:"respond_hours,omitempty" minimum:"1" maximum:"1440"`
	ChaseHours   *int64  `json:"chase_hours,omitempty" minimum:"1" maximum:"1440"`
	Chases       *int64  `json:"chases,omitempty" minimum:"0" maximum:"10"`
	Silent       *string `json:"silent,omitempty" enum:"elsewhere,person"`
	ShipHours    *int64  `json:"ship_hours,omitempty" minimum:"0" maximum:"1440"`
	StockHours   *int64  `json:"stock_hours,omitempty" minimum:"0" maximum:"1440"`
	StockLess    *bool   `json:"stock_less,omitempty"`
	StockWord    *string `json:"stock_word,omitempty" enum:"follow,compare"`
	TrialFirst   *bool   `json:"trial_first,omitempty"`
	Email        *string `json:"email,omitempty" maxLength:"254"`
}

func (in *PartnerTermsEdit) set(t *terms.Terms) {
	set(&t.RespondHours, in.RespondHours)
	set(&t.ChaseHours, in.ChaseHours)
	set(&t.Chases, in.Chases)
	set(&t.Silent, in.Silent)
	set(&t.ShipHours, in.ShipHours)
	set(&t.StockHours, in.StockHours)
	set(&t.StockLess, in.StockLess)
	set(&t.StockWord, in.StockWord)
	set(&t.Email, in.Email)
	set(&t.TrialFirst, in.TrialFirst)
}

// StockReport is what a partner says it has.
type StockReport struct {
	Lines     []ReportLine `json:"lines" maxItems:"1000"`
	Complete  bool         `json:"complete,omitempty" doc:"Of what the lines do not name it has nothing."`
	Reference string       `json:"reference,omitempty"`
}

// ReportLine is how many of an item there are.
type ReportLine struct {
	SKU      string `json:"sku" doc:"SKU or barcode."`
	Quantity int64  `json:"quantity" minimum:"0"`
}

// StockReported is what a report has changed.
type StockReported struct {
	ID        string `json:"id,omitempty" example:"stk_0pmnqh2000400"`
	Lines     int    `json:"lines" doc:"Levels that are others than before."`
	Displaced int64  `json:"displaced" doc:"Units that gave way: they wait, or come from elsewhere."`
	Differ    int    `json:"differ,omitempty" doc:"Items of which the books say something else, and stay: where the terms say compare."`
	DryRun    bool   `json:"dry_run,omitempty"`
}

type requestQuery struct {
	Paging
	Location string `query:"location" required:"true" doc:"Code or id."`
	Status   string `query:"status" enum:"submitted,accepted,cancellation_requested,ended" default:"submitted"`
}

type requestParams struct {
	ID string `path:"id" example:"ful_0pmnqh2000400"`
	DryRun
}

func (a *api) listRequests(c *call, p *requestQuery, _ *none) (Page[PartnerRequest], error) {
	after, err := p.numbers(2, 0)
	if err != nil {
		return Page[PartnerRequest]{}, err
	}
	at, err := c.location(parameterMark+"location", p.Location, &c.faults)
	if err == nil {
		err = c.parameters()
	}
	if err != nil {
		return Page[PartnerRequest]{}, err
	}
	var rows []sheets.Sheet
	err = c.read(func(r *store.Reader) error {
		place := partners.After{At: after[0], Fulfillment: fulfillment.ID(after[1])}
		var list []*terms.Request
		if p.Status == "ended" {
			list, err = partners.Ended(r, at, place, p.Limit+1)
		} else {
			list, err = partners.Open(r, at, p.Status, place, p.Limit+1)
		}
		if err == nil {
			rows, err = sheets.Of(r, list)
		}
		return err
	})
	tried, bad := c.trialsIn(at, p.Status, after[0] == 0)
	if err == nil {
		err = bad
	}
	out, err := page(p.Limit, rows, c.renderRequest, func(x sheets.Sheet) string {
		place := x.SubmittedAt
		if p.Status == "ended" {
			place = x.EndedAt
		}
		return number(place) + "." + number(int64(x.Fulfillment))
	}), err
	out.Data = append(tried, out.Data...)
	return out, err
}

func (c *call) renderRequest(x sheets.Sheet) PartnerRequest {
	to := x.To()
	out := PartnerRequest{
		ID: x.Fulfillment.String(), Order: x.Request.Order.String(), Number: x.Order.Number, Location: x.Location.String(), LocationCode: c.code(x.Location),
		Status: x.Status, SubmittedAt: instant(x.SubmittedAt), AnsweredAt: instant(x.AnsweredAt), DueAt: instant(x.DueAt), Reminders: x.Chases,
		Reference: x.Reference, Reason: x.Reason, Then: x.Then, Method: x.Work.Method, PromisedAt: instant(x.Order.DueAt), ShipTo: renderAddress(&to),
		Lines: []PartnerRequestLine{}, Actions: requestActions(x.Work),
	}
	for i := range x.Work.Lines {
		l := &x.Work.Lines[i]
		if o := x.Order.Line(l.Order); o != nil {
			out.Lines = append(out.Lines, PartnerRequestLine{Line: l.Order, SKU: o.SKU, Title: o.Title, Quantity: l.Quantity, Open: l.Open, Sent: l.Shipped})
		}
	}
	return out
}

// requestActions are those of a fulfillment's acts that are a partner's.
func requestActions(f *fulfillment.Fulfillment) []string {
	return slices.DeleteFunc(f.Actions(), func(act string) bool {
		return !slices.Contains([]string{"accept", "reject", "fail", "send", "answer_cancellation"}, act)
	})
}

func (a *api) getRequest(c *call, p *fulfillmentID, _ *none) (PartnerRequest, error) {
	if id, bad := terms.ParseTrialID(p.ID); bad == nil {
		return c.trialNow(id)
	}
	id, err := fulfillmentByID(p.ID)
	if err != nil {
		return PartnerRequest{}, err
	}
	return c.requestNow(id)
}

func (c *call) requestNow(id fulfillment.ID) (PartnerRequest, error) {
	var rows []sheets.Sheet
	err := c.read(func(r *store.Reader) error {
		list, err := partners.Load(r, []fulfillment.ID{id})
		if err == nil {
			rows, err = sheets.Of(r, list)
		}
		return err
	})
	switch {
	case err != nil:
		return PartnerRequest{}, err
	case len(rows) == 0 || !c.scope.Sees(int64(rows[0].Location)):
		return PartnerRequest{}, fault.New(fault.NotFound, "no_such_request", "no partner was asked for fulfillment %s", id)
	}
	return c.renderRequest(rows[0]), nil
}

// answered carries out an act on a request, or looks what it would do.
func answered[C any](c *call, p *requestParams, op *desk.Operation[C], command func(fulfillment.ID) C) (PartnerRequest, error) {
	id, err := fulfillmentByID(p.ID)
	if err != nil {
		return PartnerRequest{}, err
	}
	cmd := command(id)
	if err := c.faults.Err(); err != nil {
		return PartnerRequest{}, err
	}
	do := one[C]
	if p.Dry {
		do = preview[C]
	}
	r, err := do(c, op, cmd)
	if err != nil {
		return PartnerRequest{}, err
	}
	x, ok := r.Value.(*partner.Done)
	if !ok { // told before, under the same key
		return c.requestNow(id)
	}
	out := c.renderRequest(sheets.Sheet{Request: &x.Request, Order: x.Order, Work: x.Fulfillment})
	out.DryRun = p.Dry
	return out, nil
}

// partsOf are lines of a request; a quantity that is left out is all that is open.
func (c *call) partsOf(at string, lines []LinePart) []fulfillment.Part {
	var out []fulfillment.Part
	for i, x := range lines {
		part := fulfillment.Part{Line: x.Line}
		if x.Quantity != nil {
			if part.Quantity = *x.Quantity; part.Quantity < 1 {
				c.faults.Add(fmt.Sprintf("%s/%d/quantity", at, i), "not_positive", "1 or more")
			}
		} else {
			c.faults.Add(fmt.Sprintf("%s/%d/quantity", at, i), "missing", "say how many units")
		}
		out = append(out, part)
	}
	return out
}

func (a *api) acceptRequest(c *call, p *requestParams, in *PartnerYes) (PartnerRequest, error) {
	if id, bad := terms.ParseTrialID(p.ID); bad == nil {
		return c.answerTrial(p.Dry, id, terms.TrialAnswer{Act: "accept", Reference: in.Reference})
	}
	return answered(c, p, partner.Accept, func(id fulfillment.ID) partner.AcceptCommand {
		return partner.AcceptCommand{Fulfillment: id, Parts: c.partsOf("/lines", in.Lines), Reason: in.Reason, Reference: in.Reference, Note: in.Note}
	})
}

func (a *api) rejectRequest(c *call, p *requestParams, in *PartnerNo) (PartnerRequest, error) {
	if id, bad := terms.ParseTrialID(p.ID); bad == nil {
		return c.answerTrial(p.Dry, id, terms.TrialAnswer{Act: "reject", Reason: in.Reason})
	}
	if len(in.Lines) > 0 {
		c.faults.Add("/lines", "not_in_part", "a no is of all of it; accept the rest, with the lines that are sent")
	}
	return answered(c, p, partner.Reject, func(id fulfillment.ID) partner.RejectCommand {
		return partner.RejectCommand{Fulfillment: id, Reason: in.Reason, Note: in.Note}
	})
}

func (a *api) failRequest(c *call, p *requestParams, in *PartnerNo) (PartnerRequest, error) {
	return answered(c, p, partner.Fail, func(id fulfillment.ID) partner.FailCommand {
		return partner.FailCommand{Fulfillment: id, Parts: c.partsOf("/lines", in.Lines), Reason: in.Reason, Note: in.Note}
	})
}

func (a *api) sendRequest(c *call, p *requestParams, in *PartnerSent) (PartnerRequest, error) {
	if id, bad := terms.ParseTrialID(p.ID); bad == nil {
		x := terms.TrialAnswer{Act: "send", Reference: in.Reference}
		if len(in.Parcels) > 0 {
			x.Carrier, x.Tracking = in.Parcels[0].Carrier, in.Parcels[0].Tracking
		}
		return c.answerTrial(p.Dry, id, x)
	}
	return answered(c, p, partner.Send, func(id fulfillment.ID) partner.SendCommand {
		cmd := partner.SendCommand{Fulfillment: id, Reference: in.Reference}
		for i, x := range in.Parcels {
			cmd.Parcels = append(cmd.Parcels, partner.Sent{Parts: c.partsOf(fmt.Sprintf("/parcels/%d/lines", i), x.Lines), Carrier: x.Carrier, Tracking: x.Tracking, WeightGrams: x.WeightGrams})
		}
		return cmd
	})
}

func (a *api) answerCancellation(c *call, p *requestParams, in *PartnerStops) (PartnerRequest, error) {
	return answered(c, p, partner.Answer, func(id fulfillment.ID) partner.AnswerCommand {
		return partner.AnswerCommand{Fulfillment: id, Stops: in.Stops, Reason: in.Reason, Note: in.Note}
	})
}

func (a *api) requestCancellation(c *call, p *requestParams, in *PartnerStop) (PartnerRequest, error) {
	return answered(c, p, partner.Stop, func(id fulfillment.ID) partner.StopCommand {
		return partner.StopCommand{Fulfillment: id, Then: in.Then, Note: in.Note}
	})
}

func (a *api) getPartnerTerms(c *call, p *locationID, _ *none) (PartnerTerms, error) {
	t, err := c.partnerAt(p.ID)
	if err != nil {
		return PartnerTerms{}, err
	}
	c.tag(t.EditVersion)
	return renderTermsOf(t), nil
}

func (c *call) partnerAt(id string) (*terms.Terms, error) {
	l, err := c.locationRow(id)
	if err != nil {
		return nil, err
	}
	var t *terms.Terms
	err = c.read(func(r *store.Reader) error {
		known, err := step.CatalogOf(c.api.desk, r)
		if err == nil {
			t = known.PartnerAt(l.ID)
		}
		return err
	})
	if err == nil && (t == nil) {
		err = fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL at location %s", id)
	}
	return t, err
}

func renderTermsOf(t *terms.Terms) PartnerTerms {
	return PartnerTerms{RespondHours: t.RespondHours, ChaseHours: t.ChaseHours, Chases: t.Chases, Silent: t.Silent, ShipHours: t.ShipHours, StockHours: t.StockHours,
		StockLess: t.StockLess, StockWord: t.StockWord, Email: t.Email, TrialFirst: t.TrialFirst, PassedAt: instant(t.PassedAt), StockAt: instant(t.StockAt), EditVersion: t.EditVersion}
}

func (a *api) editPartnerTerms(c *call, p *locationID, in *PartnerTermsEdit) (PartnerTerms, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return PartnerTerms{}, err
	}
	was, err := c.partnerAt(p.ID)
	if err != nil {
		return PartnerTerms{}, err
	}
	t := *was
	in.set(&t)
	if _, err := one(c, partner.SetTerms, partner.TermsCommand{Terms: t, EditVersion: version}); err != nil {
		return PartnerTerms{}, err
	}
	return a.getPartnerTerms(c, p, nil)
}

type reportParams struct {
	ID string `path:"id" example:"loc_0pmnqh2000400"`
	DryRun
}

func (a *api) reportStock(c *call, p *reportParams, in *StockReport) (StockReported, error) {
	was, err := c.partnerAt(p.ID)
	if err != nil {
		return StockReported{}, err
	}
	cmd := floor.ReportCommand{Location: was.Location, Reference: in.Reference, Complete: in.Complete}
	for _, l := range in.Lines {
		cmd.Lines = append(cmd.Lines, stock.Line{SKU: l.SKU, Quantity: l.Quantity})
	}
	do := one[floor.ReportCommand]
	if p.Dry {
		do = preview[floor.ReportCommand]
	}
	r, err := do(c, floor.Report, cmd)
	if err != nil {
		return StockReported{}, err
	}
	out := StockReported{DryRun: p.Dry}
	if !p.Dry {
		out.ID = ident.Text("stk", r.ID)
	}
	if x, ok := r.Value.(*floor.StockDone); ok {
		out.Lines, out.Differ = len(x.Levels), x.Differ
		for _, d := range x.Displaced {
			out.Displaced += d.Quantity
		}
	}
	return out, nil
}
