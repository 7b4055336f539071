package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"orderly/internal/certificate"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/httpapi"
	"orderly/internal/lifecycle"
	"orderly/internal/live"
	"orderly/internal/proxy"
	"orderly/internal/store"
	"orderly/internal/version"
	"orderly/internal/web"
	"orderly/internal/web/shell"
)

// serveFlags are the settings of a server; config shows the same ones.
type serveFlags struct {
	databaseFlags
	Listen string `placeholder:"HOST:PORT" env:"ORDERLY_LISTEN" group:"Server" help:"Address to serve at; port 0 takes a free one. Default: 127.0.0.1:8080, with --acme :443."`
	tlsFlags
	TrustedProxy    []string      `placeholder:"CIDR" env:"ORDERLY_TRUSTED_PROXY" group:"Server" help:"Addresses of proxies in front, with commas between, such as 10.0.0.0/8: only they are believed when they say who asks, by which name and whether over TLS (X-Forwarded-For, -Proto, -Host, Forwarded)."`
	RateLimit       int           `default:"0" placeholder:"N" env:"ORDERLY_RATE_LIMIT" group:"Server" help:"Requests a second that each API key may make, in bursts of ten seconds' worth; 0 sets no limit."`
	DrainTime       time.Duration `default:"0s" env:"ORDERLY_DRAIN_TIME" group:"Server" help:"How long to go on accepting requests after SIGTERM while readiness already says 503; what a load balancer needs to notice."`
	ShutdownTimeout time.Duration `default:"20s" env:"ORDERLY_SHUTDOWN_TIMEOUT" group:"Server" help:"How long accepted requests may take to finish when the server stops."`
	WebhooksTo      []string      `placeholder:"CIDR" env:"ORDERLY_WEBHOOKS_TO" group:"Server" help:"Private ranges that webhooks may be sent to, with commas between, such as 10.20.0.0/16; there also over plain http. Without, only addresses on the open internet are called, over https."`
	EDIDir          string        `name:"edi-dir" placeholder:"DIR" env:"ORDERLY_EDI_DIR" group:"Server" help:"Directory below which the folders of partners lie: documents of EDI and lists of stock are fetched from there, and documents left there. Without, they come and go by the API, by addresses and the pages alone."`
	Texts           string        `placeholder:"DIR" env:"ORDERLY_TEXTS" group:"Server" help:"Directory with a file of texts for each further language, such as de.json (see orderly texts)."`
	ShopName        string        `default:"My shop" placeholder:"NAME" env:"ORDERLY_SHOP_NAME" group:"First start" help:"Name of the shop. Default: ${default}."`
	ShopZone        string        `default:"UTC" placeholder:"ZONE" env:"ORDERLY_SHOP_ZONE" group:"First start" help:"Its time zone, such as Europe/London: the days of its figures and order dates. Default: ${default}."`
	ShopCurrency    string        `default:"EUR" placeholder:"CODE" env:"ORDERLY_SHOP_CURRENCY" group:"First start" help:"Its currency, such as GBP. Default: ${default}."`
	secretFlags
	logFlags
}

// gcPercent lets garbage grow to almost twice what is alive before it is
// collected: a server keeps some 40 MB alive under load and makes gigabytes of
// garbage, so that costs 40 MB and saves a tenth of the processor
// (docs/performance.md). On PostgreSQL, whose cache of pages is another
// process's, there is room for more.
func gcPercent(o store.Options) int {
	if o.URL != "" {
		return 300
	}
	return 180
}

type serveCommand struct{ serveFlags }

func (serveCommand) Help() string {
	return `The first start makes the shop and prints an admin API key, once. Later starts print no key; make more with "orderly key create". Until there is a user, each start prints a link by which the first one is made.

On SIGTERM or SIGINT the server stops accepting, finishes what it has accepted and exits with status 0; a second signal ends it at once. Nothing that was acknowledged is lost either way.

Example:

	orderly serve --data /var/lib/orderly --shop-name "Tea & Sons" --shop-zone Europe/London --shop-currency GBP`
}

func (c *serveCommand) Run(ctx context.Context, con *console) error {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	if err := c.check(); err != nil {
		return err
	}
	if err := loadTexts(c.Texts); err != nil {
		return err
	}
	log := c.logger(con.Err)
	o, err := c.options()
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent(o))
	}
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	doors, err := c.open()
	if err != nil {
		return errors.Join(err, db.Close())
	}
	d := desk.New(db, log)
	d.Fatal = unsafeToGoOn(log, os.Exit)
	first, err := c.firstStart(ctx, d, o)
	if err == nil {
		err = c.secure(doors, d, log)
	}
	if err == nil {
		err = con.welcome(c.address(doors.main), first)
	}
	if err != nil {
		doors.close()
		d.Close()
		return errors.Join(err, db.Close())
	}
	return c.serve(d, doors, signals, log)
}

