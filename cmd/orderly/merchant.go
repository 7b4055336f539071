package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	kept "orderly/internal/store/worked"
	"orderly/internal/worked"
)

// merchantFlags say which merchant of which database a command works on.
type merchantFlags struct {
	databaseFlags
	Merchant int64 `default:"1" placeholder:"N" env:"ORDERLY_MERCHANT" help:"Number of the merchant, where there are several (see orderly merchant list). Default: ${default}."`
}

// scope is what a command may do at its merchant.
func (f merchantFlags) scope(name string) access.Scope {
	return access.System(f.Merchant, "command", name)
}

// open opens a database that holds the merchant.
func (f merchantFlags) open(ctx context.Context) (*store.DB, error) {
	db, err := f.databaseFlags.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.there(ctx, db); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func (f merchantFlags) there(ctx context.Context, db *store.DB) error {
	list, err := merchants.All(ctx, db)
	if err == nil && !slices.Contains(list, f.Merchant) {
		err = fault.New(fault.NotFound, "no_such_merchant", "there is no merchant %d; see orderly merchant list", f.Merchant)
	}
	return err
}

func (f merchantFlags) withDesk(ctx context.Context, con *console, do func(*desk.Desk) error) error {
	return f.databaseFlags.withDesk(ctx, con, func(d *desk.Desk) error {
		if err := f.there(ctx, d.DB); err != nil {
			return err
		}
		return do(d)
	})
}

type merchantCommand struct {
	Create merchantCreateCommand `cmd:"" help:"Make another merchant and print the link for its first admin."`
	List   merchantListCommand   `cmd:"" help:"List the merchants."`
	Counts merchantCountsCommand `cmd:"" help:"Count what was done for merchants in a month, as CSV."`
}

func (merchantCommand) Help() string {
	return "One installation serves any number of merchants, and nothing of one is seen by another. People sign in at the first merchant and work for all that let them in.\n\n" +
		"Example:\n\n\torderly merchant create --name \"Acme & Sons\" --zone Europe/Berlin --currency EUR --admin ada@example.com"
}

type merchantCreateCommand struct {
	databaseFlags
	linkFlags
	Name     string `required:"" placeholder:"NAME" help:"What it is called."`
	Zone     string `default:"UTC" placeholder:"ZONE" help:"Its time zone, such as Europe/London: fixed with the first order. Default: ${default}."`
	Currency string `default:"EUR" placeholder:"CODE" help:"Its currency, such as GBP: fixed with the first order. Default: ${default}."`
	Admin    string `required:"" placeholder:"ADDRESS" help:"E-mail address of its first admin, who may sign in already or not."`
}

func (merchantCreateCommand) Help() string {
	return "The link goes to standard output, alone on its line. It opens once, within seven days: for who signs in already it asks whether they agree, for all others it makes a login.\n\n" +
		"Example:\n\n\torderly merchant create --name \"Acme & Sons\" --admin ada@example.com --address https://shop.example.com"
}

func (c *merchantCreateCommand) Run(ctx context.Context, con *console) error {
	return c.withDesk(ctx, con, func(d *desk.Desk) error {
		m, err := admin.MakeMerchant(ctx, d, commandScope("merchant"), admin.MerchantCommand{Name: c.Name, Zone: c.Zone, Currency: c.Currency}, desk.Options{})
		if err != nil {
			return err
		}
		fmt.Fprintf(con.Err, "Made merchant %d (%s).\n", m, c.Name)
		token, u, err := admin.Invite(ctx, d, access.System(m, "command", "merchant"), admin.InviteCommand{Email: c.Admin, Roles: []access.Role{access.Admin}})
		if err != nil {
			return err
		}
		fmt.Fprintf(con.Err, "Invited %s. Hand over this link; it opens once, within seven days:\n", u.Email)
		_, err = fmt.Fprintln(con.Out, c.link(token))
		return err
	})
}

type merchantListCommand struct {
	databaseFlags
	JSON bool `name:"json" help:"Write JSON."`
}

func (merchantListCommand) Help() string { return "Example:\n\n\torderly merchant list" }

// merchantView is a merchant as it is listed.
type merchantView struct {
	Number    int64     `json:"number"`
	Name      string    `json:"name"`
	Zone      string    `json:"zone"`
	Currency  string    `json:"currency"`
	CreatedAt time.Time `json:"created_at"`
}

func (c *merchantListCommand) Run(ctx context.Context, con *console) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	list, err := merchants.All(ctx, db)
	if err != nil {
		return err
	}
	views := make([]merchantView, len(list))
	for i, m := range list {
		err := db.Read(ctx, access.System(m, "command", "merchant"), func(r *store.Reader) error {
			x, err := merchants.Get(r, m)
			views[i] = merchantView{m, x.Name, x.Zone, x.Currency, instant(x.CreatedAt)}
			return err
		})
		if err != nil {
			return err
		}
	}
	if c.JSON {
		return con.printJSON(views)
	}
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NUMBER\tNAME\tZONE\tCURRENCY\tMADE")
	for _, v := range views {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", v.Number, v.Name, v.Zone, v.Currency, v.CreatedAt.Format(time.DateOnly))
	}
	return w.Flush()
}

type merchantCountsCommand struct {
	databaseFlags
	Month string `arg:"" placeholder:"MONTH" help:"A month such as 2026-11."`
	Only  int64  `name:"merchant" placeholder:"N" help:"This merchant alone; all when left out."`
}

func (merchantCountsCommand) Help() string {
	return "CSV with a row for each location of a merchant, and one without location for the merchant in all. What each column counts stands in docs/merchants.md. Of a month that goes on, storage is counted up to yesterday.\n\n" +
		"Example:\n\n\torderly merchant counts 2026-11 >november.csv"
}

func (c *merchantCountsCommand) Run(ctx context.Context, con *console) error {
	month, ok := worked.ParseMonth(c.Month)
	if !ok {
		return usagef("%q is not a month; write 2026-11", c.Month)
	}
	f := merchantFlags{databaseFlags: c.databaseFlags, Merchant: max(1, c.Only)}
	db, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	list := []int64{c.Only}
	if c.Only == 0 {
		if list, err = merchants.All(ctx, db); err != nil {
			return err
		}
	}
	w := csv.NewWriter(con.Out)
	if err := w.Write(worked.Columns()); err != nil {
		return err
	}
	for _, m := range list {
		if err := countsOf(ctx, db, w, m, month); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func countsOf(ctx context.Context, db *store.DB, w *csv.Writer, m int64, month worked.Month) error {
	scope, name := access.System(m, "command", "merchant"), ""
	err := db.Read(ctx, scope, func(r *store.Reader) error {
		x, err := merchants.Get(r, m)
		name = x.Name
		return err
	})
	if err != nil {
		return err
	}
	got, err := kept.Read(ctx, db, scope, month)
	if err != nil {
		return err
	}
	for _, p := range got.Places {
		if err := w.Write(worked.Row(m, name, month, p.Location.Code, &p.Count)); err != nil {
			return err
		}
	}
	return w.Write(worked.Row(m, name, month, "", &got.Total))
}
