package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/locations"
)

type keyCreateCommand struct {
	merchantFlags
	Name     string   `required:"" placeholder:"NAME" help:"What the key is for, so that you know it later."`
	Scopes   string   `required:"" placeholder:"LIST" help:"What it may do: * for all, read for everything readable, or some of ${scopes}."`
	Location []string `placeholder:"CODE" help:"Only these locations; all when left out. May be given several times."`
	Expires  lifetime `placeholder:"TIME" help:"When it ends: after days (90d), hours (12h), or on a day in UTC (2027-01-31). Never when left out."`
}

func (keyCreateCommand) Help() string {
	return "The key goes to standard output, alone on its line; everything else goes to standard error.\n\n" +
		"Example:\n\n\tKEY=$(orderly key create --name pickers --scopes fulfillments:read,fulfillments:write --location LEEDS --expires 90d)"
}

func (c *keyCreateCommand) Run(ctx context.Context, con *console) error {
	scopes, err := access.ParsePermissions(c.Scopes)
	if err != nil {
		return err
	}
	return c.withDesk(ctx, con, func(d *desk.Desk) error {
		ids, err := locationIDs(ctx, d.DB, c.scope("key"), c.Location)
		if err != nil {
			return err
		}
		made := admin.KeyCommand{Name: c.Name, Scopes: scopes, Locations: ids, ExpiresAt: c.Expires.after(d.DB.Now())}
		if made.ExpiresAt != 0 && made.ExpiresAt <= d.DB.Now() {
			return usagef("--expires names a time that is past; write 90d, 12h or a day to come")
		}
		text, r, err := makeKey(ctx, d, admin.MakeKey, c.scope("key"), made)
		if err != nil {
			return err
		}
		fmt.Fprintf(con.Err, "Made %s %q. This is the only time that it is shown:\n", ident.Text(journal.Key, r.ID), c.Name)
		_, err = fmt.Fprintln(con.Out, text)
		return err
	})
}

// scopeNames lists every scope for the help.
func scopeNames() string {
	names := make([]string, len(access.All))
	for i, p := range access.All {
		names[i] = string(p)
	}
	return strings.Join(names, ", ")
}

// lifetime is when a key ends, as it was written.
type lifetime struct {
	span time.Duration
	at   time.Time
}

// UnmarshalText reads days, a duration or a day.
func (l *lifetime) UnmarshalText(text []byte) error {
	s := string(text)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil && n > 0 {
			l.span = time.Duration(n) * 24 * time.Hour
			return nil
		}
	}
	if span, err := time.ParseDuration(s); err == nil && span > 0 {
		l.span = span
		return nil
	}
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return fmt.Errorf("%q is not a time to end; write 90d, 12h or 2027-01-31", s)
	}
	l.at = at
	return nil
}

// after is the end in microseconds for a key that is made now; zero is never.
func (l lifetime) after(now int64) int64 {
	switch {
	case l.span > 0:
		return now + l.span.Microseconds()
	case !l.at.IsZero():
		return l.at.UnixMicro()
	}
	return 0
}

// locationIDs finds locations by code, and lists all that are not there.
func locationIDs(ctx context.Context, db *store.DB, scope access.Scope, codes []string) ([]int64, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	byCode := map[string]int64{}
	err := db.Read(ctx, scope, func(r *store.Reader) error {
		list, err := locations.All(r)
		for _, l := range list {
			byCode[l.Code] = int64(l.ID)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []int64
	var unknown []string
	for _, code := range codes {
		if id, ok := byCode[code]; ok {
			out = append(out, id)
		} else {
			unknown = append(unknown, strconv.Quote(code))
		}
	}
	if len(unknown) > 0 {
		return nil, fault.New(fault.NotFound, "no_such_location", "no location has the code %s", strings.Join(unknown, " or "))
	}
	return out, nil
}
