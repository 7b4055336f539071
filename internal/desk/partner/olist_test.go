package partner_test

import (
	"cmp"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/kit/verify"
	"orderly/internal/money"
	"orderly/internal/order"
	terms "orderly/internal/partner"
	"orderly/internal/releasing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

// data is where the files of real shops are.
func data() string { return cmp.Or(os.Getenv("ORDERLY_TEST_DATA"), "../../../../shared/data") }

func table(t *testing.T, name string) (rows []map[string]string) {
	t.Helper()
	f, err := os.Open(filepath.Join(data(), "olist", name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the real orders are not here: %s is absent", filepath.Join(data(), "olist"))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// happening is one thing that happened at the marketplace.
type happening struct {
	at    time.Time
	turn  int // of what happens in the same second
	order string
	what  string
}

// market is Olist as a shop whose sellers are partners.
type market struct {
	*desktest.Shop
	now    atomic.Int64
	ids    map[string]order.ID
	work   map[order.ID][]fulfillment.ID
	orders map[string]order.Request
	asked  map[string]int  // sellers of an order
	said   map[string]bool // acts that were refused because there was nothing to do any more
}

// Five thousand orders of a real marketplace go through the live pipeline: placed,
// asked of their sellers, accepted, sent and delivered when they really were, in
// whatever order that was. Kills: an order that comes to another end than it had, an
// answer out of turn that breaks something, a figure that is not the oracle's.
func TestOlist(t *testing.T) {
	heads, items := table(t, "orders.csv.gz"), table(t, "order_items.csv.gz")
	m := &market{ids: map[string]order.ID{}, work: map[order.ID][]fulfillment.ID{}, orders: map[string]order.Request{}, said: map[string]bool{}, asked: map[string]int{}}
	m.now.Store(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano())
	db := storetest.SQLiteAt(t, func() time.Time { return time.Unix(0, m.now.Load()) })
	m.Shop = desktest.Open(t, db)
	m.sellers(items)
	list := m.happenings(heads, items)
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].what == list[0].what && n < 200 && list[n].at.Sub(list[0].at) < 6*time.Hour && m.same(list[:n+1]) && !slices.ContainsFunc(list[:n], func(h happening) bool { return h.order == list[n].order }) {
			n++
		}
		m.now.Store(max(m.now.Load()+1000, list[n-1].at.UnixNano()))
		m.happen(list[:n])
		list = list[n:]
	}
	if err := releasing.TickRequests(context.Background(), m.Desk, admin.Main); err != nil {
		t.Fatal(err)
	}
	m.compare(heads, items)
}

// same reports whether it is the same for each whether it happens when it did or
// with the last of them: what is late is late.
func (m *market) same(list []happening) bool {
	end := list[len(list)-1].at.UnixMicro()
	return list[0].what != "deliver" || !slices.ContainsFunc(list, func(h happening) bool {
		due := m.orders[h.order].DueAt + 24*time.Hour.Microseconds() - 1
		return h.at.UnixMicro() <= due && end > due
	})
}

// sellers makes a place for each seller, with what it sells.
func (m *market) sellers(items []map[string]string) {
	stocked := map[string]map[string]bool{}
	for _, row := range items {
		if stocked[row["seller_id"]] == nil {
			stocked[row["seller_id"]] = map[string]bool{}
		}
		stocked[row["seller_id"]][sku(row)] = true
	}
	var reports []floor.ReportCommand
	var goods []admin.ItemCommand
	var places []admin.LocationCommand
	for seller := range stocked {
		places = append(places, admin.LocationCommand{Location: stock.Location{Code: seller, Name: seller[:8], Kind: "supplier", Priority: 5, Active: true}})
	}
	for i, r := range all(m, admin.SaveLocation, places) {
		seller := places[i].Location.Code
		c := floor.ReportCommand{Location: stock.LocationID(r.ID)}
		for name := range stocked[seller] {
			goods = append(goods, admin.ItemCommand{Item: catalog.Item{SKU: name, Name: name, Kind: catalog.Goods, WhenShort: catalog.Backorder}})
			c.Lines = append(c.Lines, stock.Line{SKU: name, Quantity: 1000})
		}
		reports = append(reports, c)
	}
	var agreed []partner.TermsCommand
	for _, c := range reports {
		agreed = append(agreed, partner.TermsCommand{Terms: terms.Terms{Location: c.Location, RespondHours: 24, ChaseHours: 24, Silent: terms.Person, ShipHours: 72, StockWord: terms.Follow}})
	}
	all(m, partner.SetTerms, agreed)
	all(m, admin.SaveItem, goods)
	all(m, floor.Report, reports)
}

// sku is a product of a seller: the same product of two is two, as here nobody may
// send the other's.
func sku(row map[string]string) string { return row["product_id"][:16] + "-" + row["seller_id"][:12] }

// all does commands, none of which may be refused.
func all[C any](m *market, op *desk.Operation[C], list []C) (out []desk.Result) {
	m.T.Helper()
	for some := range slices.Chunk(list, desk.MaxBatch) {
		got, err := desk.Do(context.Background(), m.Desk, op, m.Scope, some, desk.Options{})
		if err != nil {
			m.T.Fatalf("%s: %v", op.Name, err)
		}
		for _, r := range got {
			if r.Err != nil && (fault.CodeOf(r.Err) != "wrong_request_status" && fault.CodeOf(r.Err) != "nothing_left") {
				m.T.Fatalf("%s: %v", op.Name, r.Err)
			}
			if r.Err != nil {
				m.said[op.Name+" "+fault.CodeOf(r.Err)] = true
			}
		}
		out = append(out, got...)
	}
	return out
}

// instant is when something happened, ten years later: the books begin in 2026.
func instant(text string) (time.Time, bool) {
	at, err := time.Parse(time.DateTime, text)
	return at.Add(3652 * 24 * time.Hour), err == nil
}

// happenings is everything that happened, in the order of time.
func (m *market) happenings(heads, items []map[string]string) (list []happening) {
	lines := map[string][]order.RequestLine{}
	freight := map[string]int64{}
	of := map[string]map[string]bool{}
	for _, row := range items {
		price, err := money.ParsePrice(row["price"])
		if err != nil {
			m.T.Fatal(err)
		}
		lines[row["order_id"]] = append(lines[row["order_id"]], order.RequestLine{SKU: sku(row), Quantity: 1, Price: price})
		if of[row["order_id"]] == nil {
			of[row["order_id"]] = map[string]bool{}
		}
		of[row["order_id"]][row["seller_id"]] = true
		freight[row["order_id"]] += cents(m.T, row["freight_value"])
	}
	for _, h := range heads {
		id := h["order_id"]
		if len(lines[id]) == 0 {
			continue
		}
		r := order.Request{Channel: "olist", ExternalID: id, Currency: "BRL", Lines: lines[id]}
		r.Fees = []order.Fee{{Kind: "shipping", Amount: freight[id]}}
		if at, ok := instant(h["order_estimated_delivery_date"]); ok {
			r.DueAt = at.UnixMicro()
		}
		m.orders[id] = r
		m.asked[id] = len(of[id])
		add := func(column, what string, turn int) {
			if at, ok := instant(h[column]); ok {
				list = append(list, happening{at, turn, id, what})
			}
		}
		add("order_purchase_timestamp", "place", 0)
		add("order_approved_at", "accept", 1)
		add("order_delivered_carrier_date", "send", 2)
		add("order_delivered_customer_date", "deliver", 3)
		if s := h["order_status"]; s == "canceled" || s == "unavailable" {
			at, _ := instant(h["order_purchase_timestamp"])
			list = append(list, happening{at.AddDate(1, 0, 0), 4, id, s})
		}
	}
	slices.SortStableFunc(list, func(a, b happening) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.turn, b.turn)) })
	return list
}

