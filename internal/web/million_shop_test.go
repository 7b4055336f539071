package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/bulk"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/bill"
	"orderly/internal/desk/care"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/imports/upload"
	"orderly/internal/invoice"
	"orderly/internal/jobs"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/project"
	"orderly/internal/runs"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/invoices"
)

// big is a business with many orders behind it: four channels, customers that
// come back, three locations, most orders delivered long ago, some thousands in
// each stage that is open.
type big struct {
	t      testing.TB
	db     *store.DB
	desk   *desk.Desk
	scope  access.Scope
	rng    *rand.Rand
	places []stock.LocationID
	skus   []string
	people []party.ID
	made   int // orders
}

const (
	bigWave  = 250 // orders in a call
	bigYears = 400 // days over which past orders are spread
	bigOpen  = 3000
)

// outOfStock is how many items are at nowhere.
const outOfStock = 10

// bigChannels are where its orders come from, the busiest first.
var bigChannels = []channels.Channel{
	{Code: "web", Label: "Online shop", Color: channels.Colors[1], Kind: "web", Active: true},
	{Code: "amazon", Label: "Amazon UK", Color: channels.Colors[2], Kind: "marketplace", Active: true},
	{Code: "shop", Label: "High Street", Color: channels.Colors[3], Kind: "shop", Active: true},
	{Code: "phone", Label: "Phone", Color: channels.Colors[4], Kind: "phone", Active: true},
}

// fillBig makes a business with about n orders in an empty database.
func fillBig(t testing.TB, db *store.DB, n int) {
	t.Helper()
	if _, err := admin.Setup(context.Background(), db, "Big shop", "Europe/London", "GBP"); err != nil {
		t.Fatal(err)
	}
	b := &big{t: t, db: db, desk: desk.New(db, nil), scope: access.System(admin.Main, "command", "test"), rng: rand.New(rand.NewPCG(1, 1))}
	defer b.desk.Close()
	start := time.Now()
	b.furnish(n)
	open := min(bigOpen, n/20)
	past := n - 8*open
	for wave := 0; b.made < past; wave++ {
		size := min(bigWave, past-b.made)
		switch wave % 10 {
		case 0:
			b.sold(size)
		case 1, 2:
			b.lived(size, "", wave%20 == 1)
		default:
			b.recorded(size)
		}
		if wave%200 == 199 {
			t.Logf("%d orders after %s", b.made, time.Since(start).Round(time.Second))
		}
	}
	for left := open; left > 0; left -= bigWave {
		size := min(bigWave, left)
		for _, upTo := range []string{"place", "release", "pick", "pack", "ship", "lose"} {
			b.lived(size, upTo, false)
		}
		b.held(size)
		b.short(size)
	}
	b.extras()
	t.Logf("%d orders after %s", b.made, time.Since(start).Round(time.Second))
	b.catchUp()
	t.Logf("search and figures have them after %s", time.Since(start).Round(time.Second))
}

// doMany does commands that none must be refused of.
func doMany[C any](b *big, op *desk.Operation[C], cmds []C) []desk.Result {
	b.t.Helper()
	var out []desk.Result
	for len(cmds) > 0 {
		n := min(len(cmds), desk.MaxBatch)
		got, err := desk.Do(context.Background(), b.desk, op, b.scope, cmds[:n], desk.Options{})
		for i := range got {
			if err == nil {
				err = got[i].Err
			}
		}
		if err != nil {
			b.t.Fatalf("%s: %v", op.Name, err)
		}
		out, cmds = append(out, got...), cmds[n:]
	}
	return out
}

