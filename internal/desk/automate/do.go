package automate

import (
	"encoding/json"
	"slices"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/rule"
	"orderly/internal/store"
	"orderly/internal/store/endpoints"
	"orderly/internal/store/entries"
	"orderly/internal/store/messages"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

// maxMessages bounds what is sent about one order beside what its life calls
// for, by people and rules together.
const maxMessages = 50

// do does one act. A refusal is a result and has changed nothing.
func (t *turn) do(a rule.Action) (rule.Result, error) {
	out := rule.Result{Action: a, Outcome: rule.Done}
	err := t.by.Require(a.Needs())
	changed := false
	if err == nil {
		changed, err = acts[a.Kind](t, a)
	}
	switch why, refused := refusal(err); {
	case refused:
		out.Outcome, out.Why = rule.Refused, why
	case err != nil:
		return out, err
	case !changed:
		out.Outcome = rule.Unchanged
	}
	return out, nil
}

// acts tells for each kind what is done; false when it was so already.
var acts = map[rule.Kind]func(*turn, rule.Action) (changed bool, err error){
	rule.Hold: (*turn).hold,
	rule.Lift: (*turn).lift,
	rule.Tag: func(t *turn, a rule.Action) (bool, error) {
		return t.b.Edit(t.by, t.o, step.Edit{AddTags: []string{a.Tag}})
	},
	rule.Untag: func(t *turn, a rule.Action) (bool, error) {
		return t.b.Edit(t.by, t.o, step.Edit{DropTags: []string{a.Tag}})
	},
	rule.Note: func(t *turn, a rule.Action) (bool, error) { return t.b.Edit(t.by, t.o, step.Edit{Note: a.Text}) },
	rule.Priority: func(t *turn, a rule.Action) (bool, error) {
		return t.b.Edit(t.by, t.o, step.Edit{Priority: &a.Priority})
	},
	rule.Move:    (*turn).move,
	rule.Message: (*turn).message,
	rule.Webhook: (*turn).webhook,
	rule.Task:    (*turn).task,
	rule.Flow:    (*turn).flow,
	rule.Approval: func(t *turn, a rule.Action) (bool, error) {
		if t.o.Sums.Open() == 0 {
			return false, fault.New(fault.Conflict, "nothing_open", "order %d has no open work that could wait for an approval", t.o.Number)
		}
		return t.b.AskByRule(t.by, t.o, access.Role(a.Role), int(max(a.People, 1)))
	},
}

func (t *turn) hold(a rule.Action) (bool, error) {
	if slices.ContainsFunc(t.o.Holds, func(h order.Hold) bool { return h.LiftedAt == 0 && h.Reason == a.Reason }) {
		return false, nil
	}
	h := order.Hold{Reason: a.Reason}
	if a.Hours > 0 {
		h.Until = t.b.At + a.Hours*time.Hour.Microseconds()
	}
	return true, t.b.PlaceHold(t.by, t.o, h)
}

// lift ends every open hold of the reason.
func (t *turn) lift(a rule.Action) (changed bool, err error) {
	for _, h := range slices.Clone(t.o.Holds) {
		if h.LiftedAt != 0 || h.Reason != a.Reason {
			continue
		}
		d, err := t.o.Lift(h.ID, t.by.Actor.String())
		if err != nil {
			return changed, err
		}
		if err := t.b.Apply(t.by, journal.OrderLifted, t.o.ID, &d); err != nil {
			return changed, err
		}
		changed = true
	}
	return changed, nil
}

// message has a message sent, in the manner of one that a person asks for.
func (t *turn) message(a rule.Action) (bool, error) {
	sender, err := messages.SenderOf(t.b.R)
	if err != nil {
		return false, err
	}
	if sender.Host == "" {
		return false, fault.New(fault.Conflict, "no_server", "no mail server is set up: see Settings, Messages")
	}
	before, err := messages.OfOrder(t.b.R, int64(t.o.ID))
	if err != nil {
		return false, err
	}
	if n := len(slices.DeleteFunc(before, func(x message.Message) bool { return x.By == "" })); n >= maxMessages {
		return false, fault.New(fault.Conflict, "too_many", "%d messages were sent about this order beside what its life calls for; that is the most", n)
	}
	data, err := json.Marshal(map[string]string{"order": t.o.ID.String(), "kind": a.Message})
	if err != nil {
		return false, err
	}
	x := message.Message{Order: int64(t.o.ID), Kind: message.Kind(a.Message), Ref: message.AskedRef(0, t.b.NewID()), By: t.by.Actor.String()}
	return true, t.b.Keep(func(tx *store.Tx) error {
		id, err := step.Note(tx, x)
		if err != nil {
			return err
		}
		return entries.Append(tx, []journal.Entry{entries.New(tx, journal.Message, int64(id), 1, journal.MessageAsked, t.by, data)})
	})
}

// webhook tells an entry that endpoints are sent like any other, signed and
// tried again; it refuses where nobody would be told.
func (t *turn) webhook(a rule.Action) (bool, error) {
	heard, err := endpoints.AnyWants(t.b.R, journal.RuleCalled)
	if err != nil {
		return false, err
	}
	if !heard {
		return false, fault.New(fault.Conflict, "no_endpoint", "no endpoint takes entries %s: add the type to one in Settings, Webhooks", journal.RuleCalled)
	}
	data, err := json.Marshal(map[string]any{
		"rule": t.run.Rule.String(), "version": t.run.Version, "signal": a.Signal, "order": t.o.ID.String(), "number": t.o.Number, "entry": t.run.Entry, "type": t.run.Type,
	})
	if err != nil {
		return false, err
	}
	return true, t.b.TellNow(t.by, journal.Rule, int64(t.run.Rule), journal.RuleCalled, data)
}

// task gives people something to do. The same task is given once, until it is
// settled.
func (t *turn) task(a rule.Action) (bool, error) {
	known, err := troubles.OfOrder(t.b.R, int64(t.o.ID))
	if err != nil {
		return false, err
	}
	n := 0
	for _, x := range append(known, t.b.TroublesOf(int64(t.o.ID))...) {
		if x.Kind != trouble.Task || x.SettledAt != 0 {
			continue
		}
		if n++; x.Text == a.Text {
			return false, nil
		}
	}
	if n >= rule.MaxOpenTasks {
		return false, fault.New(fault.Conflict, "too_many", "%d tasks of rules stand on order %d; settle them first", n, t.o.Number)
	}
	t.b.AddTrouble(t.by, trouble.Trouble{Kind: trouble.Task, Order: int64(t.o.ID), Subject: int64(t.run.Rule), Text: a.Text})
	return true, nil
}
