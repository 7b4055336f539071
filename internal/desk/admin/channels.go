package admin

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store/channels"
)

// ChannelCommand says something of a channel: the one with this code.
type ChannelCommand struct {
	Channel channels.Channel // ID, times and versions are ignored
	Version *int64
}

const maxChannel = 60 // as orders have it

// SaveChannel keeps what a channel is called, its color and kind, and whether
// it is offered. The result's Value is the channel.
var SaveChannel = act("channels.save", access.SettingsWrite, func(c *ChannelCommand) error {
	x := &c.Channel
	x.Code, x.Label = strings.TrimSpace(x.Code), strings.TrimSpace(x.Label)
	var l fault.List
	for at, text := range map[string]string{"/code": x.Code, "/label": x.Label} {
		if text == "" || utf8.RuneCountInString(text) > maxChannel || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			l.Add(at, "invalid_text", "write 1 to %d characters", maxChannel)
		}
	}
	if !slices.Contains(channels.Colors, x.Color) {
		l.Add("/color", "unknown_color", "choose one of the colors")
	}
	if !slices.Contains(channels.Kinds, x.Kind) {
		l.Add("/kind", "unknown_kind", "choose what the channel is")
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[ChannelCommand]) (desk.Result, error) {
	made := a.Command.Channel
	old, err := channels.ByCode(&t.Reader, made.Code)
	if err != nil {
		return desk.Result{}, err
	}
	if v := a.Command.Version; v != nil && *v != old.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed this channel meanwhile; look at it again")
	}
	status := "done"
	made.ID, made.CreatedAt, made.UpdatedAt, made.EditVersion = old.ID, old.CreatedAt, t.At, old.EditVersion+1
	if old.ID == 0 {
		all, err := channels.All(&t.Reader)
		if err != nil {
			return desk.Result{}, err
		}
		if len(all) >= channels.Max {
			return desk.Result{}, fault.New(fault.Conflict, "too_many", "at most %d channels", channels.Max)
		}
		made.ID, made.CreatedAt, status = channels.ID(t.IDs().Next()), t.At, "created"
	}
	if err := channels.Save(t.Tx, made); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Channel, int64(made.ID), journal.ChannelSaved, map[string]any{"code": made.Code, "kind": made.Kind, "color": made.Color, "active": made.Active})
	return desk.Result{Kind: journal.Channel, ID: int64(made.ID), Seq: seq, Status: status, Value: made}, err
})
