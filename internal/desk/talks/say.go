package talks

import (
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store/cases"
	"orderly/internal/store/messages"
	"orderly/internal/store/talks"
	"orderly/internal/support"
	"orderly/internal/talk"
)

// SayCommand writes in the conversation about a purchase order or a request.
type SayCommand struct {
	About   string // talk.Purchase or talk.Request
	Subject int64
	Way     string // of ours: "" or out, note, or in for what they said; theirs is always theirs
	Text    string
	Files   []support.File // name, kind and data
	Version *int64         // of the conversation that the caller saw; 0 while there was none
}

// Say keeps what one side writes. What we write to them leaves by mail, too, where
// an address is known; what they write waits for us.
var Say = act("conversations.say", func(c *SayCommand, l *fault.List) {
	c.Text = strings.TrimSpace(strings.ReplaceAll(c.Text, "\r\n", "\n"))
	support.CheckText("/text", c.Text, talk.MaxText, len(c.Files) == 0, l)
	talk.CheckFiles(c.Files, l)
	if c.Way != "" && !slices.Contains(talk.Ways, c.Way) {
		l.Add("/way", "unknown", "a message goes out, is a note, or is what they said (in)")
	}
}, func(t *desk.Turn, a desk.Asked[SayCommand]) (desk.Result, error) {
	c := &a.Command
	x, err := Of(&t.Reader, a.Scope, c.About, c.Subject)
	if err != nil {
		return desk.Result{}, err
	}
	m := talk.Message{Way: c.Way, Source: talk.Portal, Actor: a.Scope.Actor.String(), Text: c.Text, State: support.Kept, At: t.At, UpdatedAt: t.At}
	if err := allowed(t, a.Scope, x, c, &m); err != nil {
		return desk.Result{}, err
	}
	of, err := step.BeginTalk(t.Tx, x.Talk)
	if err != nil {
		return desk.Result{}, err
	}
	m.ID, m.Talk = talk.MessageID(t.IDs().Next()), of.ID
	if err := post(t, x, of, &m); err != nil {
		return desk.Result{}, err
	}
	for i := range c.Files {
		c.Files[i].ID, c.Files[i].Message = t.IDs().Next(), support.MessageID(m.ID)
	}
	if err := cases.AddFiles(t.Tx, c.Files); err != nil {
		return desk.Result{}, err
	}
	of.Said(m.Way, t.At)
	typ := map[string]string{talk.Out: journal.TalkWritten, talk.In: journal.TalkHeard, talk.Note: journal.TalkNoted}[m.Way]
	return keep(t, a.Scope, of, typ, map[string]any{"source": m.Source, "files": len(c.Files)})
})

// allowed says whose message it is, and refuses what may not be written now.
func allowed(t *desk.Turn, by access.Scope, x *Subject, c *SayCommand, m *talk.Message) error {
	if c.Version != nil && *c.Version != x.Version {
		return fault.New(fault.Conflict, "edited_meanwhile", "something was written meanwhile; look at it again")
	}
	switch {
	case x.Side == talk.Them:
		m.Way = talk.In
	case m.Way == "":
		m.Way = talk.Out
	case m.Way == talk.In:
		m.Source = talk.Staff
	}
	if x.Side == talk.Us && x.Purchase != nil {
		if err := by.Require(access.PurchasesWrite); err != nil {
			return err
		}
		if m.Way == talk.Out && !Shown(x.Purchase) {
			return fault.New(fault.Conflict, "not_sent", "purchase order %d was not sent: its supplier knows nothing of it yet; write a note, or send it first", x.Purchase.Number)
		}
	}
	if x.Talk.ID == 0 {
		return nil
	}
	thread, err := talks.Thread(&t.Reader, x.Talk.ID)
	if err != nil {
		return err
	}
	files, err := talks.CountFiles(&t.Reader, x.Talk.ID)
	switch {
	case err != nil:
		return err
	case len(thread) >= talk.MaxMessages:
		return fault.New(fault.Conflict, "too_many", "this conversation has %d messages, which is all that it takes", len(thread))
	case x.Side == talk.Them && talk.InARow(thread) >= talk.MaxInARow:
		return fault.New(fault.Conflict, "too_many_messages", "%d messages wait for an answer already", talk.MaxInARow)
	case files+len(c.Files) > talk.MaxAllFiles:
		return fault.New(fault.Conflict, "too_many_files", "a conversation takes %d files and has %d", talk.MaxAllFiles, files)
	}
	return nil
}

// post keeps a message. What we write leaves by mail where it can.
func post(t *desk.Turn, x *Subject, of *talk.Talk, m *talk.Message) error {
	sender, err := messages.SenderOf(&t.Reader)
	if err != nil {
		return err
	}
	if m.Way != talk.Out || sender.Host == "" || x.Email == "" || support.Machine(x.Email) {
		return talks.Add(t.Tx, m)
	}
	thread, err := talks.Thread(&t.Reader, m.Talk)
	if err != nil {
		return err
	}
	m.To, m.Refs = x.Email, talk.Refs(thread)
	return step.MailTalk(t.Tx, of, m, sender.FromAddress)
}

// SettleCommand says that there is nothing to answer.
type SettleCommand struct {
	About   string
	Subject int64
}

// Settle notes that the side of who asks has nothing to answer. Asked twice, the
// second changes nothing.
var Settle = act("conversations.settle", nil, func(t *desk.Turn, a desk.Asked[SettleCommand]) (desk.Result, error) {
	x, err := Of(&t.Reader, a.Scope, a.Command.About, a.Command.Subject)
	if err != nil {
		return desk.Result{}, err
	}
	if x.Side == talk.Us && x.Purchase != nil {
		if err := a.Scope.Require(access.PurchasesWrite); err != nil {
			return desk.Result{}, err
		}
	}
	if x.Talk.ID == 0 || !x.Talk.Settle(x.Side) {
		return desk.Result{Kind: journal.Talk, ID: int64(x.Talk.ID), Seq: x.Version, Status: "unchanged", Value: &x.Talk}, nil
	}
	return keep(t, a.Scope, &x.Talk, journal.TalkSettled, map[string]any{"by": x.Side})
})
