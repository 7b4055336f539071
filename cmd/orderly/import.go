package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	importing "orderly/internal/imports/run"
	"orderly/internal/project"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
)

// importTell is how often an import without a terminal says how far it is.
const importTell = 5 * time.Second

type importCommand struct {
	databaseFlags
	What     string `arg:"" enum:"items,stock,customers,orders,payments,purchases" placeholder:"WHAT" help:"items, stock, customers, orders, payments or purchases."`
	File     string `arg:"" help:"CSV or NDJSON, plain or compressed with gzip; - reads standard input."`
	Mapping  string `placeholder:"NAME|FILE" help:"online-retail, or a JSON file that says which column of the file is which of ours."`
	As       string `enum:",live,history,receive,count" default:"" placeholder:"WAY" help:"Orders: history keeps them as they were and touches no stock, live places them now; history when left out. Stock: receive adds what the rows say, count sets it; receive when left out."`
	Channel  string `placeholder:"NAME" help:"Channel of orders that name none."`
	Location string `placeholder:"CODE" help:"Where the online-retail mapping books stock write-offs and finds, the first location when left out; where purchases went that name no location."`
	DryRun   bool   `help:"Read, map and check everything, write nothing, and tell the same summary."`
	Rejects  string `type:"path" placeholder:"FILE" help:"File for lines that could not be taken, with the reasons; a name beside FILE when left out."`
	Restart  bool   `help:"Forget how far earlier runs of this file came. Orders, items and customers are known again by their ids; stock would be received again."`
	JSON     bool   `name:"json" help:"Write the summary as JSON."`
}

func (importCommand) Help() string {
	return `An import can be stopped at any moment, in any way: the same command goes on where it was, and once it is through it changes nothing more. Lines that cannot be taken are written to a file with the reason of each; they do not stop the others, and the exit status stays 0. docs/importing.md explains columns, mappings and every figure of the summary.

Where there is no database yet, one is made.

Examples:

	orderly import items catalog.csv
	orderly import stock levels.csv --as count
	orderly import orders online-retail.csv.gz --mapping online-retail`
}

func (c *importCommand) Run(ctx context.Context, con *console) error {
	db, remove, err := c.database(ctx, con)
	if err != nil {
		return err
	}
	defer remove()
	defer db.Close()
	log := logFlags{}.logger(con.Err)
	d := desk.New(db, log)
	d.Fatal = unsafeToGoOn(log, os.Exit)
	defer d.Close()
	teller := con.teller()
	s, err := importing.Import(ctx, importing.Shop{DB: db, Desk: d, Scope: commandScope("import")}, importing.Options{
		What: c.What, Path: c.File, Mapping: c.Mapping, As: c.As, Channel: c.Channel, Location: c.Location,
		DryRun: c.DryRun, Restart: c.Restart, Rejects: c.Rejects, Progress: teller.show,
	})
	teller.end()
	if err != nil {
		if errors.Is(err, context.Canceled) && !c.DryRun {
			fmt.Fprintln(con.Err, "Stopped between two steps; the same command goes on from here.")
		}
		return err
	}
	if !c.DryRun {
		if err := (&project.Search{DB: db}).CatchUp(ctx); err != nil {
			return fmt.Errorf("everything is imported, but its search words are not kept yet; serve goes on with them: %w", err)
		}
	}
	for _, w := range s.Warnings {
		fmt.Fprintln(con.Err, "Note: "+w+".")
	}
	if s.Rejects != "" {
		fmt.Fprintf(con.Err, "%s lines were rejected; they are in %s, each with its reason.\n", thousands(s.LinesRejected), s.Rejects)
	}
	if c.JSON {
		return con.printJSON(s)
	}
	return con.printImport(s)
}

// database opens the books. Where there are none it makes them; a dry run
// makes them in a temporary directory, and remove takes that away.
func (c *importCommand) database(ctx context.Context, con *console) (db *store.DB, remove func(), err error) {
	remove = func() {}
	o, err := c.options()
	if err != nil {
		return nil, remove, err
	}
	none := exists(o) != nil
	if none && c.DryRun {
		if o.Dir, err = os.MkdirTemp("", "orderly-dry-run-"); err != nil {
			return nil, remove, err
		}
		scratch := o.Dir
		remove = func() { os.RemoveAll(scratch) }
	}
	if db, err = store.Open(ctx, o); err != nil {
		remove()
		return nil, func() {}, err
	}
	err = c.shop(ctx, con, db, none)
	if err != nil {
		db.Close()
		remove()
		return nil, func() {}, err
	}
	return db, remove, nil
}

