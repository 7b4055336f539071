package httpapi_test

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/duty"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/jobs"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/pgtest"
	"orderly/internal/project"
	"orderly/internal/queue"
	"orderly/internal/runs"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/tracking"
	"orderly/internal/trouble"
)

// growing are the tables that grow with every order.
var growing = []string{"orders", "order_party", "order_line", "order_fee", "order_hold", "order_note", "fulfillment", "fulfillment_line", "parcel", "parcel_line",
	"parcel_scan", "order_return", "return_line", "money_entry", "entry", "movement", "search_token", "search_order", "figure_order", "figure_event", "customer", "level", "item", "idempotency",
	"trouble", "work_assignment", "tracking_link", "invoice"}

// bounded are statements that read more of an index than they give, and why
// that stays small.
var bounded = map[string]string{
	"SELECT state, bin, lot, sum(quantity) FROM movement":                          "one cell's movements: the explanation of a level adds them up",
	"SELECT item, location, id, state, quantity, bin, lot, reason, note,":          "one item's or cell's movements, by which a receipt is found for its reversal",
	"SELECT f.id, f.source_id, f.priority, f.created_at":                           "open work of one location, which is what people can carry",
	"SELECT l.low_at, l.item":                                                      "levels that are low, in an index of those alone, as far as the limit",
	"SELECT v.item, v.on_hand + v.damaged + v.quality_control, i.scale FROM level": "what lies at one place: no more rows than the shop has items",
	"SELECT DISTINCT item FROM order_line":                                         "lines that wait, by item: an index of those alone",
	"SELECT l.item, l.location, l.on_hand, l.reserved, l.damaged, l.quality_control, l.incoming, l.safety, l.low_at, i.sku, i.name FROM level AS l JOIN item AS i ON i.m = l.m AND i.id = l.item WHERE l.m = $1 AND l.low = 1": "low levels: an index of those alone",
}

// planned opens a shop whose statements are kept, and lets it live.
func planned(t *testing.T, o store.Options) (texts []string) {
	var mu sync.Mutex
	seen := map[string]bool{}
	o.Seen = func(text string) {
		mu.Lock()
		defer mu.Unlock()
		seen[text] = true
	}
	db, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := openShop(t, db)
	lifeOf(s)
	bulkLife(s)
	if err := (&project.Search{DB: db}).CatchUp(background()); err != nil {
		t.Fatal(err)
	}
	listEverything(s)
	s.Desk.Close()
	mu.Lock()
	defer mu.Unlock()
	for text := range seen {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	return texts
}

// lifeOf does one act of each kind.
func lifeOf(s *shop) {
	s.Goods("MUG", catalog.Backorder, "A", 9, "B", 3)
	s.Goods("TEA", catalog.Backorder, "A", 40)
	who := desktest.Must(s.Shop, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "C-1", Contact: party.Contact{Name: "Ada", Email: "ada@example.com"}}})
	r := s.Request("MUG", 3, "TEA", 1)
	r.CustomerID, r.Holds = party.ID(who.ID), []order.Hold{{Reason: "address"}}
	r.Fees, r.Payments = []order.Fee{{Kind: "shipping", Amount: 100}}, []order.Payment{{Amount: 100, Reference: "P"}}
	held := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	desktest.Must(s.Shop, intake.Lift, intake.LiftCommand{Order: held.Order.ID})
	desktest.Must(s.Shop, intake.Edit, intake.EditCommand{Order: held.Order.ID, Note: "hurry", AddTags: []string{"vip"}})
	desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: held.Order.ID})
	s.Place("MUG", 30)
	receipt := s.Receive("MUG", "A", 5)
	_, _ = desktest.Try(s.Shop, floor.ReverseReceipt, floor.ReverseCommand{Receipt: receipt.ID}) // it may be claimed by now
	sent := s.Place("TEA", 4)
	s.Ship(sent)
	s.Work(sent.Fulfillments[0].ID, "deliver")
	desktest.Must(s.Shop, care.ReceiveReturn, care.ReturnCommand{Order: sent.Order.ID, Location: s.Locations["A"], Parts: []order.Part{{Line: 1, Quantity: 1}}, Restock: true})
	sendBack(s, sent.Order.ID)
	waiting := s.Place("TEA", 2)
	s.Work(waiting.Fulfillments[0].ID, "release")
	desktest.Must(s.Shop, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "TEA", Location: s.Locations["A"], Quantity: 1}}})
	queuesOf(s, sent.Order.ID, waiting.Order.ID)
	sells(s)
	s.post("/v1/orders/"+sent.Order.ID.String()+"/invoices", nil).want(201)
}

