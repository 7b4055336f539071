package web_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/figures"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/bulks"
	"orderly/internal/store/customers"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/invoices"
	"orderly/internal/store/items"
	"orderly/internal/store/locations"
	"orderly/internal/store/orders"
	"orderly/internal/store/returned"
	"orderly/internal/store/uploads"
	"orderly/internal/store/users"
)

// endless are routes that are no pages.
var endless = map[string]bool{"/live": true}

// mayFail are pages of which a business has none: its pictures were never
// uploaded, an invitation's link is not known to who looks at the books.
var mayFail = map[string]bool{
	"/items/{id}/picture/{hash}": true, "/logo/{merchant}/{version}": true, "/t/{link}/logo": true, "/link/{token}": true, "/a/{link}": true,
	"/settings/webhooks/{id}": true, "/cases/{id}": true, "/cases/{id}/files/{file}": true, "/returns/{id}/files/{file}": true, "/orders/{id}/parcels/{parcel}/proof": true, "/t/{link}/returns/{ret}/label": true, "/cases/{id}/macro": true, "/t/{link}/cases/{case}": true,
	"/credits/{id}": true, "/collect/{id}": true, "/requests/{id}": true, "/requests/{id}/slip.pdf": true, "/requests/{id}/files/{file}": true, "/supplier-orders/{id}": true, "/trials/{id}": true, "/supplier-orders/{id}/files/{file}": true, "/purchases/{id}/files/{file}": true, "/statements/lines/{id}": true, "/receivables/remittances/{id}": true, "/sourcing/versions/{id}": true, "/preorders/{id}": true, "/edi/files/{id}": true, "/edi/partners/{id}": true, "/purchases/{id}": true, "/purchases/{id}/receive": true, "/purchases/{id}/order.pdf": true, "/purchases/{id}/returns/{return}/note.pdf": true, "/suppliers/{id}": true, "/suppliers/{id}/deliveries.csv": true, "/supplier-orders/deliveries.csv": true, "/costs/{id}": true, "/costs/{id}/invoices/{invoice}": true,
}

// asked are questions that pages are asked beside the plain one.
func asked() map[string][]string {
	out := map[string][]string{
		"/orders": {"?status=open", "?status=canceled", "?stage=backordered", "?stage=in_work", "?hold_status=held", "?channel=phone", "?location=N", "?due=late", "?sort=due",
			"?tag=gift", "?sku=SKU-00100", "?payment_status=unpaid", "?return_status=returned", "?placed_from=2026-01-10&placed_to=2026-02-20", "?q=turing", "?q=ada+byron", "?q=E-0000400", "?q=ada.byron0%40example.com", "?q=SKU-00123", "?q=nobodyofthatname"},
		"/orders/bulk":            {"?act=tag"},
		"/orders/new":             {"?mode=counter"},
		"/settings/messages/text": {"?kind=placed"},
		"/palette":                {"?q=a", "?q=tur", "?q=hopper", "?q=ada+byron", "?q=1234"},
		"/credits":                {"?kind=store_credit"},
		"/preorders":              {"?state=done"},
		"/edi":                    {"?view=in", "?view=problems"},
		"/purchases":              {"?status=sent"},
		"/purchases/returns":      {"", "?show=asked", "?show=over"},
		"/suppliers":              {"?state=all"},
		"/customers":              {"?q=ada", "?q=hopper+grace", "?q=c-12"},
		"/items":                  {"?q=mug", "?q=blue+mug", "?q=sku-001"},
		"/stock":                  {"?q=mug", "?only=low"},
		"/locations":              {"?q=n"},
		"/imports":                {"?what=orders"},
		"/floor/find":             {"?code=SKU-00100", "?code=1200"},
		"/floor/put-away":         {"?code=SKU-00100"},
		"/imports/sample":         {"?what=orders"},
	}
	for _, path := range []string{"/overview", "/overview/figures.csv"} {
		for _, p := range []string{"today", "7d", "90d", "month", "year"} {
			out[path] = append(out[path], "?period="+p, "?period="+p+"&channel=web&location=N")
		}
		out[path] = append(out[path], "?from=2025-12-01&to=2026-11-28")
	}
	for _, f := range figures.All {
		out["/overview/orders"] = append(out["/overview/orders"], "?figure="+f.ID+"&period=year")
	}
	return out
}

