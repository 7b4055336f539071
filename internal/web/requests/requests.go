// Package requests is the room of what partners are asked: their portal, and the
// same for those of us who speak for them.
//
// What belongs here: the lists of a place, the page of one request, and telling
// what a partner has. What does not: the rules (desk/partner decides), and on which
// terms partners are asked (locations). A partner sees what to send to whom, and
// nothing of prices.
package requests

import (
	"slices"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/feed"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	terms "orderly/internal/partner"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/differences"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/locations"
	"orderly/internal/store/partners"
	"orderly/internal/store/purchases"
	"orderly/internal/store/sheets"
	"orderly/internal/store/suppliers"
	"orderly/internal/store/talks"
	"orderly/internal/talk"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
	"orderly/internal/web/talking"
	"orderly/internal/web/ui"
)

const work = access.RequestsWork

// Routes of the room.
func Routes() []shell.Route {
	said := append(talking.Routes("/requests", talk.Request, named, sayAgain), talking.Routes("/supplier-orders", talk.Purchase, ordered, sayAgainOfOrder)...)
	return append(said, []shell.Route{
		{Method: "GET", Path: "/requests", Needs: work, Do: list},
		{Method: "GET", Path: "/supplier-orders", Needs: work, Do: orders},
		{Method: "GET", Path: "/supplier-orders/deliveries.csv", Needs: work, Do: deliveries},
		{Method: "GET", Path: "/supplier-orders/{id}", Needs: work, Do: orderPage},
		{Method: "POST", Path: "/trials", Needs: partner.StartTrial.Permission, Do: startTrial},
		{Method: "GET", Path: "/trials/{id}", Needs: work, Do: showTrial},
		{Method: "POST", Path: "/trials/{id}", Needs: work, Do: answerTrial},
		{Method: "POST", Path: "/supplier-orders/{id}/returns/{return}", Needs: work, Do: answerReturn},
		{Method: "GET", Path: "/requests/stock", Needs: work, Do: stockForm},
		{Method: "POST", Path: "/requests/stock", Needs: work, Do: report, MaxBytes: 4 << 20},
		{Method: "GET", Path: "/requests/differences", Needs: access.StockRead, Do: differencesPage},
		{Method: "POST", Path: "/requests/differences", Needs: mayBook, Do: decide},
		{Method: "POST", Path: "/requests/stock/file", Needs: work, Do: upload, MaxBytes: feed.MaxBytes + 1<<20},
		{Method: "GET", Path: "/requests/hooks", Needs: settle, Do: hooksPage},
		{Method: "POST", Path: "/requests/hooks", Needs: settle, Do: hookAct},
		{Method: "GET", Path: "/requests/feed", Needs: settle, Do: feedForm},
		{Method: "POST", Path: "/requests/feed", Needs: settle, Do: saveFeed},
		{Method: "GET", Path: "/requests/terms", Needs: settle, Do: termsForm},
		{Method: "POST", Path: "/requests/terms", Needs: settle, Do: saveTerms},
		{Method: "GET", Path: "/requests/{id}", Needs: work, Do: show},
		{Method: "GET", Path: "/requests/{id}/slip.pdf", Needs: work, Do: slip},
		{Method: "POST", Path: "/requests/{id}/accept", Needs: work, Do: accept},
		{Method: "POST", Path: "/requests/{id}/reject", Needs: work, Do: reject},
		{Method: "POST", Path: "/requests/{id}/fail", Needs: work, Do: fail},
		{Method: "POST", Path: "/requests/{id}/send", Needs: work, Do: send},
		{Method: "POST", Path: "/requests/{id}/answer", Needs: work, Do: answer},
		{Method: "POST", Path: "/requests/{id}/stop", Needs: access.FulfillmentWrite, Do: stop},
	}...)
}

func named(text string) (int64, error) {
	id, err := fulfillment.ParseID(text)
	return int64(id), err
}

// sayAgain shows a request with what was refused of a message.
func sayAgain(v *shell.Visit, said *talking.View) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	x.Talk = said
	return v.Again(x.title(v), showPage(v, x))
}

// side is on which side of a conversation the visitor stands.
func side(v *shell.Visit) string {
	if v.May(access.FulfillmentRead) {
		return talk.Us
	}
	return talk.Them
}

// shown is how many rows a list has; the oldest are shown, and they go first.
const shown = 100

// statuses are the lists of a place, in the order of the work.
var statuses = []string{fulfillment.Submitted, fulfillment.Accepted, fulfillment.CancellationRequested, ended}

const ended = "ended"

// board is the page of a place.
type board struct {
	Places  []*stock.Location
	Place   *stock.Location // nil when there is none
	Status  string
	Rows    []sheets.Sheet
	More    bool
	Counts  map[string]int
	Apart   int                  // differences between the partner's word and the books that wait
	Talks   map[int64]*talk.Talk // what is said of rows, by their fulfillments
	Trials  []terms.Trial        // of the place
	Returns []purchase.Return    // that its supplier is to answer
	Buys    bool                 // from whom the place is: there are purchase orders
}

