package httpapi

import (
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/flow"
	"orderly/internal/store"
	"orderly/internal/store/flows"
	"orderly/internal/store/payments"
)

// flowRoutes are what happens to orders by itself.
func (a *api) flowRoutes() {
	write := admin.SaveFlow.Permission
	add(a, route{method: "GET", path: "/v1/flows", id: "listFlows", summary: "List flows and the channels that have them", needs: access.OrdersRead}, a.listFlows)
	add(a, route{method: "GET", path: "/v1/flow-templates", id: "listFlowTemplates", summary: "List what flows may begin from", needs: access.OrdersRead}, a.listFlowTemplates)
	add(a, route{method: "POST", path: "/v1/flows", id: "makeFlow", summary: "Make a flow", needs: write, answers: made, tagged: true, text: flowText}, a.makeFlow)
	add(a, route{method: "GET", path: "/v1/flows/{id}", id: "getFlow", summary: "Read a flow", needs: access.OrdersRead, tagged: true}, a.getFlow)
	add(a, route{method: "PATCH", path: "/v1/flows/{id}", id: "editFlow", summary: "Save a new version of a flow", needs: write, edit: true, tagged: true, text: flowText}, a.editFlow)
	add(a, route{method: "GET", path: "/v1/orders/{id}/flow", id: "orderFlow", summary: "Read under which flow an order goes on, and what it waits for", needs: access.OrdersRead}, a.orderFlow)
}

const flowText = "A flow says which steps of an order happen by themselves. It holds for orders that are placed from now on: each keeps the version that it was placed under. " +
	"What is left out of a new flow is as its template has it, or waits for a person. A channel has one flow: naming it here takes it from another."

// FlowID names a flow.
type FlowID struct {
	ID string `path:"id" example:"flw_0pmnqh2000400"`
}

// FlowSteps are what a flow says. What is left out stays as it was.
type FlowSteps struct {
	Name     *string   `json:"name,omitempty" maxLength:"60" example:"Web orders"`
	Verify   *string   `json:"verify,omitempty" enum:"self,person" doc:"person: every order is held until somebody has looked at it."`
	Source   *string   `json:"source,omitempty" enum:"self,person,due" doc:"person: units get their place when somebody says so. due: some days before what was promised; what is never backordered is claimed at once."`
	Reserve  *int64    `json:"reserve_days,omitempty" minimum:"0" maximum:"365" doc:"Of due: how many days before."`
	Release  *[]string `json:"release,omitempty" enum:"warehouse,store,supplier,3pl" maxItems:"4" doc:"Kinds of locations at which work is released by itself."`
	Money    *string   `json:"money,omitempty" enum:"none,secured,paid" doc:"What release waits for: nothing, that all is paid, authorized or promised, or that all is paid."`
	Whole    *bool     `json:"whole,omitempty" doc:"Release waits until every unit has a place."`
	Window   *int64    `json:"edit_window_minutes,omitempty" minimum:"0" maximum:"43200" doc:"After placement, in which nothing is released by itself."`
	Timing   *string   `json:"timing,omitempty" enum:"now,late" doc:"late: work is released at the last moment that keeps what was promised."`
	Slack    *int64    `json:"slack_minutes,omitempty" minimum:"0" maximum:"43200" doc:"Of late: how long before that moment."`
	Takes    *bool     `json:"takes,omitempty" doc:"What an order lacks it takes from orders of lower priority whose work has not begun."`
	Channels *[]string `json:"channels,omitempty" maxItems:"400" doc:"That have it, by code; an empty code stands for all without their own."`
}

// NewFlow asks for a flow.
type NewFlow struct {
	Template string `json:"template,omitempty" enum:"manual,automated,drop_shipping,third_party,hybrid,just_in_time" doc:"That it begins from."`
	FlowSteps
}

