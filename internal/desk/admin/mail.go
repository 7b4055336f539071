package admin

import (
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/store/cursors"
	"orderly/internal/store/messages"
)

// SenderCommand says by which mail server a shop's messages leave, and which.
type SenderCommand struct {
	Sender   message.Sender // Password, EnabledAt, times and versions are ignored
	Password string         // "" leaves the one that is there
	Enabled  bool           // whether messages leave by themselves
	Version  *int64
}

const maxPassword = 500

// mailAbout is what a sealed password of a mail server is bound to.
const mailAbout = "mail server"

// SaveSender keeps a shop's mail server. Messages begin with what happens after
// they were switched on. The result's Value is the message.Sender.
var SaveSender = act("mail.save", access.SettingsWrite, func(c *SenderCommand) error {
	s := &c.Sender
	s.Host, s.FromName, s.FromAddress, s.ReplyTo = strings.TrimSpace(s.Host), strings.TrimSpace(s.FromName), strings.TrimSpace(s.FromAddress), strings.TrimSpace(s.ReplyTo)
	s.ShopAddress = strings.TrimRight(strings.TrimSpace(s.ShopAddress), "/")
	var l fault.List
	s.Check(&l)
	if len(c.Password) > maxPassword {
		l.Add("/password", "too_long", "at most %d bytes", maxPassword)
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[SenderCommand]) (desk.Result, error) {
	c := a.Command
	old, err := messages.SenderOf(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if c.Version != nil && *c.Version != old.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed the mail server meanwhile; look at it again")
	}
	s := c.Sender
	s.Password, s.EnabledAt, s.UpdatedAt, s.EditVersion = old.Password, old.EnabledAt, t.At, old.EditVersion+1
	switch {
	case s.Username == "":
		s.Password = ""
	case c.Password != "":
		ring, err := ringOf(t.Desk)
		if err != nil {
			return desk.Result{}, err
		}
		s.Password = ring.Seal([]byte(c.Password), mailAbout)
	case s.Password == "" || s.Host != old.Host:
		// the password of one server is never told to another
		var l fault.List
		l.Add("/password", "missing", "type the password of this mail server")
		return desk.Result{}, l.Err()
	}
	if err := enable(t, &s, c.Enabled); err != nil {
		return desk.Result{}, err
	}
	if err := messages.SaveSender(t.Tx, s); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.MailSaved, map[string]any{"host": s.Host, "enabled": s.Enabled(), "kinds": s.Kinds, "password_changed": c.Password != ""})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: s}, err
})

// enable switches messages on from now, or off.
func enable(t *desk.Turn, s *message.Sender, on bool) error {
	switch {
	case !on:
		s.EnabledAt = 0
		return nil
	case s.EnabledAt != 0:
		return nil
	}
	s.EnabledAt = t.At
	if _, err := cursors.Lock(t.Tx, messages.Consumer); err != nil {
		return err
	}
	return cursors.Move(t.Tx, messages.Consumer, t.Seq.Entry)
}

// MailPassword opens the password of a shop's mail server.
func MailPassword(d *desk.Desk, s message.Sender) (string, error) {
	if s.Password == "" {
		return "", nil
	}
	ring, err := ringOf(d)
	if err != nil {
		return "", err
	}
	text, err := ring.Open(s.Password, mailAbout)
	return string(text), err
}
