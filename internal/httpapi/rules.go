package httpapi

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/automate"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/rule"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	kept "orderly/internal/store/rules"
)

// ruleRoutes are automation: what is done by itself on entries of orders.
func (a *api) ruleRoutes() {
	write := admin.SaveRule.Permission
	add(a, route{method: "GET", path: "/v1/rules", id: "listRules", summary: "List rules, and how often each had its turn lately", needs: access.OrdersRead, whole: true}, a.listRules)
	add(a, route{method: "POST", path: "/v1/rules", id: "makeRule", summary: "Make a rule, which is off", needs: write, answers: made, tagged: true, text: ruleText}, a.makeRule)
	add(a, route{method: "GET", path: "/v1/rules/{id}", id: "getRule", summary: "Read a rule", needs: access.OrdersRead, whole: true, tagged: true}, a.getRule)
	add(a, route{method: "PATCH", path: "/v1/rules/{id}", id: "editRule", summary: "Save a new version of a rule", needs: write, edit: true, tagged: true, text: ruleText}, a.editRule)
	add(a, route{method: "GET", path: "/v1/rules/{id}/versions", id: "listRuleVersions", summary: "List all that a rule said, newest first", needs: access.OrdersRead, whole: true}, a.listRuleVersions)
	add(a, route{method: "GET", path: "/v1/rules/{id}/runs", id: "listRuleRuns", summary: "List what a rule did, newest first", needs: access.OrdersRead, whole: true}, a.listRuleRuns)
	add(a, route{method: "POST", path: "/v1/rules/dry-run", id: "dryRunRule", summary: "Tell what a rule would do at past entries", needs: access.OrdersRead, whole: true, text: dryRunText}, a.dryRunRule)
	add(a, route{method: "GET", path: "/v1/rule-fields", id: "listRuleFields", summary: "List what conditions may speak of", needs: access.OrdersRead}, a.listRuleFields)
	add(a, route{method: "GET", path: "/v1/orders/{id}/rule-runs", id: "listOrderRuleRuns", summary: "List what rules did with an order, newest first", needs: access.OrdersRead, whole: true}, a.listOrderRuns)
	for act, x := range map[string]struct {
		state   rule.State
		id      string
		summary string
	}{
		"on":     {rule.On, "switchRuleOn", "Have a rule act from now on"},
		"shadow": {rule.Shadow, "shadowRule", "Have a rule say what it would do, without effect"},
		"off":    {rule.Off, "switchRuleOff", "Have a rule rest"},
	} {
		add(a, route{method: "POST", path: "/v1/rules/{id}/" + act, id: x.id, summary: x.summary, needs: write, tagged: true}, a.moveRule(x.state))
	}
}

const (
	ruleText = "On an entry of an order of the types `on`, when the condition `if` holds, all of `do` is done as an act of the rule, once for each entry. " +
		"A condition speaks of the fields of `GET /v1/rule-fields`; what is wrong with it is told with its line and character. Every save is a new version; a rule may do what whoever saved it may. See docs/automation.md."
	dryRunText = "Judges a rule, one that is there or one that is given, at the newest entries of its types, by how their orders stand now, and tries what it would do. Nothing is changed. At most 20,000 entries of the journal are looked at and 500 of them judged."
)

// RuleID names a rule.
type RuleID struct {
	ID string `path:"id" example:"rul_0pmnqh2000400"`
}

type ruleRunsOf struct {
	RuleID
	Paging
}

// Rule is what is done by itself on entries of orders.
type Rule struct {
	ID string `json:"id" example:"rul_0pmnqh2000400"`
	rule.Body
	State       string           `json:"state" enum:"off,shadow,on"`
	Version     int64            `json:"version"`
	SavedAt     string           `json:"saved_at" format:"date-time"`
	SavedBy     string           `json:"saved_by"`
	CreatedAt   string           `json:"created_at" format:"date-time"`
	EditVersion int64            `json:"edit_version" doc:"Also the ETag; raised with each version and each change of state."`
	Lately      map[string]int64 `json:"lately,omitempty" doc:"Turns of the last seven days by outcome, at most the newest 1000; in lists."`
	Actions     []string         `json:"actions"`
}

func renderAutomation(x *rule.Rule) Rule {
	out := Rule{
		ID: x.ID.String(), Body: x.Body, State: string(x.State), Version: x.Version, SavedAt: instant(x.SavedAt), SavedBy: x.SavedBy,
		CreatedAt: instant(x.CreatedAt), EditVersion: x.EditVersion, Actions: []string{},
	}
	for _, s := range rule.States {
		if s != x.State {
			out.Actions = append(out.Actions, string(s))
		}
	}
	return out
}

// RuleEdit is what a new version says otherwise. What is left out stays.
type RuleEdit struct {
	Name *string        `json:"name,omitempty" maxLength:"80"`
	On   *[]string      `json:"on,omitempty" maxItems:"20"`
	If   *string        `json:"if,omitempty" maxLength:"2000"`
	Do   *[]rule.Action `json:"do,omitempty" maxItems:"10"`
}

