package talks

import (
	"cmp"
	"fmt"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/journal"
	"orderly/internal/purchase"
	"orderly/internal/store/cases"
	"orderly/internal/store/messages"
	"orderly/internal/store/talks"
	"orderly/internal/support"
	"orderly/internal/talk"
)

// ReceiveCommand is a mail that came in.
type ReceiveCommand struct{ Mail support.Mail }

// Elsewhere is the status of a mail that belongs to no conversation.
const Elsewhere = "elsewhere"

// Receive takes a mail into the conversation that it belongs to: the one of the
// mail that it answers, or whose token it carries; or that of a purchase order
// which was mailed to its sender. Any other mail is not taken. One that is known
// changes nothing, and nothing is answered by itself.
var Receive = act("conversations.receive", nil, func(t *desk.Turn, a desk.Asked[ReceiveCommand]) (desk.Result, error) {
	m := a.Command.Mail
	out := desk.Result{Kind: journal.Talk, Status: Elsewhere}
	if known, err := talks.OfMail(&t.Reader, []string{m.MessageID}); err != nil || known != 0 {
		return desk.Result{Kind: journal.Talk, ID: int64(known), Status: "unchanged"}, err
	}
	of, err := belongs(t, a.Scope, &m)
	if err != nil || of == nil {
		return out, err
	}
	thread, err := talks.Thread(&t.Reader, of.ID)
	if err != nil || len(thread) >= talk.MaxMessages {
		return out, err
	}
	if err := mark(t, &m); err != nil {
		return out, err
	}
	return take(t, a.Scope, of, &m)
})

// belongs finds the conversation of a mail; nil when it belongs to none.
func belongs(t *desk.Turn, by access.Scope, m *support.Mail) (*talk.Talk, error) {
	id, err := talks.OfMail(&t.Reader, m.Refs)
	if err != nil {
		return nil, err
	}
	if id != 0 {
		return talks.Get(&t.Reader, id)
	}
	for _, token := range talk.Tokens(m) {
		if of, err := talks.ByToken(&t.Reader, token); err != nil || of != nil {
			return of, err
		}
	}
	for _, id := range talk.Answered(m) {
		x, err := ofPurchase(&t.Reader, by, purchase.ID(id))
		if err == nil && x.Purchase != nil && Shown(x.Purchase) && x.Email != "" && strings.EqualFold(x.Email, m.From) {
			return step.BeginTalk(t.Tx, x.Talk)
		}
	}
	return nil, nil
}

// mark tells a mail of our own apart.
func mark(t *desk.Turn, m *support.Mail) error {
	sender, err := messages.SenderOf(&t.Reader)
	if err != nil {
		return err
	}
	box, err := cases.MailboxOf(&t.Reader)
	m.MarkOwn(sender.FromAddress, box.Address)
	return err
}

// take adds a mail to a conversation. A mail that came back says that they were
// not reached; what an answering machine wrote is for nobody to answer.
func take(t *desk.Turn, by access.Scope, of *talk.Talk, m *support.Mail) (desk.Result, error) {
	x := talk.Message{ID: talk.MessageID(t.IDs().Next()), Talk: of.ID, Way: talk.In, Source: talk.Mail, FromName: m.FromName, From: m.From, Text: support.Clip(m.Text, support.MaxText), RFC: m.MessageID, Refs: m.Refs,
		Auto: m.Auto, State: support.Kept, At: t.At, UpdatedAt: t.At}
	has, err := talks.CountFiles(&t.Reader, of.ID)
	if err != nil {
		return desk.Result{}, err
	}
	files := m.Files[:max(0, min(len(m.Files), talk.MaxAllFiles-has))]
	if left := m.Left + len(m.Files) - len(files); left > 0 { // nobody waits for a file that is not there
		x.Why = fmt.Sprintf("%d files of this mail were left out: they are too large, or too many. They are in the mailbox.", left)
	}
	if err := talks.Add(t.Tx, &x); err != nil {
		return desk.Result{}, err
	}
	for i := range files {
		files[i].ID, files[i].Message, files[i].Name = t.IDs().Next(), support.MessageID(x.ID), cmp.Or(files[i].Name, "file")
	}
	if err := cases.AddFiles(t.Tx, files); err != nil {
		return desk.Result{}, err
	}
	told := map[string]any{"source": talk.Mail, "files": len(files)}
	if m.Auto == "" || m.Auto == "bounce" {
		of.Said(talk.In, t.At)
	}
	if m.Auto != "" {
		told["automatic"] = m.Auto
	}
	return keep(t, by, of, journal.TalkHeard, told)
}
