package web_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// hostile are texts that have broken pages, papers and tables elsewhere. What
// would run sets window.__pwned.
var hostile = map[string]string{
	"script":    `<script>window.__pwned=1</script>`,
	"attribute": `"><img src=x onerror="window.__pwned=1">`,
	"handler":   `x" onfocus="window.__pwned=1" autofocus="`,
	"address":   `javascript:window.__pwned=1//`,
	"template":  `{{7*7}}${7*7}<%= 7*7 %>`,
	"formula":   `=HYPERLINK("http://evil.test","click")`,
	"command":   `+cmd|' /C calc'!A0`,
	"sum":       `@SUM(1+1)*cmd|' /C calc'!A0`,
	"minus":     `-2+3;=1+1`,
	"sql":       `'; DROP TABLE orders; --`,
	"backwards": "abc\u202Egnp.exe\u2066",
	"controls":  "a\x00b\x1b[31m\x07c\r\nSet-Cookie: x=1",
	"broken":    "\xff\xfe\xc3(",
	"long":      strings.Repeat("<b>&", 2500),
	"emoji":     "👩‍👩‍👧‍👦🏴‍☠️é́́",
	"words":     "<!--#exec cmd=ls--> ]]> &lt; %00 ../../etc/passwd",
}

// attacker fills every text field that the API takes, by a key of its own.
type attacker struct {
	t   *testing.T
	s   *pagetest.Site
	key string
	ids []string // of what was made
}

func newAttacker(t *testing.T, s *pagetest.Site) *attacker {
	t.Helper()
	text, err := admin.NewKey(admin.Main)
	if err != nil {
		t.Fatal(err)
	}
	desktest.Must(s.Shop, admin.MakeKey, admin.KeyCommand{Name: "test", Hash: admin.Hash(text), Scopes: access.All})
	return &attacker{t: t, s: s, key: text}
}

type object = map[string]any

// send asks the API. Fields that it refuses are left out and the rest is sent
// again, until it is taken or nothing can be left out; a refusal is fine, a
// failure is not.
func (x *attacker) send(method, path string, body object) object {
	x.t.Helper()
	for range 40 {
		text, err := json.Marshal(body)
		if err != nil {
			x.t.Fatal(err)
		}
		got := x.s.Ask("", method, path, strings.NewReader(string(text)), http.Header{"Authorization": {"Bearer " + x.key}, "Content-Type": {"application/json"}})
		var out object
		if got.Status >= 500 {
			x.t.Errorf("%s %s with %.300q: %d %s", method, path, text, got.Status, got.Body)
			return nil
		}
		if err := json.Unmarshal([]byte(got.Body), &out); err != nil {
			x.t.Errorf("%s %s: %d is no JSON: %.200q", method, path, got.Status, got.Body)
			return nil
		}
		if got.Status < 300 {
			return out
		}
		if !utf8.ValidString(got.Body) || strings.Contains(got.Body, "\x00") {
			x.t.Errorf("%s %s: the refusal repeats what cannot be shown", method, path)
		}
		faults, _ := out["errors"].([]any)
		dropped := false
		for _, f := range faults {
			at, _ := f.(object)["pointer"].(string)
			dropped = drop(body, at) || dropped
		}
		if !dropped {
			return nil
		}
	}
	return nil
}