// questions are every page that there is, at addresses of what is in the books.
func (p *pages) questions() []*question {
	p.t.Helper()
	in := p.places()
	more := asked()
	var out []*question
	for _, r := range p.shell.Routes() {
		if r.Method != http.MethodGet || endless[r.Path] {
			continue
		}
		path := strings.ReplaceAll(r.Path, "{$}", "")
		addresses := []string{path}
		if from := strings.IndexByte(path, '{'); from >= 0 {
			addresses = in[path]
			if addresses == nil {
				p.t.Errorf("%s: nobody knows what to ask it for", path)
				continue
			}
		}
		if p.only(path) && !asks[path] {
			out = append(out, &question{name: path, addresses: addresses})
		}
		for _, q := range more[path] {
			if p.only(path) {
				out = append(out, &question{name: path + q, addresses: []string{path + q}})
			}
		}
		if p.only(path) && in[path+"?"] != nil {
			out = append(out, &question{name: path + "?…", addresses: in[path+"?"]})
		}
	}
	return out
}

// places are the addresses of what is in the books, by the path of their route;
// with a "?" behind it, questions that name something.
func (p *pages) places() map[string][]string {
	out := map[string][]string{}
	err := p.db.Read(context.Background(), p.scope, func(r *store.Reader) error {
		for _, add := range []func(*store.Reader, map[string][]string) error{p.orders, p.floor, p.catalog, p.rest} {
			if err := add(r, out); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.links(out)
	return out
}

func put[T fmt.Stringer](out map[string][]string, id T, paths ...string) {
	for _, path := range paths {
		from, to := strings.IndexByte(path, '{'), strings.IndexByte(path, '}')
		if from < 0 {
			name, _, _ := strings.Cut(path, "=")
			out[strings.SplitAfter(name, "?")[0]] = append(out[strings.SplitAfter(name, "?")[0]], path+url.QueryEscape(id.String()))
			continue
		}
		out[path] = append(out[path], path[:from]+id.String()+path[to+1:])
	}
}

// orders are the newest of each stage, and some from anywhere.
func (p *pages) orders(r *store.Reader, out map[string][]string) error {
	filters := []orders.Filter{{Limit: 5}, {Status: "canceled", Limit: 5}, {Hold: "held", Limit: 5}}
	for _, s := range order.Stages {
		filters = append(filters, orders.Filter{Stages: []string{s}, Limit: 5})
	}
	found, err := orders.List(r, orders.Filter{Limit: 1})
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(2, 2))
	for range 60 {
		filters = append(filters, orders.Filter{Number: 1 + rng.Int64N(found.Rows[0].Order.Number), Limit: 1})
	}
	for _, f := range filters {
		if found, err = orders.List(r, f); err != nil {
			return err
		}
		for _, row := range found.Rows {
			out["/orders/{id}/assign"] = append(out["/orders/{id}/assign"], "/orders/"+row.Order.ID.String()+"/assign?of="+row.Order.ID.String())
			put(out, row.Order.ID, "/orders/{id}", "/orders/{id}/receipt.pdf", "/orders/{id}/change", "/orders/{id}/divide", "/orders/{id}/message", "/orders/{id}/ask", "/orders/rows?id=", "/orders/new?repeat=", "/returns/new?order=")
		}
	}
	return nil
}

func (p *pages) floor(r *store.Reader, out map[string][]string) error {
	places, err := locations.All(r)
	if err != nil {
		return err
	}
	p.place = places[0].ID.String()
	for _, l := range places {
		put(out, l.ID, "/locations/{id}", "/settings/locations/{id}", "/settings/locations/{id}/calendar", "/stock?location=")
	}
	for _, x := range []struct{ status, path string }{{fulfillment.Released, "/floor/pick/{id}"}, {fulfillment.Picked, "/floor/pack/{id}"}} {
		list, err := fulfillments.Due(r, places[0].ID, []string{x.status}, 20)
		if err != nil {
			return err
		}
		for _, f := range list {
			put(out, f.ID, x.path, "/floor/paper/pick.pdf?ful=", "/floor/paper/slip.pdf?ful=")
		}
	}
	ready, err := fulfillments.Ready(r, places[0].ID, 20)
	for _, x := range ready {
		put(out, x.ID, "/floor/paper/label.pdf?parcel=")
	}
	return err
}

func (p *pages) catalog(r *store.Reader, out map[string][]string) error {
	list, err := items.Page(r, "", "SKU-00009", 60)
	if err != nil {
		return err
	}
	for _, i := range list {
		put(out, i.ID, "/items/{id}", "/stock/{item}", "/stock/{item}/explain")
	}
	for i, path := range out["/stock/{item}/explain"] {
		out["/stock/{item}/explain"][i] = path + "?location=" + p.place
	}
	put(out, list[0].ID, "/items/{id}/picture/0")
	out["/items/{id}/picture/{hash}"] = out["/items/{id}/picture/0"]
	before := party.ID(1 << 62)
	for range 2 {
		some, err := customers.Page(r, "", before, 20)
		if err != nil {
			return err
		}
		for _, c := range some {
			put(out, c.ID, "/customers/{id}", "/customers/{id}/edit", "/customers/{id}/story", "/customers/{id}/privacy", "/customers/{id}/terms", "/receivables/customers/{id}", "/orders/new?customer=")
		}
		old, err := customers.ByExternalID(r, []string{"C-0", "C-1", "C-2", "C-4", "C-5"}) // they order often
		if err != nil {
			return err
		}
		before = old[len(old)-1].ID + 1
	}
	return nil
}

func (p *pages) rest(r *store.Reader, out map[string][]string) error {
	did, err := bulks.Recent(r, 5)
	if err != nil {
		return err
	}
	for _, x := range did {
		put(out, x.ID, "/runs/{id}", "/runs/{id}/report.csv")
	}
	documents, err := invoices.List(r, invoices.Filter{Limit: 5})
	if err != nil {
		return err
	}
	for _, x := range documents {
		put(out, x.ID, "/invoices/{id}/document.pdf")
		p.papers = append(p.papers, paper{order.ID(x.Order), "/invoices/{id}", "/invoices/" + x.ID.String()})
	}
	backs, err := returned.List(r, "", 1<<62, 5)
	if err != nil {
		return err
	}
	for _, x := range backs {
		put(out, x.ID, "/returns/{id}", "/returns/{id}/slip.pdf")
		p.papers = append(p.papers, paper{x.Order, "/returns/{ret}/slip.pdf", "/returns/" + x.ID.String() + "/slip.pdf"}, paper{x.Order, "/returns/{ret}/label", "/returns/" + x.ID.String() + "/label"})
		out["/returns/{id}/files/{file}"] = []string{"/returns/" + x.ID.String() + "/files/rfl_0pmnqh2000400"}
	}
	out["/cases/{id}"] = []string{"/cases/C-1001"}
	out["/sourcing/versions/{id}"] = []string{"/sourcing/versions/srp_0pmnqh2000400"}
	out["/cases/{id}/macro"] = []string{"/cases/C-1001/macro"}
	out["/orders/{id}/parcels/{parcel}/proof"] = []string{out["/orders/{id}"][0] + "/parcels/par_0pmnqh2000400/proof"}
	out["/cases/{id}/files/{file}"] = []string{"/cases/C-1001/files/csf_0pmnqh2000400"}
	out["/receivables/remittances/{id}"] = []string{"/receivables/remittances/rem_0pmnqh2000400"}
	out["/collect/{id}"] = []string{"/collect/ful_0pmnqh2000400"}
	out["/requests/{id}"] = []string{"/requests/ful_0pmnqh2000400"}
	out["/requests/{id}/slip.pdf"] = []string{"/requests/ful_0pmnqh2000400/slip.pdf"}
	for room, id := range map[string]string{"/requests": "ful_0pmnqh2000400", "/supplier-orders": "pur_0pmnqh2000400", "/purchases": "pur_0pmnqh2000400"} {
		out[room+"/{id}/files/{file}"] = []string{room + "/" + id + "/files/tlf_0pmnqh2000400"}
	}
	out["/supplier-orders/{id}"] = []string{"/supplier-orders/pur_0pmnqh2000400"}
	out["/trials/{id}"] = []string{"/trials/trl_0pmnqh2000400"}
	out["/costs/{id}/invoices/{invoice}"] = []string{"/costs/loc_0pmnqh2000400/invoices/tin_0pmnqh2000400"}
	out["/costs/{id}"] = []string{"/costs/loc_0pmnqh2000400"}
	out["/edi/files/{id}"] = []string{"/edi/files/edf_0pmnqh2000400"}
	out["/edi/partners/{id}"] = []string{"/edi/partners/new"}
	for _, at := range []string{"", "/receive", "/order.pdf"} {
		out["/purchases/{id}"+at] = []string{"/purchases/pur_0pmnqh2000400" + at}
	}
	out["/purchases/{id}/returns/{return}/note.pdf"] = []string{"/purchases/pur_0pmnqh2000400/returns/prt_0pmnqh2000400/note.pdf"}
	out["/suppliers/{id}"] = []string{"/suppliers/sup_0pmnqh2000400"}
	out["/suppliers/{id}/deliveries.csv"] = []string{"/suppliers/sup_0pmnqh2000400/deliveries.csv"}
	out["/preorders/{id}"] = []string{"/preorders/pre_0pmnqh2000400"}
	out["/credits/{id}"] = []string{"/credits/crd_0pmnqh2000400"}
	out["/statements/lines/{id}"] = []string{"/statements/lines/bln_0pmnqh2000400"}
	out["/settings/webhooks/{id}"] = []string{"/settings/webhooks/whe_0pmnqh2000400"}
	files, err := uploads.Before(r, 1<<62, 5)
	if err != nil {
		return err
	}
	for _, f := range files {
		put(out, f.ID, "/imports/{id}", "/imports/{id}/rejects.csv")
		bad, err := uploads.Rejects(r, f.ID, 0, 5)
		if err != nil {
			return err
		}
		for _, x := range bad {
			out["/imports/{id}/rejects/{line}"] = append(out["/imports/{id}/rejects/{line}"], "/imports/"+f.ID.String()+"/rejects/"+strconv.FormatInt(x.Line, 10))
		}
	}
	people, err := users.List(r)
	for _, u := range people {
		put(out, u.ID, "/settings/users/{id}")
	}
	for _, q := range queue.All {
		out["/today/{queue}"] = append(out["/today/{queue}"], "/today/"+q.ID)
		if q.Fix != "" {
			out["/today/{queue}/fix"] = append(out["/today/{queue}/fix"], "/today/"+q.ID+"/fix")
		}
	}
	out["/logo/{merchant}/{version}"] = []string{"/logo/1/1"}
	out["/link/{token}"] = []string{"/link/" + strings.Repeat("a", 26)}
	out["/a/{link}"] = []string{"/a/1_" + strings.Repeat("a", 26)}
	return err
}

// paper is one that the customer of an order may read.
type paper struct {
	of          order.ID
	route, path string
}

// link is where the customer of an order follows it.
func (p *pages) link(id order.ID) string {
	p.t.Helper()
	made, err := desk.One(context.Background(), p.desk, care.MakeLink, p.scope, care.LinkCommand{Order: id}, desk.Options{})
	if err != nil {
		p.t.Fatal(err)
	}
	return "/t/" + made.Value.(string)
}

// links makes the links by which customers follow their orders.
func (p *pages) links(out map[string][]string) {
	for _, path := range out["/orders/{id}"] {
		id, err := order.ParseID(strings.TrimPrefix(path, "/orders/"))
		if err != nil {
			p.t.Fatal(err)
		}
		out["/t/{link}"] = append(out["/t/{link}"], p.link(id))
		out["/t/{link}/returns"] = append(out["/t/{link}/returns"], p.link(id)+"/returns")
		out["/t/{link}/cases"] = append(out["/t/{link}/cases"], p.link(id)+"/cases")
		out["/t/{link}/cases/{case}"] = append(out["/t/{link}/cases/{case}"], p.link(id)+"/cases/cas_0pmnqh2000400")
	}
	for _, x := range p.papers {
		out["/t/{link}"+x.route] = append(out["/t/{link}"+x.route], p.link(x.of)+x.path)
	}
	out["/t/{link}/logo"] = []string{out["/t/{link}"][0] + "/logo"}
}