func cents(t testing.TB, text string) int64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int64(f*100 + 0.5)
}

// happen does one thing to many orders.
func (m *market) happen(list []happening) {
	var fuls []fulfillment.ID
	for _, h := range list {
		fuls = append(fuls, m.work[m.ids[h.order]]...)
	}
	switch list[0].what {
	case "place":
		var cmds []intake.PlaceCommand
		for _, h := range list {
			cmds = append(cmds, intake.PlaceCommand{Request: m.orders[h.order]})
		}
		var release []floor.WorkCommand
		for i, r := range all(m, intake.Place, cmds) {
			p := r.Value.(*intake.Placed)
			m.ids[list[i].order] = p.Order.ID
			for _, f := range p.Fulfillments {
				m.work[p.Order.ID] = append(m.work[p.Order.ID], f.ID)
				release = append(release, floor.WorkCommand{Fulfillment: f.ID})
			}
		}
		all(m, floor.Release, release)
	case "accept":
		all(m, partner.Accept, each2(fuls, func(id fulfillment.ID) partner.AcceptCommand { return partner.AcceptCommand{Fulfillment: id} }))
	case "send":
		m.send(fuls)
	case "deliver":
		m.send(fuls) // whoever delivers has sent before, whatever was told
		all(m, floor.Parcel, each2(fuls, func(id fulfillment.ID) floor.ParcelCommand {
			return floor.ParcelCommand{Fulfillment: id, Act: "deliver"}
		}))
	default: // canceled by the customer, or by a seller who does not have it
		for _, h := range list {
			m.end(m.ids[h.order], h.what)
		}
	}
}

func (m *market) send(fuls []fulfillment.ID) {
	all(m, partner.Send, each2(fuls, func(id fulfillment.ID) partner.SendCommand {
		return partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Carrier: "correios", Tracking: id.String()}}}
	}))
}

