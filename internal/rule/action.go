package rule

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/approval"
	"orderly/internal/fault"
	"orderly/internal/message"
	"orderly/internal/order"
)

// Limits of acts.
const (
	MaxText      = 500 // characters of a note or a task
	MaxHours     = 24 * 365
	MaxPriority  = 1000
	MaxReason    = 60
	MaxOpenTasks = 20 // of rules, on one order
)

// Kind is what is done.
type Kind string

// The kinds of acts.
const (
	Hold     Kind = "hold"
	Lift     Kind = "lift"
	Tag      Kind = "tag"
	Untag    Kind = "untag"
	Note     Kind = "note"
	Priority Kind = "priority"
	Move     Kind = "move"
	Message  Kind = "message"
	Webhook  Kind = "webhook"
	Task     Kind = "task"
	Flow     Kind = "flow"
	Approval Kind = "approval"
)

// Kinds are all of them, in the order in which they are offered.
var Kinds = []Kind{Hold, Lift, Tag, Untag, Note, Priority, Move, Message, Webhook, Task, Flow, Approval}

// needs is what each act takes.
var needs = map[Kind]access.Permission{
	Hold: access.OrdersWrite, Lift: access.OrdersWrite, Tag: access.OrdersWrite, Untag: access.OrdersWrite, Note: access.OrdersWrite,
	Priority: access.OrdersWrite, Move: access.FulfillmentWrite, Message: access.OrdersWrite, Webhook: access.SettingsWrite, Task: access.OrdersWrite,
	Flow: access.OrdersWrite, Approval: access.OrdersWrite,
}

// Messages are the kinds of messages that a rule can have sent: those that say
// all that they say by the order alone.
var Messages = []message.Kind{message.Placed, message.Delayed, message.Canceled}

// Action is one thing that a rule does. Fields that are not of its kind are
// empty.
type Action struct {
	Kind     Kind   `json:"kind" enum:"hold,lift,tag,untag,note,priority,move,message,webhook,task,flow,approval"`
	Reason   string `json:"reason,omitempty" maxLength:"60" doc:"Of hold and lift: the hold's reason." example:"payment_review"`
	Hours    int64  `json:"hours,omitempty" minimum:"0" maximum:"8760" doc:"Of hold: after how many hours it ends by itself; 0: when somebody lifts it."`
	Tag      string `json:"tag,omitempty" maxLength:"60" doc:"Of tag and untag."`
	Text     string `json:"text,omitempty" maxLength:"500" doc:"Of note and task: what people read."`
	Priority int64  `json:"priority,omitempty" minimum:"-1000" maximum:"1000" doc:"Of priority: what the order's is set to."`
	Location string `json:"location,omitempty" maxLength:"60" doc:"Of move: code of the location that shall send what is not released yet."`
	Message  string `json:"message,omitempty" enum:"placed,delayed,canceled" doc:"Of message: its kind."`
	Flow     string `json:"flow,omitempty" maxLength:"60" doc:"Of flow: name of the flow under which the order goes on."`
	Role     string `json:"role,omitempty" maxLength:"20" doc:"Of approval: the role that must give it; empty: any that may." example:"finance"`
	People   int64  `json:"people,omitempty" minimum:"0" maximum:"2" doc:"Of approval: how many people; 1 when left out."`
	Signal   string `json:"signal,omitempty" maxLength:"60" doc:"Of webhook: a word by which the receiver knows what is meant; sent with an entry rule.called." example:"parcel_lost"`
}

// Needs is the permission that the act takes.
func (a *Action) Needs() access.Permission { return needs[a.Kind] }

var word = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]*$`)

// check lists what is wrong with an act, and takes away what is not of its kind.
func (a *Action) check(at string, may []access.Permission, l *fault.List) {
	if !slices.Contains(Kinds, a.Kind) {
		l.Add(at+"/kind", "unknown_kind", "%.40q is nothing that a rule does", string(a.Kind))
		return
	}
	if p := a.Needs(); !slices.Contains(may, p) {
		l.Add(at+"/kind", "missing_scope", "you may not %s, so no rule of yours does; ask somebody who may", p.Words())
	}
	is := *a
	*a = Action{Kind: is.Kind}
	switch is.Kind {
	case Hold:
		a.Reason, a.Hours = is.Reason, is.Hours
		checkWord(at+"/reason", "reason", a.Reason, l)
		if a.Hours < 0 || a.Hours > MaxHours {
			l.Add(at+"/hours", "out_of_range", "0 for no end, at most %d hours", MaxHours)
		}
	case Lift:
		a.Reason = is.Reason
		checkWord(at+"/reason", "reason", a.Reason, l)
	case Tag, Untag:
		a.Tag = strings.TrimSpace(is.Tag)
		var tags fault.List
		order.CheckTags("", []string{a.Tag}, &tags)
		for _, f := range tags.Fields() {
			l.Add(at+"/tag", f.Code, "%s", f.Message)
		}
	case Note, Task:
		a.Text = strings.TrimSpace(is.Text)
		if n := utf8.RuneCountInString(a.Text); n == 0 || n > MaxText || !utf8.ValidString(a.Text) || strings.ContainsFunc(a.Text, control) {
			l.Add(at+"/text", "invalid_text", "write 1 to %d characters", MaxText)
		}
	case Priority:
		if a.Priority = is.Priority; a.Priority < -MaxPriority || a.Priority > MaxPriority {
			l.Add(at+"/priority", "out_of_range", "priority is between -%d and %d", MaxPriority, MaxPriority)
		}
	case Move:
		if a.Location = strings.TrimSpace(is.Location); a.Location == "" {
			l.Add(at+"/location", "missing", "name the location that shall send")
		}
	case Flow:
		if a.Flow = strings.TrimSpace(is.Flow); a.Flow == "" {
			l.Add(at+"/flow", "missing", "name the flow under which it goes on")
		}
	case Approval:
		a.Role, a.People = is.Role, is.People
		if a.Role != "" && !approval.Approves(access.Role(a.Role)) {
			l.Add(at+"/role", "unknown_role", "%.40q approves nothing; use %s, or none for any", a.Role, strings.Join(approval.RoleNames(), ", "))
		}
		if a.People < 0 || a.People > 2 {
			l.Add(at+"/people", "out_of_range", "one or two people")
		}
	case Message:
		if a.Message = is.Message; !slices.Contains(Messages, message.Kind(a.Message)) {
			l.Add(at+"/message", "unknown_kind", "a rule sends messages of the kinds placed, delayed and canceled")
		}
	case Webhook:
		a.Signal = is.Signal
		checkWord(at+"/signal", "word", a.Signal, l)
	}
}

func control(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

func checkWord(at, what, text string, l *fault.List) {
	if what == "reason" && text == order.Approval {
		l.Add(at, "reserved", "holds for approvals are not placed or lifted by rules")
	}
	if len(text) > MaxReason || !word.MatchString(text) {
		l.Add(at, "invalid_word", "a %s is 1 to %d of the characters a-z, 0-9, _, . and -, for example payment_review", what, MaxReason)
	}
}