func (in *RuleEdit) set(b *rule.Body) {
	if in.Name != nil {
		b.Name = *in.Name
	}
	if in.On != nil {
		b.On = slices.Clone(*in.On)
	}
	if in.If != nil {
		b.If = *in.If
	}
	if in.Do != nil {
		b.Do = slices.Clone(*in.Do)
	}
}

// lately is how far back a list counts the turns of rules.
const lately = 7 * 24 * 3600 * int64(1_000_000)

func (a *api) listRules(c *call, _ *none, _ *none) (Page[Rule], error) {
	var out []Rule
	err := c.read(func(r *store.Reader) error {
		all, err := kept.All(r)
		out = nil
		for _, x := range all {
			one := renderAutomation(x)
			counts, err := kept.Counts(r, x.ID, a.desk.DB.Now()-lately)
			if err != nil {
				return err
			}
			one.Lately = map[string]int64{}
			for o, n := range counts {
				one.Lately[string(o)] = n
			}
			out = append(out, one)
		}
		return err
	})
	return pageUntil(out, func(x Rule) Rule { return x }, ""), err
}

// ruleNamed reads a rule by the id of a path.
func (c *call) ruleNamed(text string) (x *rule.Rule, err error) {
	id, err := rule.ParseID(text)
	if err != nil {
		return nil, fault.New(fault.NotFound, "no_such_rule", "there is no rule %.40q", text)
	}
	err = c.read(func(r *store.Reader) (err error) {
		x, err = kept.Get(r, id)
		return err
	})
	if err == nil {
		c.tag(x.EditVersion)
	}
	return x, err
}

func (a *api) getRule(c *call, p *RuleID, _ *none) (Rule, error) {
	x, err := c.ruleNamed(p.ID)
	if err != nil {
		return Rule{}, err
	}
	return renderAutomation(x), nil
}

func (a *api) makeRule(c *call, _ *none, in *rule.Body) (Rule, error) {
	r, err := one(c, admin.SaveRule, admin.RuleCommand{Body: *in})
	if err != nil {
		return Rule{}, err
	}
	return a.getRule(c, &RuleID{rule.ID(r.ID).String()}, nil)
}

func (a *api) editRule(c *call, p *RuleID, in *RuleEdit) (Rule, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return Rule{}, err
	}
	x, err := c.ruleNamed(p.ID)
	if err != nil {
		return Rule{}, err
	}
	in.set(&x.Body)
	if _, err := one(c, admin.SaveRule, admin.RuleCommand{ID: x.ID, Body: x.Body, Version: version}); err != nil {
		return Rule{}, err
	}
	return a.getRule(c, p, nil)
}

func (a *api) moveRule(to rule.State) func(*call, *RuleID, *none) (Rule, error) {
	return func(c *call, p *RuleID, _ *none) (Rule, error) {
		version, err := c.ifMatch(false)
		if err != nil {
			return Rule{}, err
		}
		x, err := c.ruleNamed(p.ID)
		if err != nil {
			return Rule{}, err
		}
		if _, err := one(c, admin.MoveRule, admin.RuleStateCommand{ID: x.ID, State: to, Version: version}); err != nil {
			return Rule{}, err
		}
		return a.getRule(c, p, nil)
	}
}

func (a *api) listRuleVersions(c *call, p *RuleID, _ *none) (Page[Rule], error) {
	x, err := c.ruleNamed(p.ID)
	if err != nil {
		return Page[Rule]{}, err
	}
	var all []*rule.Rule
	err = c.read(func(r *store.Reader) (err error) {
		all, err = kept.Versions(r, x.ID)
		return err
	})
	return pageUntil(all, renderAutomation, ""), err
}

func (a *api) listRuleFields(c *call, _ *none, _ *none) (Page[rule.Field], error) {
	return pageUntil(rule.Offered(c.scope.Permissions), func(f rule.Field) rule.Field { return f }, ""), nil
}

// RuleRun is what became of a rule at an entry.
type RuleRun struct {
	Rule    string        `json:"rule" example:"rul_0pmnqh2000400"`
	Version int64         `json:"version"`
	Entry   int64         `json:"entry" doc:"Sequence of the entry that set it off."`
	Type    string        `json:"type" doc:"Of the entry." example:"order.placed"`
	Order   string        `json:"order" example:"ord_0pmnqh2000400"`
	Outcome string        `json:"outcome" enum:"done,unchanged,partly,refused,shadow,stopped,failed"`
	Why     string        `json:"why,omitempty" doc:"It was stopped (loop, chain or often) or failed: what the condition lacks."`
	Did     []rule.Result `json:"did" doc:"What became of each of its acts."`
	First   int64         `json:"first_entry,omitempty" doc:"Of the entries that it told."`
	Last    int64         `json:"last_entry,omitempty"`
	Depth   int           `json:"depth" doc:"Rules in its chain, itself one of them."`
	At      string        `json:"at,omitempty" format:"date-time"`
}

