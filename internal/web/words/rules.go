package words

import (
	"orderly/internal/rule"
	"orderly/internal/web/text"
	"orderly/internal/web/ui"
)

// RuleTone is how what became of a rule is marked.
func RuleTone(o rule.Outcome) ui.Tone {
	switch o {
	case rule.Done:
		return ui.Good
	case rule.Partly, rule.Shadowed:
		return ui.Warn
	case rule.Refused, rule.Stopped, rule.Failed:
		return ui.Bad
	}
	return ui.Quiet
}

// RuleAct says in a sentence what a rule does.
func RuleAct(v *text.Voice, a rule.Action) string {
	switch a.Kind {
	case rule.Hold:
		if a.Hours > 0 {
			return v.T("rules.does_hold_for", "reason", a.Reason, "n", a.Hours)
		}
		return v.T("rules.does_hold", "reason", a.Reason)
	case rule.Lift:
		return v.T("rules.does_lift", "reason", a.Reason)
	case rule.Tag, rule.Untag:
		return v.T("rules.does_"+string(a.Kind), "tag", a.Tag)
	case rule.Note, rule.Task:
		return v.T("rules.does_"+string(a.Kind), "text", a.Text)
	case rule.Priority:
		return v.T("rules.does_priority", "n", a.Priority)
	case rule.Move:
		return v.T("rules.does_move", "location", a.Location)
	case rule.Approval:
		who := v.T("rules.anybody")
		if a.Role != "" {
			who = v.T("role." + a.Role)
		}
		if a.People == 2 {
			return v.T("rules.does_approval_two", "who", who)
		}
		return v.T("rules.does_approval", "who", who)
	case rule.Flow:
		return v.T("rules.does_flow", "flow", a.Flow)
	case rule.Message:
		return v.T("rules.does_message", "message", v.T("order.message_"+a.Message))
	}
	return v.T("rules.does_webhook", "signal", a.Signal)
}

// RuleDid says line by line what became of a rule at an entry.
func RuleDid(v *text.Voice, u rule.Run) (out []string) {
	switch u.Outcome {
	case rule.Stopped:
		return []string{v.T("today.rule." + u.Why)}
	case rule.Failed:
		return []string{u.Why}
	}
	for _, x := range u.Results {
		line := RuleAct(v, x.Action)
		switch x.Outcome {
		case rule.Refused:
			line += ": " + x.Why
		case rule.Unchanged:
			line += ": " + v.T("rules.was_so")
		case rule.Shadowed:
			line = v.T("rules.would", "act", line)
		}
		out = append(out, line)
	}
	return out
}
