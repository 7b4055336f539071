package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"text/tabwriter"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/kit/verify"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
)

type verifyCommand struct {
	databaseFlags
	Quick         bool     `xor:"level" help:"Sums over every table; what looks wrong is looked at closely. The default."`
	Full          bool     `xor:"level" help:"Every order is judged, and every 50th is folded from its journal."`
	Deep          bool     `xor:"level" help:"Every order is folded from its journal."`
	Law           []string `placeholder:"ID,…" help:"Look at these laws alone, as docs/invariants.md names them."`
	JSON          bool     `name:"json" help:"Write the report as JSON."`
	MaxViolations int      `default:"100" placeholder:"N" help:"How many violations of one law are listed; all are counted. Default: ${default}."`
	Acknowledged  string   `placeholder:"FILE" help:"List of orders that were acknowledged, one a line: an id, a number or an external id. Each must be there."`
	Repair        string   `enum:"none,counters,search,figures" default:"none" placeholder:"WHAT" help:"counters: count the queues anew. search: make the words by which orders are found anew where they differ. figures: take the sums of the overview away and make them anew from the journal. Nothing else is repaired by a command."`
}

func (verifyCommand) Help() string {
	return `It reads everything and, without --repair, writes nothing. A server may work on the database meanwhile. The exit status is 1 when anything is wrong.

Example:

	orderly verify --full --data /var/lib/orderly`
}

func (c *verifyCommand) options(con *console) (verify.Options, func(), error) {
	o := verify.Options{MaxViolations: c.MaxViolations, Laws: c.Law}
	switch {
	case c.Full:
		o.Level = verify.Full
	case c.Deep:
		o.Level = verify.Deep
	}
	bar := con.progress("checking", false)
	o.Progress = func(_ string, done, total int64) { bar.show(done, total) }
	end := bar.end
	if c.Acknowledged != "" {
		f, err := os.Open(c.Acknowledged)
		if err != nil {
			return o, end, fault.Wrap(err, fault.Invalid, "unreadable", "cannot read the list of acknowledged orders: %v", err)
		}
		o.Acknowledged = f
		end = func() { bar.end(); f.Close() }
	}
	return o, end, nil
}

func (c *verifyCommand) Run(ctx context.Context, con *console) error {
	o, end, err := c.options(con)
	defer end()
	if err != nil {
		return err
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.Repair == "counters" {
		if err := repairCounters(ctx, con, db); err != nil {
			return err
		}
	}
	if c.Repair == "search" {
		if err := repairSearch(ctx, con, db); err != nil {
			return err
		}
	}
	if c.Repair == "figures" {
		if err := repairFigures(ctx, con, db); err != nil {
			return err
		}
	}
	r, err := verify.Run(ctx, db, o)
	if err != nil {
		return err
	}
	end()
	if c.JSON {
		err = con.printJSON(r)
	} else {
		err = con.printReport(r)
	}
	if err == nil && !r.Clean() {
		err = errViolations
	}
	return err
}

// repairCounters counts the queues of every shop anew. What changed is told in
// the journal, and here on the side so that a JSON report stays one.
func repairCounters(ctx context.Context, con *console, db *store.DB) error {
	list, err := merchants.All(ctx, db)
	if err != nil {
		return err
	}
	changed := 0
	for _, m := range list {
		n, err := verify.RepairCounters(ctx, db, access.System(m, "command", "verify"))
		if err != nil {
			return err
		}
		changed += n
	}
	_, err = fmt.Fprintf(con.Err, "Counted the queues anew: %d were wrong.\n", changed)
	return err
}

// repairSearch makes the words by which orders are found anew, for every shop.
func repairSearch(ctx context.Context, con *console, db *store.DB) error {
	list, err := merchants.All(ctx, db)
	if err != nil {
		return err
	}
	changed := 0
	for _, m := range list {
		n, err := verify.RepairSearch(ctx, db, access.System(m, "command", "verify"))
		if err != nil {
			return err
		}
		changed += n
	}
	_, err = fmt.Fprintf(con.Err, "Compared the search words of every order: %d orders and words were wrong.\n", changed)
	return err
}

// repairFigures makes the sums behind the overview anew, for every shop.
func repairFigures(ctx context.Context, con *console, db *store.DB) error {
	list, err := merchants.All(ctx, db)
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := verify.RepairFigures(ctx, db, access.System(m, "command", "verify")); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(con.Err, "Counted the figures anew from the journal.")
	return err
}

// verifyDatabase checks the books after a backup or a restore. It says little
// when they are right.
func verifyDatabase(ctx context.Context, con *console, o store.Options) error {
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer db.Close()
	bar := con.progress("checking the books", false)
	r, err := verify.Run(ctx, db, verify.Options{Level: verify.Quick, Progress: func(_ string, done, total int64) { bar.show(done, total) }})
	bar.end()
	if err != nil {
		return err
	}
	if r.Clean() {
		_, err = fmt.Fprintf(con.Out, "The books are right: %d laws over %d orders.\n", len(r.Checks), r.Orders)
		return err
	}
	if err := con.printReport(r); err != nil {
		return err
	}
	return errViolations
}

func (con *console) printReport(r *verify.Report) error {
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "LAW\tROWS\tWRONG\tWHAT IT SAYS")
	for _, c := range r.Checks {
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\n", c.ID, c.Rows, c.Violations, c.Title)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, c := range r.Checks {
		if c.Skipped != "" {
			fmt.Fprintf(con.Out, "\n%s was not checked in full: %s\n", c.ID, c.Skipped)
		}
	}
	if r.Clean() {
		_, err := fmt.Fprintf(con.Out, "\nThe books are right: %d orders, %s, %.1f s.\n", r.Orders, r.Level, r.Seconds)
		return err
	}
	return printViolations(con.Out, r)
}

func printViolations(out io.Writer, r *verify.Report) error {
	fmt.Fprintln(out)
	for _, v := range r.Violations {
		shop := ""
		if r.Merchants > 1 {
			shop = " of shop " + strconv.FormatInt(v.Merchant, 10)
		}
		fmt.Fprintf(out, "%s  %s%s: %s\n", v.ID, v.Subject, shop, v.Message)
	}
	if more := r.Total - int64(len(r.Violations)); more > 0 {
		fmt.Fprintf(out, "… and %d more\n", more)
	}
	_, err := fmt.Fprintf(out, "\n%d violations in %d orders.\n", r.Total, r.Orders)
	return err
}
