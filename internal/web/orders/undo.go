package orders

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/intake"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/web/shell"
)

// undoCookie carries from an act to the page after it how the act is undone:
// the inverse act and its fields.
const undoCookie = "orderly_undo"

// undoFor is how many seconds the offer stands.
const undoFor = 20

// undo is an offer to do the inverse of what was just done.
type undo struct {
	Act    string // the last part of the inverse act's address
	Fields [][2]string
}

// undoable are the inverse acts that may be offered.
var undoable = []string{"lift", "hold", "tags", "priority"}

// named are the inverses of acts on a part of the order, which they name.
var named = regexp.MustCompile(`^(fulfillments/ful_[0-9a-z]+/recall|parcels/par_[0-9a-z]+/undeliver)$`)

func canUndo(act string) bool { return slices.Contains(undoable, act) || named.MatchString(act) }

func (u undo) zero() bool { return u.Act == "" }

func (u *undo) set(name, value string) { u.Fields = append(u.Fields, [2]string{name, value}) }

// offer keeps the inverse for the next page of the order.
func (u undo) offer(v *shell.Visit, id order.ID) {
	q := url.Values{"order": {id.String()}, "act": {u.Act}}
	for _, f := range u.Fields {
		q.Add("f."+f[0], f[1])
	}
	http.SetCookie(v.W, &http.Cookie{Name: undoCookie, Value: url.QueryEscape(q.Encode()), Path: "/orders", MaxAge: undoFor, HttpOnly: true, Secure: v.Secure(), SameSite: http.SameSiteLaxMode})
}

// takeUndo reads the offer for an order, and takes it away so that it is made
// once.
func takeUndo(v *shell.Visit, id order.ID) undo {
	c, err := v.R.Cookie(undoCookie)
	if err != nil || c.Value == "" || v.R.Header.Get("X-Live") != "" {
		return undo{}
	}
	http.SetCookie(v.W, &http.Cookie{Name: undoCookie, Path: "/orders", MaxAge: -1})
	text, err := url.QueryUnescape(c.Value)
	if err != nil {
		return undo{}
	}
	q, err := url.ParseQuery(text)
	if err != nil || q.Get("order") != id.String() || !canUndo(q.Get("act")) {
		return undo{}
	}
	u := undo{Act: q.Get("act")}
	for name, values := range q {
		if field, ok := strings.CutPrefix(name, "f."); ok {
			for _, value := range values {
				u.set(field, value)
			}
		}
	}
	return u
}

// before reads the order as it is before an act, to know what the act's
// inverse is. An order that cannot be read offers none.
func before(v *shell.Visit, id order.ID) *order.Order {
	var found map[order.ID]*order.Order
	err := v.Read(func(r *store.Reader) (err error) {
		found, err = orders.Load(r, []order.ID{id}, orders.Parts{})
		return err
	})
	if err != nil || found[id] == nil {
		return &order.Order{}
	}
	return found[id]
}

// undoHold lifts the hold that was placed: the newest of the order.
func undoHold(v *shell.Visit, id order.ID, _ *order.Order, _ intake.HoldCommand) undo {
	now := before(v, id)
	if len(now.Holds) == 0 {
		return undo{}
	}
	u := undo{Act: "lift"}
	u.set("hold", ident.Text("hld", now.Holds[len(now.Holds)-1].ID))
	return u
}

// undoLift places the hold again.
func undoLift(v *shell.Visit, _ order.ID, was *order.Order, c intake.LiftCommand) undo {
	for _, h := range was.Holds {
		if h.ID == c.Hold && len(h.Note) < 500 {
			u := undo{Act: "hold"}
			u.set("reason", h.Reason)
			u.set("note", h.Note)
			if h.Until != 0 {
				u.set("until", time.UnixMicro(h.Until).In(v.Zone()).Format(untilLayout))
			}
			for _, b := range h.Blocks {
				u.set("blocks", b)
			}
			return u
		}
	}
	return undo{}
}

// undoTags takes away the tags that were added, and adds those taken away.
func undoTags(_ *shell.Visit, _ order.ID, was *order.Order, c intake.EditCommand) undo {
	u := undo{Act: "tags"}
	for _, t := range c.AddTags {
		if !slices.Contains(was.Tags, t) {
			u.set("drop", t)
		}
	}
	for _, t := range c.DropTags {
		if slices.Contains(was.Tags, t) {
			u.set("add", t)
		}
	}
	if len(u.Fields) == 0 {
		return undo{}
	}
	return u
}

func undoPriority(_ *shell.Visit, _ order.ID, was *order.Order, _ intake.EditCommand) undo {
	u := undo{Act: "priority"}
	u.set("priority", strconv.FormatInt(was.Priority, 10))
	return u
}

// mayUndo reports whether the visitor may do what is offered.
func mayUndo(v *shell.Visit, u undo) bool {
	return !u.zero() && (v.May(access.OrdersWrite) || named.MatchString(u.Act) && v.May(access.FulfillmentWrite))
}
