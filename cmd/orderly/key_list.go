package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"orderly/internal/access"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/keys"
	"orderly/internal/store/locations"
)

type keyListCommand struct {
	merchantFlags
	JSON bool `name:"json" help:"Write JSON."`
}

func (keyListCommand) Help() string { return "Example:\n\n\torderly key list" }

// keyView is a key as it is listed.
type keyView struct {
	ID        string              `json:"id"`
	Name      string              `json:"name"`
	Hint      string              `json:"hint"`
	Scopes    []access.Permission `json:"scopes"`
	Locations []string            `json:"locations,omitempty"`
	CreatedAt time.Time           `json:"created_at"`
	ExpiresAt *time.Time          `json:"expires_at,omitempty"`
	RevokedAt *time.Time          `json:"revoked_at,omitempty"`
	State     string              `json:"state"` // active, expired, revoked
}

func (c *keyListCommand) Run(ctx context.Context, con *console) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	var views []keyView
	err = db.Read(ctx, c.scope("key"), func(r *store.Reader) error {
		list, err := keys.List(r)
		if err != nil {
			return err
		}
		places, err := locations.All(r)
		codes := map[int64]string{}
		for _, l := range places {
			codes[int64(l.ID)] = l.Code
		}
		views = make([]keyView, len(list))
		for i, k := range list {
			views[i] = viewKey(k, codes, db.Now())
		}
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return con.printJSON(views)
	}
	return con.printKeys(views)
}

func viewKey(k keys.Key, codes map[int64]string, now int64) keyView {
	v := keyView{
		ID: ident.Text(journal.Key, k.ID), Name: k.Name, Hint: k.Hint + "…", Scopes: k.Scopes, CreatedAt: instant(k.CreatedAt), State: "active",
		ExpiresAt: maybe(k.ExpiresAt), RevokedAt: maybe(k.RevokedAt),
	}
	for _, id := range k.Locations {
		v.Locations = append(v.Locations, codes[id])
	}
	switch {
	case k.RevokedAt != 0:
		v.State = "revoked"
	case k.ExpiresAt != 0 && k.ExpiresAt <= now:
		v.State = "expired"
	}
	return v
}

func (con *console) printKeys(views []keyView) error {
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tSTATE\tKEY\tSCOPES\tLOCATIONS\tMADE\tENDS")
	for _, v := range views {
		scopes, places, ends := "all", "all", "never"
		if len(v.Scopes) < len(access.All) {
			scopes = fmt.Sprint(v.Scopes)
			scopes = strings.Trim(scopes, "[]")
		}
		if len(v.Locations) > 0 {
			places = strings.Join(v.Locations, " ")
		}
		if v.ExpiresAt != nil {
			ends = v.ExpiresAt.Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", v.ID, v.Name, v.State, v.Hint, scopes, places, v.CreatedAt.Format(time.DateOnly), ends)
	}
	return w.Flush()
}

func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

func maybe(micros int64) *time.Time {
	if micros == 0 {
		return nil
	}
	t := instant(micros)
	return &t
}
