package bench

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// list is one question that people ask all day.
type list struct {
	name  string
	query func(s *scratch, rng *rand.Rand) string
}

func fixed(query string) func(*scratch, *rand.Rand) string {
	return func(*scratch, *rand.Rand) string { return query }
}

// lists are measured one after the other. Each asks for its newest 50.
var lists = []list{
	{"newest", fixed("")},
	{"second_page", nil},
	{"status_open", fixed("status=open")},
	{"status_canceled", fixed("status=canceled")},
	{"stage_in_work", fixed("stage=in_work")},
	{"unpaid", fixed("payment_status=unpaid")},
	{"overpaid", fixed("payment_status=overpaid")},
	{"number", func(s *scratch, rng *rand.Rand) string {
		return "number=" + strconv.FormatInt(1+rng.Int64N(s.serial), 10)
	}},
	{"external_id", func(s *scratch, rng *rand.Rand) string {
		return "channel=web&external_id=B-" + strconv.FormatInt(1+rng.Int64N(s.serial), 10)
	}},
	{"customer", func(s *scratch, rng *rand.Rand) string {
		return "customer=" + s.people[rng.IntN(len(s.people))].String()
	}},
	{"sku_wanted", func(s *scratch, rng *rand.Rand) string { return "sku=" + s.draw.sku(rng) }},
	{"sku_any", func(s *scratch, rng *rand.Rand) string { return "sku=" + s.draw.skus[rng.IntN(len(s.draw.skus))] }},
	{"search_word", func(s *scratch, rng *rand.Rand) string { return "q=" + lastNames[rng.IntN(len(lastNames))] }},
	{"search_two_words", func(s *scratch, rng *rand.Rand) string { return "q=" + url.QueryEscape(s.draw.buyer(rng).name) }},
	{"search_email", func(s *scratch, rng *rand.Rand) string { return "q=" + url.QueryEscape(s.draw.buyer(rng).email) }},
	{"search_prefix", func(s *scratch, rng *rand.Rand) string { return "q=" + lastNames[rng.IntN(len(lastNames))][:4] }},
	{"search_word_and_sku", func(s *scratch, rng *rand.Rand) string {
		return "q=" + url.QueryEscape(lastNames[rng.IntN(len(lastNames))]+" "+s.draw.skus[rng.IntN(len(s.draw.skus))])
	}},
	{"search_nobody", fixed("q=nobodyofthatname")},
}

// listsShare is the part of the time that each list is asked for: in a second
// the slowest of them are asked hundreds of times, so that the hundredth part of
// the calls is more than one that met a collector.
const listsShare = 5

// runLists measures reading pages of orders over what is in the books.
func runLists(ctx context.Context, s *scratch, r *Report) error {
	r.Clients = cmp.Or(s.o.Clients, 1)
	x, err := s.serve(ctx)
	if err != nil {
		return err
	}
	defer x.stop()
	before, behind, err := x.catchUp(ctx)
	if err != nil {
		return err
	}
	r.CatchUp, r.IdleRSS, r.Ready = behind.Seconds(), before.rss(), float64(x.ready.Microseconds())/1000
	each := max(100*time.Millisecond, s.o.Time/listsShare)
	fmt.Fprintf(s.o.Log, "reading %d lists over %d orders, each for %s\n", len(lists), s.serial, each)
	for _, l := range lists {
		got, err := x.read(ctx, s, l, r.Clients, each)
		if err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
		r.Lists = append(r.Lists, got)
		r.P50, r.P95, r.P99 = max(r.P50, got.P50), max(r.P95, got.P95), max(r.P99, got.P99)
	}
	after, err := x.figures()
	r.RSS, r.Seconds = after.rss(), (time.Duration(len(lists)) * each).Seconds()
	return err
}

const page = "/v1/orders?limit=50"

func (x *server) read(ctx context.Context, s *scratch, l list, callers int, d time.Duration) (ListReport, error) {
	query := l.query
	if query == nil {
		cursor, err := x.secondPage()
		if err != nil {
			return ListReport{}, err
		}
		query = fixed("cursor=" + cursor)
	}
	ask := func(c *client, rng *rand.Rand) (int, bool, error) {
		path := page
		if q := query(s, rng); q != "" {
			path += "&" + q
		}
		a, err := c.call("GET", path, "", nil)
		if err == nil && a.status != http.StatusOK {
			err = c.unexpected(a)
		}
		return strings.Count(c.answer.String(), `"version":`), false, err
	}
	if _, err := closed(ctx, x, callers, d/10, ask); err != nil { // the first look is not what is measured
		return ListReport{}, err
	}
	got, err := closed(ctx, x, callers, d, ask)
	out := ListReport{Name: l.name, Calls: int(got.calls), PerSecond: float64(got.calls) / got.elapsed.Seconds(), Rows: float64(got.orders) / float64(max(1, got.calls))}
	out.P50, out.P95, out.P99 = quantiles(got.took)
	return out, err
}

// secondPage is the cursor that follows the newest 50.
func (x *server) secondPage() (string, error) {
	c := &client{address: x.address, key: x.key}
	defer c.close()
	a, err := c.call("GET", page, "", nil)
	if err == nil && a.status != http.StatusOK {
		err = c.unexpected(a)
	}
	_, rest, _ := strings.Cut(c.answer.String(), `"next_cursor":"`)
	cursor, _, _ := strings.Cut(rest, `"`)
	return cursor, err
}
