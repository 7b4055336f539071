package httpapi

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/money"
)

// Barcode is a code that a scanner reads.
type Barcode struct {
	Code     string `json:"code" maxLength:"80" example:"4006381333931"`
	Quantity *int64 `json:"quantity,omitempty" minimum:"1" maximum:"1000000" doc:"How many it stands for, 1 when left out: a case of twelve has a code of its own with 12."`
}

// Component is what one bundle contains of another item.
type Component struct {
	SKU      string `json:"sku" doc:"An item that is no bundle itself."`
	Quantity int64  `json:"quantity" minimum:"1" maximum:"1000000"`
}

// ItemFields are the fields of an item that can be edited.
type ItemFields struct {
	Name        *string      `json:"name,omitempty" maxLength:"300"`
	WhenShort   *string      `json:"when_short,omitempty" enum:"backorder,refuse" doc:"What happens to units that cannot be claimed at placement: they wait, or the whole order is refused."`
	Picture     *string      `json:"picture,omitempty" maxLength:"1000" doc:"Address of a picture."`
	Price       *string      `json:"price,omitempty" doc:"Proposed when orders are keyed in: decimal text." example:"12.95"`
	Cost        *string      `json:"cost,omitempty" doc:"Decimal text."`
	WeightGrams *int64       `json:"weight_grams,omitempty" minimum:"0" maximum:"1000000000"`
	TaxClass    *string      `json:"tax_class,omitempty" maxLength:"60" doc:"By which the table of taxes knows it." example:"books"`
	Custom      Custom       `json:"custom,omitempty"`
	Barcodes    *[]Barcode   `json:"barcodes,omitempty" maxItems:"50"`
	Components  *[]Component `json:"components,omitempty" maxItems:"100" doc:"Of a bundle."`
	Archived    *bool        `json:"archived,omitempty" doc:"Cannot be ordered any more."`
}

// NewItem asks for an item.
type NewItem struct {
	SKU   string `json:"sku" maxLength:"80" doc:"Unique; it never changes." example:"MUG-BLUE"`
	Name  string `json:"name" maxLength:"300" example:"Blue mug"`
	Kind  string `json:"kind,omitempty" enum:"goods,bundle,service,digital" doc:"goods when left out. It never changes."`
	Unit  string `json:"unit,omitempty" maxLength:"20" doc:"What a quantity counts: pcs when left out. It never changes."`
	Scale int    `json:"scale,omitempty" minimum:"0" maximum:"3" doc:"Decimals of a quantity: with unit kg and scale 3 a quantity counts grams. It never changes."`
	ItemFields
}

// ItemBatch asks for items to be made, or changed where the SKU is there.
type ItemBatch struct {
	Items Rows[NewItem] `json:"items"`
}

func (in *ItemBatch) take(rows []json.RawMessage) { in.Items = rows }

// Item is one thing that can be ordered.
type Item struct {
	ID          string      `json:"id" example:"itm_0pmnqh2000400"`
	SKU         string      `json:"sku" example:"MUG-BLUE"`
	Name        string      `json:"name"`
	Kind        string      `json:"kind" enum:"goods,bundle,service,digital"`
	Unit        string      `json:"unit"`
	Scale       int         `json:"scale"`
	WhenShort   string      `json:"when_short" enum:"backorder,refuse"`
	Picture     string      `json:"picture,omitempty"`
	Price       string      `json:"price,omitempty" doc:"Decimal text."`
	Cost        string      `json:"cost,omitempty" doc:"Decimal text; absent for who may not see purchases."`
	WeightGrams int64       `json:"weight_grams,omitempty"`
	TaxClass    string      `json:"tax_class,omitempty"`
	Custom      Custom      `json:"custom,omitempty"`
	Barcodes    []Barcode   `json:"barcodes"`
	Components  []Component `json:"components"`
	Archived    bool        `json:"archived"`
	CreatedAt   string      `json:"created_at" format:"date-time"`
	UpdatedAt   string      `json:"updated_at" format:"date-time"`
	EditVersion int64       `json:"edit_version" doc:"Also the ETag."`
}

// item is what the request asks for, as the catalog sees it.
func (in *NewItem) item(at string, faults *fault.List) catalog.Item {
	i := catalog.Item{SKU: in.SKU, Name: in.Name, Kind: catalog.Kind(in.Kind), Unit: in.Unit, Scale: in.Scale}
	in.apply(&i, at, faults)
	return i
}

// apply sets the fields that were given.
func (in *ItemFields) apply(i *catalog.Item, at string, faults *fault.List) {
	set(&i.Name, in.Name)
	set(&i.Picture, in.Picture)
	set(&i.WeightGrams, in.WeightGrams)
	set(&i.TaxClass, in.TaxClass)
	set(&i.Archived, in.Archived)
	if in.WhenShort != nil {
		i.WhenShort = catalog.WhenShort(*in.WhenShort)
	}
	if in.Price != nil {
		i.Price = price(at+"/price", *in.Price, faults)
	}
	if in.Cost != nil {
		i.Cost = price(at+"/cost", *in.Cost, faults)
	}
	if in.Custom != nil {
		i.Custom = []byte(in.Custom)
	}
	if in.Barcodes != nil {
		i.Barcodes = make([]catalog.Barcode, len(*in.Barcodes))
		for n, b := range *in.Barcodes {
			i.Barcodes[n] = catalog.Barcode{Code: b.Code, Quantity: 1}
			set(&i.Barcodes[n].Quantity, b.Quantity)
		}
	}
	if in.Components != nil {
		i.Components = make([]catalog.Component, len(*in.Components))
		for n, c := range *in.Components {
			i.Components[n] = catalog.Component{SKU: c.SKU, Quantity: c.Quantity}
		}
	}
}

// set takes a value that was given.
func set[T any](to, given *T) {
	if given != nil {
		*to = *given
	}
}

// renderItem shows an item; what it costs to buy only to who may see purchases.
func (c *call) renderItem(i *catalog.Item) Item {
	out := renderItem(i)
	if !c.scope.May(access.PurchasesRead) {
		out.Cost = ""
	}
	return out
}

func renderItem(i *catalog.Item) Item {
	out := Item{
		ID: i.ID.String(), SKU: i.SKU, Name: i.Name, Kind: string(i.Kind), Unit: i.Unit, Scale: i.Scale, WhenShort: string(i.WhenShort),
		Picture: i.Picture, Price: priceText(i.Price), Cost: priceText(i.Cost), WeightGrams: i.WeightGrams, TaxClass: i.TaxClass, Custom: Custom(i.Custom),
		Barcodes: make([]Barcode, len(i.Barcodes)), Components: make([]Component, len(i.Components)), Archived: i.Archived,
		CreatedAt: instant(i.CreatedAt), UpdatedAt: instant(i.UpdatedAt), EditVersion: i.EditVersion,
	}
	for n, b := range i.Barcodes {
		out.Barcodes[n] = Barcode{b.Code, &b.Quantity}
	}
	for n, c := range i.Components {
		out.Components[n] = Component{c.SKU, c.Quantity}
	}
	return out
}

func priceText(p money.Price) string {
	if p == 0 {
		return ""
	}
	return p.String()
}
