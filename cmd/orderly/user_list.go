package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/users"
)

type userListCommand struct {
	merchantFlags
	JSON bool `name:"json" help:"Write JSON."`
}

func (userListCommand) Help() string { return "Example:\n\n\torderly user list" }

// userView is a user as they are listed.
type userView struct {
	ID        string         `json:"id"`
	Email     string         `json:"email"`
	Name      string         `json:"name"`
	Status    account.Status `json:"status"`
	Roles     []access.Role  `json:"roles"`
	Locations []string       `json:"locations,omitempty"`
	CreatedAt time.Time      `json:"created_at"`
	SeenAt    *time.Time     `json:"signed_in_at,omitempty"`
}

func (c *userListCommand) Run(ctx context.Context, con *console) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	views := []userView{}
	err = db.Read(ctx, c.scope("user"), func(r *store.Reader) error {
		places, err := locations.All(r)
		if err != nil {
			return err
		}
		codes := map[int64]string{}
		for _, l := range places {
			codes[int64(l.ID)] = l.Code
		}
		list, err := users.List(r)
		for _, u := range list {
			v := userView{ID: u.ID.String(), Email: u.Email, Name: u.Name, Status: u.Status, Roles: u.Roles, CreatedAt: instant(u.CreatedAt), SeenAt: maybe(u.SeenAt)}
			for _, id := range u.Locations {
				v.Locations = append(v.Locations, codes[id])
			}
			views = append(views, v)
		}
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return con.printJSON(views)
	}
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tE-MAIL\tNAME\tSTATUS\tROLES\tLOCATIONS\tSIGNED IN")
	for _, v := range views {
		places, seen := "all", "never"
		if len(v.Locations) > 0 {
			places = strings.Join(v.Locations, " ")
		}
		if v.SeenAt != nil {
			seen = v.SeenAt.Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", v.ID, v.Email, v.Name, v.Status, strings.Trim(fmt.Sprint(v.Roles), "[]"), places, seen)
	}
	return w.Flush()
}