// serve runs until a signal. It owns the desk and its database from here on.
func (c *serveCommand) serve(d *desk.Desk, doors *doors, signals <-chan os.Signal, log *slog.Logger) error {
	private, err := parseRanges(c.WebhooksTo)
	if err != nil {
		doors.close()
		d.Close()
		return errors.Join(err, d.DB.Close())
	}
	useProviders(d)
	beside := startAfter(d, private, c.EDIDir, log)
	s := &lifecycle.Server{
		Listener: doors.main, TLS: doors.tls, DrainTime: c.DrainTime, ShutdownTimeout: c.ShutdownTimeout,
		Finish: func() error {
			doors.stop()
			beside.Stop()
			d.Close()
			return d.DB.Close()
		},
	}
	all := edges(d, httpapi.Options{Version: version.String(), Log: log, RatePerSecond: c.RateLimit, Draining: s.Draining, Metrics: beside.metrics}, shell.Options{})
	trust, err := proxy.Parse(c.TrustedProxy)
	if err != nil {
		return errors.Join(err, s.Finish())
	}
	all = trust.Wrap(all)
	if doors.tls != nil {
		all = certificate.Strict(all, c.HSTS)
	}
	s.HTTP = httpapi.Server(all)
	s.HTTP.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	doors.beside(s, s.HTTP.ErrorLog)
	debug.FreeOSMemory() // what starting took and serving does not need
	if err := leaveProgramPages(); err != nil {
		log.Debug("the pages of the program stay in memory", "error", err)
	}
	log.Info("serving", "address", doors.main.Addr().String(), "database", string(d.DB.Engine()), "version", version.String(), "schema", store.Version())
	err = s.Run(signals)
	if err == nil {
		log.Info("stopped; everything accepted is finished")
	}
	return err
}

// edges are the API and the pages at one address; they share their live
// viewers, and what api says of the program.
func edges(d *desk.Desk, api httpapi.Options, pages shell.Options) http.Handler {
	pages.Log, pages.Version, pages.Draining = api.Log, api.Version, api.Draining
	api.Hub = live.New(d)
	api.Pages = web.New(d, api.Hub, pages)
	return httpapi.New(d, api)
}

// check lists what can be said of the settings before anything is opened.
func (c *serveFlags) check() error {
	if err := c.checkTLS(); err != nil {
		return err
	}
	if _, err := proxy.Parse(c.TrustedProxy); err != nil {
		return err
	}
	if _, err := parseRanges(c.WebhooksTo); err != nil {
		return err
	}
	if _, err := time.LoadLocation(c.ShopZone); err != nil || c.ShopZone == "Local" {
		return usagef("--shop-zone %q is not a time zone; use a name such as Europe/London or UTC", c.ShopZone)
	}
	if c.RateLimit < 0 {
		return usagef("--rate-limit is 0 or more")
	}
	if c.DrainTime < 0 || c.ShutdownTimeout <= 0 {
		return usagef("--drain-time is not negative and --shutdown-timeout is above zero")
	}
	return nil
}

func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err == nil {
		return l, nil
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return nil, fault.Wrap(err, fault.Invalid, "cannot_listen", "cannot listen on %s: %v; choose another address with --listen", address, err)
}

// first is what is shown while nobody has a way in: the text of a key, and the
// token of a link to the first run.
type first struct{ key, link string }

// firstStart makes the shop, a key when it has none yet, and a link while it has
// no user.
func (c *serveFlags) firstStart(ctx context.Context, d *desk.Desk, o store.Options) (f first, err error) {
	if err := c.useSecretKey(d, o); err != nil {
		return f, err
	}
	if _, err := admin.Setup(ctx, d.DB, c.ShopName, c.ShopZone, c.ShopCurrency); err != nil {
		return f, err
	}
	if f.key, err = firstKey(ctx, d); err != nil {
		return f, err
	}
	f.link, err = admin.FirstLink(ctx, d, commandScope("serve"))
	return f, err
}

// address is how a browser on this machine reaches the listener.
func (c *serveFlags) address(l net.Listener) string {
	if len(c.ACME) > 0 {
		return "https://" + c.ACME[0]
	}
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return scheme + "://" + l.Addr().String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// welcome says where the server is and, once, the key; and how to begin, until
// somebody has.
func (con *console) welcome(address string, f first) error {
	key := f.key
	text := fmt.Sprintf("Orderly is at %s (API documentation: %s/docs)\n", address, address)
	if f.link != "" {
		text += fmt.Sprintf("\nNobody can sign in yet. Open this link to make the first account; it opens once, within three days:\n\n    %s%s%s\n", address, admin.LinkPath, f.link)
	}
	if key != "" {
		text += fmt.Sprintf("\nAdmin API key, shown only this once; keep it safe:\n\n    %s\n\nTry it:\n\n    curl -H 'Authorization: Bearer %s' %s/v1/orders\n\n", key, key, address)
	}
	_, err := fmt.Fprint(con.Out, text)
	return err
}
