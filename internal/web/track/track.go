// Package track is the room that customers see: the way of one order, by a
// link that nobody can guess, without a login.
//
// What belongs here: the page in plain words, confirming receipt, reporting a
// problem, asking people and reading their answers, sending something back, and
// the limits on all of them. What does not:
// anything that tells more than the one order, or more of it than its customer
// knows: no holds, no names of people who work on it. Address and money stand on
// its invoices alone, which whoever holds the link may open.
//
// The page has a style sheet and a script of its own, small enough for a poor
// phone, and works without the script. A link that is wrong, ended, or of
// another shop is answered like one that never was, after the same one look-up.
package track

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"orderly/internal/access"
	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/invoice"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/merchants"
	"orderly/internal/store/tracking"
	"orderly/internal/support"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
	"orderly/internal/web/words"
)

// Routes of the room. All are public; the link is the key.
func Routes() []shell.Route {
	var l limits
	return []shell.Route{
		{Method: "GET", Path: "/t/{link}", Public: true, Do: l.follow(page)},
		{Method: "GET", Path: "/t/{link}/logo", Public: true, Do: l.follow(logo)},
		{Method: "GET", Path: "/t/{link}/invoices/{id}", Public: true, Do: l.follow(paper)},
		{Method: "POST", Path: "/t/{link}/confirm", Public: true, MaxBytes: maxForm, Do: l.follow(confirm)},
		{Method: "POST", Path: "/t/{link}/report", Public: true, MaxBytes: maxForm, Do: l.follow(report)},
		{Method: "GET", Path: "/t/{link}/returns", Public: true, Do: l.follow(returnsPage)},
		{Method: "POST", Path: "/t/{link}/returns", Public: true, MaxBytes: maxPhotoForm, Do: l.follow(sendBack)},
		{Method: "POST", Path: "/t/{link}/returns/{ret}/call-off", Public: true, MaxBytes: maxForm, Do: l.follow(callOff)},
		{Method: "POST", Path: "/t/{link}/returns/{ret}/sent", Public: true, MaxBytes: maxForm, Do: l.follow(tellSent)},
		{Method: "GET", Path: "/t/{link}/cases", Public: true, Do: l.follow(casesPage)},
		{Method: "POST", Path: "/t/{link}/cases", Public: true, MaxBytes: maxPhotoForm, Do: l.follow(ask)},
		{Method: "GET", Path: "/t/{link}/cases/{case}", Public: true, Do: l.follow(casePage)},
		{Method: "POST", Path: "/t/{link}/cases/{case}", Public: true, MaxBytes: maxPhotoForm, Do: l.follow(write)},
		{Method: "GET", Path: "/a/{link}", Public: true, Do: l.ask(askPage)},
		{Method: "POST", Path: "/a/{link}", Public: true, MaxBytes: maxForm, Do: l.ask(give)},
		{Method: "GET", Path: "/t/{link}/returns/{ret}/label", Public: true, Do: l.follow(label)},
		{Method: "GET", Path: "/t/{link}/returns/{ret}/slip.pdf", Public: true, Do: l.follow(slip)},
	}
}

// What a customer may send at most: a report in any script, of a return a
// comment and a row for each line, and pictures of what is wrong.
const (
	maxForm      = 16 << 10
	maxBackForm  = 64 << 10
	maxPhotoForm = support.MaxPhotos*support.MaxPhoto + maxBackForm
)

// follow opens the order that the link is for, and does the rest as its holder,
// whoever else the browser is signed in as.
func (l *limits) follow(do func(*shell.Visit, tracking.Link) error) func(*shell.Visit) error {
	return func(v *shell.Visit) error {
		h := v.W.Header()
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
		text := v.Path("link")
		if !l.let(text, v.R.Method != http.MethodGet, v.Now()) {
			h.Set("Retry-After", "60")
			return answer(v, http.StatusTooManyRequests, v.T("track.busy"), busyPage(v))
		}
		m, token := care.ParseLink(text)
		link, err := tracking.Find(v.Context(), v.Desk().DB, m, token)
		if errors.Is(err, tracking.ErrUnknown) {
			return answer(v, http.StatusNotFound, v.T("track.unknown"), unknownPage(v))
		}
		if err != nil {
			return err
		}
		v.Signed = nil
		if err := v.As(access.Link(m, int64(link.Order), "")); err != nil {
			return err
		}
		return do(v, link)
	}
}