// end cancels what an order has left to send: a seller that accepted is asked first.
func (m *market) end(id order.ID, why string) {
	for _, f := range m.work[id] {
		if why == "unavailable" {
			_, err := desktest.Try(m.Shop, partner.Reject, partner.RejectCommand{Fulfillment: f, Reason: "out_of_stock"})
			if err != nil {
				_, err = desktest.Try(m.Shop, partner.Fail, partner.FailCommand{Fulfillment: f, Reason: "out_of_stock"})
			}
			if err != nil && fault.KindOf(err) != fault.Conflict {
				m.T.Fatal(err)
			}
			continue
		}
		if _, err := desktest.Try(m.Shop, partner.Stop, partner.StopCommand{Fulfillment: f, Then: "cancel"}); err == nil {
			_, err = desktest.Try(m.Shop, partner.Answer, partner.AnswerCommand{Fulfillment: f, Stops: true})
			if err != nil && fault.KindOf(err) != fault.Conflict {
				m.T.Fatal(err)
			}
		}
	}
	if _, err := desktest.Try(m.Shop, intake.Cancel, intake.CancelCommand{Order: id, Remaining: true}); err != nil && fault.KindOf(err) != fault.Conflict {
		m.T.Fatal(err)
	}
}

func each2[C any](ids []fulfillment.ID, command func(fulfillment.ID) C) []C {
	out := make([]C, len(ids))
	for i, id := range ids {
		out[i] = command(id)
	}
	return out
}

// compare holds the books against the oracle.
func (m *market) compare(heads, items []map[string]string) {
	t := m.T
	text, err := os.ReadFile(filepath.Join(data(), "olist", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Sellers   map[string]int `json:"sellers_per_order"`
		Shipments int            `json:"expected_shipments"`
		Late      int            `json:"delivered_after_estimated_date"`
		Delivered int            `json:"delivered_with_date"`
		Items     string         `json:"items_value_brl"`
		Freight   string         `json:"freight_brl"`
		Status    map[string]int `json:"status"`
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	got := struct {
		sellers                                    map[string]int
		shipments, late, delivered, canceled, sent int
		items, freight                             int64
	}{sellers: map[string]int{"0": len(heads) - len(m.orders)}}
	err = m.DB.Read(context.Background(), access.System(admin.Main, "test", "olist"), func(r *store.Reader) error {
		for id, known := range m.ids {
			found, err := orders.Load(r, []order.ID{known}, orders.Parts{Fees: true})
			if err != nil {
				return err
			}
			o := found[known]
			fuls, err := fulfillments.OfSources(r, []int64{int64(known)})
			if err != nil {
				return err
			}
			if len(fuls) != m.asked[id] {
				for _, f := range fuls {
					m.T.Logf("order %s of %d sellers: %s at %s is %s, %s", id, m.asked[id], f.ID, f.Location, f.WorkStatus, f.RequestStatus)
				}
			}
			got.sellers[strconv.Itoa(len(fuls))]++
			got.shipments += len(fuls)
			got.items += o.Totals.Subtotal
			got.freight += o.Totals.Fees
			switch {
			case o.Sums[order.Delivered] == o.Sums[order.Ordered]:
				got.delivered++
				parcels, err := fulfillments.ParcelsOfOrders(r, []order.ID{known})
				if err != nil {
					return err
				}
				last := int64(0)
				for _, p := range parcels {
					last = max(last, p.DeliveredAt)
				}
				if last >= o.DueAt+24*time.Hour.Microseconds() { // promised for the whole of that day
					got.late++
				}
			case o.Sums[order.Shipped] > 0:
				got.sent++
			case o.Sums[order.Canceled]+o.Sums[order.Backordered] == o.Sums[order.Ordered]:
				got.canceled++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d orders, %d shipments: %d delivered, %d of them late, %d sent, %d canceled or waiting; refused as over: %v", len(m.ids), got.shipments, got.delivered, got.late, got.sent, got.canceled, m.said)
	if fmt.Sprint(got.sellers) != fmt.Sprint(want.Sellers) || got.shipments != want.Shipments {
		t.Errorf("%v sellers an order and %d shipments, want %v and %d", got.sellers, got.shipments, want.Sellers, want.Shipments)
	}
	if got.delivered != want.Delivered || got.late != want.Late {
		t.Errorf("%d delivered, %d late, want %d and %d", got.delivered, got.late, want.Delivered, want.Late)
	}
	if got.items != cents(t, want.Items) || got.freight != cents(t, want.Freight) {
		t.Errorf("items of %d and freight of %d, want %s and %s", got.items, got.freight, want.Items, want.Freight)
	}
	r, err := verify.Run(context.Background(), m.DB, verify.Options{Level: verify.Full})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range r.Violations {
		if i < 10 {
			t.Errorf("verify: %+v", v)
		}
	}
}