func renderRuleRun(x rule.Run) RuleRun {
	return RuleRun{
		Rule: x.Rule.String(), Version: x.Version, Entry: x.Entry, Type: x.Type, Order: order.ID(x.Order).String(), Outcome: string(x.Outcome), Why: x.Why,
		Did: append([]rule.Result{}, x.Results...), First: x.First, Last: x.Last, Depth: x.Depth, At: instant(x.At),
	}
}

func (a *api) listRuleRuns(c *call, p *ruleRunsOf, _ *none) (Page[RuleRun], error) {
	key, err := p.numbers(1, 1<<62)
	if err != nil {
		return Page[RuleRun]{}, err
	}
	x, err := c.ruleNamed(p.ID)
	if err != nil {
		return Page[RuleRun]{}, err
	}
	var list []rule.Run
	err = c.read(func(r *store.Reader) (err error) {
		list, err = kept.OfRule(r, x.ID, key[0], p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderRuleRun, func(x rule.Run) string { return number(x.Entry) }), err
}

// maxOrderRuns is how many turns of rules on one order are told.
const maxOrderRuns = 500

func (a *api) listOrderRuns(c *call, p *OrderID, _ *none) (Page[RuleRun], error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Page[RuleRun]{}, err
	}
	var list []rule.Run
	err = c.read(func(r *store.Reader) error {
		if _, err := viewOf(r, id); err != nil {
			return err
		}
		list, err = kept.OfOrder(r, id, maxOrderRuns)
		return err
	})
	return pageUntil(list, renderRuleRun, ""), err
}

// RuleDryRun asks what a rule would do: one that is there, or what is given.
type RuleDryRun struct {
	Rule    string `json:"rule,omitempty" doc:"Its id; what is given beside it is looked at in place of what it says."`
	Entries int64  `json:"entries,omitempty" minimum:"0" maximum:"20000" doc:"The last so many entries of the journal; 0: 20,000."`
	Days    int64  `json:"days,omitempty" minimum:"0" maximum:"366" doc:"None older; 0: whatever their age."`
	RuleEdit
}

// RuleForeseen is what a rule would have done.
type RuleForeseen struct {
	Looked  int64         `json:"looked" doc:"Entries of the journal that were looked at."`
	Judged  int           `json:"judged" doc:"Of them, of the rule's types."`
	Cut     bool          `json:"cut" doc:"There were more: the newest were judged."`
	Matched int           `json:"matched" doc:"Where the condition held."`
	Orders  int           `json:"orders" doc:"Of those, different orders."`
	Failed  int           `json:"failed" doc:"Where the condition could not be worked out."`
	Runs    []RuleOutlook `json:"runs" doc:"The newest of them, at most 50."`
}

// RuleOutlook is what a rule would do at one entry.
type RuleOutlook struct {
	Number int64 `json:"number" doc:"Of the order."`
	RuleRun
}

func (a *api) dryRunRule(c *call, _ *none, in *RuleDryRun) (RuleForeseen, error) {
	x := &rule.Rule{Body: rule.Body{Name: "dry run"}}
	if in.Rule != "" {
		var err error
		if x, err = c.ruleNamed(in.Rule); err != nil {
			return RuleForeseen{}, err
		}
	}
	in.set(&x.Body)
	if x.May = c.scope.Permissions; len(x.Do) == 0 {
		x.Do = []rule.Action{}
	}
	now := a.desk.DB.Now()
	past := automate.Past{Entries: in.Entries}
	if in.Days > 0 {
		past.From = now - in.Days*24*3600*1_000_000
	}
	if err := checkDryRun(x, past, now); err != nil {
		return RuleForeseen{}, err
	}
	f, err := automate.Foresee(c.ctx, a.desk, c.scope, x, past)
	if err != nil {
		return RuleForeseen{}, err
	}
	numbers := map[int64]int64{}
	if err := c.read(func(r *store.Reader) error {
		found, err := orders.Load(r, f.OrdersShown(), orders.Parts{})
		for id, o := range found {
			numbers[int64(id)] = o.Number
		}
		return err
	}); err != nil {
		return RuleForeseen{}, err
	}
	out := RuleForeseen{Looked: f.Looked, Judged: f.Judged, Cut: f.Cut, Matched: f.Matched, Orders: f.Orders, Failed: f.Failed, Runs: []RuleOutlook{}}
	for _, run := range f.Runs {
		run.At = 0
		out.Runs = append(out.Runs, RuleOutlook{numbers[run.Order], renderRuleRun(run)})
	}
	return out, nil
}

// checkDryRun lists what is wrong with what shall be tried. Acts are not asked
// for: it may be the condition alone that somebody wonders about.
func checkDryRun(x *rule.Rule, past automate.Past, now int64) error {
	var l fault.List
	b := x.Body
	if len(b.Do) == 0 {
		b.Do = []rule.Action{{Kind: rule.Note, Text: "-"}}
	}
	b.Check(access.All, &l)
	if _, err := rule.Compile(x.If, x.May); err != nil && l.Len() == 0 {
		l.Add("/if", "invalid_condition", "%s", err)
	}
	past.Check(now, &l)
	x.On = b.On
	return l.Err()
}
