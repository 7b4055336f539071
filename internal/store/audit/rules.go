package audit

import (
	"orderly/internal/journal"
	"orderly/internal/rule"
	"orderly/internal/store"
)

// RulePages walk runs of rules by their orders.
var RulePages = []Walk{{"rule_run", "order_id", "order_id, entry", 2}}

// Ruled is a run of a rule, and how much there is of what it names.
type Ruled struct {
	rule.Run
	Saved   bool   // its version is there
	Subject int64  // of its entry; zero when there is none
	Was     string // type of its entry
}

// RuledIn reads a page of them.
func RuledIn(r *store.Reader, in Range) ([]Ruled, error) {
	var out []Ruled
	err := r.Each("SELECT x.rule, x.entry, x.version, x.type, x.order_id, x.outcome, x.first_entry, x.last_entry, x.depth, CASE WHEN v.rule IS NULL THEN 0 ELSE 1 END, coalesce(e.subject, 0), coalesce(e.type, '')"+
		" FROM rule_run AS x LEFT JOIN rule_version AS v ON v.m = $1 AND v.rule = x.rule AND v.version = x.version LEFT JOIN entry AS e ON e.m = $1 AND e.seq = x.entry"+
		" WHERE x.m = $1 AND x.order_id > $2 AND x.order_id <= $3 ORDER BY x.order_id, x.entry, x.rule", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var x Ruled
		var saved int64
		err := scan(&x.Rule, &x.Entry, &x.Version, &x.Type, &x.Order, &x.Outcome, &x.First, &x.Last, &x.Depth, &saved, &x.Subject, &x.Was)
		x.Saved = saved != 0
		out = append(out, x)
		return err
	})
	return out, err
}

// ByRules lists the entries of a page of the journal that rules told, with who
// told them and why alone.
func ByRules(r *store.Reader, in Range) ([]journal.Entry, error) {
	var out []journal.Entry
	err := r.Each("SELECT seq, actor, cause FROM entry WHERE m = $1 AND seq > $2 AND seq <= $3 AND actor LIKE 'rule:%' ORDER BY seq", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var e journal.Entry
		err := scan(&e.Seq, &e.Actor.ID, &e.Cause)
		out = append(out, e)
		return err
	})
	return out, err
}

// RunsAt reads the runs at entries: which rule, by which version, and which
// entries it told.
func RunsAt(r *store.Reader, seqs []int64) ([]rule.Run, error) {
	var out []rule.Run
	err := store.In(r, "SELECT rule, entry, version, first_entry, last_entry FROM rule_run WHERE m = $1 AND entry IN ($IN)", []any{r.M}, seqs, func(scan func(...any) error) error {
		var x rule.Run
		err := scan(&x.Rule, &x.Entry, &x.Version, &x.First, &x.Last)
		out = append(out, x)
		return err
	})
	return out, err
}