// drop takes what a pointer leads to out of a body.
func drop(body object, pointer string) bool {
	steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	var at any = body
	for i, step := range steps {
		switch here := at.(type) {
		case object:
			if _, there := here[step]; !there {
				return false
			}
			if i == len(steps)-1 || !holds(here[step]) {
				delete(here, step)
				return true
			}
			at = here[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(here) {
				return false
			}
			if i == len(steps)-1 || !holds(here[n]) {
				if _, whole := here[n].(object); whole {
					return false
				}
				here[n] = "x" + strconv.Itoa(n)
				return true
			}
			at = here[n]
		}
	}
	return false
}

func holds(v any) bool {
	switch v.(type) {
	case object, []any:
		return true
	}
	return false
}

// fill makes one of everything out of a text.
func (x *attacker) fill(n int, evil string) {
	x.t.Helper()
	cut := func(most int) string {
		for utf8.RuneCountInString(evil) > most {
			_, size := utf8.DecodeLastRuneInString(evil)
			evil = evil[:len(evil)-size]
		}
		return evil
	}
	long := evil
	id := fmt.Sprint(n)
	note := func(o object, prefix string) string {
		text, _ := o["id"].(string)
		if text != "" {
			x.ids = append(x.ids, text)
		}
		return prefix + text
	}
	custom := func() object { return object{"field": long, cut(20): "x"} }
	if o := x.send("POST", "/v1/orders", object{"channel": "web", "currency": "GBP", "note": long, "lines": []any{object{"sku": "SAFE", "quantity": 1, "unit_price": "1.00"}}}); o != nil {
		note(o, "")
	}
	short := cut(200)
	address := func() object {
		return object{"name": short, "company": short, "line1": short, "line2": short, "city": short, "region": short, "postal_code": short, "country": "GB", "phone": short}
	}
	place := x.send("POST", "/v1/locations", object{"code": cut(36) + id, "name": short, "address": address(), "zone": short, "pickups": []any{object{"carrier": cut(40), "leaves_at": "16:00", "days": []any{"monday"}}}})
	if place == nil {
		place = x.send("POST", "/v1/locations", object{"code": "L" + id, "name": short, "address": address()})
	}
	note(place, "")
	sku := cut(70) + id
	item := object{"sku": sku, "name": short, "unit": cut(20), "picture": short, "custom": custom(), "barcodes": []any{object{"code": cut(60) + id}}}
	if got := x.send("POST", "/v1/items", item); got == nil {
		sku = "SKU-" + id
		note(x.send("POST", "/v1/items", object{"sku": sku, "name": short, "custom": object{"field": short}}), "")
	} else {
		note(got, "")
		sku, _ = got["sku"].(string)
	}
	at, _ := place["code"].(string)
	x.send("POST", "/v1/stock/receive", object{"reference": short, "lines": []any{object{"sku": sku, "location": at, "quantity": 9, "bin": cut(60), "lot": cut(60), "reason": short, "note": short}}})
	x.send("POST", "/v1/stock/adjust", object{"reference": short, "lines": []any{object{"sku": sku, "location": at, "quantity": -1, "reason": short, "note": short}}})
	x.send("POST", "/v1/stock/low", object{"sku": sku, "location": at, "low_at": 100})
	customer := x.send("POST", "/v1/customers", object{"name": short, "email": short, "phone": short, "company": short, "external_id": cut(190) + id, "address": address(), "custom": custom()})
	note(customer, "")
	who, _ := customer["id"].(string)
	order := object{
		"channel": cut(50), "external_id": cut(190) + id, "currency": "GBP", "customer": object{"id": who, "name": short, "email": short, "phone": short, "company": short},
		"ship_to": address(), "bill_to": address(), "note": long, "tags": []any{cut(40), "a,b"}, "custom": custom(),
		"lines":    []any{object{"sku": sku, "quantity": 2, "unit_price": "1.00", "title": short, "custom": custom()}},
		"fees":     []any{object{"kind": "fee", "code": cut(60), "label": short, "amount": "1.00"}},
		"payments": []any{object{"amount": "1.00", "reference": short}},
	}
	placed := x.send("POST", "/v1/orders", order)
	if placed == nil {
		x.t.Logf("no order with %.40q was taken", evil)
		return
	}
	path := note(placed, "/v1/orders/")
	x.send("POST", path+"/note", object{"text": long})
	x.send("POST", path+"/tag", object{"add": []any{cut(40)}})
	x.send("POST", "/v1/views", object{"name": cut(60), "filter": "q=" + url.QueryEscape(cut(60)), "list": "orders"})
	fuls, _ := placed["fulfillments"].([]any)
	for _, f := range fuls {
		ful, _ := f.(object)["id"].(string)
		x.ids = append(x.ids, ful)
		for _, act := range []string{"release", "pick"} {
			x.send("POST", "/v1/fulfillments/"+ful+"/"+act, object{})
		}
		x.send("POST", "/v1/fulfillments/"+ful+"/pack", object{"carrier": cut(60), "service": cut(60), "tracking_number": cut(90), "tracking": cut(90)})
	}
	if got := x.send("GET", path+"?expand=parcels", object{}); got != nil {
		for _, p := range regexp.MustCompile(`par_\w+`).FindAllString(fmt.Sprint(got), -1) {
			x.ids = append(x.ids, p)
			x.send("POST", "/v1/parcels/"+p+"/scans", object{"scans": []any{object{"code": cut(60), "text": short, "place": short, "description": short, "location": short, "at": "2026-01-01T00:00:00Z"}}})
			x.send("POST", "/v1/parcels/"+p+"/ship", object{})
		}
	}
	x.send("POST", path+"/hold", object{"reason": cut(60), "note": long})
	x.send("POST", path+"/return", object{"location": at, "reason": short, "lines": []any{object{"line": 1, "quantity": 1}}})
	if got := x.send("POST", path+"/tracking-link", object{}); got != nil {
		if link := regexp.MustCompile(`/t/[^\s"\]]+`).FindString(fmt.Sprint(got)); link != "" {
			x.ids = append(x.ids, link)
			x.s.Post("", link+"/report", url.Values{"kind": {"missing"}, "text": {long}, "reason": {short}})
		}
	}
	x.s.Post(access.Admin, "/settings/channels/edit", url.Values{"code": {"c" + id}, "label": {cut(40)}, "color": {short}})
	x.s.Post(access.Admin, "/settings/users/new", url.Values{"email": {"u" + id + "@example.com"}, "name": {short}, "role": {"support"}})
	x.s.Post(access.Admin, "/settings/keys/new", url.Values{"name": {short}, "scope": {"orders:read"}})
	if got := x.s.Ask("", "POST", "/v1/imports?what=items&name="+url.QueryEscape(cut(100)), strings.NewReader("sku,name\n"+long+",x,y,z\n"), http.Header{"Authorization": {"Bearer " + x.key}}); got.Status < 300 {
		var f object
		_ = json.Unmarshal([]byte(got.Body), &f)
		note(f, "")
	}
}

// unescaped is what no page may hold as it was typed.
var unescaped = []string{"<script>window", `<img src=x`, `" onfocus="window`, "<!--#exec", "<b>&<b>", "\x00", "\x1b", "\x07", "\ufffd\ufffd\ufffd\ufffd"}

// leads is an address that a click or the page itself would run.
var leads = regexp.MustCompile(`(?i)(?:href|src|action|formaction|hx-\w+)="\s*(?:javascript|data:text)[^"]*"`)

// harmless holds an answer to what its kind may be.
func harmless(t *testing.T, path string, got pagetest.Answer) {
	t.Helper()
	if len(path) > 90 {
		path = path[:90] + "…"
	}
	kind := got.Header.Get("Content-Type")
	for name := range got.Header {
		for _, v := range got.Header[name] {
			if strings.ContainsAny(v, "\r\n\x00") || name == "Set-Cookie" && strings.HasPrefix(v, "x=1") {
				t.Errorf("%s: the header %s is %q", path, name, v)
			}
		}
	}
	switch {
	case got.Status >= 500:
		t.Errorf("%s: %d %.300s", path, got.Status, got.Body[strings.Index(got.Body, "<h1")+1:])
	case strings.HasPrefix(kind, "application/pdf"):
		if !strings.HasPrefix(got.Body, "%PDF") || !strings.Contains(got.Body[max(0, len(got.Body)-20):], "%%EOF") || strings.Contains(got.Body, "/JavaScript") {
			t.Errorf("%s: the paper is broken", path)
		}
	case strings.HasPrefix(kind, "text/csv"):
		rows, err := csv.NewReader(strings.NewReader(got.Body)).ReadAll()
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, cell := range slices.Concat(rows...) {
			if _, err := strconv.ParseFloat(cell, 64); err != nil && cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("%s: a spreadsheet would run %.60q", path, cell)
			}
		}
	case strings.HasPrefix(kind, "text/html"):
		if !utf8.ValidString(got.Body) {
			t.Errorf("%s: the page is no UTF-8", path)
		}
		for _, bad := range unescaped {
			if i := strings.Index(got.Body, bad); i >= 0 {
				t.Errorf("%s: %q stands there as it was typed: …%.200q…", path, bad, got.Body[max(0, i-80):min(len(got.Body), i+80)])
			}
		}
		if link := leads.FindString(got.Body); link != "" {
			t.Errorf("%s: a link runs what was typed: %s", path, link)
		}
		if strings.Contains(got.Body, "49$49") {
			t.Errorf("%s: a template was carried out", path)
		}
	}
}

