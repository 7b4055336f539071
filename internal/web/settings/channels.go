package settings

import (
	"orderly/internal/desk/admin"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

func channelsPage(v *shell.Visit) error {
	var list []channels.Channel
	err := v.Read(func(r *store.Reader) (err error) {
		list, err = channels.All(r)
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.channels"), channelsView(v, list))
}

// naming is what the page of one channel shows.
type naming struct {
	channels.Channel
	New    bool
	Faults shell.Faults
	Stale  bool
}

func channelPage(v *shell.Visit) error {
	n, err := readChannel(v, v.Query("code"))
	if err != nil {
		return err
	}
	return v.Page(n.title(v), channelView(v, n))
}

func (n naming) title(v *shell.Visit) string {
	if n.New {
		return v.T("settings.channel_new")
	}
	return n.Label
}

func readChannel(v *shell.Visit, code string) (naming, error) {
	if code == "" {
		return naming{New: true, Channel: channels.Channel{Active: true, Color: channels.Colors[0], Kind: channels.Kinds[0]}}, nil
	}
	var n naming
	err := v.Read(func(r *store.Reader) (err error) {
		n.Channel, err = channels.ByCode(r, code)
		return err
	})
	return n, err
}

func saveChannel(v *shell.Visit) error {
	c := channels.Channel{Code: v.Form("code"), Label: v.Form("label"), Color: v.Form("color"), Kind: v.Form("kind"), Active: v.Form("active") != ""}
	_, err := shell.Do(v, admin.SaveChannel, admin.ChannelCommand{Channel: c, Version: v.EditVersion()})
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/channels")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	n, bad := readChannel(v, c.Code)
	if bad != nil {
		return bad
	}
	c.EditVersion = n.EditVersion
	n.Channel, n.New, n.Faults, n.Stale = c, v.Form("new") != "", faults, shell.Stale(err)
	return v.Again(v.T("settings.channels"), channelView(v, n))
}

func kinds(v *shell.Visit) []ui.Option {
	out := make([]ui.Option, len(channels.Kinds))
	for i, k := range channels.Kinds {
		out[i] = ui.Option{Value: k, Label: v.T("settings.kind_" + k)}
	}
	return out
}