// shop makes the shop in a database that has none.
func (c *importCommand) shop(ctx context.Context, con *console, db *store.DB, none bool) error {
	list, err := merchants.All(ctx, db)
	if err != nil || len(list) > 0 {
		return err
	}
	if c.DryRun && !none {
		return fault.New(fault.NotFound, "no_shop", "the database holds no shop yet; start it once with orderly serve, or leave out --dry-run")
	}
	made, err := admin.Setup(ctx, db, "My shop", "UTC", "EUR")
	if err == nil && made && !c.DryRun {
		where := "the database"
		if db.Path() != "" {
			where = db.Path()
		}
		fmt.Fprintf(con.Err, "There were no books yet: made a shop in %s. orderly serve shows its key.\n", where)
	}
	return err
}

// printImport writes the summary for people.
func (con *console) printImport(s *importing.Summary) error {
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	verb := "imported"
	if s.DryRun {
		verb = "would be imported"
	}
	fmt.Fprintf(w, "%s lines read\t%s %s, %s rejected\n", thousands(s.LinesRead), thousands(s.LinesImported), verb, thousands(s.LinesRejected))
	for _, row := range []struct {
		name  string
		count int64
	}{
		{"items", s.Items}, {"customers", s.Customers}, {"orders", s.Orders}, {"payments", s.Payments}, {"of them credits and fees alone", s.Credits},
		{"of them with canceled units", s.Cancellations}, {"returns", s.Returns}, {"purchase orders", s.Purchases}, {"suppliers of them", s.Suppliers}, {"stock lines", s.Adjustments},
		{"in the books before", s.Unchanged}, {"without effect", s.WithoutEffect}, {"steps refused", s.Unfinished},
	} {
		if row.count > 0 {
			fmt.Fprintf(w, "%s\t%s\n", row.name, thousands(row.count))
		}
	}
	if s.Currency != "" {
		fmt.Fprintf(w, "net\t%s %s, %s rejected, rounding %s\n", s.NetExact, s.Currency, s.NetRejected, s.RoundingDifference)
	}
	fmt.Fprintf(w, "took\t%.1f s, at most %.0f MB\n", s.Seconds, s.PeakRSSMB)
	return w.Flush()
}

// teller says how far an import is: as a bar on a terminal, else as a line
// every few seconds.
type teller struct {
	out   io.Writer
	bars  bool
	bar   *progressbar.ProgressBar
	phase string
	began time.Time
	told  time.Time
	first int64 // done when the phase was first heard of
}

func (con *console) teller() *teller {
	return &teller{out: con.Err, bars: terminal(con.Err), told: time.Now()}
}

func (t *teller) show(p importing.Progress) {
	now := time.Now()
	if p.Phase != t.phase {
		t.end()
		t.phase, t.began, t.first = p.Phase, now, p.Done
		if t.bars {
			t.bar = t.newBar(p)
		}
	}
	if t.bar != nil {
		_ = t.bar.Set64(p.Done) // a terminal that went away shows nothing
		return
	}
	if !t.bars && now.Sub(t.told) >= importTell {
		t.told = now
		fmt.Fprintln(t.out, t.line(p, now.Sub(t.began)))
	}
}

func (t *teller) newBar(p importing.Progress) *progressbar.ProgressBar {
	return progressbar.NewOptions64(p.Total,
		progressbar.OptionSetWriter(t.out), progressbar.OptionSetDescription(p.Phase), progressbar.OptionShowCount(),
		progressbar.OptionShowBytes(p.Unit == "bytes"), progressbar.OptionShowIts(), progressbar.OptionSetItsString(p.Unit),
		progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth(),
	)
}

// line is one remark: how much of the phase is done, at what rate, and how
// long the rest will take at that rate.
func (t *teller) line(p importing.Progress, took time.Duration) string {
	text := fmt.Sprintf("%s: %s %s", p.Phase, thousands(p.Done), p.Unit)
	rate := float64(p.Done-t.first) / took.Seconds()
	if p.Total > 0 {
		text = fmt.Sprintf("%s: %s of %s %s (%d%%)", p.Phase, thousands(p.Done), thousands(p.Total), p.Unit, p.Done*100/p.Total)
	}
	if took < time.Second || rate < 1 {
		return text
	}
	text += fmt.Sprintf(", %s %s/s", thousands(int64(rate)), p.Unit)
	if p.Total > 0 {
		left := time.Duration(float64(p.Total-p.Done) / rate * float64(time.Second))
		text += fmt.Sprintf(", %s left", left.Round(time.Second))
	}
	return text
}

func (t *teller) end() {
	if t.bar != nil {
		_ = t.bar.Finish()
		t.bar = nil
	}
}

// thousands writes a count with a comma between groups of three digits.
func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
