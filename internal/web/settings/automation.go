package settings

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/desk/automate"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/rule"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/flows"
	"orderly/internal/store/locations"
	"orderly/internal/store/orders"
	kept "orderly/internal/store/rules"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
	"orderly/internal/web/words"
)

const (
	turnsShown  = 50 // of one rule, the newest
	countedDays = 7
	day         = 24 * 3600 * int64(1_000_000)
)

// ruled is a rule in the list, and what became of its turns lately.
type ruled struct {
	*rule.Rule
	Lately map[rule.Outcome]int64
}

// count is how often it acted, or would have.
func (x ruled) count() int64 {
	return x.Lately[rule.Done] + x.Lately[rule.Partly] + x.Lately[rule.Unchanged] + x.Lately[rule.Shadowed]
}

// amiss is how often it could not.
func (x ruled) amiss() int64 {
	return x.Lately[rule.Partly] + x.Lately[rule.Refused] + x.Lately[rule.Stopped] + x.Lately[rule.Failed]
}

func automationPage(v *shell.Visit) error {
	var list []ruled
	err := v.Read(func(r *store.Reader) error {
		all, err := kept.All(r)
		list = nil
		for _, x := range all {
			lately, err := kept.Counts(r, x.ID, v.Now().UnixMicro()-countedDays*day)
			if err != nil {
				return err
			}
			list = append(list, ruled{x, lately})
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.automation"), automationView(v, list))
}

// stateTone is how what a rule is used for is marked.
func stateTone(s rule.State) ui.Tone {
	switch s {
	case rule.On:
		return ui.Good
	case rule.Shadow:
		return ui.Warn
	}
	return ui.Quiet
}

// actRow is one act as it is typed.
type actRow struct{ Kind, Value, Hours string }

// ruleForm is what the page of one rule shows.
type ruleForm struct {
	rule.Rule
	Typed    []actRow
	Places   []*stock.Location
	Flows    []string // their names
	Turns    []rule.Run
	Numbers  map[int64]int64 // of orders, by id
	Versions []*rule.Rule
	Faults   shell.Faults
	Stale    bool
}

func (f *ruleForm) title(v *shell.Visit) string {
	if f.ID == 0 {
		return v.T("rules.new")
	}
	return f.Name
}

func (f *ruleForm) address() string {
	if f.ID == 0 {
		return "/settings/automation/rule"
	}
	return "/settings/automation/rule?id=" + f.ID.String()
}

// told is what is wrong with an act: the first of its faults.
func (f *ruleForm) told(n int) string {
	at := "do/" + strconv.Itoa(n) + "/"
	for _, name := range slices.Sorted(maps.Keys(f.Faults)) {
		if strings.HasPrefix(name, at) {
			return f.Faults[name]
		}
	}
	return ""
}

// onTold is what is wrong with the entries that set it off.
func (f *ruleForm) onTold() string {
	for name, text := range f.Faults {
		if name == "on" || strings.HasPrefix(name, "on/") {
			return text
		}
	}
	return ""
}

func typed(list []rule.Action) (out []actRow) {
	for _, a := range list {
		row := actRow{Kind: string(a.Kind)}
		switch a.Kind {
		case rule.Priority:
			row.Value = number(a.Priority)
		case rule.Approval:
			if row.Value = a.Role; a.People == 2 {
				row.Value = strings.TrimSpace(a.Role + " 2")
			}
		default:
			row.Value = a.Reason + a.Tag + a.Text + a.Location + a.Message + a.Signal + a.Flow // each kind has one of them
		}
		if a.Hours > 0 {
			row.Hours = number(a.Hours)
		}
		out = append(out, row)
	}
	return out
}

func readRule(v *shell.Visit, text string) (f ruleForm, err error) {
	var id rule.ID
	if text != "" {
		if id, err = rule.ParseID(text); err != nil {
			return f, fault.New(fault.NotFound, "no_such_rule", "there is no such rule")
		}
	}
	err = v.Read(func(r *store.Reader) (err error) {
		f = ruleForm{}
		all, err := flows.Current(r)
		for i := range all {
			f.Flows = append(f.Flows, all[i].Name)
		}
		if err != nil {
			return err
		}
		if f.Places, err = locations.All(r); err != nil || id == 0 {
			return err
		}
		x, err := kept.Get(r, id)
		if err != nil {
			return err
		}
		f.Rule = *x
		if f.Versions, err = kept.Versions(r, id); err != nil {
			return err
		}
		if f.Turns, err = kept.OfRule(r, id, 1<<62, turnsShown); err != nil {
			return err
		}
		f.Numbers, err = numbersOf(r, f.Turns)
		return err
	})
	if id == 0 {
		f.On, f.State = []string{journal.OrderPlaced}, rule.Off
	}
	f.Typed = typed(f.Do)
	return f, err
}

func numbersOf(r *store.Reader, list []rule.Run) (map[int64]int64, error) {
	var ids []order.ID
	for i := range list {
		ids = append(ids, order.ID(list[i].Order))
	}
	slices.Sort(ids)
	found, err := orders.Load(r, slices.Compact(ids), orders.Parts{})
	out := map[int64]int64{}
	for id, o := range found {
		out[int64(id)] = o.Number
	}
	return out, err
}

func rulePage(v *shell.Visit) error {
	f, err := readRule(v, v.Query("id"))
	if err != nil {
		return err
	}
	return v.Page(f.title(v), ruleView(v, &f))
}

// take reads a rule as it is written. Rows without a kind are left out.
func (f *ruleForm) take(v *shell.Visit, l *fault.List) {
	posted := form(v)
	f.Name, f.If, f.On, f.Do, f.Typed = v.Form("name"), v.Form("if"), chosen(posted, "on"), nil, nil
	for i, kind := range posted["kind"] {
		if kind == "" || i >= len(posted["value"]) || i >= len(posted["hours"]) || i >= 4*rule.MaxDo {
			continue
		}
		row := actRow{kind, strings.TrimSpace(posted["value"][i]), strings.TrimSpace(posted["hours"][i])}
		f.Typed, f.Do = append(f.Typed, row), append(f.Do, row.action("/do/"+strconv.Itoa(len(f.Do)), l))
	}
}

func (row actRow) action(at string, l *fault.List) rule.Action {
	a := rule.Action{Kind: rule.Kind(row.Kind)}
	numeral := func(text, name string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			l.Add(at+"/"+name, "invalid_number", "write a whole number")
		}
		return n
	}
	switch a.Kind {
	case rule.Hold, rule.Lift:
		if a.Reason = row.Value; a.Kind == rule.Hold && row.Hours != "" {
			a.Hours = numeral(row.Hours, "hours")
		}
	case rule.Tag, rule.Untag:
		a.Tag = row.Value
	case rule.Note, rule.Task:
		a.Text = row.Value
	case rule.Priority:
		a.Priority = numeral(row.Value, "priority")
	case rule.Move:
		a.Location = row.Value
	case rule.Message:
		a.Message = row.Value
	case rule.Flow:
		a.Flow = row.Value
	case rule.Approval: // a role, how many people, both or neither
		for _, w := range strings.Fields(row.Value) {
			if w == "1" || w == "2" {
				a.People = int64(w[0] - '0')
			} else {
				a.Role = strings.TrimSpace(a.Role + " " + w)
			}
		}
	case rule.Webhook:
		a.Signal = row.Value
	}
	return a
}

// check lists all that is wrong with what is written.
func (f *ruleForm) check(v *shell.Visit) error {
	var l fault.List
	f.take(v, &l)
	if l.Len() > 0 {
		f.Body.Check(v.Scope.Permissions, &l)
		return l.Err()
	}
	return v.Read(func(r *store.Reader) error { return admin.CheckRule(r, v.Scope, &f.Body) })
}

func saveRule(v *shell.Visit) error {
	f, err := readRule(v, v.Form("id"))
	if err != nil {
		return err
	}
	err = f.check(v)
	if err == nil {
		r, failed := shell.Do(v, admin.SaveRule, admin.RuleCommand{ID: f.ID, Body: f.Body, Version: v.EditVersion()})
		if err = failed; err == nil {
			v.Toast(v.T("settings.saved"))
			return v.Go("/settings/automation/rule?id=" + rule.ID(r.ID).String())
		}
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	f.Faults, f.Stale = told, shell.Stale(err)
	return v.Again(f.title(v), ruleView(v, &f))
}

func moveRule(v *shell.Visit) error {
	id, err := rule.ParseID(v.Form("id"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_rule", "there is no such rule")
	}
	state := rule.State(v.Form("state"))
	if _, err := shell.Do(v, admin.MoveRule, admin.RuleStateCommand{ID: id, State: state, Version: v.EditVersion()}); err != nil {
		if !shell.Stale(err) {
			return err
		}
		v.Warn(v.T("rules.changed_meanwhile"))
	} else {
		v.Toast(v.T("rules.said_" + string(state)))
	}
	return v.Go("/settings/automation/rule?id=" + id.String())
}

// checkRule says what the condition as it is typed lacks, and what the rule
// will do in words.
func checkRule(v *shell.Visit) error {
	var f ruleForm
	var l fault.List
	f.take(v, &l)
	_, err := rule.Compile(f.If, v.Scope.Permissions)
	var p *rule.Problem
	if errors.As(err, &p) {
		return v.Part(conditionWrong(v, p))
	}
	return v.Part(conditionRight(v, f.Body))
}

// foreseeRule tells what the rule as it is written would have done lately.
func foreseeRule(v *shell.Visit) error {
	f, err := readRule(v, v.Form("id"))
	if err != nil {
		return err
	}
	var l fault.List
	past := automate.Past{Entries: v.FormInt("entries", &l)}
	if err = l.Err(); err == nil {
		past.Check(v.Now().UnixMicro(), &l)
		if err = l.Err(); err == nil {
			err = f.check(v)
		}
	}
	if told, ok := shell.FaultsOf(err); ok {
		return v.Part(policyFaults(told))
	}
	if err != nil {
		return err
	}
	f.May = v.Scope.Permissions
	out, err := automate.Foresee(v.Context(), v.Desk(), v.Scope, &f.Rule, past)
	if err != nil {
		return err
	}
	err = v.Read(func(r *store.Reader) (err error) {
		f.Numbers, err = numbersOf(r, out.Runs)
		return err
	})
	if err != nil {
		return err
	}
	return v.Part(foreseenView(v, &f, out))
}

// kinds are the kinds of acts with what each needs.
func actKinds(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("rules.kind_none")}}
	for _, k := range rule.Kinds {
		out = append(out, ui.Option{Value: string(k), Label: v.T("rules.kind_" + string(k))})
	}
	return out
}

// needsOf says what is typed for a kind of act.
func needsOf(v *shell.Visit, kind string) string {
	if kind == "" {
		return ""
	}
	return v.T("rules.needs_" + kind)
}

// suggested are values that can be chosen for acts: codes of locations, names
// of flows, kinds of messages.
func (f *ruleForm) suggested(kind rule.Kind) (out []string) {
	switch kind {
	case rule.Move:
		for _, l := range f.Places {
			out = append(out, l.Code)
		}
	case rule.Flow:
		out = f.Flows
	case rule.Message:
		for _, m := range rule.Messages {
			out = append(out, string(m))
		}
	}
	return out
}

// inserted is what a click on a field writes: its name, or where it stands
// within a walk, an example.
func inserted(f rule.Field) string {
	if strings.HasPrefix(f.Name, "lines") {
		return f.Example
	}
	return f.Name
}

// sentences are what the rule does.
func sentences(v *shell.Visit, list []rule.Action) (out []string) {
	for _, a := range list {
		out = append(out, words.RuleAct(v.Voice, a))
	}
	return out
}