// places are the partners' locations that the visitor sees.
func places(r *store.Reader, at string) (all []*stock.Location, chosen *stock.Location, err error) {
	list, err := locations.All(r)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range list {
		if terms.Asks(l.Kind) && r.Scope.Sees(int64(l.ID)) {
			all = append(all, l)
			if chosen == nil || l.ID.String() == at {
				chosen = l
			}
		}
	}
	return all, chosen, nil
}

func list(v *shell.Visit) error {
	b := board{Status: v.Query("status"), Counts: map[string]int{}}
	if !slices.Contains(statuses, b.Status) {
		b.Status = fulfillment.Submitted
	}
	err := v.Read(func(r *store.Reader) (err error) {
		if b.Places, b.Place, err = places(r, v.Query("at")); err != nil || b.Place == nil {
			return err
		}
		if v.May(access.StockRead) {
			if b.Apart, err = differences.Count(r, b.Place.ID); err != nil {
				return err
			}
		}
		for _, s := range statuses {
			got, err := read(r, b.Place.ID, s)
			if err != nil {
				return err
			}
			b.Counts[s] = len(got)
			if s == b.Status {
				b.More = len(got) > shown
				if err := b.fill(r, got[:min(shown, len(got))]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("requests.title"), listPage(v, b))
}

// fill reads the rows of the list that is shown.
func (b *board) fill(r *store.Reader, got []*terms.Request) (err error) {
	if b.Rows, err = sheets.Of(r, got); err != nil {
		return err
	}
	ids := make([]int64, len(got))
	for i, q := range got {
		ids[i] = int64(q.Fulfillment)
	}
	if b.Talks, err = talks.AboutAll(r, talk.Request, ids); err != nil {
		return err
	}
	if b.Trials, err = partners.Trials(r, b.Place.ID, 2*terms.MaxOpenTrials); err != nil {
		return err
	}
	of, err := suppliers.AtLocations(r, []stock.LocationID{b.Place.ID})
	s := of[b.Place.ID]
	if b.Buys = s != nil; b.Buys && err == nil {
		b.Returns, err = purchases.ReturnsAsked(r, int64(s.ID), shown)
	}
	return err
}

func read(r *store.Reader, at stock.LocationID, status string) ([]*terms.Request, error) {
	if status == ended {
		return partners.Ended(r, at, partners.After{}, shown+1)
	}
	return partners.Open(r, at, status, partners.After{}, shown+1)
}

// count says how many a list has, as far as it is shown.
func count(n int) string {
	if n > shown {
		return strconv.Itoa(shown) + "+"
	}
	return strconv.Itoa(n)
}

// sheet is the page of one request.
type sheet struct {
	sheets.Sheet
	Place   string
	Parcels []*fulfillment.Parcel
	Talk    *talking.View
	Faults  shell.Faults
	Form    map[string]string // as it was sent, where something was wrong with it
}

func (x *sheet) title(v *shell.Visit) string {
	return v.T("requests.of", "number", strconv.FormatInt(x.Order.Number, 10))
}

func (x *sheet) path() string { return "/requests/" + x.Fulfillment.String() }

func (x *sheet) may(act string) bool { return slices.Contains(x.Work.Actions(), act) }

func (x *sheet) line(n int) *order.Line { return x.Order.Line(n) }

func load(v *shell.Visit) (*sheet, error) {
	id, err := fulfillment.ParseID(v.Path("id"))
	if err != nil {
		return nil, fault.New(fault.NotFound, "no_such_request", "no partner was asked for %.60q", v.Path("id"))
	}
	x := &sheet{}
	err = v.Read(func(r *store.Reader) error {
		found, err := partners.Load(r, []fulfillment.ID{id})
		if err != nil {
			return err
		}
		rows, err := sheets.Of(r, found)
		if err == nil && (len(rows) == 0 || !r.Scope.Sees(int64(rows[0].Location))) {
			err = fault.New(fault.NotFound, "no_such_request", "no partner was asked for fulfillment %s", id)
		}
		if err != nil {
			return err
		}
		x.Sheet = rows[0]
		if x.Talk, err = talking.Read(r, talk.Request, int64(id), x.path()); err != nil {
			return err
		}
		all, err := locations.All(r)
		if err != nil {
			return err
		}
		for _, l := range all {
			if l.ID == x.Location {
				x.Place = l.Name
			}
		}
		parcels, err := fulfillments.ParcelsOfOrders(r, []order.ID{x.Request.Order})
		for _, p := range parcels {
			if p.Fulfillment == id && p.ShippedAt != 0 {
				x.Parcels = append(x.Parcels, p)
			}
		}
		return err
	})
	return x, err
}

func show(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Page(x.title(v), showPage(v, x))
}

// slip is what lies in the parcel, in the merchant's name.
func slip(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Paper(func(r *store.Reader, now int64) (shell.Paper, error) {
		return shell.Filled(walk.Slip(r, x.Fulfillment, 0, now))
	})
}

// do carries out an act of the page, and leads back to it.
func do[C any](v *shell.Visit, op *desk.Operation[C], said string, command func(*sheet, *fault.List) C) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	var faults fault.List
	cmd := command(x, &faults)
	if err = faults.Err(); err == nil {
		_, err = shell.Do(v, op, cmd)
	}
	if err == nil {
		v.Toast(v.T(said))
		return v.Go(x.path())
	}
	f, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	fresh, err := load(v)
	if err != nil {
		return err
	}
	for at, said := range f { // what belongs to no field of the page
		if strings.HasPrefix(at, "lines/") || strings.HasPrefix(at, "parcels/0/lines") {
			f[""] = said
		}
	}
	fresh.Faults, fresh.Form = f, map[string]string{}
	for name := range v.R.PostForm {
		fresh.Form[name] = v.Form(name)
	}
	return v.Again(fresh.title(v), showPage(v, fresh))
}

// parts are the quantities of a form's fields, one a line of the request; empty
// ones are left out.
func parts(v *shell.Visit, x *sheet, faults *fault.List) (out []fulfillment.Part, all bool) {
	all = true
	for i := range x.Work.Lines {
		l := &x.Work.Lines[i]
		name := "line-" + strconv.Itoa(l.Order)
		if v.Form(name) == "" || l.Allocated() == 0 {
			continue
		}
		q := v.FormInt(name, faults)
		all = all && q == l.Allocated()
		out = append(out, fulfillment.Part{Line: l.Order, Quantity: q})
	}
	return out, all
}

func accept(v *shell.Visit) error {
	return do(v, partner.Accept, "requests.said_accepted", func(x *sheet, l *fault.List) partner.AcceptCommand {
		cmd := partner.AcceptCommand{Fulfillment: x.Fulfillment, Reason: v.Form("reason"), Reference: v.Form("reference"), Note: v.Form("note")}
		if some, all := parts(v, x, l); !all {
			cmd.Parts = some
		}
		return cmd
	})
}

func reject(v *shell.Visit) error {
	return do(v, partner.Reject, "requests.said_rejected", func(x *sheet, _ *fault.List) partner.RejectCommand {
		return partner.RejectCommand{Fulfillment: x.Fulfillment, Reason: v.Form("reason"), Note: v.Form("note")}
	})
}

func fail(v *shell.Visit) error {
	return do(v, partner.Fail, "requests.said_failed", func(x *sheet, _ *fault.List) partner.FailCommand {
		return partner.FailCommand{Fulfillment: x.Fulfillment, Reason: v.Form("reason"), Note: v.Form("note")}
	})
}

func send(v *shell.Visit) error {
	return do(v, partner.Send, "requests.said_sent", func(x *sheet, l *fault.List) partner.SendCommand {
		some, _ := parts(v, x, l)
		some = slices.DeleteFunc(some, func(p fulfillment.Part) bool { return p.Quantity == 0 })
		return partner.SendCommand{Fulfillment: x.Fulfillment, Parcels: []partner.Sent{{Parts: some, Carrier: v.Form("carrier"), Tracking: v.Form("tracking")}}}
	})
}

func answer(v *shell.Visit) error {
	return do(v, partner.Answer, "requests.said_answered", func(x *sheet, _ *fault.List) partner.AnswerCommand {
		return partner.AnswerCommand{Fulfillment: x.Fulfillment, Stops: v.Form("stops") == "yes", Note: v.Form("note")}
	})
}

func stop(v *shell.Visit) error {
	return do(v, partner.Stop, "requests.said_stop", func(x *sheet, _ *fault.List) partner.StopCommand {
		return partner.StopCommand{Fulfillment: x.Fulfillment, Then: v.Form("then"), Note: v.Form("note")}
	})
}

func tone(status string) ui.Tone {
	switch status {
	case fulfillment.Submitted:
		return ui.Accent
	case fulfillment.CancellationRequested:
		return ui.Warn
	case fulfillment.Accepted, fulfillment.Closed:
		return ui.Good
	case fulfillment.Rejected:
		return ui.Bad
	}
	return ui.Quiet
}

func reasons(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Label: v.T("requests.choose")}}
	for _, r := range terms.Reasons {
		out = append(out, ui.Option{Value: r, Label: v.T("requests.reason." + r)})
	}
	return out
}

// why says a reason in words.
func why(v *shell.Visit, reason string) string {
	if slices.Contains(append(slices.Clone(terms.Reasons), partner.Silent, terms.ToCancel, terms.ToMove), reason) {
		return v.T("requests.reason." + reason)
	}
	return reason
}

// to is where it goes, in one line.
func to(x sheets.Sheet) string { return strings.Join(x.To().Lines(), ", ") }
