// Package flow is what happens to an order by itself and what waits for a
// person: a flow says so step by step, and a run which flow an order has.
//
// What belongs here: the steps that a flow decides, the templates that flows
// begin from, and what an order waits for under one. What does not: doing any
// of it (desk), and looking when it is time (releasing). When money is taken,
// documents are issued and customers are told is said by payment policies,
// invoice policies and messages.
package flow

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/payment"
)

// Limits of flows.
const (
	MaxFlows      = 100
	MaxChannels   = 400 // that one flow names
	MaxName       = 60
	MaxEditWindow = 30 * 24 * 60 // minutes
	MaxSlack      = 30 * 24 * 60 // minutes
	MaxReserve    = 365          // days
)

// ID names a flow for ever, all its versions.
type ID int64

func (id ID) String() string { return ident.Text("flw", int64(id)) }

// ParseID reads the text form, "flw_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("flw", s)
	return ID(id), err
}

// Who does a step.
const (
	Self   = "self"   // it happens by itself
	Person = "person" // it waits for somebody
	Due    = "due"    // of sourcing: by itself, some days before what was promised
)

// When work is released by itself.
const (
	AtOnce = "now"  // as soon as nothing is in the way
	Late   = "late" // and not before the last moment that keeps what was promised
)

// VerifyHold is the reason of the hold of an order at which somebody is to look.
const VerifyHold = "verification"

// What release waits for of the money.
const (
	NoMoney = "none"
	Secured = "secured" // paid, authorized or promised in full
	Paid    = "paid"    // paid in full
)

// Places are the kinds of locations at which work may be released by itself.
var Places = []string{"warehouse", "store", "supplier", "3pl"}

// Moneys are what release may wait for of the money.
var Moneys = []string{NoMoney, Secured, Paid}

// Flow is one version of what happens by itself.
type Flow struct {
	ID       ID
	Version  int64 // from 1; a saved flow gets the next one
	Name     string
	Template string   // that it began from; "" for none
	Verify   string   // Person: every order is held until somebody has looked at it
	Source   string   // Person: units get their place when somebody says so; Due: when it is time
	Reserve  int64    // days before what was promised at which units get their place, of Due
	Release  []string // kinds of places at which work is released by itself
	Money    string   // what release waits for
	Whole    bool     // release waits until every unit has a place
	Window   int64    // minutes after placement in which nothing is released by itself
	Timing   string   // Late: work is released at the last moment that keeps the promise
	Slack    int64    // minutes before that moment, of Late
	Takes    bool     // what an order lacks it takes from orders of lower priority whose work has not begun
	SavedAt  int64
	SavedBy  string
	Since    int64 // the journal's last entry when the flow was made
}

// Check lists what is wrong with a flow, and brings its lists in order.
func (f *Flow) Check(l *fault.List) {
	if f.Name = strings.TrimSpace(f.Name); f.Name == "" || utf8.RuneCountInString(f.Name) > MaxName || !utf8.ValidString(f.Name) || strings.ContainsFunc(f.Name, unicode.IsControl) {
		l.Add("/name", "invalid_text", "write 1 to %d characters", MaxName)
	}
	if f.Template != "" && Template(f.Template) == nil {
		l.Add("/template", "unknown_template", "a flow begins from %s, or from none", strings.Join(TemplateNames(), ", "))
	}
	f.checkSteps(l)
	if !slices.Contains(Moneys, f.Money) {
		l.Add("/money", "unknown_money", "choose %s", strings.Join(Moneys, ", "))
	}
	if f.Window < 0 || f.Window > MaxEditWindow {
		l.Add("/edit_window_minutes", "out_of_range", "0 for none, at most %d minutes", MaxEditWindow)
	}
	slices.Sort(f.Release)
	f.Release = slices.Compact(f.Release)
	for i, kind := range f.Release {
		if !slices.Contains(Places, kind) {
			l.Add(fmt.Sprintf("/release/%d", i), "unknown_kind", "work is released by itself at %s", strings.Join(Places, ", "))
		}
	}
}

// checkSteps lists what is wrong with who does what, and when.
func (f *Flow) checkSteps(l *fault.List) {
	if f.Verify != Self && f.Verify != Person {
		l.Add("/verify", "unknown_step", "a step happens by itself (self) or waits for a person (person)")
	}
	if f.Source != Self && f.Source != Person && f.Source != Due {
		l.Add("/source", "unknown_step", "units get their place by themselves (self), by a person (person), or by themselves some days before what was promised (due)")
	}
	if f.Reserve < 0 || f.Reserve > MaxReserve {
		l.Add("/reserve_days", "out_of_range", "between 0 and %d days", MaxReserve)
	}
	if f.Timing == "" {
		f.Timing = AtOnce
	}
	if f.Timing != AtOnce && f.Timing != Late {
		l.Add("/timing", "unknown_timing", "work is released at once (now), or at the last moment that keeps the promise (late)")
	}
	if f.Slack < 0 || f.Slack > MaxSlack {
		l.Add("/slack_minutes", "out_of_range", "between 0 and %d minutes", MaxSlack)
	}
}

// Releases reports whether any work is released by itself.
func (f *Flow) Releases() bool { return len(f.Release) > 0 }

// ReleasesAt reports whether work at a kind of location is.
func (f *Flow) ReleasesAt(kind string) bool { return slices.Contains(f.Release, kind) }

// What an order may wait for, in the order in which it is told.
const (
	WaitHold   = "hold"   // a hold that stops release
	WaitWindow = "window" // it may still be changed
	WaitTime   = "time"   // it is released later, and still in time
	WaitMoney  = "money"
	WaitStock  = "stock"  // units without a place
	WaitPerson = "person" // the flow releases nothing by itself
)

// View is how an order stands.
type View struct {
	Now      int64
	Held     bool  // a hold stops release
	Paid     int64 // and kept
	Open     int64 // authorized or promised, and not taken yet
	Payable  int64
	Homeless int64 // units without a place
}

// Stand is how an order stands, with its payments.
func Stand(o *order.Order, list []*payment.Payment, now int64) View {
	v := View{
		Now: now, Held: o.Blocked("release") != nil, Paid: o.Paid - o.Refunded, Payable: o.Totals.Payable(),
		Homeless: o.Sums[order.Unsourced] + o.Sums[order.Backordered],
	}
	for _, p := range list {
		v.Open += p.Open()
	}
	return v
}

// Waits are what an order waits for before its work is released by itself;
// none when nothing is in the way.
func (f *Flow) Waits(r *Run, v View) []string {
	var out []string
	if v.Held {
		out = append(out, WaitHold)
	}
	if !f.Releases() {
		return append(out, WaitPerson)
	}
	if v.Now < r.ReleaseAt {
		out = append(out, WaitWindow)
	}
	if f.Timing == Late && v.Now < r.LateAt {
		out = append(out, WaitTime)
	}
	if f.Money == Paid && v.Paid < v.Payable || f.Money == Secured && v.Paid+v.Open < v.Payable {
		out = append(out, WaitMoney)
	}
	if f.Whole && v.Homeless > 0 {
		out = append(out, WaitStock)
	}
	return out
}
