package admin

import (
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/outbound"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store/partners"
)

func hookAbout(at stock.LocationID) string { return "partner hook " + at.String() }

// HookCommand gives the partner of a location a secret by which it signs what it
// tells us. The one before holds until Keep has passed.
type HookCommand struct {
	Location stock.LocationID
	Secret   string // in the clear
	Keep     time.Duration
}

// MakeHook keeps it, sealed. The Value of the result is the *partner.Hook.
var MakeHook = act("partners.make_hook", access.SettingsWrite, func(c *HookCommand) error {
	var l fault.List
	outbound.CheckSecret("/secret", c.Secret, &l)
	if c.Keep < 0 || c.Keep > MaxKeepSecret {
		l.Add("/keep_hours", "invalid_number", "the previous secret may go on for 0 to %d hours", int(MaxKeepSecret.Hours()))
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[HookCommand]) (desk.Result, error) {
	c := a.Command
	if err := partnerPlace(&t.Reader, c.Location); err != nil {
		return desk.Result{}, err
	}
	ring, err := ringOf(t.Desk)
	if err != nil {
		return desk.Result{}, err
	}
	was, err := partners.HookOf(&t.Reader, c.Location)
	if err != nil {
		return desk.Result{}, err
	}
	if was == nil {
		was = &partner.Hook{Location: c.Location}
	}
	return keepHook(t, a.Scope, was.Rotated(ring.Seal([]byte(c.Secret), hookAbout(c.Location)), c.Keep.Microseconds(), t.At))
})

// EndHook has nothing heard from a partner's webhooks any more.
var EndHook = act("partners.end_hook", access.SettingsWrite, func(*stock.LocationID) error { return nil }, func(t *desk.Turn, a desk.Asked[stock.LocationID]) (desk.Result, error) {
	was, err := partners.HookOf(&t.Reader, a.Command)
	if err != nil {
		return desk.Result{}, err
	}
	if was == nil || !was.Active {
		return desk.Result{}, fault.New(fault.NotFound, "no_hook", "nothing is heard from webhooks of location %s", a.Command)
	}
	return keepHook(t, a.Scope, was.Ended(t.At))
})

func keepHook(t *desk.Turn, by access.Scope, h *partner.Hook) (desk.Result, error) {
	if err := partners.SaveHook(t.Tx, h); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, by, journal.Merchant, t.M, journal.HookSaved, map[string]any{"location": h.Location.String(), "active": h.Active})
	return desk.Result{Kind: journal.Location, ID: int64(h.Location), Seq: seq, Status: "done", Value: h}, err
}

// HookSecrets opens the secrets that hold now.
func HookSecrets(d *desk.Desk, h *partner.Hook, now int64) ([]string, error) {
	var out []string
	for _, sealed := range h.Keeps(now) {
		ring, err := ringOf(d)
		if err != nil {
			return nil, err
		}
		raw, err := ring.Open(sealed, hookAbout(h.Location))
		if err != nil {
			return nil, err
		}
		out = append(out, string(raw))
	}
	return out, nil
}
