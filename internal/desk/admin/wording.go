package admin

import (
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/store/messages"
)

// WordingCommand words a kind of message for a channel and a language; Drop
// gives the wording up.
type WordingCommand struct {
	Template message.Template // times and versions are ignored
	Drop     bool
	Version  *int64
}

// SaveWording keeps how a message is worded. The result's Value is the
// message.Template.
var SaveWording = act("messages.wording", access.SettingsWrite, func(c *WordingCommand) error {
	t := &c.Template
	t.Channel, t.Subject = strings.TrimSpace(t.Channel), strings.TrimSpace(t.Subject)
	t.Body = strings.TrimSpace(strings.ReplaceAll(t.Body, "\r\n", "\n"))
	if c.Drop {
		return nil
	}
	var l fault.List
	t.Check(&l)
	if len(t.Channel) > maxChannel {
		l.Add("/channel", "too_long", "at most %d bytes", maxChannel)
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[WordingCommand]) (desk.Result, error) {
	made := a.Command.Template
	all, err := messages.Templates(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	i := slices.IndexFunc(all, func(x message.Template) bool {
		return x.Kind == made.Kind && x.Channel == made.Channel && x.Language == made.Language
	})
	var old message.Template
	if i >= 0 {
		old = all[i]
	}
	if v := a.Command.Version; v != nil && *v != old.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed this text meanwhile; look at it again")
	}
	typ := journal.WordingSaved
	switch {
	case a.Command.Drop && i < 0:
		return desk.Result{}, fault.New(fault.NotFound, "no_such_wording", "there is no text of your own for this; the built-in one is used")
	case a.Command.Drop:
		typ = journal.WordingDropped
		_, err = messages.DropTemplate(t.Tx, made)
	case i < 0 && len(all) >= message.MaxTemplates:
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "at most %d texts", message.MaxTemplates)
	default:
		made.UpdatedAt, made.EditVersion = t.At, old.EditVersion+1
		err = messages.SaveTemplate(t.Tx, made)
	}
	if err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, typ, map[string]any{"kind": made.Kind, "channel": made.Channel, "language": made.Language})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: made}, err
})
