package bill

import (
	"encoding/json"
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store/entries"
	"orderly/internal/store/invoices"
)

// PolicyCommand says when documents of channels' orders are issued by
// themselves, by channel: by hand, at shipping, at placement.
type PolicyCommand struct{ When map[string]string }

// SavePolicies keeps it, for what happens from now on.
var SavePolicies = &desk.Operation[PolicyCommand]{
	Name: "invoices.policies", Permission: access.SettingsWrite,
	Check: func(c *PolicyCommand) error {
		var l fault.List
		for channel, when := range c.When {
			if channel == "" || len(channel) > 240 || !slices.Contains(invoices.Moments, when) {
				l.Add("/channels/"+channel, "unknown_moment", "choose %v", invoices.Moments)
			}
		}
		if len(c.When) > invoices.MaxPolicies {
			l.Add("/channels", "too_many", "at most %d channels", invoices.MaxPolicies)
		}
		return l.Err()
	},
	Run: func(t *desk.Turn, asked []desk.Asked[PolicyCommand]) ([]desk.Result, error) {
		out := make([]desk.Result, len(asked))
		for i, a := range asked {
			var err error
			if out[i], err = savePolicies(t, a); fault.KindOf(err) == fault.Conflict {
				out[i], err = desk.Result{Err: err}, nil
			}
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	},
}

func savePolicies(t *desk.Turn, a desk.Asked[PolicyCommand]) (desk.Result, error) {
	now, err := invoices.Policies(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	settings, err := invoices.SettingsOf(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	last, err := entries.LastOf(&t.Reader, t.M)
	if err != nil {
		return desk.Result{}, err
	}
	var changed []invoices.Policy
	told := map[string]string{}
	for channel, when := range a.Command.When {
		at := slices.IndexFunc(now, func(p invoices.Policy) bool { return p.Channel == channel })
		if at >= 0 && now[at].When == when || at < 0 && when == invoices.ByHand {
			continue
		}
		if when != invoices.ByHand && (settings.LegalName == "" || settings.Address == "") {
			return desk.Result{}, fault.New(fault.Conflict, "seller_incomplete", "first say under which legal name and address documents are issued")
		}
		changed, told[channel] = append(changed, invoices.Policy{Channel: channel, When: when, Since: t.Seq.Entry}), when
	}
	if len(changed) == 0 {
		return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: last, Status: "unchanged"}, nil
	}
	if len(now)+len(changed) > invoices.MaxPolicies {
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "at most %d channels", invoices.MaxPolicies)
	}
	if err := invoices.SavePolicies(t.Tx, changed); err != nil {
		return desk.Result{}, err
	}
	data, err := json.Marshal(map[string]any{"invoices_issued": told})
	if err != nil {
		return desk.Result{}, fmt.Errorf("tell policies: %w", err)
	}
	e := entries.New(t.Tx, journal.Merchant, t.M, last+1, journal.MerchantSaved, a.Scope, data)
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: last + 1, Status: "done"}, entries.Append(t.Tx, []journal.Entry{e})
}
