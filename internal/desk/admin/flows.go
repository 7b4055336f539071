package admin

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/flow"
	"orderly/internal/journal"
	"orderly/internal/store/flows"
)

// FlowCommand keeps a flow: a new one when its ID is zero, or a new version.
type FlowCommand struct {
	Flow     flow.Flow // Version and times are ignored
	Channels []string  // that have it from now on, and no others; "" is all without their own
	Version  *int64    // that the caller saw
}

// SaveFlow keeps a version of a flow and which channels have it. It holds for
// orders that are placed from now on; those that are there go on under the
// version that they were placed with. The result's Value is it, as saved.
var SaveFlow = act("flows.save", access.SettingsWrite, func(c *FlowCommand) error {
	var l fault.List
	c.Flow.Check(&l)
	if len(c.Channels) > flow.MaxChannels {
		l.Add("/channels", "too_many", "at most %d channels", flow.MaxChannels)
	}
	for i, code := range c.Channels {
		if len(code) > 4*maxChannel {
			l.Add(fmt.Sprintf("/channels/%d", i), "too_long", "a channel's code has at most %d characters", maxChannel)
		}
	}
	slices.Sort(c.Channels)
	c.Channels = slices.Compact(c.Channels)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[FlowCommand]) (desk.Result, error) {
	f := a.Command.Flow
	all, err := flows.Current(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	status, err := nextFlow(t, &f, all, a.Command.Version)
	if err != nil {
		return desk.Result{}, err
	}
	f.SavedAt, f.SavedBy = t.At, a.Scope.Actor.String()
	if err := flows.Save(t.Tx, &f); err != nil {
		return desk.Result{}, err
	}
	if err := flows.Assign(t.Tx, f.ID, a.Command.Channels); err != nil {
		return desk.Result{}, err
	}
	t.Seq.Epoch++ // all processes remember flows with the catalog
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.FlowSaved, map[string]any{"flow": f.ID.String(), "version": f.Version, "channels": len(a.Command.Channels)})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: status, Value: f}, err
})

// nextFlow gives a flow its id and version, or refuses it.
func nextFlow(t *desk.Turn, f *flow.Flow, all []flow.Flow, seen *int64) (string, error) {
	for _, x := range all {
		if x.Name == f.Name && x.ID != f.ID {
			var l fault.List
			l.Add("/name", "name_taken", "another flow has this name")
			return "", l.As(fault.Conflict, "name_taken", "another flow is called "+f.Name)
		}
	}
	if f.ID == 0 {
		if len(all) >= flow.MaxFlows {
			return "", fault.New(fault.Conflict, "too_many", "at most %d flows", flow.MaxFlows)
		}
		f.ID, f.Version, f.Since = flow.ID(t.IDs().Next()), 1, t.Seq.Entry
		return "created", nil
	}
	at := slices.IndexFunc(all, func(x flow.Flow) bool { return x.ID == f.ID })
	if at < 0 {
		return "", fault.New(fault.NotFound, "no_such_flow", "there is no flow %s", f.ID)
	}
	if seen != nil && *seen != all[at].Version {
		return "", fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed this flow meanwhile; look at it again")
	}
	f.Version, f.Template, f.Since = all[at].Version+1, all[at].Template, all[at].Since
	return "done", nil
}
