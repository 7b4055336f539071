package admin

import (
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/payments"
)

// ProviderCommand sets up a provider of payments: the one with this code.
// Secrets that are left empty stay as they are.
type ProviderCommand struct {
	Code    string
	Kind    string // of driver; never changes
	Active  bool
	Secrets map[string]string
	Version *int64

	// Fields are the secrets that the driver needs; the edge knows them.
	Fields []string

	// Judge says what is wrong with the secrets, once they are all there.
	Judge func(map[string]string) error
}

var providerCode = regexp.MustCompile(`^[a-z][a-z0-9_]{0,29}$`)

const maxSecret = 500

func providerAbout(m int64, code string) string {
	return "payment provider " + strconv.FormatInt(m, 10) + " " + code
}

// SaveProvider keeps a provider, its secrets sealed. The result's Value is the
// payments.Provider.
var SaveProvider = act("providers.save", access.SettingsWrite, func(c *ProviderCommand) error {
	var l fault.List
	c.Code = strings.TrimSpace(c.Code)
	if !providerCode.MatchString(c.Code) {
		l.Add("/code", "invalid_code", "a code begins with a letter and has up to 30 small letters, digits and underscores")
	}
	if len(c.Fields) == 0 {
		l.Add("/kind", "unknown_kind", "choose one of the providers that there are")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		c.Secrets[name] = strings.TrimSpace(c.Secrets[name])
		switch {
		case !slices.Contains(c.Fields, name):
			l.Add("/secrets/"+name, "unknown_field", "this provider has no such secret")
		case len(c.Secrets[name]) > maxSecret:
			l.Add("/secrets/"+name, "too_long", "at most %d characters", maxSecret)
		}
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[ProviderCommand]) (desk.Result, error) {
	c := a.Command
	ring, err := ringOf(t.Desk)
	if err != nil {
		return desk.Result{}, err
	}
	all, err := payments.Providers(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	made, secrets, status := payments.Provider{Code: c.Code, ID: payments.ProviderID(t.IDs().Next()), Kind: c.Kind, CreatedAt: t.At}, map[string]string{}, "created"
	if i := slices.IndexFunc(all, func(p payments.Provider) bool { return p.Code == c.Code }); i >= 0 {
		made, status = all[i], "done"
		if secrets, err = openSecrets(t.Desk, t.M, made); err != nil {
			return desk.Result{}, err
		}
	} else if len(all) >= payments.MaxProviders {
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "at most %d providers", payments.MaxProviders)
	}
	if c.Version != nil && *c.Version != made.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed this provider meanwhile; look at it again")
	}
	if made.Kind != c.Kind {
		return desk.Result{}, fault.New(fault.Conflict, "fixed", "%s is of kind %s; set up another for %s", c.Code, made.Kind, c.Kind)
	}
	if err := mergeSecrets(secrets, &c); err != nil {
		return desk.Result{}, err
	}
	if c.Judge != nil {
		if err := c.Judge(secrets); err != nil {
			return desk.Result{}, err
		}
	}
	text, err := json.Marshal(secrets)
	if err != nil {
		return desk.Result{}, err
	}
	made.Active, made.Secrets, made.UpdatedAt, made.EditVersion = c.Active, ring.Seal(text, providerAbout(t.M, c.Code)), t.At, made.EditVersion+1
	if err := payments.SaveProvider(t.Tx, made); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Provider, int64(made.ID), journal.ProviderSaved, map[string]any{"code": made.Code, "kind": made.Kind, "active": made.Active})
	return desk.Result{Kind: journal.Provider, ID: int64(made.ID), Seq: seq, Status: status, Value: made}, err
})

// mergeSecrets puts what was written over what is kept; each must be there.
func mergeSecrets(kept map[string]string, c *ProviderCommand) error {
	var l fault.List
	for _, name := range c.Fields {
		if v := c.Secrets[name]; v != "" {
			kept[name] = v
		}
		if kept[name] == "" {
			l.Add("/secrets/"+name, "missing", "the provider shows it to you; copy it here")
		}
	}
	return l.Err()
}

func openSecrets(d *desk.Desk, m int64, p payments.Provider) (map[string]string, error) {
	ring, err := ringOf(d)
	if err != nil {
		return nil, err
	}
	text, err := ring.Open(p.Secrets, providerAbout(m, p.Code))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	return out, json.Unmarshal(text, &out)
}

// ProviderOf opens a provider's settings, with its secrets, for who calls it.
func ProviderOf(ctx context.Context, d *desk.Desk, m int64, code string) (p payments.Provider, secrets map[string]string, err error) {
	var all []payments.Provider
	err = d.DB.Read(ctx, access.System(m, "system", "payments"), func(r *store.Reader) (err error) {
		all, err = payments.Providers(r)
		return err
	})
	if err != nil {
		return p, nil, err
	}
	i := slices.IndexFunc(all, func(p payments.Provider) bool { return p.Code == code })
	if i < 0 {
		return p, nil, NoSuchProvider(code)
	}
	secrets, err = openSecrets(d, m, all[i])
	return all[i], secrets, err
}

// NoSuchProvider is the fault of a provider that was not set up.
func NoSuchProvider(code string) error {
	return fault.New(fault.NotFound, "no_such_provider", "there is no provider of payments %.40q", code)
}
