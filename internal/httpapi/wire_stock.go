package httpapi

import (
	"fmt"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/stock"
	"orderly/internal/store/levels"
)

// StockLine is one line of a stock act.
type StockLine struct {
	SKU      string `json:"sku" maxLength:"80" doc:"A SKU, or a barcode: a case of twelve counts as twelve." example:"MUG-BLUE"`
	Location string `json:"location" doc:"Code or id. Of a transfer: where the goods come from." example:"LEEDS"`
	Quantity int64  `json:"quantity" doc:"Whole steps of the item. Signed when stock is adjusted, absolute when it is counted."`
	State    string `json:"state,omitempty" enum:"on_hand,damaged,quality_control" doc:"on_hand when left out."`
	Bin      string `json:"bin,omitempty" maxLength:"60"`
	Lot      string `json:"lot,omitempty" maxLength:"60"`
	Reason   string `json:"reason,omitempty" maxLength:"200" doc:"Required when stock is adjusted: why." example:"damaged"`
	Note     string `json:"note,omitempty" maxLength:"200"`
}

// StockLines asks for goods to be received, adjusted or counted.
type StockLines struct {
	Lines     []StockLine `json:"lines" maxItems:"1000"`
	Reference string      `json:"reference,omitempty" maxLength:"200" doc:"A delivery note, a count sheet."`
}

// StockTransfer asks for goods to be moved from the lines' locations.
type StockTransfer struct {
	To string `json:"to" doc:"Where to: code or id." example:"YORK"`
	StockLines
}

// StockSafety sets how many units are never sold.
type StockSafety struct {
	SKU      string `json:"sku" maxLength:"80"`
	Location string `json:"location" doc:"Code or id."`
	Quantity int64  `json:"quantity" minimum:"0"`
}

// StockLow sets when a level counts as low.
type StockLow struct {
	SKU      string `json:"sku" maxLength:"80"`
	Location string `json:"location" doc:"Code or id."`
	LowAt    int64  `json:"low_at" minimum:"0" doc:"The level is low when no more than so many units are sellable; 0 when nobody minds."`
}

// StockDone is what a stock act has led to.
type StockDone struct {
	ID        string      `json:"id,omitempty" doc:"Of the act; absent when there was nothing to change." example:"stk_0pmnqh2000400"`
	Status    string      `json:"status" enum:"done,unchanged"`
	Levels    []Level     `json:"levels" doc:"The levels that the act touched, as they are when this is answered."`
	Displaced []Displaced `json:"displaced" doc:"Orders that gave up claims because less is there than was promised."`
}

// Displaced is a claim that gave way.
type Displaced struct {
	Order    string `json:"order"`
	Line     int    `json:"line"`
	Quantity int64  `json:"quantity"`
}

// Level is how much of an item lies at a location.
type Level struct {
	Item           string `json:"item"`
	SKU            string `json:"sku,omitempty"`
	Name           string `json:"name,omitempty"`
	Location       string `json:"location"`
	LocationCode   string `json:"location_code"`
	OnHand         int64  `json:"on_hand"`
	Reserved       int64  `json:"reserved" doc:"Claimed by open fulfillments."`
	Damaged        int64  `json:"damaged"`
	QualityControl int64  `json:"quality_control"`
	Incoming       int64  `json:"incoming"`
	Safety         int64  `json:"safety" doc:"Never sold."`
	LowAt          int64  `json:"low_at" doc:"The level is low when no more than so many units are sellable; 0 when nobody minds."`
	Low            bool   `json:"low"`
	Sellable       int64  `json:"sellable" doc:"on_hand - reserved - safety, at least 0."`
}

// Movement is one change of one level, for ever.
type Movement struct {
	ID           string `json:"id" example:"mov_0pmnqh2000400"`
	Item         string `json:"item"`
	Location     string `json:"location"`
	LocationCode string `json:"location_code"`
	State        string `json:"state" enum:"on_hand,damaged,quality_control"`
	Quantity     int64  `json:"quantity" doc:"Signed."`
	Bin          string `json:"bin,omitempty"`
	Lot          string `json:"lot,omitempty"`
	Reason       string `json:"reason"`
	Note         string `json:"note,omitempty"`
	Cause        string `json:"cause" doc:"What made it: a stock act, a fulfillment, a return." example:"ful_0pmnqh2000400"`
	Entry        int64  `json:"entry" doc:"Sequence of the journal entry that tells of it."`
	At           string `json:"at" format:"date-time"`
}

// stockLines resolves locations; everything else is checked further in.
func (c *call) stockLines(in []StockLine) ([]stock.Line, error) {
	out := make([]stock.Line, len(in))
	for i := range in {
		x := &in[i]
		at, err := c.location(fmt.Sprintf("/lines/%d/location", i), x.Location, &c.faults)
		if err != nil {
			return nil, err
		}
		out[i] = stock.Line{
			SKU: x.SKU, Location: at, Quantity: x.Quantity, State: stock.State(x.State), Bin: x.Bin, Lot: x.Lot, Reason: x.Reason, Note: x.Note,
		}
	}
	return out, nil
}

func (c *call) renderLevel(l *stock.Level) Level {
	return Level{
		Item: ident.Text("itm", l.Item), Location: l.Location.String(), LocationCode: c.code(l.Location), OnHand: l.OnHand, Reserved: l.Reserved,
		Damaged: l.Damaged, QualityControl: l.QualityControl, Incoming: l.Incoming, Safety: l.Safety, LowAt: l.LowAt, Low: l.Low(), Sellable: l.Sellable(),
	}
}

func (c *call) renderLevelRow(l levels.Row) Level {
	out := c.renderLevel(&l.Level)
	out.SKU, out.Name = l.SKU, l.Name
	return out
}

func (c *call) renderMovement(m stock.Movement) Movement {
	return Movement{
		ID: ident.Text("mov", m.ID), Item: ident.Text("itm", m.Cell.Item), Location: m.Cell.Location.String(), LocationCode: c.code(m.Cell.Location),
		State: string(m.State), Quantity: m.Quantity, Bin: m.Bin, Lot: m.Lot, Reason: m.Reason, Note: m.Note,
		Cause: ident.Text(m.RefKind, m.RefID), Entry: m.Entry, At: instant(m.At),
	}
}

func renderDisplaced(list []stock.Displaced) []Displaced {
	out := make([]Displaced, len(list))
	for i, x := range list {
		out[i] = Displaced{Order: ident.Text("ord", x.Order), Line: x.Line, Quantity: x.Quantity}
	}
	return out
}

// underLines are faults of an act on one level, told by a check of lines.
const underLines = "/lines/0"

// flat moves the faults of the only line of a request to the request itself.
func flat(err error) error {
	var f *fault.Error
	if !asFault(err, &f) {
		return err
	}
	out := *f
	out.Fields = nil
	for _, x := range f.Fields {
		x.Pointer = strings.TrimPrefix(x.Pointer, underLines)
		if !covered(x.Pointer, out.Fields) {
			out.Fields = append(out.Fields, x)
		}
	}
	return &out
}
