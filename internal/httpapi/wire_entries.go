package httpapi

import (
	"encoding/json"
	"slices"
	"strings"

	"orderly/internal/flow"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// Entry is one act on one thing.
type Entry struct {
	Seq        int64     `json:"seq" doc:"Gapless over the merchant."`
	Subject    string    `json:"subject" doc:"The thing." example:"ord_0pmnqh2000400"`
	Kind       string    `json:"kind" enum:"ord,itm,loc,cus,stk,key,mer,usr,chn,trb,wrk,job,imp,viw,run,whe,ret,inv,msg,cas,ers,ask,crd,bst,bln,urt,pay,prv,rem,clm,pre,rul,sup,pur,trp,edf,rpp,rpl" doc:"Of the subject."`
	SubjectSeq int64     `json:"subject_seq" doc:"Gapless over the thing."`
	Type       string    `json:"type" example:"order.placed"`
	V          int       `json:"v" doc:"Version of the data's shape."`
	At         string    `json:"at" format:"date-time"`
	Actor      string    `json:"actor" doc:"Who: a kind and an id." example:"key:key_0pmnqh2000400"`
	Cause      string    `json:"cause,omitempty" doc:"The request or command that led to it."`
	Data       EntryData `json:"data"`
}

// EntryData is what changed. Which fields are there follows from the type.
type EntryData struct {
	Placed     *EntryPlaced    `json:"placed,omitempty"`
	Opened     []EntryOpened   `json:"opened,omitempty" doc:"Fulfillments that began."`
	Moves      []EntryMove     `json:"moves,omitempty" doc:"Units of order lines that went from one place to another."`
	Released   []string        `json:"released,omitempty" doc:"Fulfillments."`
	Recalled   []string        `json:"recalled,omitempty" doc:"Fulfillments."`
	Held       *EntryHeld      `json:"held,omitempty"`
	Lifted     string          `json:"lifted,omitempty" doc:"A hold."`
	Asked      []EntryAsked    `json:"asked,omitempty" doc:"Units that shall come back."`
	Returned   []ReturnLine    `json:"returned,omitempty"`
	Refunds    []EntryRefund   `json:"refunds,omitempty" doc:"For what of the order money went back."`
	Paid       int64           `json:"paid,omitempty" doc:"Minor units."`
	Refunded   int64           `json:"refunded,omitempty" doc:"Minor units."`
	Parcels    []EntryParcel   `json:"parcels,omitempty"`
	Added      []EntryLine     `json:"added,omitempty" doc:"Lines that joined the order."`
	Terms      []EntryLine     `json:"terms,omitempty" doc:"Lines of another quantity or price, as they are now."`
	Fees       []EntryFee      `json:"fees,omitempty" doc:"Fees that joined or have other amounts, as they are now."`
	Grown      *EntryGrown     `json:"grown,omitempty" doc:"What the change comes to; a first piece tells it for all."`
	Edited     []string        `json:"edited,omitempty" doc:"Names of fields."`
	Preorder   []EntryPreorder `json:"preorder,omitempty" doc:"Units of lines that are sold before they are there."`
	Approval   *EntryDecided   `json:"approval,omitempty" doc:"Who approved or refused the order is the actor."`
	Flow       *EntryFlow      `json:"flow,omitempty" doc:"Under which the order goes on from then on."`
	Yielded    string          `json:"yielded,omitempty" doc:"The order that gets what the moves give up, of a higher priority."`
	Reference  string          `json:"reference,omitempty"`
	Stock      []EntryMovement `json:"stock,omitempty" doc:"Units that came to locations or left them."`
	Displaced  []Displaced     `json:"displaced,omitempty"`
	Safety     *EntryMovement  `json:"safety,omitempty" doc:"The new safety stock of a level."`
	Attributes map[string]any  `json:"attributes,omitempty" doc:"Of items, locations, channels, customers, users, keys and the merchant: what was set. Of returns: what happened."`
}

// EntryPlaced are the header figures of an order at placement.
type EntryPlaced struct {
	Number   int64  `json:"number"`
	Channel  string `json:"channel"`
	Mode     string `json:"mode,omitempty"`
	Currency string `json:"currency"`
	Total    int64  `json:"total" doc:"Minor units."`
	Lines    int    `json:"lines"`

	Flow        string `json:"flow,omitempty" doc:"That says what happens to it by itself."`
	FlowVersion int64  `json:"flow_version,omitempty"`
}

// EntryDecided is what somebody said of an order that needs approvals.
type EntryDecided struct {
	Ask      int    `json:"ask" doc:"Which of the order's asks for approvals, from 1."`
	Step     int    `json:"step,omitempty" doc:"Of an approval: which."`
	Of       int    `json:"of,omitempty" doc:"How many it needs."`
	Amount   int64  `json:"amount" doc:"What the order came to, in minor units."`
	For      string `json:"for,omitempty" doc:"In whose place the actor did it."`
	Canceled bool   `json:"canceled,omitempty" doc:"It was refused and is canceled."`
}

// EntryFlow is a version of a flow.
type EntryFlow struct {
	Flow    string `json:"flow"`
	Version int64  `json:"version"`
}

// EntryOpened is a fulfillment that begins.
type EntryOpened struct {
	Fulfillment string `json:"fulfillment"`
	Location    string `json:"location"`
}

// EntryMove is units of one line that went from one place to another.
type EntryMove struct {
	Line        int    `json:"line"`
	From        string `json:"from" example:"unsourced"`
	To          string `json:"to" example:"allocated"`
	Quantity    int64  `json:"quantity"`
	Fulfillment string `json:"fulfillment,omitempty" doc:"On whose books the units are before or after."`
}

// EntryPreorder is units of a line that are sold by an offer before they are
// there. What is canceled while it waits is theirs first.
type EntryPreorder struct {
	Line     int    `json:"line"`
	Preorder string `json:"preorder" example:"pre_0pmnqh2000400"`
	Quantity int64  `json:"quantity"`
}

// EntryAsked is units of a line that shall come back; below zero, that were
// called off or came.
type EntryAsked struct {
	Line     int   `json:"line"`
	Quantity int64 `json:"quantity"`
}

// EntryRefund is units of a line of which the worth was given back, or a fee.
type EntryRefund struct {
	Line   int   `json:"line,omitempty"`
	Units  int64 `json:"units,omitempty"`
	Fee    int64 `json:"fee,omitempty" doc:"Its position; it went back as a whole."`
	Amount int64 `json:"amount" doc:"Minor units."`
}

// EntryHeld is a hold without its free text.
type EntryHeld struct {
	Hold   string   `json:"hold"`
	Reason string   `json:"reason"`
	Blocks []string `json:"blocks"`
	Until  string   `json:"until,omitempty" format:"date-time" doc:"When it ends by itself."`
}

// EntryParcel is what happened to a parcel.
type EntryParcel struct {
	Parcel string `json:"parcel"`
	Step   string `json:"step" example:"shipped"`
}

// EntryMovement is units of an item at a location.
type EntryMovement struct {
	Item     string `json:"item"`
	SKU      string `json:"sku,omitempty"`
	Location string `json:"location"`
	Quantity int64  `json:"quantity"`
}

// stockData is the stored form of what a stock act tells.
type stockData struct {
	Reference string     `json:"reference"`
	Moves     [][3]int64 `json:"moves"` // item, location, quantity
	Displaced []struct {
		Order    int64 `json:"order"`
		Line     int   `json:"line"`
		Quantity int64 `json:"quantity"`
	} `json:"displaced"`
	Item     int64 `json:"item"` // of a safety stock
	Location int64 `json:"location"`
	Safety   int64 `json:"safety"`
}

func decodeStock(data []byte) (stockData, error) {
	var d stockData
	err := json.Unmarshal(data, &d)
	return d, err
}

// cells are the levels that the act touched.
func (d *stockData) cells() []stock.Cell {
	var out []stock.Cell
	if d.Item != 0 {
		out = append(out, stock.Cell{Item: d.Item, Location: stock.LocationID(d.Location)})
	}
	for _, m := range d.Moves {
		out = append(out, stock.Cell{Item: m[0], Location: stock.LocationID(m[1])})
	}
	return out
}

// itemsOf are the items whose SKUs entries are rendered with.
func itemsOf(list []journal.Entry) []int64 {
	var out []int64
	for i := range list {
		if list[i].Kind != journal.Stock {
			continue
		}
		if d, err := decodeStock(list[i].Data); err == nil {
			for _, c := range d.cells() {
				out = append(out, c.Item)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func renderEntries(list []journal.Entry, skus map[int64]string) ([]Entry, error) {
	out := make([]Entry, len(list))
	for i := range list {
		e := &list[i]
		out[i] = Entry{
			Seq: e.Seq, Subject: ident.Text(e.Kind, e.Subject), Kind: e.Kind, SubjectSeq: e.SubjectSeq, Type: e.Type, V: e.V, At: instant(e.At),
			Actor: e.Actor.String(), Cause: e.Cause,
		}
		var err error
		switch e.Kind {
		case journal.Order:
			out[i].Data, err = renderDelta(e.Data)
		case journal.Stock:
			out[i].Data, err = renderStockData(e.Data, skus)
		default:
			out[i].Data.Attributes, err = renderAttributes(e.Data)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func renderDelta(data []byte) (EntryData, error) {
	d, err := order.DecodeDelta(data)
	out := EntryData{Paid: d.Paid, Refunded: d.Refunded, Edited: d.Edited, Released: texts("ful", d.Released), Recalled: texts("ful", d.Recalled)}
	if p := d.Placed; p != nil {
		out.Placed = &EntryPlaced{Number: p.Number, Channel: p.Channel, Mode: string(p.Mode), Currency: p.Currency, Total: p.Total, Lines: p.Lines, FlowVersion: p.FlowVersion}
		if p.Flow != 0 {
			out.Placed.Flow = flow.ID(p.Flow).String()
		}
	}
	if x := d.Approval; x != nil {
		out.Approval = &EntryDecided{x.Ask, x.Step, x.Of, x.Amount, x.For, x.Cancel}
	}
	if f := d.Flow; f != nil {
		out.Flow = &EntryFlow{flow.ID(f.ID).String(), f.Version}
	}
	if h := d.Held; h != nil {
		out.Held = &EntryHeld{ident.Text("hld", h.ID), h.Reason, h.Blocks, instant(h.Until)}
	}
	if d.Yielded != 0 {
		out.Yielded = order.ID(d.Yielded).String()
	}
	if d.Lifted != 0 {
		out.Lifted = ident.Text("hld", d.Lifted)
	}
	for _, x := range d.Opened {
		out.Opened = append(out.Opened, EntryOpened{ident.Text("ful", x.ID), ident.Text("loc", x.Location)})
	}
	for _, m := range d.Moves {
		out.Moves = append(out.Moves, renderMove(m))
	}
	for _, p := range d.Preorder {
		out.Preorder = append(out.Preorder, EntryPreorder{p.Line, ident.Text("pre", p.Offer), p.Quantity})
	}
	for _, r := range d.Asked {
		out.Asked = append(out.Asked, EntryAsked{r.Line, r.Quantity})
	}
	for _, r := range d.Refunds {
		if r.Line == 0 {
			out.Refunds = append(out.Refunds, EntryRefund{Fee: r.Units, Amount: r.Amount})
		} else {
			out.Refunds = append(out.Refunds, EntryRefund{Line: r.Line, Units: r.Units, Amount: r.Amount})
		}
	}
	for _, r := range d.Returned {
		out.Returned = append(out.Returned, ReturnLine{r.Line, r.Quantity, r.Restocked})
	}
	renderRecast(&out, &d)
	for _, p := range d.Parcels {
		out.Parcels = append(out.Parcels, EntryParcel{ident.Text("par", p.ID), p.Step})
	}
	return out, err
}

func renderMove(m order.Move) EntryMove {
	out := EntryMove{Line: m.Line, From: m.From.String(), To: m.To.String(), Quantity: m.Quantity}
	if m.Fulfillment != 0 {
		out.Fulfillment = ident.Text("ful", m.Fulfillment)
	}
	return out
}

func texts(prefix string, ids []int64) []string {
	var out []string
	for _, id := range ids {
		out = append(out, ident.Text(prefix, id))
	}
	return out
}

func renderStockData(data []byte, skus map[int64]string) (EntryData, error) {
	d, err := decodeStock(data)
	out := EntryData{Reference: d.Reference}
	cell := func(item, location, quantity int64) EntryMovement {
		return EntryMovement{Item: ident.Text("itm", item), SKU: skus[item], Location: ident.Text("loc", location), Quantity: quantity}
	}
	for _, m := range d.Moves {
		out.Stock = append(out.Stock, cell(m[0], m[1], m[2]))
	}
	for _, x := range d.Displaced {
		out.Displaced = append(out.Displaced, Displaced{Order: ident.Text("ord", x.Order), Line: x.Line, Quantity: x.Quantity})
	}
	if d.Item != 0 {
		safety := cell(d.Item, d.Location, d.Safety)
		out.Safety = &safety
	}
	return out, err
}

// renderAttributes gives the data of entries that set fields, with prices as
// decimal text like everywhere else.
func renderAttributes(data []byte) (map[string]any, error) {
	var out map[string]any
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		return nil, err
	}
	if n, ok := out["price"].(json.Number); ok {
		p, err := n.Int64()
		if err != nil {
			return nil, err
		}
		out["price"] = money.Price(p).String()
	}
	return out, nil
}
