package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/httpapi"
	"orderly/internal/kit/demo"
	"orderly/internal/lifecycle"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/version"
	"orderly/internal/web/shell"
)

// demoShutdown is how long requests may take to finish when a demo stops.
const demoShutdown = 5 * time.Second

// demoCommand takes no database from the environment: what is set there for
// serve is somebody's books.
type demoCommand struct {
	Seed            uint64        `default:"1" placeholder:"N" help:"Which merchant and which traffic; the same seed gives the same sequence of orders and acts."`
	Listen          string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve at; port 0 takes a free one."`
	Speed           int           `default:"60" placeholder:"N" help:"How many simulated minutes go by in a minute."`
	OrdersPerMinute int           `placeholder:"N" help:"How many orders arrive in a minute; one for each simulated minute when left out."`
	For             time.Duration `placeholder:"TIME" help:"Stop by itself after so long, such as 30s; goes on until interrupted when left out."`
	Data            string        `placeholder:"DIR" help:"Keep the database in this directory; a temporary one, removed at the end, when left out."`
	DatabaseURL     string        `placeholder:"URL" help:"An empty PostgreSQL database instead: postgres://user@host:5432/name."`
}

func (demoCommand) Help() string {
	return `A made-up shop with a catalog, three locations and customers, and simulated traffic that goes through the whole life of orders: placed, held, backordered, picked, packed, shipped, scanned on its way, delivered, returned. Orders that you place yourself are left alone: they are yours to work.

It refuses a database that has a shop already, and reads no settings of serve from the environment.

Example:

	orderly demo --seed 7 --speed 120`
}

func (c *demoCommand) Run(ctx context.Context, con *console) (failed error) {
	started := time.Now()
	o := demo.Options{Seed: c.Seed, Speed: c.Speed, OrdersPerMinute: c.OrdersPerMinute}
	if err := c.check(o); err != nil {
		return err
	}
	// Neither a closed terminal nor a closed pipe may leave the directory behind.
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := signal.NotifyContext(ctx, syscall.SIGHUP)
	defer cancel()
	listener, err := listen(c.Listen)
	if err != nil {
		return err
	}
	defer listener.Close() // again, when serving closed it
	where := store.Options{Dir: c.Data, URL: c.DatabaseURL}
	if c.Data == "" && c.DatabaseURL == "" {
		if where.Dir, err = os.MkdirTemp("", "orderly-demo-"); err != nil {
			return fmt.Errorf("cannot make a temporary directory: %w; name one with --data", err)
		}
		defer func() { failed = errors.Join(failed, con.removeDemo(where.Dir)) }()
	}
	if err := c.play(ctx, cancel, con, listener, where, o, started); err != nil || c.Data == "" {
		return err
	}
	_, err = fmt.Fprintf(con.Out, "The database stays; serve it with: orderly serve --data %s\n", c.Data)
	return err
}

// removeDemo removes the directory that a demo made for itself.
func (con *console) removeDemo(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("cannot remove the demo's temporary directory: %w", err)
	}
	fmt.Fprintf(con.Out, "Removed %s.\n", dir)
	return nil
}

func (c *demoCommand) check(o demo.Options) error {
	switch {
	case c.Data != "" && c.DatabaseURL != "":
		return usagef("name one database: --data or --database-url, not both")
	case c.For < 0:
		return usagef("--for is a time such as 30s, not negative")
	}
	if err := o.Check(); err != nil {
		return usageError{err}
	}
	return nil
}

// play opens the books and goes on until the context ends or something fails.
func (c *demoCommand) play(ctx context.Context, stop func(), con *console, listener net.Listener, where store.Options, o demo.Options, started time.Time) error {
	log := logFlags{LogLevel: slog.LevelError}.logger(con.Err)
	db, err := store.Open(ctx, where)
	if err != nil {
		return err
	}
	d := desk.New(db, log)
	d.Fatal = unsafeToGoOn(log, os.Exit)
	m, staff, err := c.furnish(ctx, d, where, o)
	if err != nil {
		d.Close()
		return errors.Join(err, db.Close())
	}
	address := (&serveFlags{}).address(listener)
	fmt.Fprintf(con.Out, "%s, a made-up shop with simulated traffic. Nothing in it is real.\n\n", m.Name())
	con.tellStaff(address, staff)
	fmt.Fprintf(con.Out, "Open %s/docs  ·  key: %s\nTry:  curl -H \"Authorization: Bearer %s\" %s/v1/orders\n\n",
		address, m.Key(), m.Key(), address)
	if c.For > 0 {
		end := time.AfterFunc(c.For-time.Since(started), stop)
		defer end.Stop()
	}
	beside := startAfter(d, nil, "", log)
	show := &demo.Show{Out: con.Out, Terminal: terminal(con.Out) && os.Getenv("TERM") != "dumb", Since: started}
	played := make(chan error, 1)
	go func() {
		played <- m.Run(ctx, show)
		stop()
	}()
	return serveUntil(ctx, d, listener, log, func() error {
		stop()
		err := <-played
		beside.Stop()
		d.Close()
		show.Sum(m)
		return errors.Join(err, db.Close())
	})
}

// furnish makes the shop and its people.
func (c *demoCommand) furnish(ctx context.Context, d *desk.Desk, where store.Options, o demo.Options) (*demo.Demo, demo.Staff, error) {
	m, err := demo.Open(ctx, d.DB, d, o)
	if err != nil {
		return nil, demo.Staff{}, err
	}
	var key secretFlags
	if where.URL != "" { // nothing lies beside that database; what the demo seals is of no use after it
		key.SecretKey = secretText(seal.NewKey())
	}
	if err := key.useSecretKey(d, where); err != nil {
		return nil, demo.Staff{}, err
	}
	if err := demoProvider(ctx, d); err != nil {
		return nil, demo.Staff{}, err
	}
	staff, err := m.Staff(ctx)
	return m, staff, err
}

// tellStaff says how to look around: as the owner by one click, as anybody else
// by their address.
func (con *console) tellStaff(address string, s demo.Staff) {
	fmt.Fprintf(con.Out, "Look around as the owner:  %s%s%s\n", address, admin.LinkPath, s.Link)
	var others []string
	for _, u := range s.Users[1:] {
		others = append(others, u.Email)
	}
	fmt.Fprintf(con.Out, "Or sign in as one of %s\nPassword of all of them: %s\n\n", strings.Join(others, ", "), demo.Password)
}

// serveUntil serves until the context ends, then finishes what was accepted.
func serveUntil(ctx context.Context, d *desk.Desk, listener net.Listener, log *slog.Logger, finish func() error) error {
	signals := make(chan os.Signal, 1)
	defer context.AfterFunc(ctx, func() { signals <- os.Interrupt })()
	s := &lifecycle.Server{Listener: listener, ShutdownTimeout: demoShutdown, Finish: finish}
	all := edges(d, httpapi.Options{Version: version.String(), Log: log, Draining: s.Draining}, shell.Options{Demo: true})
	s.HTTP = httpapi.Server(demo.Handler(all))
	s.HTTP.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	return s.Run(signals)
}
