package today

import (
	"strconv"
	"time"

	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store/queues"
	"orderly/internal/support"
	"orderly/internal/talk"
	"orderly/internal/trouble"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
	"orderly/internal/web/words"
)

var icons = map[string]string{
	queue.Leaves: "truck", queue.Late: "triangle-alert", queue.Today: "calendar", queue.OnHold: "pause", queue.Approvals: "check", queue.Unsourced: "package-search", queue.Backorder: "timer",
	queue.ToRelease: "play", queue.ToPick: "scan-barcode", queue.ToPack: "package-open", queue.ToShip: "send", queue.Reports: "message-square", queue.Returns: "rotate-ccw",
	queue.Lost: "package-x", queue.Displaced: "split", queue.ShortPicks: "clipboard-list", queue.DeadJobs: "circle-x", queue.BelowCost: "percent", queue.Payments: "credit-card", queue.Tasks: "clipboard-list", queue.Rules: "list-checks", queue.Uncollected: "archive", queue.Silent: "timer", queue.LowStock: "boxes", queue.Differences: "scale",
	queue.Cases: "message-square", queue.Talks: "message-square", queue.BankLines: "receipt", queue.Webhooks: "external-link",
	queue.ReturnsToApprove: "rotate-ccw", queue.ReturnsToReceive: "package-check", queue.ReturnsToInspect: "clipboard-check", queue.ReturnsToRefund: "hand-coins",
}

// say is how a row of the board is called.
func (x item) say(v *shell.Visit, b *queues.Board) string {
	if x.Queue.ID != queue.Leaves {
		return v.T("today.q." + x.Queue.ID + ".title")
	}
	p := b.Places[stock.LocationID(x.Location)]
	return v.T("today.leaves_at", "time", time.UnixMicro(x.Clock).In(p.Zone).Format("15:04"), "place", p.Name)
}

func (x item) href() string {
	if x.Queue.ID == queue.Leaves {
		return "/today/" + x.Queue.ID + "?at=" + stock.LocationID(x.Location).String()
	}
	return "/today/" + x.Queue.ID
}

// count is how many there are, as far as they were counted.
func count(v *shell.Visit, f queue.Fact) string {
	if f.More {
		return v.Number(f.Count) + "+"
	}
	return v.Number(f.Count)
}

const (
	minute = int64(time.Minute / time.Microsecond)
	hour   = 60 * minute
	soon   = 2 * hour
)

// clock says how long there is still, or how late it is.
func clock(v *shell.Visit, f queue.Fact) (text string, tone ui.Tone) {
	if f.Clock == 0 || f.Count == 0 {
		return "", ui.Quiet
	}
	return due(v, f.Clock)
}

func due(v *shell.Visit, at int64) (string, ui.Tone) {
	if at == 0 {
		return "", ui.Quiet
	}
	left := at - v.Now().UnixMicro()
	switch {
	case left > -minute && left < 0:
		return v.T("today.just_late"), ui.Bad
	case left < 0:
		return v.T("today.late_by", "span", v.Span(-left)), ui.Bad
	case left < minute:
		return v.T("today.this_minute"), ui.Warn
	case left < soon:
		return v.T("today.within", "span", v.Span(left)), ui.Warn
	case left < 48*hour:
		return v.T("today.within", "span", v.Span(left)), ui.Neutral
	}
	return v.When(at), ui.Quiet
}

// label is how a thing is called in a sentence.
func label(v *shell.Visit, w *queues.Row) string {
	switch {
	case w.Kind == queue.Return:
		return returns.Name(w.Subject)
	case w.Kind == queue.Case:
		return support.Name(w.Subject)
	case w.Kind == queue.BankLine:
		return v.Money(w.Total, w.Currency)
	case w.Kind == queue.Endpoint:
		return w.Title
	case w.Number != 0:
		return words.Number(w.Number)
	case w.Kind == queue.Job:
		return w.Status
	case w.Order != 0:
		return order.ID(w.Order).String()
	case w.SKU != "":
		return w.SKU
	}
	return v.T("today.something")
}

// pages are where things are that have a page of their own.
var pages = map[string]string{queue.Return: "/returns/", queue.Case: "/cases/", queue.BankLine: "/statements/lines/", queue.Endpoint: "/settings/webhooks/"}

// hrefOf is the page of the thing behind a row.
func hrefOf(w *queues.Row) string {
	if w.Kind == queue.Trouble && w.Status == trouble.Uncollected {
		return "/collect?at=" + w.Location.String()
	}
	if w.Kind == queue.Level {
		return "/stock/" + ident.Text("itm", w.Item)
	}
	if w.Kind == queue.Difference {
		return "/requests/differences?at=" + w.Location.String()
	}
	if w.Kind == queue.Talk {
		if w.Status == talk.Purchase {
			return "/purchases/" + ident.Text(talk.Purchase, w.Subject)
		}
		return "/requests/" + ident.Text(talk.Request, w.Subject)
	}
	if at, ok := pages[w.Kind]; ok {
		return at + w.IDText()
	}
	if w.Order == 0 {
		return ""
	}
	return "/orders/" + order.ID(w.Order).String()
}

