package orders

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
	"orderly/internal/web/words"
)

// page shows one order.
func page(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	x.Undo = takeUndo(v, x.ID)
	return v.Page(v.T("order.title", "number", words.Number(x.Number)), orderPage(v, x, form{}))
}

// form is what was typed into a form of the page that was refused.
type form struct {
	Name   string // of the form
	Faults shell.Faults
	Stale  bool
	Typed  url.Values
}

// typed is what was written into a field of the form that was refused.
func (f form) typed(form, field, other string) string {
	if f.Name != form {
		return other
	}
	return f.Typed.Get(field)
}

func (f form) fault(form, field string) string {
	if f.Name != form {
		return ""
	}
	return f.Faults[field]
}

// done goes back to the order, with a sentence, or shows the page again with
// what was refused beside the form of that name.
func done(v *shell.Visit, name, said string, err error) error {
	if err == nil {
		v.Toast(said)
		return v.Go("/orders/" + v.Path("id"))
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x, failed := load(v)
	if failed != nil {
		return failed
	}
	return v.Again(v.T("order.title", "number", words.Number(x.Number)), orderPage(v, x, form{name, faults, shell.Stale(err), v.R.PostForm}))
}

// act makes a handler of an act on the order of the address.
func act[C any](name, said string, op *desk.Operation[C], command func(*shell.Visit, order.ID, *fault.List) C) func(*shell.Visit) error {
	return func(v *shell.Visit) error {
		id, err := orderID(v)
		if err != nil {
			return err
		}
		var faults fault.List
		c := command(v, id, &faults)
		if err = faults.Err(); err == nil {
			_, err = shell.Do(v, op, c)
		}
		return done(v, name, v.T(said), err)
	}
}

// undoing makes a handler like act does, and offers the act's inverse.
func undoing[C any](name, said string, op *desk.Operation[C], command func(*shell.Visit, order.ID, *fault.List) C, inverse func(*shell.Visit, order.ID, *order.Order, C) undo) func(*shell.Visit) error {
	return func(v *shell.Visit) error {
		id, err := orderID(v)
		if err != nil {
			return err
		}
		var faults fault.List
		c := command(v, id, &faults)
		var was *order.Order
		if err = faults.Err(); err == nil {
			was = before(v, id)
			_, err = shell.Do(v, op, c)
		}
		if err == nil && v.Form("undo") == "" {
			if u := inverse(v, id, was, c); !u.zero() {
				u.offer(v, id)
			}
		}
		return done(v, name, v.T(said), err)
	}
}

func holdForm(v *shell.Visit, id order.ID, faults *fault.List) intake.HoldCommand {
	h := order.Hold{Reason: v.Form("reason"), Note: v.Form("note"), Blocks: v.R.PostForm["blocks"], Until: until(v, faults)}
	return intake.HoldCommand{Order: id, Hold: h}
}

// until reads when a hold shall end, 0 when nothing was written.
func until(v *shell.Visit, faults *fault.List) int64 {
	text := v.Form("until")
	if text == "" {
		return 0
	}
	t, err := time.ParseInLocation(untilLayout, text, v.Zone())
	if err != nil {
		faults.Add("/until", "invalid_instant", "%s", v.T("order.not_a_time"))
	}
	return t.UnixMicro()
}

// untilLayout is how a form writes when a hold shall end, where the reader is.
const untilLayout = "2006-01-02T15:04"

func liftForm(v *shell.Visit, id order.ID, faults *fault.List) intake.LiftCommand {
	hold, err := ident.Parse("hld", v.Form("hold"))
	if err != nil {
		faults.Add("", "no_such_hold", "%s", v.T("order.no_such_hold"))
	}
	return intake.LiftCommand{Order: id, Hold: hold}
}

func noteForm(v *shell.Visit, id order.ID, _ *fault.List) intake.EditCommand {
	return intake.EditCommand{Order: id, Note: v.Form("note")}
}

func tagForm(v *shell.Visit, id order.ID, _ *fault.List) intake.EditCommand {
	v.Form("add") // reads the form
	c := intake.EditCommand{Order: id, Version: v.EditVersion()}
	for _, t := range v.R.PostForm["add"] {
		c.AddTags = append(c.AddTags, splitTags(t)...)
	}
	for _, t := range v.R.PostForm["drop"] {
		c.DropTags = append(c.DropTags, t)
	}
	return c
}

func priorityForm(v *shell.Visit, id order.ID, faults *fault.List) intake.EditCommand {
	n := v.FormInt("priority", faults)
	return intake.EditCommand{Order: id, Priority: &n, Version: v.EditVersion()}
}

// cancelForm reads how many units of each line; nothing filled in is all.
func cancelForm(v *shell.Visit, id order.ID, faults *fault.List) intake.CancelCommand {
	c := intake.CancelCommand{Order: id}
	all := v.Form("all") // reads the form
	for name, values := range v.R.PostForm {
		line, ok := strings.CutPrefix(name, "line_")
		if !ok || len(values) == 0 || strings.TrimSpace(values[0]) == "" {
			continue
		}
		n, err := strconv.Atoi(line)
		if err != nil {
			continue
		}
		if q := v.FormInt(name, faults); q > 0 {
			c.Parts = append(c.Parts, order.Part{Line: n, Quantity: q})
		}
	}
	if len(c.Parts) == 0 && all == "" && faults.Len() == 0 {
		faults.Add("", "empty", "%s", v.T("order.cancel_nothing"))
	}
	return c
}

// cancelPreview tells what canceling would do, beside the form.
func cancelPreview(v *shell.Visit) error {
	id, err := orderID(v)
	if err != nil {
		return err
	}
	if err := v.R.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "invalid_form", "the form could not be read; send it again")
	}
	var faults fault.List
	c := cancelForm(v, id, &faults)
	if err = faults.Err(); err == nil {
		var r desk.Result
		if r, err = shell.Preview(v, intake.Cancel, c); err == nil {
			x, err := load(v)
			if err != nil {
				return err
			}
			return v.Part(cancelEffect(v, x, r.Value.(*intake.Canceled)))
		}
	}
	if told, ok := shell.FaultsOf(err); ok && fault.KindOf(err) != fault.NotFound {
		return v.Part(cancelFault(told))
	}
	return err
}