// furnish makes what orders are about: locations, items and their stock,
// channels, customers, people.
func (b *big) furnish(n int) {
	for i, name := range []string{"North", "South", "Harbour"} {
		r := doMany(b, admin.SaveLocation, []admin.LocationCommand{{Location: stock.Location{Code: name[:1], Name: name, Kind: "warehouse", Priority: int64(i + 1), Active: true, Address: party.Address{Country: "GB"}}}})
		b.places = append(b.places, stock.LocationID(r[0].ID))
	}
	for _, c := range bigChannels {
		doMany(b, admin.SaveChannel, []admin.ChannelCommand{{Channel: c}})
	}
	count := max(200, n/100)
	var items []admin.ItemCommand
	var lines []stock.Line
	for i := range count {
		sku := fmt.Sprintf("SKU-%05d", i)
		b.skus = append(b.skus, sku)
		items = append(items, admin.ItemCommand{Item: catalog.Item{SKU: sku, Name: fmt.Sprintf("%s %s no. %d", colors[i%len(colors)], things[i/7%len(things)], i), Kind: catalog.Goods, WhenShort: catalog.Backorder, Price: 9_950_000}})
		if i >= outOfStock { // an item lies at the location of its number, and some of it at another
			lines = append(lines, stock.Line{SKU: sku, Location: b.places[i%3], Quantity: 10_000_000})
		}
		if i%5 == 0 && i >= outOfStock {
			lines = append(lines, stock.Line{SKU: sku, Location: b.places[(i+1)%3], Quantity: 40})
		}
	}
	doMany(b, admin.SaveItem, items)
	for len(lines) > 0 {
		k := min(len(lines), stock.MaxActLines)
		doMany(b, floor.Receive, []floor.ReceiveCommand{{Lines: lines[:k]}})
		lines = lines[k:]
	}
	var people []admin.CustomerCommand
	for i := range max(200, n/50) {
		people = append(people, admin.CustomerCommand{Customer: party.Customer{ExternalID: fmt.Sprintf("C-%d", i), Contact: contactOf(i)}})
	}
	for _, r := range doMany(b, admin.SaveCustomer, people) {
		b.people = append(b.people, party.ID(r.ID))
	}
}

