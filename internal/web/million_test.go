package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/httpapi"
	"orderly/internal/live"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web"
	"orderly/internal/web/shell"
)

// What a page may take and weigh.
const (
	bigTimes   = 100 // a page is asked for
	bigFew     = 3   // and without ORDERLY_MILLION
	bigTime    = 30 * time.Millisecond
	bigPaper   = time.Second // a PDF is as long as what is printed: a day's parcels are forty sheets
	bigPage    = 40_000      // bytes over the wire
	bigFirst   = 120_000     // bytes over the wire, with all that the page brings along
	bigPatient = 60 * time.Second
)

// TestMillion asks for every page over a big business, as many times as tell
// its p99, and holds each to its time and weight.
//
//	ORDERLY_MILLION=1000000   how many orders; without it 2,000, and times are only told
//	ORDERLY_MILLION_DIR=…     where the filled database stays for the next run
//	ORDERLY_MILLION_ENGINE=postgres
//	ORDERLY_MILLION_ONLY=…    only pages whose path has this in it
//	ORDERLY_MILLION_SECONDS=… of measuring, 60
//
// Kills: a page whose time grows with the orders that are stored, or that
// sends more than it shows; a route that no test asks for.
func TestMillion(t *testing.T) {
	n, asserted := 2000, false
	if text := os.Getenv("ORDERLY_MILLION"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1000 {
			t.Fatalf("ORDERLY_MILLION=%q is no number of orders", text)
		}
		asserted = true
	}
	db := openBig(t, n)
	p := visitors(t, db)
	p.firstLoad()
	times, patience := bigFew, bigPatient
	if asserted {
		times = bigTimes
	}
	if s, err := strconv.Atoi(os.Getenv("ORDERLY_MILLION_SECONDS")); err == nil {
		patience = time.Duration(s) * time.Second
	}
	list := p.questions()
	end := time.Now().Add(patience)
	for round := range times + 1 { // the first look is not what is measured
		if time.Now().After(end) {
			t.Logf("%d of %d rounds after %s", round-1, times, patience)
			break
		}
		for _, q := range list {
			p.ask(q, round)
		}
	}
	p.report(list, asserted)
}