// answer writes a whole page.
func answer(v *shell.Visit, status int, title string, body templ.Component) error {
	v.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.W.WriteHeader(status)
	return document(v, title, body).Render(v.Context(), v.W)
}

// visit is everything that the page shows.
type visit struct {
	progress
	Link   string // as it stands in the address
	Brand  merchants.Profile
	Done   string // what was just done: "confirmed", "reported"
	Faults shell.Faults
	Reason string // what the customer had chosen and typed
	Text   string
	Cases  int // that began here
}

func page(v *shell.Visit, link tracking.Link) error {
	if link.OpenedAt == 0 && v.Token() == "" { // the shop's own people look without leaving a trace
		if _, err := shell.Do(v, care.OpenLink, care.LinkCommand{Order: link.Order}); err != nil {
			v.Log("a link was opened and that could not be kept", err) // the customer need not know
		}
	}
	return show(v, link, http.StatusOK, visit{})
}

func show(v *shell.Visit, link tracking.Link, status int, x visit) error {
	x.Link, x.Done = v.Path("link"), v.Query("done")
	err := v.Read(func(r *store.Reader) (err error) {
		if x.Brand, err = merchants.ProfileOf(r); err != nil {
			return err
		}
		if x.progress, err = read(r, order.ID(v.Scope.Order)); err != nil {
			return err
		}
		list, err := cases.Asked(r, v.Scope.Order, support.MaxAsked)
		x.Cases = len(list)
		return err
	})
	if err != nil {
		return err
	}
	x.ConfirmedAt = link.ConfirmedAt
	x.codes(v)
	return answer(v, status, v.T("track.title", "number", words.Number(x.Order.Number), "shop", v.Merchant.Name), trackPage(v, x))
}

func logo(v *shell.Visit, _ tracking.Link) error {
	var mime string
	var data []byte
	err := v.Read(func(r *store.Reader) (err error) {
		mime, data, err = merchants.Logo(r)
		return err
	})
	if err != nil {
		return err
	}
	if len(data) == 0 {
		return fault.New(fault.NotFound, "no_logo", "there is no logo")
	}
	h := v.W.Header()
	h.Set("Content-Type", mime)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox") // a drawing may hold scripts
	h.Set("Cache-Control", "private, max-age=3600")
	_, err = v.W.Write(data)
	return err
}

// paper is an invoice or a credit note of the order; of another one there is
// none, whoever asks.
func paper(v *shell.Visit, _ tracking.Link) error {
	id, err := invoice.ParseID(v.Path("id"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_invoice", "there is no such invoice")
	}
	return v.Paper(func(r *store.Reader, _ int64) (shell.Paper, error) { return shell.Filled(walk.Invoice(r, id)) })
}

// confirm says that the parcels have come.
func confirm(v *shell.Visit, link tracking.Link) error {
	if _, err := shell.Do(v, care.Confirm, care.ConfirmCommand{Order: link.Order}); err != nil {
		return told(v, link, err, visit{})
	}
	return v.Go("/t/" + v.Path("link") + "?done=confirmed#top")
}

// report says that something is wrong.
func report(v *shell.Visit, link tracking.Link) error {
	x := visit{Reason: v.Form("reason"), Text: v.Form("text")}
	if _, err := shell.Do(v, care.Report, care.ReportCommand{Order: link.Order, Reason: x.Reason, Text: x.Text}); err != nil {
		return told(v, link, err, x)
	}
	return v.Go("/t/" + v.Path("link") + "?done=reported#top")
}

// told shows the page once more with what was wrong, in the page's own words.
func told(v *shell.Visit, link tracking.Link, err error, x visit) error {
	f, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Faults = shell.Faults{}
	for name := range f {
		x.Faults[name] = v.T("track.fault." + faultOf(err, name))
	}
	return show(v, link, http.StatusUnprocessableEntity, x)
}

// faultOf is which of the page's sentences tells a refusal.
func faultOf(err error, field string) string {
	switch code := fault.CodeOf(err); {
	case field == "reason", field == "text":
		return field
	case code == "nothing_under_way", code == "too_many_reports":
		return code
	}
	return "other"
}

// own names the page's style sheet and script.
const own = "track"
