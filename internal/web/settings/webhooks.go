package settings

import (
	"errors"
	"math"
	"slices"
	"strconv"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/outbound"
	"orderly/internal/store"
	"orderly/internal/store/endpoints"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

const (
	hooksShown = 100 // endpoints in the list, newest first
	failsShown = 20  // deliveries that were given up or wait
	callsShown = 30  // attempts
)

// hook is one endpoint with how it fares.
type hook struct {
	outbound.Endpoint
	Progress endpoints.Progress
	Behind   int64
	Waiting  []outbound.Delivery
	GivenUp  []outbound.Delivery
	Calls    []endpoints.Attempt
}

func webhooksPage(v *shell.Visit) error {
	var list []hook
	err := v.Read(func(r *store.Reader) error {
		found, err := endpoints.Before(r, math.MaxInt64, hooksShown)
		for _, e := range found {
			h := hook{Endpoint: e}
			if err == nil {
				err = h.fares(r)
			}
			list = append(list, h)
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.webhooks"), webhooksView(v, list))
}

// fares reads how far the endpoint is.
func (h *hook) fares(r *store.Reader) (err error) {
	if h.Progress, err = endpoints.ProgressOf(r, h.ID); err != nil {
		return err
	}
	last, err := r.EntrySeq()
	h.Behind = max(last-h.Progress.Seq, 0)
	return err
}

func readHook(v *shell.Visit) (h hook, err error) {
	id, err := outbound.ParseID(v.Path("id"))
	if err != nil {
		return h, admin.NoSuchWebhook(v.Path("id"))
	}
	err = v.Read(func(r *store.Reader) (err error) {
		if h.Endpoint, err = endpoints.Get(r, id); err == nil {
			err = h.fares(r)
		}
		if err == nil {
			h.Waiting, err = endpoints.InState(r, id, outbound.Waiting, 0, failsShown)
		}
		if err == nil {
			h.GivenUp, err = endpoints.InState(r, id, outbound.GivenUp, 0, failsShown)
		}
		if err == nil {
			h.Calls, err = endpoints.LastAttempts(r, id, callsShown)
		}
		return err
	})
	if errors.Is(err, endpoints.ErrUnknown) {
		err = admin.NoSuchWebhook(id.String())
	}
	return h, err
}

func webhookPage(v *shell.Visit) error {
	h, err := readHook(v)
	if err != nil {
		return err
	}
	return v.Page(h.Name, webhookView(v, h))
}

// hooking is what the form of an endpoint shows.
type hooking struct {
	Name, Address string
	Types         []string
	Faults        shell.Faults
	Secret        string // just made, shown once
	ID            outbound.ID
}

func (h hooking) wants(typ string) bool { return slices.Contains(h.Types, typ) }

func (h hooking) typesFault() string {
	for name, text := range h.Faults {
		if len(name) >= 5 && name[:5] == "types" {
			return text
		}
	}
	return ""
}

func newWebhookPage(v *shell.Visit) error {
	return v.Page(v.T("settings.webhook_new"), newWebhookView(v, hooking{Types: []string{outbound.Every}}))
}

func makeWebhook(v *shell.Visit) error {
	h := hooking{Name: v.Form("name"), Address: v.Form("url"), Types: chosen(form(v), "type")}
	secret := admin.NewWebhookSecret()
	r, err := shell.Do(v, admin.MakeWebhook, admin.WebhookCommand{Name: h.Name, Address: h.Address, Types: h.Types, Secret: secret})
	if err == nil {
		h.ID, h.Secret = outbound.ID(r.ID), secret
		return v.Page(v.T("settings.webhook_made"), webhookSecretView(v, h))
	}
	var ok bool
	if h.Faults, ok = shell.FaultsOf(err); !ok {
		return err
	}
	return v.Again(v.T("settings.webhook_new"), newWebhookView(v, h))
}

// webhookDo does an act that needs no more than the endpoint, and says so.
func webhookDo(op *desk.Operation[admin.WebhookID], said string) func(*shell.Visit) error {
	return func(v *shell.Visit) error {
		h, err := readHook(v)
		if err != nil {
			return err
		}
		if _, err := shell.Do(v, op, admin.WebhookID{ID: h.ID}); err != nil {
			return err
		}
		v.Toast(v.T(said))
		return v.Go("/settings/webhooks/" + h.ID.String())
	}
}

func rotateWebhook(v *shell.Visit) error {
	h, err := readHook(v)
	if err != nil {
		return err
	}
	secret := admin.NewWebhookSecret()
	if _, err := shell.Do(v, admin.RotateWebhook, admin.RotateCommand{ID: h.ID, Secret: secret, Keep: admin.KeepSecret}); err != nil {
		return err
	}
	return v.Page(v.T("settings.webhook_rotated"), webhookSecretView(v, hooking{Name: h.Name, ID: h.ID, Secret: secret}))
}

// replayWebhook sends one delivery again, or what comes after a sequence.
func replayWebhook(v *shell.Visit) error {
	h, err := readHook(v)
	if err != nil {
		return err
	}
	c := admin.ReplayCommand{ID: h.ID}
	if text := v.Form("delivery"); text != "" {
		c.Delivery, err = outbound.ParseDeliveryID(text)
	} else {
		var after int64
		if after, err = strconv.ParseInt(v.Form("after"), 10, 64); err != nil {
			err = fault.New(fault.Invalid, "invalid_number", "write the sequence of a journal entry, such as 4700")
		}
		c.After = &after
	}
	if err != nil {
		return err
	}
	if _, err := shell.Do(v, admin.ReplayWebhook, c); err != nil {
		return err
	}
	v.Toast(v.T("settings.webhook_replayed"))
	return v.Go("/settings/webhooks/" + h.ID.String())
}

// hookState is the word and the tone of where an endpoint stands.
func hookState(v *shell.Visit, h hook) (string, ui.Tone) {
	switch {
	case h.State == outbound.Quarantined:
		return v.T("settings.webhook_quarantined"), ui.Bad
	case h.State == outbound.Paused:
		return v.T("settings.webhook_paused"), ui.Warn
	case h.State == outbound.Ended:
		return v.T("settings.webhook_ended"), ui.Quiet
	case h.Progress.FailingSince != 0:
		return v.T("settings.webhook_failing"), ui.Warn
	}
	return v.T("settings.active"), ui.Good
}

func outcomeTone(x endpoints.Attempt) ui.Tone {
	if x.Outcome == outbound.Taken {
		return ui.Good
	}
	return ui.Bad
}

// about is what a call was about, as its readers know it.
func about(kind string, subject int64, typ string) string {
	if typ == outbound.PingType {
		return typ
	}
	return typ + " " + ident.Text(kind, subject)
}

func entryTypes() []string { return journal.Types }
