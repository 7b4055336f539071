package track

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/returned"
	"orderly/internal/store/tracking"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
	"orderly/internal/web/words"
)

// sendingBack is what the customer sees of returns: what may come back, what
// was asked for and how far that is.
type sendingBack struct {
	Link    string
	Offer   *care.Offer
	Returns []*returns.Return
	Labels  map[returns.ID]bool
	Done    string
	Faults  shell.Faults
	Typed   map[string]string
	Said    string // why it was refused
}

// returnsPage shows them, and the form on which a return begins.
func returnsPage(v *shell.Visit, link tracking.Link) error {
	return showReturns(v, link, http.StatusOK, sendingBack{Done: v.Query("done")})
}

func showReturns(v *shell.Visit, link tracking.Link, status int, x sendingBack) error {
	x.Link = v.Path("link")
	err := v.Read(func(r *store.Reader) (err error) {
		if x.Offer, err = care.OfferOf(r, link.Order, v.Now().UnixMicro()); err != nil {
			return err
		}
		if x.Returns, err = returned.OfOrder(r, link.Order); err != nil {
			return err
		}
		x.Labels, err = labeled(r, x.Returns)
		return err
	})
	if err != nil {
		return err
	}
	return answer(v, status, v.T("track.back.title", "number", words.Number(x.Offer.Order.Number)), backPage(v, x))
}

// labeled tells which returns have a label.
func labeled(r *store.Reader, list []*returns.Return) (map[returns.ID]bool, error) {
	ids := make([]returns.ID, len(list))
	for i, x := range list {
		ids[i] = x.ID
	}
	files, err := returned.Files(r, ids)
	out := map[returns.ID]bool{}
	for _, f := range files {
		out[f.Return] = out[f.Return] || f.Purpose == returns.Label
	}
	return out, err
}

// sendBack asks for units to come back.
func sendBack(v *shell.Visit, link tracking.Link) error {
	photos, err := photosOf(v)
	if errors.Is(err, errTooMuch) {
		return showReturns(v, link, http.StatusRequestEntityTooLarge, sendingBack{Said: v.T("track.case.fault_photos")})
	}
	if err != nil {
		return err
	}
	v.Form("") // reads the form
	c := care.AskCommand{Order: link.Order, Comment: v.Form("comment"), Credit: v.Form("to_credit") != ""}
	x := sendingBack{Typed: map[string]string{"comment": c.Comment, "to_credit": v.Form("to_credit")}}
	for _, f := range photos {
		c.Photos = append(c.Photos, f.Data)
	}
	var faults fault.List
	for n := 1; n <= returns.MaxLines; n++ {
		key := strconv.Itoa(n)
		x.Typed["n_"+key], x.Typed["reason_"+key] = v.Form("n_"+key), v.Form("reason_"+key)
		if q := v.FormInt("n_"+key, &faults); q > 0 {
			c.Lines = append(c.Lines, care.AskLine{Line: n, Quantity: q, Reason: v.Form("reason_" + key)})
		}
	}
	err = faults.Err()
	if err == nil {
		_, err = shell.Do(v, care.AskReturn, c)
	}
	if err == nil {
		return v.Go("/t/" + v.Path("link") + "/returns?done=asked#top")
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	switch code := fault.CodeOf(err); {
	case told["photos"] != "":
		x.Said = v.T("track.case.fault_photos")
	case len(c.Lines) == 0:
		x.Said = v.T("track.back.nothing_chosen")
	case code == "too_many_returns":
		x.Said = v.T("track.back.too_many")
	case len(c.Comment) > 0 && code == "invalid":
		x.Said = v.T("track.back.reason_missing")
	default:
		x.Said = v.T("track.back.refused")
	}
	return showReturns(v, link, http.StatusUnprocessableEntity, x)
}

// own finds a return of the link's order; there is none of any other.
func ownReturn(v *shell.Visit) (returns.ID, error) {
	id, err := returns.ParseID(v.Path("ret"))
	if err != nil {
		return 0, fault.New(fault.NotFound, "no_such_return", "there is no such return")
	}
	return id, nil
}

// callOff ends a return that the customer asked for.
func callOff(v *shell.Visit, link tracking.Link) error {
	return onOwn(v, link, "called_off", func(id returns.ID) error {
		_, err := shell.Do(v, care.CallOffReturn, care.AgreeCommand{Return: id})
		return err
	})
}

// tellSent says that a return is on its way.
func tellSent(v *shell.Visit, link tracking.Link) error {
	return onOwn(v, link, "sent", func(id returns.ID) error {
		_, err := shell.Do(v, care.TellSent, care.AgreeCommand{Return: id, Carrier: v.Form("carrier"), Tracking: v.Form("tracking")})
		return err
	})
}

func onOwn(v *shell.Visit, link tracking.Link, done string, act func(returns.ID) error) error {
	id, err := ownReturn(v)
	if err == nil {
		err = act(id)
	}
	if err == nil {
		return v.Go("/t/" + v.Path("link") + "/returns?done=" + done + "#top")
	}
	if _, ok := shell.FaultsOf(err); !ok {
		return err
	}
	return showReturns(v, link, http.StatusUnprocessableEntity, sendingBack{Said: v.T("track.back.refused")})
}

// slip is what the customer puts into the box.
func slip(v *shell.Visit, _ tracking.Link) error {
	id, err := ownReturn(v)
	if err != nil {
		return err
	}
	return v.Paper(func(r *store.Reader, now int64) (shell.Paper, error) {
		return shell.Filled(walk.ReturnSlip(r, id, now))
	})
}

// label is what the customer sends the box with.
func label(v *shell.Visit, link tracking.Link) error {
	id, err := ownReturn(v)
	if err != nil {
		return err
	}
	none := fault.New(fault.NotFound, "no_such_return", "there is no such label")
	var f returns.File
	err = v.Read(func(r *store.Reader) error {
		found, err := returned.Load(r, []returns.ID{id})
		if err == nil && (found[id] == nil || found[id].Order != link.Order) {
			err = none
		}
		if err != nil {
			return err
		}
		var ok bool
		if f, ok, err = returned.FileOf(r, id, 0); err == nil && !ok {
			err = none
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.File(f.Kind, "label", f.Data)
}

// why says why nothing of a line may come back, "" when something may.
func (x sendingBack) why(v *shell.Visit, l *order.Line) string {
	if verdict := x.Offer.Of(l.N); verdict.Why != "" {
		return v.T("track.back.why_" + verdict.Why)
	}
	return ""
}

// creditOffer says what a customer gets who takes store credit.
func creditOffer(v *shell.Visit, p *returns.Policy) string {
	if p.Bonus == 0 {
		return v.T("track.back.take_credit")
	}
	percent := strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%02d", p.Bonus/100, p.Bonus%100), "0"), ".")
	return v.T("track.back.take_credit_bonus", "percent", percent)
}

// reasonOf says a reason in the customer's words.
func reasonOf(v *shell.Visit, code string) string {
	if key := "return_reason." + code; v.Has(key) {
		return v.T(key)
	}
	return code
}

// title is what a returned line's goods are called.
func (x sendingBack) title(l *returns.Line) string {
	if of := x.Offer.Order.Line(l.Line); of != nil {
		return of.Title
	}
	return ""
}