// openBig opens a business with n orders, and fills it where it is not yet.
func openBig(t *testing.T, n int) *store.DB {
	t.Helper()
	dir := os.Getenv("ORDERLY_MILLION_DIR")
	switch {
	case os.Getenv("ORDERLY_MILLION_ENGINE") == "postgres":
		db := storetest.Postgres(t)
		fillBig(t, db, n)
		return db
	case dir == "":
		db := storetest.SQLite(t)
		fillBig(t, db, n)
		return db
	}
	mark := filepath.Join(dir, "filled-"+strconv.Itoa(n))
	_, err := os.Stat(mark)
	filled := err == nil
	if list, _ := os.ReadDir(dir); !filled && len(list) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s holds something else than a business with %d orders; name an empty directory", dir, n)
	}
	db, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if !filled {
		fillBig(t, db, n)
		if err := os.WriteFile(mark, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// pages are asked for by somebody who may see all of them.
type pages struct {
	t       *testing.T
	db      *store.DB
	desk    *desk.Desk
	scope   access.Scope
	shell   *shell.Shell
	handler http.Handler
	cookie  string
	place   string // where their device is on the floor
	papers  []paper
}

func visitors(t *testing.T, db *store.DB) *pages {
	t.Helper()
	p := &pages{t: t, db: db, desk: desk.New(db, nil), scope: access.System(admin.Main, "command", "test")}
	t.Cleanup(p.desk.Close)
	hub := live.New(p.desk)
	p.shell = web.New(p.desk, hub, shell.Options{Version: "test"})
	p.handler = httpapi.New(p.desk, httpapi.Options{Hub: hub, Pages: p.shell})
	ctx, email := context.Background(), fmt.Sprintf("admin%d@example.com", db.Now())
	link, _, err := admin.Invite(ctx, p.desk, p.scope, admin.InviteCommand{Email: email, Name: "Admin", Roles: []access.Role{access.Admin}})
	if err == nil {
		p.cookie, _, err = admin.AcceptLink(ctx, p.desk, link, admin.Acceptance{Name: "Admin", Password: "correct horse battery staple", Attempt: admin.Attempt{Agent: "test", Address: "127.0.0.1"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// question is one page, at addresses that take turns.
type question struct {
	name      string
	addresses []string
	took      []time.Duration
	heaviest  int // bytes over the wire
	most      time.Duration
	slowest   string
}

// get asks the handler itself: what is measured is the server, not the network.
func (p *pages) get(path string) (*httptest.ResponseRecorder, time.Duration) {
	p.t.Helper()
	r := httptest.NewRequestWithContext(p.t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	r.AddCookie(&http.Cookie{Name: shell.SessionCookie, Value: p.cookie})
	r.AddCookie(&http.Cookie{Name: "orderly_floor", Value: p.place})
	w := httptest.NewRecorder()
	start := time.Now()
	p.handler.ServeHTTP(w, r)
	return w, time.Since(start)
}

func (p *pages) ask(q *question, round int) {
	path := q.addresses[round%len(q.addresses)]
	w, took := p.get(path)
	if w.Code >= 400 && (w.Code >= 500 || !mayFail[q.name]) {
		p.t.Errorf("%s: %d %.300s", path, w.Code, plain(w))
	}
	if round == 0 {
		return
	}
	if len(q.took) == 0 || took > slices.Max(q.took) {
		q.slowest = path
	}
	q.took = append(q.took, took)
	switch kind := w.Header().Get("Content-Type"); {
	case kind == "application/pdf":
		q.most = bigPaper
	case strings.HasPrefix(kind, "text/html"):
		q.heaviest = max(q.heaviest, w.Body.Len())
	}
}

// plain is an answer's text.
func plain(w *httptest.ResponseRecorder) string {
	if w.Header().Get("Content-Encoding") != "gzip" {
		return w.Body.String()
	}
	z, err := gzip.NewReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		return err.Error()
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

var assetAddress = regexp.MustCompile(`/assets/[^"' )]+`)

// firstLoad weighs what a browser fetches that was never here.
func (p *pages) firstLoad() {
	p.t.Helper()
	page, _ := p.get("/")
	sum, seen := page.Body.Len(), map[string]bool{}
	for _, path := range assetAddress.FindAllString(plain(page), -1) {
		if path, _, _ = strings.Cut(path, "#"); seen[path] {
			continue
		}
		seen[path] = true
		w, _ := p.get(path)
		if w.Code != http.StatusOK {
			p.t.Errorf("%s: %d", path, w.Code)
		}
		sum += w.Body.Len()
	}
	p.t.Logf("first load: %.1f kB, of which the page %.1f kB, in %d files", float64(sum)/1000, float64(page.Body.Len())/1000, 1+len(seen))
	if len(seen) < 3 || sum > bigFirst {
		p.t.Errorf("the first load is %d bytes in %d files; at most %d", sum, 1+len(seen), bigFirst)
	}
}

func (p *pages) report(list []*question, asserted bool) {
	p.t.Helper()
	slices.SortFunc(list, func(a, b *question) int { return int(b.p(99) - a.p(99)) })
	for _, q := range list {
		p.t.Logf("%-34s p50 %6.1f  p99 %6.1f ms  %5.1f kB  (%d)", q.name, ms(q.p(50)), ms(q.p(99)), float64(q.heaviest)/1000, len(q.took))
		if most := max(bigTime, q.most); asserted && q.p(99) > most {
			p.t.Errorf("%s: p99 %.1f ms, at most %s; slowest %s", q.name, ms(q.p(99)), most, q.slowest)
		}
		if q.heaviest > bigPage {
			p.t.Errorf("%s: %d bytes, at most %d", q.name, q.heaviest, bigPage)
		}
	}
}

// p is a quantile of what was measured.
func (q *question) p(percent int) time.Duration {
	if len(q.took) == 0 {
		return 0
	}
	took := slices.Sorted(slices.Values(q.took))
	return took[(len(took)*percent+99)/100-1]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// only says whether a path is to be asked in this run.
func (p *pages) only(path string) bool {
	return strings.Contains(path, os.Getenv("ORDERLY_MILLION_ONLY"))
}
