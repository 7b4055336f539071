package orders

import (
	"errors"
	"strconv"

	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/duty"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/assignments"
	"orderly/internal/store/queues"
	"orderly/internal/store/tracking"
	"orderly/internal/store/users"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// standsIn is a queue in which a thing of each kind stands while it waits; what
// may be done with the work is the same in all of them.
var standsIn = map[string]*queue.Queue{queue.Order: queue.Named(queue.OnHold), queue.Fulfillment: queue.Named(queue.ToPick)}

func worksOn(v *shell.Visit, kind string) bool { return v.May(standsIn[kind].Works) }

// duties reads what of the order waits for somebody, and who has taken it. Of
// what lies at a location only those are told who see it.
func (x *view) duties(r *store.Reader, now int64) error {
	x.Waits, x.Whose = map[int64]bool{}, map[int64]assignments.Assignment{}
	work := []int64{}
	for _, f := range x.Fulfillments {
		if f.WorkStatus != fulfillment.Shipped && f.WorkStatus != fulfillment.Delivered && f.WorkStatus != fulfillment.Canceled {
			work = append(work, int64(f.ID))
		}
	}
	for kind, ids := range map[string][]int64{queue.Order: {int64(x.ID)}, queue.Fulfillment: work} {
		waits, err := queues.Waiting(r, kind, standsIn[kind].Works, ids)
		if err != nil {
			return err
		}
		for id, place := range waits {
			x.Waits[id] = place == 0 || r.Scope.Sees(place)
		}
		whose, err := assignments.Of(r, kind, ids, now)
		if err != nil {
			return err
		}
		for id, a := range whose {
			x.Whose[id] = a
		}
	}
	return nil
}

// workOf reads what of the order a form is about.
func workOf(text string) (*queue.Queue, int64, error) {
	for kind, q := range standsIn {
		if id, err := ident.Parse(kind, text); err == nil {
			return q, id, nil
		}
	}
	return nil, 0, fault.New(fault.NotFound, "nothing_waits", "there is no such work")
}

// dutyAct has the visitor take a piece of work, give it back or hand it over.
func dutyAct(v *shell.Visit) error {
	q, id, err := workOf(v.Form("of"))
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(v.Form("version"), 10, 64) // none is 0: nobody was seen to have it
	act := v.Form("do")
	op := map[string]*desk.Operation[duty.WorkCommand]{"claim": duty.Of(q).Claim, "give_back": duty.Of(q).GiveBack, "assign": duty.Of(q).Assign}[act]
	if op == nil {
		return fault.New(fault.Invalid, "unknown_act", "there is no such act")
	}
	c := duty.WorkCommand{Subject: id, Version: version, Note: v.Form("note")}
	if act == "assign" {
		err = v.Read(func(r *store.Reader) (err error) {
			c.To, err = duty.Receiver(r, q, v.Form("to"))
			return err
		})
		if err != nil {
			return done(v, "duty", "", err)
		}
	}
	_, err = shell.Do(v, op, c)
	return done(v, "duty", v.T("order.said_"+act), err)
}

// assignPart gives the form of the dialog. People are read when it is opened:
// most looks at an order need nobody's name.
func assignPart(v *shell.Visit) error {
	q, _, err := workOf(v.Query("of"))
	if err == nil {
		err = v.Scope.Require(q.Works)
	}
	if err != nil {
		return err
	}
	var list []users.User
	err = v.Read(func(r *store.Reader) error {
		all, err := users.List(r)
		for _, u := range all {
			if duty.Able(u, q) {
				list = append(list, u)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.Part(assignForm(v, v.Query("of"), v.Query("version"), list))
}

func userChoices(list []users.User) []ui.Option {
	var out []ui.Option
	for _, u := range list {
		out = append(out, ui.Option{Value: u.ID.String(), Label: u.Name})
	}
	return out
}

// link reads what became of the order's tracking link.
func (x *view) link(r *store.Reader) (err error) {
	x.Link, err = tracking.Of(r, x.ID)
	if errors.Is(err, tracking.ErrUnknown) {
		err = nil
	}
	return err
}

// linked reports whether there is a link that opens the order.
func (x *view) linked() bool { return x.Link.CreatedAt != 0 && x.Link.RevokedAt == 0 }

func linkState(v *shell.Visit, x *view) string {
	l := x.Link
	switch {
	case l.CreatedAt == 0:
		return v.T("order.link_none")
	case l.RevokedAt != 0:
		return v.T("order.link_ended", "when", v.When(l.RevokedAt))
	case l.ConfirmedAt != 0:
		return v.T("order.link_confirmed", "made", v.When(l.CreatedAt), "when", v.When(l.ConfirmedAt))
	case l.OpenedAt != 0:
		return v.T("order.link_opened", "made", v.When(l.CreatedAt), "when", v.When(l.OpenedAt))
	}
	return v.T("order.link_unopened", "made", v.When(l.CreatedAt))
}

func linkForm(_ *shell.Visit, id order.ID, _ *fault.List) care.LinkCommand {
	return care.LinkCommand{Order: id}
}