// work does an act of the floor on one of the order's fulfillments.
func work(op *desk.Operation[floor.WorkCommand], said string) func(*shell.Visit) error {
	return func(v *shell.Visit) error {
		id, err := fulfillment.ParseID(v.Path("ful"))
		if err != nil {
			return noSuchOrder()
		}
		_, err = shell.Do(v, op, floor.WorkCommand{Fulfillment: id})
		if to, err2 := orderID(v); err == nil && err2 == nil && said == "order.said_released" {
			undo{Act: "fulfillments/" + id.String() + "/recall"}.offer(v, to)
		}
		return done(v, "work", v.T(said), err)
	}
}

// rerouteReasons are why a location may give its part up.
func rerouteReasons(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, r := range floor.RerouteReasons {
		out = append(out, ui.Option{Value: r, Label: v.T("order.reroute_" + r)})
	}
	return out
}

// reroute takes work from a location that does not do it.
func reroute(v *shell.Visit) error {
	id, err := fulfillment.ParseID(v.Path("ful"))
	if err != nil {
		return noSuchOrder()
	}
	_, err = shell.Do(v, floor.Reroute, floor.RerouteCommand{Fulfillment: id, Reason: v.Form("reason"), Note: strings.TrimSpace(v.Form("note"))})
	return done(v, "work", v.T("order.said_rerouted"), err)
}

// trackingPage opens the page on which the customer follows the order.
func trackingPage(v *shell.Visit) error {
	id, err := orderID(v)
	if err != nil {
		return err
	}
	r, err := shell.Do(v, care.MakeLink, care.LinkCommand{Order: id})
	if err != nil {
		return err
	}
	return v.Leave("/t/" + r.Value.(string))
}
