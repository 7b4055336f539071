package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/httpapi"
	"orderly/internal/money"
	"orderly/internal/replay"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
	"orderly/internal/store/profiles"
)

type replayCommand struct {
	databaseFlags
	Profile string `arg:"" placeholder:"PROFILE" help:"Number of a version of the sourcing profile, its id, or a file that holds one as the API takes it."`
	From    moment `required:"" placeholder:"TIME" help:"Orders placed since: 2026-11-01 or 2026-11-01T08:00:00Z."`
	To      moment `placeholder:"TIME" help:"Orders placed before. Until now when left out."`
	Seed    uint64 `default:"1" placeholder:"N" help:"Draws the orders that are listed where more have moved than are shown. Default: ${default}."`
	JSON    bool   `name:"json" help:"Write the report as JSON."`
}

func (replayCommand) Help() string {
	return `Nothing is changed: past orders go through the version over the stock as it was, and what it would have done stands beside what was done. Equal books, times and seeds give equal reports.

Example:

	orderly replay 4 --from 2026-11-01 --data /var/lib/orderly`
}

func (c *replayCommand) Run(ctx context.Context, con *console) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	d := desk.New(db, nil)
	defer d.Close()
	scope := commandScope("replay")
	o := replay.Options{From: c.From.UnixMicro(), To: db.Now() + 1, Seed: c.Seed}
	if !c.To.IsZero() {
		o.To = c.To.UnixMicro()
	}
	codes := map[stock.LocationID]string{}
	var m merchants.Merchant
	err = db.Read(ctx, scope, func(r *store.Reader) (err error) {
		if o.Profile, err = c.version(r); err != nil {
			return err
		}
		if m, err = merchants.Get(r, r.M); err != nil {
			return err
		}
		all, err := locations.All(r)
		for _, l := range all {
			codes[l.ID] = l.Code
		}
		return err
	})
	if err != nil {
		return err
	}
	bar := con.progress("replaying", false)
	o.Progress = bar.show
	report, err := replay.Run(ctx, d, scope, o)
	bar.end()
	if err != nil {
		return err
	}
	out := httpapi.RenderReplay(report, m.Currency, func(id stock.LocationID) string { return codes[id] })
	if c.JSON {
		return con.printJSON(out)
	}
	return con.printReplay(&out)
}

// version finds what PROFILE names.
func (c *replayCommand) version(r *store.Reader) (*sourcing.Version, error) {
	if id, err := sourcing.ParseProfileID(c.Profile); err == nil {
		return profiles.Get(r, id)
	}
	if n, err := strconv.ParseInt(c.Profile, 10, 64); err == nil {
		all, err := profiles.All(r)
		for _, v := range all {
			if v.N == n {
				return v, nil
			}
		}
		if err == nil {
			err = fault.New(fault.NotFound, "no_such_profile", "there is no version %d of the sourcing profile", n)
		}
		return nil, err
	}
	text, err := os.ReadFile(c.Profile)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "unreadable", "%s is no version of the sourcing profile, and no file that can be read: %v", c.Profile, reason(err))
	}
	v := &sourcing.Version{Name: c.Profile}
	if err := json.Unmarshal(text, &v.Profile); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "invalid_json", "%s is no sourcing profile: %v", c.Profile, err)
	}
	var l fault.List
	v.Profile.Check(&l)
	return v, l.Err()
}

// printReplay writes both ways side by side, then the orders that moved.
func (con *console) printReplay(r *httpapi.Replay) error {
	currency, err := money.ParseCurrency(r.Currency)
	if err != nil {
		return err
	}
	cash := func(minor int64) string { return currency.FormatAmount(minor) + " " + r.Currency }
	fmt.Fprintf(con.Out, "%d orders placed from %s to %s, through %s; %d go from other places.\n\n", r.Orders, day(r.From), day(r.To), named(r), r.Moved)
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tdone\twould\t")
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	for _, row := range [][3]string{
		{"shipping cost", cash(r.Done.Cost), cash(r.Would.Cost)},
		{"fulfillments", n(int64(r.Done.Fulfillments)), n(int64(r.Would.Fulfillments))},
		{"split orders", n(int64(r.Done.Split)), n(int64(r.Would.Split))},
		{"kilometers", n(r.Done.Kilometers), n(r.Would.Kilometers)},
		{"late orders", n(int64(r.Done.Late)), n(int64(r.Would.Late))},
		{"days to the door", n(r.Done.Days), n(r.Would.Days)},
		{"units with a place", n(r.Done.Units), n(r.Would.Units)},
		{"units backordered", n(r.Done.Backordered), n(r.Would.Backordered)},
		{"units canceled", n(r.Done.Canceled), n(r.Would.Canceled)},
	} {
		fmt.Fprintf(w, "%s\t%s\t%s\t\n", row[0], row[1], row[2])
	}
	would := map[string]int64{}
	for _, l := range r.Would.Load {
		would[l.Code] = l.Units
	}
	for _, l := range r.Done.Load {
		fmt.Fprintf(w, "units from %s\t%d\t%d\t\n", l.Code, l.Units, would[l.Code])
		delete(would, l.Code)
	}
	for _, l := range r.Would.Load {
		if units, only := would[l.Code]; only {
			fmt.Fprintf(w, "units from %s\t0\t%d\t\n", l.Code, units)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, m := range r.Moves[:min(len(r.Moves), 20)] {
		fmt.Fprintf(con.Out, "\nOrder %d (%s): %s", m.Number, cash(m.Cost), m.Sentence)
	}
	_, err = fmt.Fprintln(con.Out)
	return err
}

// day is the day of an instant as the API tells it.
func day(instant string) string { return instant[:min(len(instant), len(time.DateOnly))] }

// named is what a report calls what was tried: a file has no version.
func named(r *httpapi.Replay) string {
	if r.Version == 0 {
		return r.Profile
	}
	return fmt.Sprintf("%s (version %d)", r.Profile, r.Version)
}
