package support

import (
	"encoding/json"
	"fmt"

	"orderly/internal/journal"
)

// Told is what an entry tells of a case: how it was after an act.
type Told struct {
	Type       string `json:"-"`
	At         int64  `json:"-"`
	State      string `json:"state"`
	Priority   string `json:"priority"`
	FirstDue   *int64 `json:"first_due"` // nil in entries that do not tell it
	ResolveDue *int64 `json:"resolve_due"`
	First      bool   `json:"first_answer"` // of an escalation
	Resolve    bool   `json:"resolution"`
	Automatic  string `json:"automatic"`
}

// ReadTold reads an entry of a case.
func ReadTold(e *journal.Entry) (Told, error) {
	t := Told{Type: e.Type, At: e.At}
	err := json.Unmarshal(e.Data, &t)
	return t, err
}

// story is a case as its entries tell it, entry by entry.
type story struct {
	Case
	answers int
	faults  []string
}

func (s *story) tell(format string, args ...any) {
	s.faults = append(s.faults, fmt.Sprintf(format, args...))
}

// Faults lists where a case says otherwise than its entries, oldest first, and
// its thread, of which answers is how many messages went out.
func (c *Case) Faults(told []Told, answers int) []string {
	var s story
	for i := range told {
		s.follow(&told[i], i == 0)
	}
	for _, x := range [...]struct {
		what       string
		says, told any
	}{
		{"state", c.State, s.State}, {"priority", c.Priority, s.Priority}, {"time of its first answer", c.AnsweredAt, s.AnsweredAt},
		{"time since when it waits", c.PausedAt, s.PausedAt}, {"time of its resolution", c.ResolvedAt, s.ResolvedAt},
		{"time when the customer last wrote", c.HeardAt, s.HeardAt}, {"missed targets", c.Escalated, s.Escalated},
		{"version", c.Version, s.Version}, {"count of answers", int64(answers), int64(s.answers)},
	} {
		if x.says != x.told {
			s.tell("its %s is %v, its entries tell %v", x.what, x.says, x.told)
		}
	}
	if s.FirstDue >= 0 && (c.FirstDue != s.FirstDue || c.ResolveDue != s.ResolveDue) {
		s.tell("it is due at %d and %d, its entries tell %d and %d", c.FirstDue, c.ResolveDue, s.FirstDue, s.ResolveDue)
	}
	if why := c.ClockFault(); why != "" {
		s.tell("%s", why)
	}
	return s.faults
}

// follow takes in one entry.
func (s *story) follow(t *Told, first bool) {
	begins := first || s.State == Resolved && t.State == Reopened
	stood := int64(0)
	if s.State == Waiting && t.State != Waiting {
		stood = t.At - s.PausedAt
	}
	s.dues(t, begins || t.Type == journal.CaseEdited, stood)
	switch {
	case t.State != Waiting:
		s.PausedAt = 0
	case s.State != Waiting:
		s.PausedAt = t.At
	}
	switch {
	case t.State != Resolved:
		s.ResolvedAt = 0
	case s.State != Resolved:
		s.ResolvedAt = t.At
	}
	if begins {
		s.AnsweredAt, s.Escalated = 0, 0
	}
	if first {
		s.Priority, s.HeardAt = t.Priority, t.At
	}
	s.acted(t)
	s.State = t.State
	s.Version++
}

// acted takes in what only some entries tell.
func (s *story) acted(t *Told) {
	switch t.Type {
	case journal.CaseHeard:
		if t.Automatic == "" {
			s.HeardAt = t.At
		}
	case journal.CaseAnswered:
		s.answers++
		if s.AnsweredAt == 0 {
			s.AnsweredAt = t.At
		}
	case journal.CaseEdited:
		s.Priority = t.Priority
	case journal.CaseEscalated:
		missed := int64(0)
		if t.First {
			missed |= MissedFirst
		}
		if t.Resolve {
			missed |= MissedResolve
		}
		if missed == 0 || missed&s.Escalated != 0 {
			s.tell("a target is told to be missed twice, or none is")
		}
		s.Escalated |= missed
		s.Priority = Raise(s.Priority)
	}
	if s.Priority != t.Priority {
		s.tell("entry %d tells the priority %s, those before it %s", s.Version+1, t.Priority, s.Priority)
	}
}

// dues takes in when a case is due: moved by an edit or a new beginning, and
// otherwise later by as long as it waited for the customer.
func (s *story) dues(t *Told, moved bool, stood int64) {
	for _, x := range [...]struct {
		was  *int64
		told *int64
	}{{&s.FirstDue, t.FirstDue}, {&s.ResolveDue, t.ResolveDue}} {
		switch {
		case moved && x.told == nil:
			*x.was = -1 // not known any more
		case moved || *x.was < 0 && x.told != nil:
			*x.was = *x.told
		case *x.was > 0:
			*x.was += stood
		}
		if x.told != nil && *x.was != *x.told {
			s.tell("entry %d tells that it is due at %d, those before it %d", s.Version+1, *x.told, *x.was)
		}
	}
}
