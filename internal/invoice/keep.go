package invoice

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"orderly/internal/money"
	"orderly/internal/order"
)

// form is the kept form of a document: what is hashed, byte for byte. Fields
// are only ever added, at the end and left out when empty, so that old
// documents keep their hash.
type form struct {
	ID          int64      `json:"id"`
	Kind        Kind       `json:"kind"`
	Series      string     `json:"series"`
	Year        int        `json:"year,omitempty"`
	Number      int64      `json:"number"`
	Code        string     `json:"code"`
	Order       int64      `json:"order"`
	OrderNumber int64      `json:"order_number"`
	Reference   string     `json:"reference,omitempty"`
	OrderedOn   int64      `json:"ordered_on"`
	Of          []refForm  `json:"of,omitempty"`
	Basis       Basis      `json:"basis"`
	IssuedAt    int64      `json:"issued_at"`
	IssuedOn    int64      `json:"issued_on"`
	Currency    string     `json:"currency"`
	Seller      sellerForm `json:"seller"`
	Buyer       buyerForm  `json:"buyer"`
	Lines       []lineForm `json:"lines"`
	Totals      totalsForm `json:"totals"`
}

type refForm struct {
	ID   int64  `json:"id"`
	Code string `json:"code"`
	On   int64  `json:"on"`
}

type sellerForm struct {
	Name    string   `json:"name"`
	Address []string `json:"address"`
	TaxID   string   `json:"tax_id,omitempty"`
	Terms   string   `json:"terms,omitempty"`
	Footer  string   `json:"footer,omitempty"`
}

type buyerForm struct {
	Name    string   `json:"name,omitempty"`
	Address []string `json:"address,omitempty"`
	Email   string   `json:"email,omitempty"`
}

type lineForm struct {
	Kind     string `json:"kind"`
	N        int    `json:"n"`
	SKU      string `json:"sku,omitempty"`
	Text     string `json:"text"`
	Unit     string `json:"unit,omitempty"`
	Scale    int    `json:"scale,omitempty"`
	Quantity int64  `json:"quantity"`
	Price    int64  `json:"price_millionths"`
	Discount int64  `json:"discount"`
	Net      int64  `json:"net"`
	Tax      int64  `json:"tax"`
	Gross    int64  `json:"gross"`
}

type totalsForm struct {
	Discount int64 `json:"discount"`
	Net      int64 `json:"net"`
	Tax      int64 `json:"tax"`
	Gross    int64 `json:"gross"`
}

// Encode gives the kept form, the same bytes for the same document.
func (d *Document) Encode() ([]byte, error) {
	f := form{
		ID: int64(d.ID), Kind: d.Kind, Series: d.Series, Year: d.Year, Number: d.Number, Code: d.Code, Order: int64(d.Order),
		OrderNumber: d.OrderNumber, Reference: d.Reference, OrderedOn: d.OrderedOn, Basis: d.Basis, IssuedAt: d.IssuedAt, IssuedOn: d.IssuedOn,
		Currency: d.Currency.Code(), Seller: sellerForm(d.Seller), Buyer: buyerForm(d.Buyer), Totals: totalsForm(d.Totals), Lines: []lineForm{},
	}
	for _, r := range d.Of {
		f.Of = append(f.Of, refForm{int64(r.ID), r.Code, r.On})
	}
	for _, l := range d.Lines {
		f.Lines = append(f.Lines, lineForm{l.Kind, l.N, l.SKU, l.Text, l.Unit, l.Scale, l.Quantity, int64(l.Price), l.Discount, l.Net, l.Tax, l.Gross})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(f); err != nil {
		return nil, fmt.Errorf("encode document: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Decode reads the kept form.
func Decode(b []byte) (*Document, error) {
	var f form
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("decode document: %w", err)
	}
	currency, err := money.ParseCurrency(f.Currency)
	if err != nil {
		return nil, fmt.Errorf("decode document: %w", err)
	}
	d := &Document{
		ID: ID(f.ID), Kind: f.Kind, Series: f.Series, Year: f.Year, Number: f.Number, Code: f.Code, Order: order.ID(f.Order),
		OrderNumber: f.OrderNumber, Reference: f.Reference, OrderedOn: f.OrderedOn, Basis: f.Basis, IssuedAt: f.IssuedAt, IssuedOn: f.IssuedOn,
		Currency: currency, Seller: Seller(f.Seller), Buyer: Buyer(f.Buyer), Totals: Totals(f.Totals),
	}
	for _, r := range f.Of {
		d.Of = append(d.Of, Ref{ID(r.ID), r.Code, r.On})
	}
	for _, l := range f.Lines {
		d.Lines = append(d.Lines, Line{l.Kind, l.N, l.SKU, l.Text, l.Unit, l.Scale, l.Quantity, money.Price(l.Price), l.Discount, l.Net, l.Tax, l.Gross})
	}
	return d, nil
}

// Hash is the SHA-256 of a kept form, in hexadecimal.
func Hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
