package help

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/support"
)

// SayCommand is something written in a case that goes nowhere: a note for
// colleagues, or what a customer said on the phone.
type SayCommand struct {
	Case support.ID
	Text string
}

func sayOf(c *SayCommand) support.ID { return c.Case }

func checkSay(c *SayCommand, l *fault.List) {
	support.CheckText("/text", c.Text, support.MaxText, true, l)
}

// Note keeps something for colleagues.
var Note = on("cases.note", access.CustomersWrite, sayOf, checkSay, func(t *desk.Turn, a desk.Asked[SayCommand], c *support.Case) (told, error) {
	if err := room(t, c); err != nil {
		return told{}, err
	}
	_, err := say(t, support.Message{Case: c.ID, Way: support.Note, Source: "staff", Actor: a.Scope.Actor.String(), Text: a.Command.Text})
	return told{typ: journal.CaseNoted}, err
})

// Hear keeps what the customer said on the phone: the case is open again.
var Hear = on("cases.hear", access.CustomersWrite, sayOf, checkSay, func(t *desk.Turn, a desk.Asked[SayCommand], c *support.Case) (told, error) {
	if err := room(t, c); err != nil {
		return told{}, err
	}
	x, err := target(t, c)
	if err != nil {
		return told{}, err
	}
	c.Hear(t.At, x)
	_, err = say(t, support.Message{Case: c.ID, Way: support.In, Source: "phone", Actor: a.Scope.Actor.String(), FromName: c.Name, Text: a.Command.Text})
	return told{journal.CaseHeard, map[string]any{"source": "phone"}}, err
})

// MoveCommand leads a case on.
type MoveCommand struct {
	Case  support.ID
	Cause string // of Resolve: "" leaves the one that is there
	Note  string // for colleagues
}

func moveOf(c *MoveCommand) support.ID { return c.Case }

func checkMove(c *MoveCommand, l *fault.List) {
	support.CheckText("/note", c.Note, support.MaxText, false, l)
	if c.Cause != "" && !slices.Contains(support.Causes, c.Cause) {
		l.Add("/cause", "unknown", "%.40q is no cause", c.Cause)
	}
}

// move makes an act that leads a case on, with a note when one was written.
func move(name, act string, do func(*desk.Turn, *MoveCommand, *support.Case) (told, error)) *desk.Operation[MoveCommand] {
	return on(name, access.CustomersWrite, moveOf, checkMove, func(t *desk.Turn, a desk.Asked[MoveCommand], c *support.Case) (told, error) {
		if err := c.May(act); err != nil {
			return told{}, err
		}
		x, err := do(t, &a.Command, c)
		if err == nil && a.Command.Note != "" {
			if err = room(t, c); err == nil {
				_, err = say(t, support.Message{Case: c.ID, Way: support.Note, Source: "staff", Actor: a.Scope.Actor.String(), Text: a.Command.Note})
			}
		}
		return x, err
	})
}

// Wait says that the customer is to answer: the clocks stand.
var Wait = move("cases.wait", "wait", func(t *desk.Turn, _ *MoveCommand, c *support.Case) (told, error) {
	c.Wait(t.At)
	return told{typ: journal.CaseWaiting}, nil
})

// Resolve ends a case. What caused it is said by then: without causes nobody
// learns anything from cases.
var Resolve = move("cases.resolve", "resolve", func(t *desk.Turn, m *MoveCommand, c *support.Case) (told, error) {
	if m.Cause != "" {
		c.Cause = m.Cause
	}
	if c.Cause == "" {
		var l fault.List
		l.Add("/cause", "missing", "say what caused the case; no_fault is an answer too")
		return told{}, l.Err()
	}
	c.Resolve(t.At)
	return told{typ: journal.CaseResolved}, nil
})

// Reopen begins a resolved case again.
var Reopen = move("cases.reopen", "reopen", func(t *desk.Turn, _ *MoveCommand, c *support.Case) (told, error) {
	x, err := target(t, c)
	if err != nil {
		return told{}, err
	}
	c.Reopen(t.At, x)
	return told{typ: journal.CaseReopened}, nil
})
