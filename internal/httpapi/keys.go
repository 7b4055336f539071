package httpapi

import (
	"fmt"
	"net/http"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/keys"
)

// NewKey asks for an API key.
type NewKey struct {
	Name      string   `json:"name" maxLength:"100" doc:"By which you will know it." example:"web shop"`
	Scopes    []string `json:"scopes" minItems:"1" maxItems:"50" doc:"What it may do: scopes, or read for all that read, or * for all. No more than your own key." example:"orders:write"`
	Locations []string `json:"locations,omitempty" maxItems:"1000" doc:"When given, only these are seen and worked: codes or ids."`
	ExpiresAt string   `json:"expires_at,omitempty" format:"date-time" doc:"Never when left out."`
}

// Key is what is known of an API key.
type Key struct {
	ID        string   `json:"id" example:"key_0pmnqh2000400"`
	Key       string   `json:"key,omitempty" doc:"The key itself: shown once, in the answer that makes it, and kept nowhere."`
	Name      string   `json:"name"`
	Hint      string   `json:"hint" doc:"How it begins."`
	Scopes    []string `json:"scopes"`
	Locations []string `json:"locations"`
	CreatedAt string   `json:"created_at,omitempty" format:"date-time"`
	ExpiresAt string   `json:"expires_at,omitempty" format:"date-time"`
	RevokedAt string   `json:"revoked_at,omitempty" format:"date-time"`
}

type keyID struct {
	ID string `path:"id" example:"key_0pmnqh2000400"`
}

func (a *api) createKey(c *call, _ *none, in *NewKey) (Key, error) {
	text, err := admin.NewKey(c.scope.Merchant)
	if err != nil {
		return Key{}, err
	}
	cmd := admin.KeyCommand{Name: in.Name, Hash: admin.Hash(text), Hint: admin.KeyHint(text), ExpiresAt: parseInstant("/expires_at", in.ExpiresAt, &c.faults)}
	for i, word := range in.Scopes {
		some, err := access.ParsePermissions(word)
		if err != nil {
			c.faults.Add(fmt.Sprintf("/scopes/%d", i), "unknown_scope", "%.60q is not a scope; use *, read, or some of %v", word, access.All)
		}
		cmd.Scopes = append(cmd.Scopes, some...)
	}
	slices.Sort(cmd.Scopes)
	cmd.Scopes = slices.Compact(cmd.Scopes)
	if len(in.Scopes) == 0 {
		c.faults.Add("/scopes", "missing", "name at least one scope, for example orders:read")
	}
	for i, word := range in.Locations {
		id, err := c.location(fmt.Sprintf("/locations/%d", i), word, &c.faults)
		if err != nil {
			return Key{}, err
		}
		cmd.Locations = append(cmd.Locations, int64(id))
	}
	if cmd.ExpiresAt != 0 && cmd.ExpiresAt <= a.desk.DB.Now() {
		c.faults.Add("/expires_at", "in_the_past", "the key would have expired already")
	}
	r, err := one(c, admin.MakeKey, cmd)
	if err != nil {
		return Key{}, err
	}
	k, err := c.keyRow(r.ID)
	if err != nil {
		return Key{}, err
	}
	c.created("/v1/keys")
	out := renderKey(k)
	if !c.replayed {
		out.Key = text
	}
	return out, nil
}

func (c *call) keyRows() ([]keys.Key, error) {
	var list []keys.Key
	err := c.read(func(r *store.Reader) (err error) {
		list, err = keys.List(r)
		return err
	})
	return list, err
}

func (c *call) keyRow(id int64) (keys.Key, error) {
	list, err := c.keyRows()
	if err != nil {
		return keys.Key{}, err
	}
	i := slices.IndexFunc(list, func(k keys.Key) bool { return k.ID == id })
	if i < 0 {
		return keys.Key{}, fault.New(fault.NotFound, "no_such_key", "there is no such key")
	}
	return list[i], nil
}

func (a *api) listKeys(c *call, p *Paging, _ *none) (Page[Key], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[Key]{}, err
	}
	list, err := c.keyRows()
	list = slices.DeleteFunc(list, func(k keys.Key) bool { return k.ID >= before[0] })
	return page(p.Limit, list, renderKey, func(k keys.Key) string { return number(k.ID) }), err
}

func (a *api) revokeKey(c *call, p *keyID, _ *none) (none, error) {
	id, err := ident.Parse("key", p.ID)
	if err != nil {
		return none{}, fault.New(fault.NotFound, "no_such_key", "there is no key %.40q", p.ID)
	}
	_, err = one(c, admin.RevokeKey, admin.RevokeCommand{ID: id})
	a.keys.forget()
	c.status = http.StatusNoContent
	return none{}, err
}

func renderKey(k keys.Key) Key {
	out := Key{
		ID: ident.Text("key", k.ID), Name: k.Name, Hint: k.Hint, Scopes: make([]string, len(k.Scopes)), Locations: make([]string, len(k.Locations)),
		CreatedAt: instant(k.CreatedAt), ExpiresAt: instant(k.ExpiresAt), RevokedAt: instant(k.RevokedAt),
	}
	for i, s := range k.Scopes {
		out.Scopes[i] = string(s)
	}
	for i, id := range k.Locations {
		out.Locations[i] = ident.Text("loc", id)
	}
	return out
}
