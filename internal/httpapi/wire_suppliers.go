package httpapi

import (
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/supplier"
)

// SupplierFields are the fields of a supplier that can be edited.
type SupplierFields struct {
	Name *string `json:"name,omitempty" maxLength:"200"`
	SupplierTerms
}

// NewSupplier asks for a supplier.
type NewSupplier struct {
	Code     string `json:"code" maxLength:"40" doc:"Unique; it never changes." example:"ACME"`
	Name     string `json:"name" maxLength:"200" example:"Acme Potteries"`
	Currency string `json:"currency" minLength:"3" maxLength:"3" doc:"Of its prices; it never changes." example:"EUR"`
	SupplierTerms
}

// SupplierTerms are the fields of a supplier that may be left out.
type SupplierTerms struct {
	Email        *string  `json:"email,omitempty" maxLength:"200" doc:"Where purchase orders are sent."`
	Phone        *string  `json:"phone,omitempty" maxLength:"200"`
	Address      *Address `json:"address,omitempty" doc:"Replaces the address as a whole."`
	LeadDays     *int64   `json:"lead_days,omitempty" minimum:"0" maximum:"730" doc:"Usual days from sending an order to receiving it."`
	TermsDays    *int64   `json:"terms_days,omitempty" minimum:"0" maximum:"730" doc:"Days until its invoices are due."`
	MinimumOrder *string  `json:"minimum_order,omitempty" doc:"Decimal text; a purchase order of less is warned of." example:"250.00"`
	Note         *string  `json:"note,omitempty" maxLength:"2000"`
	OverPercent  *int64   `json:"over_percent,omitempty" minimum:"0" maximum:"100" doc:"How many percent more than was ordered are received without being asked."`
	PricePercent *int64   `json:"price_percent,omitempty" minimum:"0" maximum:"100" doc:"How many percent its invoices may differ from what was agreed."`
	Location     *string  `json:"location,omitempty" doc:"Code or id of the location, of the kind supplier, at which its own stock is counted; an empty text for none."`
	DropShips    *bool    `json:"drop_ships,omitempty" doc:"Sends to customers from there."`
}

// Supplier is somebody from whom goods are bought.
type Supplier struct {
	ID           string   `json:"id" example:"sup_0pmnqh2000400"`
	Code         string   `json:"code"`
	Name         string   `json:"name"`
	Email        string   `json:"email,omitempty"`
	Phone        string   `json:"phone,omitempty"`
	Currency     string   `json:"currency"`
	Address      *Address `json:"address,omitempty"`
	LeadDays     int64    `json:"lead_days"`
	TermsDays    int64    `json:"terms_days"`
	MinimumOrder string   `json:"minimum_order,omitempty"`
	Note         string   `json:"note,omitempty"`
	OverPercent  int64    `json:"over_percent"`
	PricePercent int64    `json:"price_percent"`
	Location     string   `json:"location,omitempty" example:"loc_0pmnqh2000400"`
	DropShips    bool     `json:"drop_ships"`
	Active       bool     `json:"active"`
	CreatedAt    string   `json:"created_at" format:"date-time"`
	UpdatedAt    string   `json:"updated_at" format:"date-time"`
	Version      int64    `json:"version" doc:"Also the ETag."`
	Actions      []string `json:"actions" doc:"What may be done with it now."`
	DryRun       bool     `json:"dry_run,omitempty"`
}

// SupplierOffers asks for offers to be set.
type SupplierOffers struct {
	Offers []NewSupplierOffer `json:"offers" maxItems:"500"`
}

// NewSupplierOffer is for how much, and how, an item is sold.
type NewSupplierOffer struct {
	SKU         string `json:"sku" maxLength:"80" example:"MUG-BLUE"`
	SupplierSKU string `json:"supplier_sku,omitempty" maxLength:"80" doc:"What the supplier calls it."`
	Cost        string `json:"cost" doc:"Of one unit, in the supplier's currency: decimal text of at most six decimals." example:"4.10"`
	LeadDays    int64  `json:"lead_days,omitempty" minimum:"0" maximum:"730" doc:"The supplier's when left out."`
	Minimum     *int64 `json:"minimum,omitempty" minimum:"1" maximum:"1000000000" doc:"The fewest that are sold; 1 when left out."`
	Pack        *int64 `json:"pack,omitempty" minimum:"1" maximum:"1000000" doc:"Sold in multiples of it; 1 when left out."`
	Preferred   bool   `json:"preferred,omitempty" doc:"Is asked first."`
	DropShip    bool   `json:"drop_ship,omitempty" doc:"Is sent to customers."`
	Active      *bool  `json:"active,omitempty" doc:"true when left out."`
}

// SupplierOffersSet says how many offers became what.
type SupplierOffersSet struct {
	Supplier string `json:"supplier" example:"sup_0pmnqh2000400"`
	Made     int    `json:"made"`
	Changed  int    `json:"changed"`
	Same     int    `json:"same"`
	Version  int64  `json:"version" doc:"Of the supplier."`
	DryRun   bool   `json:"dry_run,omitempty"`
}