// Flow is what happens to orders by itself.
type Flow struct {
	ID       string   `json:"id,omitempty" example:"flw_0pmnqh2000400"`
	Name     string   `json:"name,omitempty"`
	Template string   `json:"template,omitempty"`
	Verify   string   `json:"verify" enum:"self,person"`
	Source   string   `json:"source" enum:"self,person,due"`
	Reserve  int64    `json:"reserve_days,omitempty"`
	Release  []string `json:"release" enum:"warehouse,store,supplier,3pl"`
	Money    string   `json:"money" enum:"none,secured,paid"`
	Whole    bool     `json:"whole"`
	Window   int64    `json:"edit_window_minutes"`
	Timing   string   `json:"timing" enum:"now,late"`
	Slack    int64    `json:"slack_minutes,omitempty"`
	Takes    bool     `json:"takes"`
	Channels []string `json:"channels" doc:"An empty code stands for all without their own."`
	Version  int64    `json:"version,omitempty" doc:"Also the ETag."`
	SavedAt  string   `json:"saved_at,omitempty" format:"date-time"`
	SavedBy  string   `json:"saved_by,omitempty"`
}

func renderFlow(f flow.Flow, of map[string]flow.ID) Flow {
	out := Flow{
		Name: f.Name, Template: f.Template, Verify: f.Verify, Source: f.Source, Release: append([]string{}, f.Release...), Money: f.Money, Whole: f.Whole,
		Window: f.Window, Reserve: f.Reserve, Timing: f.Timing, Slack: f.Slack, Takes: f.Takes, Channels: []string{}, Version: f.Version, SavedAt: instant(f.SavedAt), SavedBy: f.SavedBy,
	}
	if f.ID != 0 {
		out.ID = f.ID.String()
		for code, id := range of {
			if id == f.ID {
				out.Channels = append(out.Channels, code)
			}
		}
		slices.Sort(out.Channels)
	}
	return out
}

// allFlows reads flows and which channels have them.
func (c *call) allFlows() (all []flow.Flow, of map[string]flow.ID, err error) {
	err = c.read(func(r *store.Reader) (err error) {
		if all, err = flows.Current(r); err == nil {
			of, err = flows.Channels(r)
		}
		return err
	})
	return all, of, err
}

func (a *api) listFlows(c *call, _ *none, _ *none) (Page[Flow], error) {
	all, of, err := c.allFlows()
	return pageUntil(all, func(f flow.Flow) Flow { return renderFlow(f, of) }, ""), err
}

func (a *api) listFlowTemplates(*call, *none, *none) (Page[Flow], error) {
	return pageUntil(flow.Templates(), func(f flow.Flow) Flow { return renderFlow(f, nil) }, ""), nil
}

// flowNamed reads a flow by the id of a path, with the channels that have it.
func (c *call) flowNamed(text string) (f flow.Flow, channels []string, err error) {
	id, err := flow.ParseID(text)
	all, of, failed := c.allFlows()
	if failed != nil {
		return f, nil, failed
	}
	at := slices.IndexFunc(all, func(x flow.Flow) bool { return x.ID == id })
	if err != nil || at < 0 {
		return f, nil, fault.New(fault.NotFound, "no_such_flow", "there is no flow %.40q", text)
	}
	c.tag(all[at].Version)
	return all[at], renderFlow(all[at], of).Channels, nil
}

func (a *api) getFlow(c *call, p *FlowID, _ *none) (Flow, error) {
	f, channels, err := c.flowNamed(p.ID)
	out := renderFlow(f, nil)
	out.Channels = channels
	return out, err
}

// set sets what was given.
func (in *FlowSteps) set(f *flow.Flow) {
	for _, x := range []struct{ to, from *string }{{&f.Name, in.Name}, {&f.Verify, in.Verify}, {&f.Source, in.Source}, {&f.Money, in.Money}, {&f.Timing, in.Timing}} {
		if x.from != nil {
			*x.to = strings.TrimSpace(*x.from)
		}
	}
	if in.Release != nil {
		f.Release = slices.Clone(*in.Release)
	}
	if in.Whole != nil {
		f.Whole = *in.Whole
	}
	for _, x := range []struct{ to, from *int64 }{{&f.Window, in.Window}, {&f.Reserve, in.Reserve}, {&f.Slack, in.Slack}} {
		if x.from != nil {
			*x.to = *x.from
		}
	}
	if in.Takes != nil {
		f.Takes = *in.Takes
	}
}

