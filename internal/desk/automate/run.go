// Package automate is the room of rules: the one act by which a rule does what
// it says at an entry of an order, and what it would have done at past ones.
//
// What belongs here: judging a condition by how an order stands, the acts of
// rules, and keeping what became of them, all in one transaction. What does
// not: what rules say (rule), keeping them (desk/admin), and following the
// journal (automating).
package automate

import (
	"errors"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/rule"
	"orderly/internal/store"
	"orderly/internal/store/rules"
	"orderly/internal/trouble"
)

// FollowerID is who follows the journal for rules; what a rule does is done by
// an actor of its own.
const FollowerID = "rules"

// Ready is a version of a rule with its condition read.
type Ready struct {
	*rule.Rule
	Condition *rule.Condition
}

// Prepare reads the condition of a rule.
func Prepare(x *rule.Rule) (Ready, error) {
	c, err := rule.Compile(x.If, x.May)
	return Ready{x, c}, err
}

// RunCommand gives a rule its turn at an entry of an order.
type RunCommand struct {
	Rule  Ready
	Entry journal.Entry // without its data

	// Trial has a rule judged and its acts tried as if it were on, without a
	// look at what it has done already. It is for previews alone.
	Trial bool
}

// What giving a rule its turn came to, beside the outcomes of a run.
const (
	Nothing    = "nothing"    // the condition does not hold, or it had its turn before
	Superseded = "superseded" // the rule was changed meanwhile: look at it again
)

// Run gives rules their turn. What a rule does and that it did so are one
// commit, and a rule has one turn at an entry: doing it twice, late or by two
// nodes at once is the same. Where the condition does not hold nothing is kept.
// The result's Value is the *rule.Run, nil where there is none.
var Run = step.Act[RunCommand]{
	Name: "rules.run", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[RunCommand]) error {
		var ids []order.ID
		for i := range asked {
			ids = append(ids, order.ID(asked[i].Command.Entry.Subject))
		}
		return errors.Join(b.LoadOrdersForServing(ids), b.LoadRuns(ids), loadBlocks(b, asked))
	},
	Decide: decide,
}.Operation()

// loadBlocks reads which customers are blocked, where a condition asks for that.
func loadBlocks(b *step.Batch, asked []desk.Asked[RunCommand]) error {
	var who []party.ID
	var emails []string
	for i := range asked {
		c := &asked[i].Command
		if o := b.Order(order.ID(c.Entry.Subject)); o != nil && strings.Contains(c.Rule.If, "blocked") {
			who, emails = append(who, party.ID(o.Customer)), append(emails, o.Party.Customer.Email)
		}
	}
	if len(who) == 0 {
		return nil
	}
	return b.LoadBlocks(who, emails)
}

func decide(b *step.Batch, a desk.Asked[RunCommand]) (desk.Result, error) {
	c := &a.Command
	if c.Trial && !b.Previewing() {
		return desk.Result{}, errors.New("a trial of a rule is for previews")
	}
	o := b.Order(order.ID(c.Entry.Subject))
	r := desk.Result{Kind: journal.Order, ID: c.Entry.Subject, Status: Nothing}
	if o == nil || causeOf(&c.Entry).Own(c.Rule.ID) {
		return r, nil
	}
	facts, err := factsOf(b, o, c)
	if err != nil {
		return r, err
	}
	holds, bad := c.Rule.Condition.Holds(facts)
	if !holds && bad == nil {
		return r, nil // the most there are, and nothing was asked of the database
	}
	state, turn, err := standing(b, c)
	if err != nil || turn != "" {
		r.Status = turn
		return r, err
	}
	t := newTurn(b, a, o)
	switch {
	case bad != nil:
		t.run.Outcome, t.run.Why = rule.Failed, bad.Error()
	case state == rule.Shadow:
		t.run.Outcome, t.run.Results = rule.Shadowed, planned(c.Rule.Do, rule.Shadowed)
	default:
		if err := t.act(); err != nil {
			return r, err
		}
	}
	if err := t.keep(); err != nil {
		return r, err
	}
	r.Status, r.Seq, r.Value = string(t.run.Outcome), o.Version, t.run
	return r, nil
}