// SupplierOffer is for how much, and how, a supplier sells an item.
type SupplierOffer struct {
	Supplier    string `json:"supplier" example:"sup_0pmnqh2000400"`
	Item        string `json:"item" example:"itm_0pmnqh2000400"`
	SKU         string `json:"sku"`
	Name        string `json:"name"`
	SupplierSKU string `json:"supplier_sku,omitempty"`
	Cost        string `json:"cost" doc:"Decimal text."`
	Currency    string `json:"currency"`
	LeadDays    int64  `json:"lead_days,omitempty"`
	Minimum     int64  `json:"minimum"`
	Pack        int64  `json:"pack"`
	Preferred   bool   `json:"preferred"`
	DropShip    bool   `json:"drop_ship"`
	Active      bool   `json:"active"`
	UpdatedAt   string `json:"updated_at" format:"date-time"`
}

// ComparedOffer is an offer beside what it comes to.
type ComparedOffer struct {
	SupplierOffer
	SupplierCode   string `json:"supplier_code"`
	SupplierName   string `json:"supplier_name"`
	SupplierActive bool   `json:"supplier_active"`
	Days           int64  `json:"days" doc:"Until it is there."`
	Quantity       int64  `json:"quantity" doc:"That would have to be bought."`
	Total          string `json:"total,omitempty" doc:"For that many; decimal text."`
	OnTime         *int64 `json:"on_time_per_mille,omitempty" doc:"Of the supplier's lines of the last year, those that came by the day that was confirmed first."`
	OnTimeLines    int64  `json:"on_time_lines" doc:"How many lines that is of."`
}

func (in *SupplierFields) apply(c *call, s *supplier.Supplier) error {
	set(&s.Name, in.Name)
	return in.SupplierTerms.apply(c, s)
}

func (in *SupplierTerms) apply(c *call, s *supplier.Supplier) error {
	set(&s.Email, in.Email)
	set(&s.Phone, in.Phone)
	if in.Address != nil {
		s.Address = in.Address.address("/address", &c.faults)
	}
	set(&s.LeadDays, in.LeadDays)
	set(&s.TermsDays, in.TermsDays)
	set(&s.Note, in.Note)
	set(&s.Over, in.OverPercent)
	set(&s.Price, in.PricePercent)
	set(&s.DropShips, in.DropShips)
	if in.MinimumOrder != nil {
		currency, _ := money.ParseCurrency(s.Currency) // its own fault is told by the noun
		s.MinOrder = amount(currency, "/minimum_order", *in.MinimumOrder, &c.faults)
	}
	if in.Location != nil {
		at, err := c.location("/location", *in.Location, &c.faults)
		s.Location = int64(at)
		return err
	}
	return nil
}

func renderSupplier(s *supplier.Supplier) Supplier {
	out := Supplier{
		ID: s.ID.String(), Code: s.Code, Name: s.Name, Email: s.Email, Phone: s.Phone, Currency: s.Currency, Address: renderAddress(&s.Address), LeadDays: s.LeadDays, TermsDays: s.TermsDays,
		Note: s.Note, OverPercent: s.Over, PricePercent: s.Price, Location: locationText(s.Location), DropShips: s.DropShips,
		Active: s.Active, CreatedAt: instant(s.CreatedAt), UpdatedAt: instant(s.UpdatedAt), Version: s.Version, Actions: []string{"edit", "set_offers", "activate"},
	}
	if s.Active {
		out.Actions[2] = "deactivate"
	}
	if currency, err := money.ParseCurrency(s.Currency); err == nil && s.MinOrder > 0 {
		out.MinimumOrder = currency.FormatAmount(s.MinOrder)
	}
	return out
}

func (in *NewSupplierOffer) offer(i int, faults *fault.List) supplier.Offer {
	o := supplier.Offer{
		SupplierSKU: in.SupplierSKU, Cost: price(fmt.Sprintf("/offers/%d/cost", i), in.Cost, faults), LeadDays: in.LeadDays, Minimum: 1, Pack: 1,
		Preferred: in.Preferred, DropShip: in.DropShip, Active: true,
	}
	set(&o.Minimum, in.Minimum)
	set(&o.Pack, in.Pack)
	set(&o.Active, in.Active)
	return o
}

func renderSupplierOffer(o *supplier.Offer, by *supplier.Supplier, sku, name string) SupplierOffer {
	return SupplierOffer{
		Supplier: o.Supplier.String(), Item: ident.Text("itm", o.Item), SKU: sku, Name: name, SupplierSKU: o.SupplierSKU, Cost: o.Cost.String(), Currency: by.Currency, LeadDays: o.LeadDays,
		Minimum: o.Minimum, Pack: o.Pack, Preferred: o.Preferred, DropShip: o.DropShip, Active: o.Active, UpdatedAt: instant(o.UpdatedAt),
	}
}