func (a *api) makeFlow(c *call, _ *none, in *NewFlow) (Flow, error) {
	f := flow.Template("manual")
	f.Template = in.Template
	if t := flow.Template(in.Template); t != nil {
		f = t
	}
	in.set(f)
	var channels []string
	if in.Channels != nil {
		channels = *in.Channels
	}
	return c.saveFlow(admin.FlowCommand{Flow: *f, Channels: channels})
}

func (a *api) editFlow(c *call, p *FlowID, in *FlowSteps) (Flow, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return Flow{}, err
	}
	f, channels, err := c.flowNamed(p.ID)
	if err != nil {
		return Flow{}, err
	}
	in.set(&f)
	if in.Channels != nil {
		channels = *in.Channels
	}
	return c.saveFlow(admin.FlowCommand{Flow: f, Channels: channels, Version: version})
}

// saveFlow keeps a flow. Asked again by its key it answers with the flow as it
// is now.
func (c *call) saveFlow(cmd admin.FlowCommand) (Flow, error) {
	r, err := one(c, admin.SaveFlow, cmd)
	if err != nil {
		return Flow{}, err
	}
	saved, ok := r.Value.(flow.Flow)
	if !ok {
		all, _, err := c.allFlows()
		at := slices.IndexFunc(all, func(x flow.Flow) bool { return x.Name == cmd.Flow.Name })
		if err != nil || at < 0 {
			return Flow{}, err
		}
		saved = all[at]
	}
	f, channels, err := c.flowNamed(saved.ID.String())
	out := renderFlow(f, nil)
	out.Channels = channels
	return out, err
}

// OrderFlow is how an order goes on by itself.
type OrderFlow struct {
	Flow      string   `json:"flow,omitempty" doc:"Absent when it has none: then everything waits for a person." example:"flw_0pmnqh2000400"`
	Name      string   `json:"name,omitempty"`
	Version   int64    `json:"version,omitempty" doc:"That it was placed under."`
	ReleaseAt string   `json:"release_at,omitempty" format:"date-time" doc:"Until then nothing is released by itself."`
	LateAt    string   `json:"late_at,omitempty" format:"date-time" doc:"When the next of its work is released at the latest, of a flow that releases late."`
	SourceAt  string   `json:"source_at,omitempty" format:"date-time" doc:"When its units get their place, of a flow that sources when it is due."`
	Waits     []string `json:"waits" enum:"hold,window,time,money,stock,person" doc:"What is in the way of its release; empty when nothing is."`
}

func (a *api) orderFlow(c *call, p *OrderID, _ *none) (OrderFlow, error) {
	out := OrderFlow{Waits: []string{flow.WaitPerson}}
	id, err := orderByID(p.ID)
	if err != nil {
		return out, err
	}
	err = c.read(func(r *store.Reader) error {
		v, err := viewOf(r, id)
		if err != nil {
			return err
		}
		f, run, err := flows.Of(r, id)
		if err != nil || f == nil {
			return err
		}
		paid, err := payments.OfOrders(r, []int64{int64(id)})
		out = OrderFlow{Flow: f.ID.String(), Name: f.Name, Version: f.Version, Waits: append([]string{}, f.Waits(run, flow.Stand(v.order, paid, a.desk.DB.Now()))...)}
		if f.Releases() {
			out.ReleaseAt = instant(run.ReleaseAt)
		}
		out.LateAt, out.SourceAt = instant(run.LateAt), instant(run.SourceAt)
		return err
	})
	return out, err
}
