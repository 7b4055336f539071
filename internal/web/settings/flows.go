package settings

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/flow"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/flows"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// flowList is what the page of flows shows.
type flowList struct {
	All      []flow.Flow
	Of       map[string]flow.ID // by channel
	Channels []channels.Channel
}

func readFlows(v *shell.Visit) (l flowList, err error) {
	err = v.Read(func(r *store.Reader) (err error) {
		if l.All, err = flows.Current(r); err != nil {
			return err
		}
		if l.Of, err = flows.Channels(r); err != nil {
			return err
		}
		l.Channels, err = channels.All(r)
		return err
	})
	return l, err
}

// has are the labels of the channels that have a flow.
func (l flowList) has(v *shell.Visit, id flow.ID) string {
	var out []string
	if l.Of[""] == id {
		out = append(out, v.T("settings.flow_default"))
	}
	for _, c := range l.Channels {
		if l.Of[c.Code] == id {
			out = append(out, c.Label)
		}
	}
	return strings.Join(out, ", ")
}

func flowsPage(v *shell.Visit) error {
	l, err := readFlows(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.flows"), flowsView(v, l))
}

// flowing is what the page of one flow shows.
type flowing struct {
	flow.Flow
	List   flowList
	Chosen []string // channels; "" is all without their own
	Faults shell.Faults
	Stale  bool
}

func flowPage(v *shell.Visit) error {
	x, err := readFlow(v, v.Query("id"), v.Query("template"))
	if err != nil {
		return err
	}
	return v.Page(x.title(v), flowView(v, x))
}

func (x flowing) title(v *shell.Visit) string {
	if x.ID == 0 {
		return v.T("settings.flow_new")
	}
	return x.Name
}

// address is the page of the flow.
func (x flowing) address() string {
	if x.ID == 0 {
		return "/settings/flows/edit?template=" + url.QueryEscape(x.Template)
	}
	return "/settings/flows/edit?id=" + x.ID.String()
}

func readFlow(v *shell.Visit, id, template string) (x flowing, err error) {
	if x.List, err = readFlows(v); err != nil {
		return x, err
	}
	if id == "" {
		if template == "" { // from nothing: all waits for a person
			x.Flow = *flow.Template("manual")
			x.Template = ""
			return x, nil
		}
		t := flow.Template(template)
		if t == nil {
			return x, fault.New(fault.NotFound, "no_such_flow", "there is no such template")
		}
		x.Flow, x.Name = *t, v.T("settings.flow_"+template)
		return x, nil
	}
	named, err := flow.ParseID(id)
	at := slices.IndexFunc(x.List.All, func(f flow.Flow) bool { return f.ID == named })
	if err != nil || at < 0 {
		return x, fault.New(fault.NotFound, "no_such_flow", "there is no such flow")
	}
	x.Flow = x.List.All[at]
	for code, of := range x.List.Of {
		if of == named {
			x.Chosen = append(x.Chosen, code)
		}
	}
	return x, nil
}

// flowForm reads a flow as it is written.
func flowForm(v *shell.Visit) (admin.FlowCommand, error) {
	var l fault.List
	person := func(name string) string {
		if v.Form(name) != "" {
			return flow.Person
		}
		return flow.Self
	}
	f := flow.Flow{
		Name: v.Form("name"), Template: v.Form("template"), Verify: person("verify"), Source: cmp.Or(v.Form("source"), flow.Self), Money: v.Form("money"),
		Whole: v.Form("whole") != "", Window: v.FormInt("edit_window_minutes", &l), Release: chosen(form(v), "release"),
		Reserve: v.FormInt("reserve_days", &l), Timing: v.Form("timing"), Slack: v.FormInt("slack_minutes", &l), Takes: v.Form("takes") != "",
	}
	if id := v.Form("id"); id != "" {
		var err error
		if f.ID, err = flow.ParseID(id); err != nil {
			return admin.FlowCommand{}, fault.New(fault.NotFound, "no_such_flow", "there is no such flow")
		}
	}
	c := admin.FlowCommand{Flow: f, Channels: chosen(form(v), "channel"), Version: v.EditVersion()}
	if v.Form("default") != "" {
		c.Channels = append(c.Channels, "")
	}
	return c, l.Err()
}

func saveFlow(v *shell.Visit) error {
	c, err := flowForm(v)
	if err == nil {
		_, err = shell.Do(v, admin.SaveFlow, c)
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/flows")
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x, bad := readFlow(v, v.Form("id"), v.Form("template"))
	if bad != nil {
		return bad
	}
	c.Flow.Version = x.Version
	x.Flow, x.Chosen, x.Faults, x.Stale = c.Flow, c.Channels, told, shell.Stale(err)
	return v.Again(x.title(v), flowView(v, x))
}

// foreseeFlow says what will happen to an order under a flow as it is written.
func foreseeFlow(v *shell.Visit) error {
	c, err := flowForm(v)
	if err == nil {
		var l fault.List
		if c.Flow.Check(&l); l.Len() > 0 {
			err = l.Err()
		}
	}
	if told, ok := shell.FaultsOf(err); ok {
		return v.Part(policyFaults(told))
	}
	if err != nil {
		return err
	}
	return v.Part(flowWould(v, c.Flow))
}

// story says what happens to an order under a flow, sentence by sentence.
func story(v *shell.Visit, f flow.Flow) []string {
	var out []string
	say := func(key string, args ...any) { out = append(out, v.T("settings.flow_say_"+key, args...)) }
	if f.Verify == flow.Person {
		say("verify_person")
	} else {
		say("verify_self")
	}
	say("source_"+f.Source, "n", f.Reserve)
	if f.Takes {
		say("takes")
	}
	if !f.Releases() {
		say("release_person")
		return out
	}
	if f.Window > 0 {
		say("window", "n", f.Window)
	}
	var when []string
	if f.Money != flow.NoMoney {
		when = append(when, v.T("settings.flow_when_"+f.Money))
	}
	if f.Whole {
		when = append(when, v.T("settings.flow_when_whole"))
	}
	when = append(when, v.T("settings.flow_when_free"))
	if f.Timing == flow.Late {
		say("late", "n", f.Slack)
	}
	say("release_self", "where", kindsText(v, f.Release), "when", strings.Join(when, " "+v.T("settings.flow_and")+" "))
	if len(f.Release) < len(flow.Places) {
		say("elsewhere")
	}
	return out
}

func kindsText(v *shell.Visit, list []string) string {
	var out []string
	for _, k := range flow.Places {
		if slices.Contains(list, k) {
			out = append(out, v.T("settings.flow_at_"+k))
		}
	}
	return strings.Join(out, ", ")
}

// choices are the values of a field in words.
func choices(v *shell.Visit, key string, values ...string) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, x := range values {
		out[i] = ui.Option{Value: x, Label: v.T(key + x)}
	}
	return out
}

func moneys(v *shell.Visit) []ui.Option {
	out := make([]ui.Option, len(flow.Moneys))
	for i, m := range flow.Moneys {
		out[i] = ui.Option{Value: m, Label: v.T("settings.flow_money_" + m)}
	}
	return out
}

// another is the flow that a channel has and that is not this one.
func (x flowing) another(code string) string {
	id := x.List.Of[code]
	if id == 0 || id == x.ID {
		return ""
	}
	for _, f := range x.List.All {
		if f.ID == id {
			return f.Name
		}
	}
	return fmt.Sprint(id)
}

func (x flowing) chose(code string) bool { return slices.Contains(x.Chosen, code) }