// sendBack takes a return through the house.
func sendBack(s *shop, id order.ID) {
	s.get("/v1/orders/" + id.String() + "/returnable").want(200)
	ret := "/v1/returns/" + s.post("/v1/orders/"+id.String()+"/returns", `{"lines":[{"line":1,"quantity":2,"reason":"unwanted"}],"approve":true}`).want(201).text("id")
	s.post(ret+"/receive", `{"location":"A","lines":[{"sku":"TEA","quantity":1}]}`).want(200)
	s.post(ret+"/inspect", `{"lines":[{"n":1,"to":"restock"}]}`).want(200)
	s.post(ret+"/refund?dry_run=true", `{"amount":"0","reason":"not paid"}`).want(200)
	for _, path := range []string{ret, "/v1/returns", "/v1/returns?state=inspected", "/v1/return-policies"} {
		s.get(path).want(200)
	}
}

// queuesOf does what is done with queues, and what a customer does.
func queuesOf(s *shop, sent, waiting order.ID) {
	desktest.Must(s.Shop, intake.Source, intake.SourceCommand{Order: waiting})
	desktest.Must(s.Shop, duty.Of(queue.Named(queue.OnHold)).Claim, duty.WorkCommand{Subject: int64(waiting)})
	desktest.Must(s.Shop, duty.Of(queue.Named(queue.OnHold)).GiveBack, duty.WorkCommand{Subject: int64(waiting)})
	desktest.Must(s.Shop, duty.Of(queue.Named(queue.OnHold)).Claim, duty.WorkCommand{Subject: int64(waiting)})
	path := desktest.Must(s.Shop, care.MakeLink, care.LinkCommand{Order: sent}).Value.(string)
	m, token := care.ParseLink(path)
	if _, err := tracking.Find(background(), s.DB, m, token); err != nil {
		s.t.Fatal(err)
	}
	by := access.Link(admin.Main, int64(sent), "test")
	r, err := desk.One(background(), s.Desk, care.Report, by, care.ReportCommand{Order: sent, Reason: "damaged"}, desk.Options{})
	if err == nil {
		_, err = desk.One(background(), s.Desk, care.Confirm, by, care.ConfirmCommand{Order: sent}, desk.Options{})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	desktest.Must(s.Shop, duty.Settle, duty.SettleCommand{Trouble: trouble.ID(r.ID)})
}

// bulkLife does one act on many, and saves a view.
func bulkLife(s *shop) {
	runner := jobs.New(s.DB, runs.Kinds(s.Desk, slog.New(slog.DiscardHandler)), jobs.Options{})
	for _, body := range []string{`{"act":"tag","add":["bulk"],"filter":"status=open"}`, `{"act":"lift","filter":"due=late"}`, `{"act":"release","filter":"location=A"}`} {
		id := s.post("/v1/orders/bulk", body).want(202).text("id")
		if _, err := runner.Round(background()); err != nil {
			s.t.Fatal(err)
		}
		runner.Wait()
		s.get("/v1/runs/" + id + "/report").want(200)
	}
	hooks(s)
	view := s.post("/v1/views", `{"name":"Late","query":"due=late"}`).want(201).text("id")
	s.do("DELETE", "/v1/views/"+view, nil).want(204)
}

// listEverything reads every list by every filter.
func listEverything(s *shop) {
	id := s.get("/v1/orders?limit=1").want(200).text("data/0/id")
	work := s.get("/v1/fulfillments?limit=1").want(200).text("data/0/id")
	who := s.get("/v1/customers").want(200).text("data/0/id")
	for _, path := range []string{
		"orders", "orders?status=open", "orders?status=completed&payment_status=unpaid", "orders?fulfillment_status=shipped", "orders?return_status=returned", "orders?hold_status=held",
		"orders?stage=in_work,on_hold", "orders?channel=web", "orders?external_id=T-1", "orders?external_id=T-1&channel=web", "orders?number=1001", "orders?customer=" + who, "orders?tag=vip",
		"orders?location=A", "orders?location=A&stage=in_work", "orders?due=late", "orders?due=today&location=A", "orders?sort=due&channel=web", "orders?placed_from=2020-01-01&placed_to=2090-01-01",
		"runs", "views", "invoices", "invoices?issued_from=2020-01-01", "invoices?number=INV-1", "invoices?order=" + id, "invoice-settings",
		"orders?created_from=2020-01-01T00:00:00Z&created_to=2090-01-01T00:00:00Z&channel=web", "orders?q=ada", "orders?q=mug+byron&status=open", "orders?q=1001", "orders?sku=MUG&q=ls1+1aa&hold_status=none",
		"orders/" + id, "orders/" + id + "?expand=fulfillments,parcels,scans,entries,notes,payments,returns,customer", "orders/" + id + "/entries",
		"fulfillments", "fulfillments?work_status=pending,released", "fulfillments?work_status=delivered&location=A", "fulfillments?location=A&work_status=picked", "fulfillments/" + work,
		"stock/levels", "stock/levels?location=A", "stock/levels?sku=MUG", "stock/movements?sku=MUG", "stock/movements?sku=MUG&location=A", "stock/explain?sku=MUG&location=A",
		"items", "items?q=MU", "items/sku:MUG", "customers", "customers?email=ada@example.com", "customers/" + who, "customers/" + who + "/orders", "entries", "counters", "locations", "keys", "queues",
	} {
		s.get("/v1/" + path).want(200)
	}
	for _, path := range []string{"fulfillments/" + work + "/pick-list.pdf", "fulfillments/" + work + "/packing-slip.pdf", "locations/code:A/handover.pdf", "invoices/" + s.get("/v1/invoices").want(200).text("data/0/id") + "/document.pdf", "ledger.csv"} {
		s.get("/v1/" + path).want(200)
	}
	for _, q := range queue.All {
		s.get("/v1/queues/" + q.ID).want(200)
		s.get("/v1/queues/" + q.ID + "?location=A&limit=1").want(200)
		if q.Fix != "" {
			s.post("/v1/queues/"+q.ID+"/fix?dry_run=true", "{}").want(200)
		}
	}
	days := func(name string) string { return "&" + name + "_from=2026-01-01&" + name + "_to=2026-12-31" }
	s.get("/v1/provider-comparison?first=A&second=B" + days("first") + days("second")).want(200)
	s.key = s.newKey(access.All, s.Locations["A"])
	for _, q := range queue.All {
		s.get("/v1/queues/" + q.ID).want(200)
	}
}

// plantedTexts are statements without an index.
var plantedTexts = []string{
	"SELECT id FROM orders WHERE m = $1 AND payment_status = $2 ORDER BY id DESC LIMIT $3",
	"SELECT id FROM orders WHERE m = $1 AND id < $2 AND payment_status = $3 ORDER BY id DESC LIMIT $4",
	"SELECT id FROM fulfillment WHERE m = $1 AND method = $2",
	"SELECT token FROM search_token WHERE m = $1 AND order_id = $2",
	"SELECT l.order_id FROM order_line AS l JOIN orders AS o ON o.m = l.m AND o.id = l.order_id WHERE l.m = $1 AND l.item = $2",
}

// judge fails for every statement whose plan reads a growing table without end,
// after it has found the planted ones.
func judge(t *testing.T, texts []string, wrong func(text string) string) {
	t.Helper()
	for _, text := range plantedTexts {
		if wrong(text) == "" {
			t.Errorf("a plan without end is not found: %s", text)
		}
	}
	looked := 0
	for _, text := range texts {
		if !strings.HasPrefix(text, "SELECT") && !strings.HasPrefix(text, "WITH") && !strings.HasPrefix(text, "UPDATE") && !strings.HasPrefix(text, "DELETE") {
			continue
		}
		reason := ""
		for begin, why := range bounded {
			if strings.HasPrefix(text, begin) {
				reason = why
			}
		}
		looked++
		if found := wrong(text); found != "" && reason == "" {
			t.Errorf("%s\n%s", text, found)
		}
	}
	if looked < 60 {
		t.Errorf("only %d statements were looked at", looked)
	}
}

var (
	parameter = regexp.MustCompile(`\$\d+`)
	tableOf   = regexp.MustCompile(`(?:FROM|JOIN|UPDATE) ([a-z_]+)(?: AS ([a-z_]+))?`)
	search    = regexp.MustCompile(`^(SCAN|SEARCH) ([a-z_]+)(.*)$`)
	inParens  = regexp.MustCompile(`\((m=.*)\)$`)
	andWord   = regexp.MustCompile(`\bAND\b`)
)

func aliases(text string) map[string]string {
	out := map[string]string{}
	for _, m := range tableOf.FindAllStringSubmatch(text, -1) {
		out[m[1]] = m[1]
		if m[2] != "" {
			out[m[2]] = m[1]
		}
	}
	return out
}

// endless tells what is wrong with reading along an index by these terms, of
// which the first is the merchant. rest is whether more is asked of each row.
func endless(terms []string, rest bool, text string) string {
	switch {
	case len(terms) <= 1 && (rest || !strings.Contains(text, "LIMIT")):
		return "reads all rows of the merchant"
	case len(terms) == 2 && strings.ContainsAny(terms[1], "<>") && rest:
		return "reads to an end that may be far away"
	}
	return ""
}

func TestPlansSQLite(t *testing.T) {
	dir := t.TempDir()
	texts := planned(t, store.Options{Dir: dir})
	raw, err := sql.Open("sqlite", "file:"+dir+"/"+store.FileName)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	judge(t, texts, func(text string) string { return wrongOnSQLite(t, raw, text) })
}

func wrongOnSQLite(t *testing.T, raw *sql.DB, text string) string {
	t.Helper()
	plain := strings.ReplaceAll(text, " FOR UPDATE", "")
	n := len(parameter.FindAllString(plain, -1))
	rows, err := raw.Query("EXPLAIN QUERY PLAN "+parameter.ReplaceAllString(plain, "?"), make([]any, n)...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	names := aliases(text)
	for rows.Next() {
		var a, b, c int
		var detail string
		if err := rows.Scan(&a, &b, &c, &detail); err != nil {
			t.Fatal(err)
		}
		m := search.FindStringSubmatch(detail)
		if m == nil || !slices.Contains(growing, names[m[2]]) {
			continue
		}
		if m[1] == "SCAN" {
			return detail
		}
		var terms []string
		if p := inParens.FindStringSubmatch(m[3]); p != nil {
			terms = strings.Split(p[1], " AND ")
		}
		_, where, _ := strings.Cut(plain, " WHERE ")
		asked := len(andWord.FindAllString(where, -1)) + 1
		if bad := endless(terms, asked > len(terms), text); bad != "" && !strings.Contains(where, "SELECT") {
			return detail + ": " + bad
		}
	}
	return ""
}

func TestPlansPostgres(t *testing.T) {
	url := pgtest.ForTest(t)
	texts := planned(t, store.Options{URL: url})
	raw, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	raw.SetMaxOpenConns(1)
	grow(t, raw)
	for _, text := range []string{"SET plan_cache_mode = force_generic_plan", "SET jit = off"} {
		if _, err := raw.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	judge(t, texts, func(text string) string { return wrongOnPostgres(t, raw, text) })
}

// varied says what a copy of a row has instead, by column or by table and
// column; @ is the column, g the copy.
var varied = map[string]string{
	"id": "@ + g * 1000003", "order_id": "@ + g * 1000003", "number": "@ + g * 100", "seq": "@ + g * 1000", "subject": "@ + g * 1000003",
	"source_id": "@ + g * 1000003", "fulfillment": "@ + g * 1000003", "parcel": "@ + g * 1000003", "return_id": "@ + g * 1000003", "customer": "g / 4",
	"external_id": "@ || '-' || g", "token": "'w' || g / 8", "email": "'e' || g", "sku": "@ || '-' || g", "key": "@ || g", "token_hash": "@ || g", "tracking": "'t' || g",
	"code": "'K' || g", "channel": "'c' || g % 3", "stage": "'s' || g % 8", "status": "'s' || g % 3", "work_status": "'s' || g % 8", "order_return.state": "'s' || g % 8", "location": "g % 5 + 1", "item": "@ + (100 + g / 5) * 1000003",
}

// grow gives every growing table enough rows for a planner to look for an index.
func grow(t *testing.T, raw *sql.DB) {
	t.Helper()
	for _, table := range growing {
		rows, err := raw.Query("SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position", table)
		if err != nil {
			t.Fatal(err)
		}
		var columns, values []string
		for rows.Next() {
			var c string
			if err := rows.Scan(&c); err != nil {
				t.Fatal(err)
			}
			v := c
			if f := cmp.Or(varied[table+"."+c], varied[c]); f != "" {
				v = strings.ReplaceAll(f, "@", c)
			}
			columns, values = append(columns, c), append(values, v)
		}
		rows.Close()
		text := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") SELECT " + strings.Join(values, ", ") +
			" FROM (SELECT * FROM " + table + " WHERE m = 1 LIMIT 1) AS r, generate_series(100::bigint, 4000) AS g ON CONFLICT DO NOTHING"
		if _, err := raw.Exec(text); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	}
	if _, err := raw.Exec("ANALYZE"); err != nil {
		t.Fatal(err)
	}
}

// planNode is a part of a plan.
type planNode struct {
	Type     string     `json:"Node Type"`
	Relation string     `json:"Relation Name"`
	Index    string     `json:"Index Name"`
	Cond     string     `json:"Index Cond"`
	Filter   string     `json:"Filter"`
	Plans    []planNode `json:"Plans"`
}

func wrongOnPostgres(t *testing.T, raw *sql.DB, text string) string {
	t.Helper()
	n := 0
	for _, p := range parameter.FindAllString(text, -1) {
		var i int
		_, _ = fmt.Sscanf(p, "$%d", &i)
		n = max(n, i)
	}
	exec := func(text string) {
		if _, err := raw.Exec(text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	exec("PREPARE looked AS " + text)
	defer exec("DEALLOCATE looked")
	call := "looked"
	if n > 0 {
		call += "(" + strings.TrimSuffix(strings.Repeat("NULL,", n), ",") + ")"
	}
	var out []byte
	if err := raw.QueryRow("EXPLAIN (FORMAT JSON) EXECUTE " + call).Scan(&out); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var plans []struct{ Plan planNode }
	if err := json.Unmarshal(out, &plans); err != nil {
		t.Fatal(err)
	}
	return plans[0].Plan.wrong(text)
}

func (x *planNode) wrong(text string) string {
	if slices.Contains(growing, x.Relation) && x.Type == "Seq Scan" {
		return x.Type + " of " + x.Relation
	}
	if slices.Contains(growing, x.Relation) && x.Index != "" || x.Type == "Bitmap Index Scan" {
		if bad := endless(strings.Split(x.Cond, " AND "), x.Filter != "", text); bad != "" {
			return fmt.Sprintf("%s on %s %s %s, filter %s: %s", x.Type, x.Relation, x.Index, x.Cond, x.Filter, bad)
		}
	}
	for i := range x.Plans {
		if bad := x.Plans[i].wrong(text); bad != "" {
			return bad
		}
	}
	return ""
}
