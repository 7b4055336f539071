package verify

import (
	"slices"
	"strings"

	"orderly/internal/order"
	"orderly/internal/rule"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/rules"
)

// rules: each run of a rule names an entry of its order and a version that is
// kept, and what rules told has its run.
func (x *run) rules() error {
	err := x.walk(audit.RulePages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.RuledIn(r, in)
		x.count(int64(len(list)), "W1")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.ruled(&list[i])
		}
		return err
	})
	if err != nil || x.opts.Level < Full {
		return err
	}
	return x.windows(1, x.began.Entry, x.byRules)
}

func (x *run) ruled(u *audit.Ruled) {
	of, name := order.ID(u.Order), u.Rule.String()
	told := u.First != 0 || u.Last != 0
	switch {
	case u.Subject == 0:
		x.tell("W1", name, "rule %s had a turn on order %s at entry %d, which is not there", name, of, u.Entry)
	case u.Subject != u.Order || u.Was != u.Type:
		x.tell("W1", name, "rule %s had a turn on order %s at entry %d, a %s, which tells of something else", name, of, u.Entry, u.Type)
	case !u.Saved:
		x.tell("W1", name, "rule %s had a turn on order %s at entry %d by version %d, which is not there", name, of, u.Entry, u.Version)
	case !slices.Contains(rule.Outcomes, u.Outcome):
		x.tell("W1", name, "rule %s had a turn on order %s at entry %d that came to %q", name, of, u.Entry, u.Outcome)
	case told && (u.First <= u.Entry || u.Last < u.First || !u.Outcome.Acted()):
		x.tell("W1", name, "rule %s had a turn on order %s at entry %d that came to %s, and says that it told entries %d to %d", name, of, u.Entry, u.Outcome, u.First, u.Last)
	case u.Depth < 1 || u.Depth > rule.MaxChain && u.Outcome.Acted():
		x.tell("W1", name, "rule %s acted on order %s at entry %d as number %d of a chain of at most %d", name, of, u.Entry, u.Depth, rule.MaxChain)
	}
}

// byRules: what a rule told in a part of the journal is among what one of its
// runs says that it told.
func (x *run) byRules(r *store.Reader, in audit.Range) error {
	list, err := audit.ByRules(r, in)
	if err != nil {
		return err
	}
	x.count(int64(len(list)), "W1")
	causes := make([]rule.Cause, len(list))
	var at []int64
	for i := range list {
		causes[i], _ = rule.ParseCause(list[i].Cause)
		at = append(at, causes[i].Entry)
	}
	slices.Sort(at)
	runs, err := audit.RunsAt(r, slices.Compact(at))
	if err != nil {
		return err
	}
	pruned, err := rules.Pruned(r) // turns up to there may have been removed
	if err != nil {
		return err
	}
	for i := range list {
		e, c := &list[i], causes[i]
		name := strings.TrimPrefix(e.Actor.ID, rule.ActorKind+":")
		fits := func(u rule.Run) bool {
			k := rule.Link{Rule: u.Rule, Version: u.Version}
			return len(c.Chain) > 0 && u.Entry == c.Entry && c.Chain[len(c.Chain)-1] == k && k.Rule.String() == name && u.First <= e.Seq && e.Seq <= u.Last
		}
		if c.Entry > pruned && !slices.ContainsFunc(runs, fits) {
			x.tell("W1", name, "rule %s told entry %d, and no run of it says so", name, e.Seq)
		}
	}
	return nil
}