// Kills (S30): a text of a stranger that becomes part of a page, a paper, a
// table or a header. Every page and file of the back office is asked for, with
// everything in it that an API key could put there.
func TestScenarioS30HostileTexts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		s.Goods("SAFE", "backorder", "A", 5)
		x := newAttacker(t, s)
		for n, name := range slices.Sorted(func(yield func(string) bool) {
			for name := range hostile {
				if !yield(name) {
					return
				}
			}
		}) {
			x.fill(n, hostile[name])
		}
		s.CatchUp()
		shown, files := 0, map[string]int{}
		look := func(path string) {
			t.Helper()
			got := s.Get(access.Admin, path)
			harmless(t, path, got)
			if got.Status == http.StatusOK {
				kind, _, _ := strings.Cut(got.Header.Get("Content-Type"), ";")
				files[kind]++
				if strings.Contains(got.Body, "&lt;script&gt;window") {
					shown++
				}
			}
		}
		for _, r := range s.Shell.Routes() {
			if r.Method != http.MethodGet || r.Path == "/live" {
				continue
			}
			path := strings.TrimSuffix(r.Path, "{$}")
			if !strings.Contains(path, "{") {
				look(path)
				for _, evil := range []string{hostile["script"], hostile["attribute"], hostile["formula"], hostile["controls"], hostile["address"]} {
					q := url.QueryEscape(evil)
					look(path + "?q=" + q + "&next=" + q + "&tab=" + q + "&channel=" + q + "&location=" + q + "&from=" + q + "&placed=" + q + "&scan=" + q + "&name=" + q + "&sort=" + q + "&change=" + q)
				}
				continue
			}
			for _, id := range x.ids {
				look(fill(path, url.PathEscape(id)))
			}
			look(fill(path, url.PathEscape(hostile["attribute"])))
		}
		for _, id := range x.ids {
			switch {
			case strings.HasPrefix(id, "/t/"):
				harmless(t, id, s.Get("", id))
			case strings.HasPrefix(id, "ful_"):
				look("/floor/paper/pick.pdf?ful=" + id)
				look("/floor/paper/slip.pdf?ful=" + id)
			case strings.HasPrefix(id, "par_"):
				look("/floor/paper/label.pdf?parcel=" + id)
			}
		}
		if shown < 10 || files["application/pdf"] < 10 || files["text/csv"] < 2 {
			t.Errorf("only %d pages show what was planted; files %v", shown, files)
		}
		t.Logf("%d things, %d pages with the script, %v", len(x.ids), shown, files)
	})
}

// TestScenarioS30InABrowser opens the page of an order made of hostile texts,
// and the list, where no script of them runs.
func TestScenarioS30InABrowser(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("SAFE", "backorder", "A", 5)
	x := newAttacker(t, s)
	x.fill(1, hostile["script"])
	x.fill(2, hostile["attribute"])
	x.fill(3, hostile["handler"])
	s.CatchUp()
	tab := s.Tab(t, webtest.Start(t), access.Admin, "/orders")
	for _, path := range append([]string{"/orders", "/items", "/customers", "/floor/queue"}, orderPages(x.ids)...) {
		tab.Visit(s.Address + path)
		tab.WaitTrue("document.readyState === 'complete' && !!document.querySelector('h1')")
		if ran := webtest.Run(tab, chromedp.Evaluate[bool]("window.__pwned !== undefined || !!document.querySelector('img[src=\"x\"], [onfocus], [onerror]')")); ran {
			t.Errorf("%s: a stranger's script ran, or his element stands in the page", path)
		}
	}
	tab.CheckClean()
}

func orderPages(ids []string) (out []string) {
	for _, id := range ids {
		if strings.HasPrefix(id, "ord_") {
			out = append(out, "/orders/"+id)
		}
	}
	return out
}