// standing tells what the rule is used for, and why it has no turn: "" when it
// has one.
func standing(b *step.Batch, c *RunCommand) (rule.State, string, error) {
	if c.Trial {
		return rule.On, "", nil
	}
	state, version, err := rules.Standing(b.R, c.Rule.ID)
	switch {
	case err != nil:
		return state, "", err
	case state == rule.Off:
		return state, Nothing, nil
	case version != c.Rule.Version || state != c.Rule.State:
		return state, Superseded, nil
	}
	ran, err := rules.Ran(b.R, c.Rule.ID, c.Entry.Seq)
	if ran {
		return state, Nothing, err
	}
	return state, "", err
}

// causeOf is what brought an entry about, empty when no rule did.
func causeOf(e *journal.Entry) rule.Cause {
	if e.Actor.Kind != rule.ActorKind {
		return rule.Cause{}
	}
	c, _ := rule.ParseCause(e.Cause)
	return c
}

// turn is one rule at one entry, under way.
type turn struct {
	b     *step.Batch
	o     *order.Order
	c     *RunCommand
	by    access.Scope // the rule itself
	cause rule.Cause   // of the entry
	run   *rule.Run
}

func newTurn(b *step.Batch, a desk.Asked[RunCommand], o *order.Order) *turn {
	c := &a.Command
	t := &turn{b: b, o: o, c: c, cause: causeOf(&c.Entry)}
	then := t.cause.Then(c.Entry.Seq, rule.Link{Rule: c.Rule.ID, Version: c.Rule.Version})
	t.by = access.Scope{Merchant: a.Scope.Merchant, Actor: access.Actor{Kind: rule.ActorKind, ID: c.Rule.ID.String()}, Permissions: c.Rule.May, Cause: then.String()}
	t.run = &rule.Run{Rule: c.Rule.ID, Version: c.Rule.Version, Entry: c.Entry.Seq, Type: c.Entry.Type, Order: int64(o.ID), Depth: len(then.Chain), At: b.At}
	return t
}

// act does what the rule says, unless its chain goes too far.
func (t *turn) act() error {
	acted := int64(0)
	if !t.c.Trial {
		var err error
		if acted, err = rules.Acted(t.b.R, t.c.Rule.ID, t.o.ID, t.b.At-rule.OftenWithin); err != nil {
			return err
		}
	}
	if why := t.cause.Stops(t.c.Rule.ID, acted); why != "" {
		t.run.Outcome, t.run.Why, t.run.Results = rule.Stopped, why, planned(t.c.Rule.Do, rule.Stopped)
		return nil
	}
	before := t.b.Told()
	for i := range t.c.Rule.Do {
		x, err := t.do(t.c.Rule.Do[i])
		if err != nil {
			return err
		}
		t.run.Results = append(t.run.Results, x)
	}
	if after := t.b.Told(); after > before {
		t.run.First, t.run.Last = before+1, after
	}
	t.run.Outcome = rule.Sum(t.run.Results)
	return nil
}

func planned(list []rule.Action, as rule.Outcome) (out []rule.Result) {
	for _, a := range list {
		out = append(out, rule.Result{Action: a, Outcome: as})
	}
	return out
}

// keep writes what became of the turn, and has people look at what went wrong.
func (t *turn) keep() error {
	if t.c.Trial {
		return nil
	}
	if t.run.Outcome == rule.Stopped || t.run.Outcome == rule.Failed {
		if err := t.worry(); err != nil {
			return err
		}
	}
	return t.b.Keep(func(tx *store.Tx) error { return rules.AddRun(tx, t.run) })
}

// worry has somebody look at the rule: once, until that is settled.
func (t *turn) worry() error {
	reason := t.run.Why
	if t.run.Outcome == rule.Failed {
		reason = "failed"
	}
	of := trouble.Trouble{Kind: trouble.Rule, Order: int64(t.o.ID), Subject: int64(t.run.Rule), Reason: reason, Text: t.c.Rule.Name}
	known, err := t.b.OpenTroubles(trouble.Rule)
	if err != nil {
		return err
	}
	for _, x := range known {
		if x.Subject == of.Subject && x.Reason == reason {
			return nil
		}
	}
	t.b.AddTrouble(t.by, of)
	return nil
}

// refusal is the sentence of a fault that is a refusal; any other error is of
// the machinery.
func refusal(err error) (string, bool) {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal && f.Kind != fault.Unavailable {
		return f.Error(), true
	}
	return "", false
}
