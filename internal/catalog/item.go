// Package catalog is what can be ordered: items with unit and scale, bundles
// of other items, and the barcodes by which a scanner knows them.
//
// What belongs here: the item's own rules. What does not: how many there are
// (stock), what a customer paid (order), and where suppliers come in.
package catalog

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// Limits of one item.
const (
	MaxSKU         = 80
	MaxName        = 300
	MaxPicture     = 1000
	MaxTaxClass    = 60
	MaxBarcodes    = 50
	MaxComponents  = 100
	MaxCustomBytes = 4096
	MaxPack        = 1_000_000
)

// ID names an item for ever.
type ID int64

func (id ID) String() string { return ident.Text("itm", int64(id)) }

// ParseID reads the text form, "itm_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("itm", s)
	return ID(id), err
}

// Kind says what sort of thing an item is.
type Kind string

const (
	Goods   Kind = "goods"   // lies on a shelf and is counted
	Bundle  Kind = "bundle"  // sold as one, made of components
	Service Kind = "service" // work, vouchers: nothing is counted
	Digital Kind = "digital" // sent without a parcel: nothing is counted
)

// WhenShort says what happens to units that cannot be claimed at placement.
type WhenShort string

const (
	Backorder WhenShort = "backorder" // they wait for stock to come
	Refuse    WhenShort = "refuse"    // the whole order is refused
)

// Item is one thing that can be ordered. Quantities of it are whole steps:
// with Unit "kg" and Scale 3 a step is a gram.
type Item struct {
	ID          ID
	SKU         string // unique, never changed
	Name        string
	Kind        Kind
	Unit        string
	Scale       int // decimal places of a quantity, 0 to 3
	WhenShort   WhenShort
	Picture     string      // address of a picture, absolute or of this server
	Price       money.Price // proposed to people who key in orders; zero when unknown
	Cost        money.Price
	WeightGrams int64
	TaxClass    string // by which a table of taxes knows it; empty: the usual one
	Custom      json.RawMessage
	Barcodes    []Barcode
	Components  []Component // of a bundle
	Archived    bool        // no new orders; history keeps it
	CreatedAt   int64
	UpdatedAt   int64
	EditVersion int64
}

// Barcode is a code that a scanner reads and how many steps it stands for:
// a case of twelve has a code of its own with Quantity 12.
type Barcode struct {
	Code     string
	Quantity int64
}

// Component is what one bundle contains of another item.
type Component struct {
	SKU      string
	Item     ID // resolved by the desk
	Quantity int64
}

// Stocked reports whether units of the item are counted on shelves.
func (i *Item) Stocked() bool { return i.Kind == Goods }

var customKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Check lists every fault of the item at pointers below at.
func (i *Item) Check(at string, l *fault.List) {
	checkText(l, at+"/sku", i.SKU, 1, MaxSKU)
	checkText(l, at+"/name", i.Name, 1, MaxName)
	checkText(l, at+"/unit", i.Unit, 0, 20)
	checkText(l, at+"/picture", i.Picture, 0, MaxPicture)
	checkText(l, at+"/tax_class", i.TaxClass, 0, MaxTaxClass)
	if strings.TrimSpace(i.SKU) != i.SKU {
		l.Add(at+"/sku", "invalid_text", "a SKU has no space at its ends")
	}
	if !slices.Contains([]Kind{Goods, Bundle, Service, Digital}, i.Kind) {
		l.Add(at+"/kind", "unknown_kind", "kind is goods, bundle, service or digital")
	}
	if i.WhenShort != Backorder && i.WhenShort != Refuse {
		l.Add(at+"/when_short", "unknown_policy", "when_short is backorder or refuse")
	}
	if i.Scale < 0 || i.Scale > money.MaxScale {
		l.Add(at+"/scale", "out_of_range", "scale is between 0 and %d decimal places", money.MaxScale)
	}
	if i.Price < 0 || i.Cost < 0 {
		l.Add(at+"/price", "negative", "price and cost are not negative")
	}
	if i.WeightGrams < 0 || i.WeightGrams > 1_000_000_000 {
		l.Add(at+"/weight_grams", "out_of_range", "weight is between 0 and 1,000,000,000 grams")
	}
	i.checkBarcodes(at, l)
	i.checkComponents(at, l)
	CheckCustom(at+"/custom", i.Custom, l)
}

func (i *Item) checkBarcodes(at string, l *fault.List) {
	if len(i.Barcodes) > MaxBarcodes {
		l.Add(at+"/barcodes", "too_many", "at most %d barcodes an item", MaxBarcodes)
		return
	}
	seen := map[string]bool{}
	for _, b := range i.Barcodes {
		checkText(l, at+"/barcodes", b.Code, 1, 80)
		if b.Quantity < 1 || b.Quantity > MaxPack {
			l.Add(at+"/barcodes", "out_of_range", "barcode %q stands for %d units; it must be 1 to %d", b.Code, b.Quantity, MaxPack)
		}
		if seen[b.Code] {
			l.Add(at+"/barcodes", "repeated", "barcode %q is given twice", b.Code)
		}
		seen[b.Code] = true
	}
}

func (i *Item) checkComponents(at string, l *fault.List) {
	switch {
	case i.Kind == Bundle && len(i.Components) == 0:
		l.Add(at+"/components", "missing", "a bundle names at least one component")
	case i.Kind != Bundle && len(i.Components) > 0:
		l.Add(at+"/components", "not_a_bundle", "only an item of kind bundle has components")
	case len(i.Components) > MaxComponents:
		l.Add(at+"/components", "too_many", "at most %d components a bundle", MaxComponents)
	case i.Kind == Bundle && i.Scale != 0:
		l.Add(at+"/scale", "not_whole", "a bundle is sold in whole units; its scale is 0")
	}
	seen := map[string]bool{}
	for _, c := range i.Components {
		if c.Quantity < 1 || c.Quantity > MaxPack {
			l.Add(at+"/components", "out_of_range", "component %q: quantity must be 1 to %d", c.SKU, MaxPack)
		}
		if c.SKU == i.SKU || seen[c.SKU] {
			l.Add(at+"/components", "repeated", "component %q is the bundle itself or named twice", c.SKU)
		}
		seen[c.SKU] = true
	}
}

// CheckCustom lists the faults of a custom field object: flat, typed values
// (text, number, boolean, null) under snake_case keys.
func CheckCustom(at string, raw json.RawMessage, l *fault.List) {
	if len(raw) == 0 {
		return
	}
	if len(raw) > MaxCustomBytes {
		l.Add(at, "too_long", "custom fields take at most %d bytes together", MaxCustomBytes)
		return
	}
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil || !utf8.Valid(raw) {
		l.Add(at, "invalid_custom", "custom fields are one JSON object in UTF-8")
		return
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if !customKey.MatchString(key) {
			l.Add(at, "invalid_key", "custom field %q: use a-z, 0-9 and _, beginning with a letter, at most 40 characters", key)
		}
		switch fields[key].(type) {
		case string, float64, bool, nil:
		default:
			l.Add(at, "invalid_value", "custom field %q: the value is a text, a number, true, false or null", key)
		}
	}
}

func checkText(l *fault.List, at, s string, least, most int) {
	n := utf8.RuneCountInString(s)
	switch {
	case n < least:
		l.Add(at, "missing", "must not be empty")
	case n > most:
		l.Add(at, "too_long", "at most %d characters", most)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		l.Add(at, "invalid_text", "contains control characters or is not UTF-8")
	}
}