// detail says in a few words what is the matter with a row.
func detail(v *shell.Visit, w *queues.Row) string {
	switch w.Kind {
	case queue.Order:
		if len(w.Reasons) > 0 {
			return reason(v, w.Reasons[0])
		}
		if w.SKU != "" {
			return v.T("today.waits_for", "n", w.Units, "sku", w.SKU)
		}
	case queue.Trouble:
		switch {
		case w.Status == trouble.Rule:
			return v.T("today.rule." + w.Reasons[0])
		case w.Status == trouble.Payment:
			return v.T("today.payment." + w.Reasons[0])
		case len(w.Reasons) > 0:
			return v.T("today.report." + w.Reasons[0])
		case w.Status == trouble.BelowCost:
			return v.T("today.loses", "amount", v.Money(w.Units, w.Currency))
		case w.SKU != "":
			return v.T("today.short_of", "n", w.Units, "sku", w.SKU)
		}
	case queue.Return:
		said := v.T("today.back", "n", w.Units, "number", words.Number(w.Number))
		if len(w.Reasons) > 0 && v.Has("return_reason."+w.Reasons[0]) {
			said += ": " + v.T("return_reason."+w.Reasons[0])
		}
		return said
	case queue.Level:
		return v.T("today.left", "n", w.Units)
	case queue.Difference:
		if w.Units < 0 {
			return v.T("today.less", "n", -w.Units)
		}
		return v.T("today.more", "n", w.Units)
	case queue.Job:
		return v.T("today.tries", "n", w.Units)
	case queue.Case:
		return v.T("priority." + w.Reasons[0])
	case queue.Talk:
		return v.T("today.talk_" + w.Status)
	case queue.BankLine:
		return v.T("today.book_line")
	case queue.Endpoint:
		return v.T("today.resume_webhook")
	}
	return ""
}

// reason is a hold's reason in words; one that merchants made up stands as it is.
func reason(v *shell.Visit, code string) string {
	if key := "today.hold." + code; v.Has(key) {
		return v.T(key)
	}
	return code
}

// rowKey is what a form sends for a row: its id, and the version of the
// assignment that is shown.
func rowKey(l listing, w *queues.Row) string {
	if a, ok := l.Whose[w.ID]; ok {
		return w.IDText() + "." + strconv.FormatInt(a.Version, 10)
	}
	return w.IDText()
}

func micros(at int64) string { return strconv.FormatInt(at, 10) }

// liveOf are the kinds whose changes may change a queue.
func liveOf(q *queue.Queue) string {
	if q.Kind == queue.Job {
		return "job wrk"
	}
	if q.Group == "exceptions" {
		return "ord ful stk trb wrk cas tlk bst whe"
	}
	return "ord ful stk trb wrk ret dif"
}

// rowID names a row in the page.
func rowID(w *queues.Row) string {
	if w.Kind == queue.Level {
		return "row-" + w.IDText() + "-" + w.Location.String()
	}
	return "row-" + w.IDText()
}

// named reports whether things of a queue have customers.
func named(q *queue.Queue) bool {
	return q.Kind != queue.Job && q.Kind != queue.Endpoint && q.Kind != queue.Level && q.Kind != queue.Difference && q.ID != queue.ShortPicks
}

// choices are to whom work can be given.
func choices(l listing) []ui.Option {
	var out []ui.Option
	for _, u := range l.mayWork() {
		out = append(out, ui.Option{Value: u.ID.String(), Label: u.Name})
	}
	return out
}

// nextTitle says what to do next, in one line.
func nextTitle(v *shell.Visit, o overview) string {
	q, f := o.Next.Queue, o.Next.Fact
	if q.ID == queue.Leaves {
		p := o.Places[stock.LocationID(f.Location)]
		return v.T("today.next_leaves", "n", f.Count, "time", time.UnixMicro(f.Clock).In(p.Zone).Format("15:04"), "place", p.Name)
	}
	return v.T("today.q."+q.ID+".next", "n", f.Count)
}

// nextWhy says why that comes first.
func nextWhy(v *shell.Visit, o overview) string {
	f := o.Next.Fact
	if at := max(f.Clock-o.Now, o.Now-f.Clock); f.Clock != 0 && at < minute && o.Next.Why != queue.WhyPeople {
		return v.T("today.why.now")
	}
	switch o.Next.Why {
	case queue.WhyLeaves, queue.WhyDue:
		return v.T("today.why."+o.Next.Why, "span", v.Span(f.Clock-o.Now))
	case queue.WhyLate:
		return v.T("today.why."+o.Next.Why, "span", v.Span(o.Now-f.Clock))
	case queue.WhyPeople, queue.WhyOldest:
		if o.Now-f.Oldest < minute {
			return v.T("today.why.just")
		}
		return v.T("today.why."+o.Next.Why, "span", v.Age(f.Oldest))
	}
	return v.T("today.why." + o.Next.Why)
}

func nextHref(o overview) string {
	return item{Queue: o.Next.Queue, Fact: o.Next.Fact}.href()
}