var (
	colors = []string{"Blue", "Green", "Speckled", "Plain", "Striped", "White", "Dark"}
	things = []string{"mug", "plate", "bowl", "teapot", "jug", "vase", "saucer", "candlestick", "tray"}
	firsts = []string{"Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "John", "Katherine", "Linus", "Margaret", "Niklaus"}
	lasts  = []string{"Byron", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Allen", "Backus", "Johnson", "Hamilton", "Wirth", "Lamport", "Milner", "Perlis"}
	towns  = []string{"Leeds", "York", "Bath", "Truro", "Hull"}
)

func contactOf(i int) party.Contact {
	first, last := firsts[i%len(firsts)], lasts[i/len(firsts)%len(lasts)]
	return party.Contact{Name: first + " " + last, Email: strings.ToLower(fmt.Sprintf("%s.%s%d@example.com", first, last, i)), Phone: fmt.Sprintf("+44 20 %07d", i)}
}

// request draws an order. A few customers order often, most seldom; some have
// no record.
func (b *big) request(lines int) order.Request {
	who := int(float64(len(b.people)) * b.rng.Float64() * b.rng.Float64())
	b.made++
	r := order.Request{
		Channel: bigChannels[min(b.rng.IntN(4), b.rng.IntN(4))].Code, ExternalID: fmt.Sprintf("E-%07d", b.made), Currency: "GBP",
		Parties: party.Parties{Customer: contactOf(who),
			ShipTo: party.Address{Line1: fmt.Sprintf("%d High Street", 1+who%200), City: towns[who%len(towns)], PostalCode: "LS1 1AA", Country: "GB"}},
	}
	if who%3 > 0 {
		r.CustomerID = b.people[who]
	}
	if b.made%40 == 0 {
		r.Tags = []string{"gift"}
	}
	home := b.rng.IntN(3)
	for i := range lines {
		n := (b.rng.IntN(b.rng.IntN(len(b.skus)-outOfStock)+1)+outOfStock)/3*3 + home
		if i == 3 { // from somewhere else
			n++
		}
		n = min(max(n, outOfStock), len(b.skus)-1)
		r.Lines = append(r.Lines, order.RequestLine{SKU: b.skus[n], Quantity: 1 + b.rng.Int64N(3), Price: money.Price(1_950_000 * (1 + b.rng.Int64N(20)))})
	}
	return r
}

// recorded are orders of the past, most of them sent, some canceled or given back.
func (b *big) recorded(n int) {
	cmds := make([]intake.RecordCommand, n)
	for i := range cmds {
		r := b.request(1 + b.rng.IntN(4))
		r.PlacedAt = b.db.Now() - b.rng.Int64N(bigYears*24*3600_000_000)
		total := int64(0)
		for _, l := range r.Lines {
			total += l.Quantity * int64(l.Price) / 10_000
		}
		r.Payments = []order.Payment{{Amount: total, Reference: "card"}}
		cmds[i].Request = r
		switch b.rng.IntN(30) {
		case 0:
			cmds[i].Canceled = []order.Part{{Line: 1, Quantity: r.Lines[0].Quantity}}
		case 1:
			cmds[i].Returned = []intake.RecordedReturn{{At: r.PlacedAt + 9*24*3600_000_000, Reason: "damaged", Parts: []order.Part{{Line: 1, Quantity: 1}}, Refund: int64(r.Lines[0].Price) / 10_000}}
		}
	}
	doMany(b, intake.Record, cmds)
}

// sold are sales over the counter.
func (b *big) sold(n int) {
	cmds := make([]intake.SellCommand, n)
	for i := range cmds {
		r := b.request(1)
		r.Channel = "shop"
		cmds[i] = intake.SellCommand{Request: r, Location: b.places[b.at(r.Lines[0].SKU)]}
	}
	doMany(b, intake.Sell, cmds)
}

// at is the location of an item.
func (b *big) at(sku string) (n int) {
	if _, err := fmt.Sscanf(sku, "SKU-%d", &n); err != nil {
		b.t.Fatal(err)
	}
	return n % 3
}

// place places orders, each with a due time around now; it gives their
// fulfillments.
func (b *big) place(n int) (ids []order.ID, fuls []fulfillment.ID) {
	cmds := make([]intake.PlaceCommand, n)
	for i := range cmds {
		cmds[i].Request = b.request(1 + b.rng.IntN(4))
		if i%4 > 0 {
			cmds[i].Request.DueAt = b.db.Now() + 1_000_000 + b.rng.Int64N(72*3600_000_000)*int64(i%4-1)
		}
	}
	for _, r := range doMany(b, intake.Place, cmds) {
		p := r.Value.(*intake.Placed)
		ids = append(ids, p.Order.ID)
		for _, f := range p.Fulfillments {
			fuls = append(fuls, f.ID)
		}
	}
	return ids, fuls
}

// lived are orders that went through the house, up to an act; "" is all of it.
func (b *big) lived(n int, upTo string, cancel bool) {
	ids, fuls := b.place(n)
	if cancel {
		var cmds []intake.CancelCommand
		for _, id := range ids[:n/4] {
			cmds = append(cmds, intake.CancelCommand{Order: id, Remaining: true})
		}
		doMany(b, intake.Cancel, cmds)
		fuls = b.alive(ids[n/4:])
	}
	for _, act := range []string{"place", "release", "pick", "pack", "ship", "deliver"} {
		if upTo == "lose" && act == "deliver" {
			act, fuls = "lose", fuls[:len(fuls)/4]
		}
		b.work(act, fuls)
		if act == upTo {
			return
		}
	}
}

// alive are the fulfillments of orders that were not canceled.
func (b *big) alive(ids []order.ID) (out []fulfillment.ID) {
	err := b.db.Read(context.Background(), b.scope, func(r *store.Reader) error {
		sources := make([]int64, len(ids))
		for i, id := range ids {
			sources[i] = int64(id)
		}
		of, err := fulfillments.Heads(r, sources)
		for _, f := range of {
			out = append(out, f.ID)
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func (b *big) work(act string, fuls []fulfillment.ID) {
	var work []floor.WorkCommand
	var pack []floor.PackCommand
	var step []floor.ParcelCommand
	for _, id := range fuls {
		work = append(work, floor.WorkCommand{Fulfillment: id})
		pack = append(pack, floor.PackCommand{Fulfillment: id})
		c := floor.ParcelCommand{Fulfillment: id, Act: act}
		if act == "ship" {
			c.Carrier, c.Tracking = "DPD", fmt.Sprintf("D%d", int64(id))
		}
		step = append(step, c)
	}
	switch act {
	case "place":
	case "release":
		doMany(b, floor.Release, work)
	case "pick":
		doMany(b, floor.Pick, work)
	case "pack":
		doMany(b, floor.Pack, pack)
	default:
		doMany(b, floor.Parcel, step)
	}
}

// held are orders that somebody must look at.
func (b *big) held(n int) {
	ids, _ := b.place(n)
	var cmds []intake.HoldCommand
	for _, id := range ids {
		cmds = append(cmds, intake.HoldCommand{Order: id, Hold: order.Hold{Reason: "address", Note: "The postcode does not belong to the town."}})
	}
	doMany(b, intake.Hold, cmds)
}

// short are orders for what is not there.
func (b *big) short(n int) {
	cmds := make([]intake.PlaceCommand, n)
	for i := range cmds {
		r := b.request(2)
		r.Lines[0].SKU = b.skus[i%outOfStock]
		cmds[i].Request = r
	}
	doMany(b, intake.Place, cmds)
}

// extras are what is not an order: reports of customers, a run over many
// orders, an imported file of which much was refused.
func (b *big) extras() {
	ids, fuls := b.place(120)
	for _, act := range []string{"release", "pick", "pack", "ship"} {
		b.work(act, fuls)
	}
	for i, id := range ids {
		reason := []string{"damaged", "wrong_item", "missing_item"}[i%3]
		c := care.ReportCommand{Order: id, Reason: reason, Text: "The handle came off."}
		if _, err := desk.One(context.Background(), b.desk, care.Report, access.Link(admin.Main, int64(id), "test"), c, desk.Options{}); err != nil {
			b.t.Fatal(err)
		}
	}
	bills, backs := make([]bill.IssueCommand, 10), make([]care.AskCommand, 10)
	for i := range bills {
		bills[i].Order = ids[i]
		backs[i] = care.AskCommand{Order: ids[20+i], Lines: []care.AskLine{{Line: 1, Quantity: 1, Reason: "unwanted"}}, Approve: true, Force: true}
	}
	doMany(b, bill.SaveSettings, []bill.SettingsCommand{{Settings: invoices.Settings{LegalName: "Big Shop Ltd", Address: "1 High Street", Series: "INV-", CreditSeries: "CN-", Pattern: invoice.DefaultPattern}}})
	doMany(b, bill.Issue, bills)
	doMany(b, care.RequestReturn, backs)
	doMany(b, admin.BeginRun, []admin.RunCommand{{Act: bulk.Act{Kind: bulk.Tag, Add: []string{"seen"}}, Orders: ids}})
	var csv strings.Builder
	csv.WriteString("sku,name,price\n")
	for i := range 400 {
		fmt.Fprintf(&csv, "NEW-%d,Thing,%s\n", i, []string{"cheap", "2.50"}[i%2])
	}
	ctx := context.Background()
	f, err := upload.Receive(ctx, b.desk, b.scope, "items.csv", "items", strings.NewReader(csv.String()), upload.NoKey)
	if err == nil {
		f, err = upload.Map(ctx, b.desk, b.scope, f, admin.MapCommand{Mapping: `{"sku":"sku","name":"name","price":"price"}`})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	doMany(b, admin.Start, []admin.StartCommand{{File: f.ID}})
	log := slog.New(slog.DiscardHandler)
	runner := jobs.New(b.db, append(upload.Kinds(b.desk, log)[:1], runs.Kinds(b.desk, log)...), jobs.Options{Node: "test"})
	for n := 1; n > 0 && err == nil; runner.Wait() {
		n, err = runner.Round(ctx)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// catchUp lets search and figures read the journal to its end.
func (b *big) catchUp() {
	ctx := context.Background()
	err := b.db.Analyze(ctx)
	if err == nil {
		err = (&project.Search{DB: b.db}).CatchUp(ctx)
	}
	if err == nil {
		err = (&project.Figures{DB: b.db}).CatchUp(ctx)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}
