package rule

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/journal"
	"orderly/internal/order"
)

// Facts are what a condition speaks of: an order as it is now, and the entry.
// Amounts are decimals that compare exactly with what is written in a condition;
// nothing is booked by them.
type Facts struct {
	Number      int64          `expr:"number"`
	Channel     string         `expr:"channel"`
	ExternalID  string         `expr:"external_id"`
	Total       float64        `expr:"total"`
	Paid        float64        `expr:"paid"`
	Currency    string         `expr:"currency"`
	Country     string         `expr:"country"`
	Postcode    string         `expr:"postcode"`
	Shipping    string         `expr:"shipping"`
	Method      string         `expr:"method"`
	Flow        string         `expr:"flow"`
	Tags        []string       `expr:"tags"`
	Holds       []string       `expr:"holds"`
	Priority    int64          `expr:"priority"`
	Status      string         `expr:"status"`
	Payment     string         `expr:"payment"`
	Fulfillment string         `expr:"fulfillment"`
	Return      string         `expr:"return_status"`
	Stage       string         `expr:"stage"`
	Units       float64        `expr:"units"`
	Waiting     float64        `expr:"waiting"`
	Locations   []string       `expr:"locations"`
	Weekday     string         `expr:"weekday"`
	Hour        int64          `expr:"hour"`
	Lines       []LineFacts    `expr:"lines"`
	Custom      map[string]any `expr:"custom"`
	Customer    CustomerFacts  `expr:"customer"`
	Entry       EntryFacts     `expr:"entry"`
}

// LineFacts are what a condition knows of a line.
type LineFacts struct {
	SKU      string         `expr:"sku"`
	Title    string         `expr:"title"`
	Quantity float64        `expr:"quantity"`
	Price    float64        `expr:"price"`
	Total    float64        `expr:"total"`
	Custom   map[string]any `expr:"custom"`
}

// CustomerFacts are what a condition knows of who ordered.
type CustomerFacts struct {
	Known   bool  `expr:"known"`
	Orders  int64 `expr:"orders"`
	New     bool  `expr:"new"`
	Blocked bool  `expr:"blocked"`
}

// EntryFacts are what a condition knows of the entry.
type EntryFacts struct {
	Type  string `expr:"type"`
	Actor string `expr:"actor"`
}

// Personal are the facts of a rule whose maker may see customers.
type Personal struct {
	Facts
	Person PersonFacts `expr:"person"`
}

// PersonFacts say who ordered.
type PersonFacts struct {
	Name    string `expr:"name"`
	Email   string `expr:"email"`
	Company string `expr:"company"`
	City    string `expr:"city"`
}

// MaxBefore is how far orders of a customer are counted.
const MaxBefore = 1000

// About is where facts come from.
type About struct {
	Order     *order.Order
	Before    int64 // orders of the same customer that came before, at most MaxBefore
	Blocked   bool  // the customer is
	Flow      string
	Locations []string // codes of those that have work of the order
	Zone      *time.Location
	Entry     *journal.Entry
}

// FactsOf says what there is to know of an order at an entry.
func FactsOf(a About) Personal {
	o := a.Order
	at := time.UnixMicro(o.PlacedAt).In(a.Zone)
	f := Facts{
		Number: o.Number, Channel: o.Channel, ExternalID: o.ExternalID, Currency: o.Currency.Code(), Country: o.Party.ShipTo.Country, Postcode: o.Party.ShipTo.PostalCode,
		Total: decimal(o.Totals.Payable(), o.Currency.Exponent()), Paid: decimal(o.Paid-o.Refunded, o.Currency.Exponent()), Shipping: shipping(o), Method: o.By(), Flow: a.Flow,
		Tags: slices.Clone(o.Tags), Holds: openHolds(o), Priority: o.Priority, Status: o.Statuses.Status, Payment: o.Statuses.Payment, Fulfillment: o.Statuses.Fulfillment,
		Return: o.Statuses.Return, Stage: o.Statuses.Stage, Locations: a.Locations, Weekday: strings.ToLower(at.Weekday().String()), Hour: int64(at.Hour()),
		Custom: object(o.Custom), Customer: CustomerFacts{Known: o.Customer != 0, Orders: a.Before, New: a.Before == 0, Blocked: a.Blocked},
		Entry: EntryFacts{Type: a.Entry.Type, Actor: a.Entry.Actor.Kind},
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Leaf() {
			f.Units += decimal(l.Q[order.Ordered]-l.Q[order.Canceled], l.Scale)
			f.Waiting += decimal(l.Q[order.Backordered]+l.Q[order.Unsourced], l.Scale)
		}
		f.Lines = append(f.Lines, LineFacts{
			SKU: l.SKU, Title: l.Title, Quantity: decimal(l.Quantity, l.Scale), Price: decimal(int64(l.Price), 6),
			Total: decimal(l.Net(), o.Currency.Exponent()), Custom: object(l.Custom),
		})
	}
	who := o.Party.Customer
	return Personal{Facts: f, Person: PersonFacts{Name: who.Name, Email: who.Email, Company: who.Company, City: o.Party.ShipTo.City}}
}

// decimal is whole steps as a number with so many decimals, the one nearest to
// it: what is written with as many decimals in a condition is the same number.
func decimal(steps int64, scale int) float64 { return float64(steps) / math.Pow10(scale) }

func shipping(o *order.Order) string {
	for i := range o.Fees {
		if o.Fees[i].Kind == "shipping" {
			return o.Fees[i].Code
		}
	}
	return ""
}

func openHolds(o *order.Order) (out []string) {
	for i := range o.Holds {
		if o.Holds[i].LiftedAt == 0 {
			out = append(out, o.Holds[i].Reason)
		}
	}
	return out
}

func object(raw json.RawMessage) map[string]any {
	out := map[string]any{}
	if len(raw) > 0 && json.Unmarshal(raw, &out) != nil || out == nil {
		return map[string]any{} // no object: nothing can be asked of it
	}
	return out
}

// Field is one fact as it is offered to who writes a condition.
type Field struct {
	Name     string `json:"name" example:"customer.new"`
	Type     string `json:"type" enum:"text,number,yes_no,list,lines,object"`
	Example  string `json:"example" doc:"A condition that uses it." example:"customer.new"`
	Personal bool   `json:"personal,omitempty" doc:"Only for whoever may see customers."`
}

// Fields are all facts, in the order in which they are offered.
var Fields = []Field{
	{"total", "number", `total > 500`, false},
	{"paid", "number", `paid < total`, false},
	{"currency", "text", `currency == "EUR"`, false},
	{"channel", "text", `channel in ["web", "phone"]`, false},
	{"country", "text", `country not in ["GB", "IE"]`, false},
	{"postcode", "text", `postcode startsWith "BT"`, false},
	{"shipping", "text", `shipping == "express"`, false},
	{"method", "text", `method != "parcel"`, false},
	{"customer.new", "yes_no", `customer.new`, false},
	{"customer.known", "yes_no", `!customer.known`, false},
	{"customer.orders", "number", `customer.orders >= 10`, false},
	{"customer.blocked", "yes_no", `customer.blocked`, false},
	{"tags", "list", `"gift" in tags`, false},
	{"holds", "list", `"address" in holds`, false},
	{"priority", "number", `priority < 5`, false},
	{"lines", "lines", `any(lines, .sku startsWith "GLASS-")`, false},
	{"lines.sku", "text", `any(lines, .sku == "TEA-1")`, false},
	{"lines.title", "text", `any(lines, lower(.title) contains "gift")`, false},
	{"lines.quantity", "number", `any(lines, .quantity >= 100)`, false},
	{"lines.price", "number", `all(lines, .price < 5)`, false},
	{"lines.total", "number", `sum(lines, .total) > 1000`, false},
	{"lines.custom", "object", `any(lines, .custom.engraving != nil)`, false},
	{"units", "number", `units > 20`, false},
	{"waiting", "number", `waiting > 0`, false},
	{"locations", "list", `"DEPOT" in locations`, false},
	{"custom", "object", `custom.gift == true`, false},
	{"status", "text", `status == "open"`, false},
	{"payment", "text", `payment in ["unpaid", "partially_paid"]`, false},
	{"fulfillment", "text", `fulfillment == "unfulfilled"`, false},
	{"return_status", "text", `return_status != "none"`, false},
	{"stage", "text", `stage == "backordered"`, false},
	{"flow", "text", `flow == ""`, false},
	{"weekday", "text", `weekday in ["saturday", "sunday"]`, false},
	{"hour", "number", `hour < 6 || hour >= 22`, false},
	{"number", "number", `number == 1042`, false},
	{"external_id", "text", `external_id startsWith "TEST-"`, false},
	{"entry.type", "text", `entry.type == "parcel.lost"`, false},
	{"entry.actor", "text", `entry.actor == "user"`, false},
	{"person.email", "text", `person.email endsWith "@example.com"`, true},
	{"person.name", "text", `person.name == ""`, true},
	{"person.company", "text", `person.company != ""`, true},
	{"person.city", "text", `person.city == "Leeds"`, true},
}

// Offered are the fields for somebody who may do these things.
func Offered(may []access.Permission) []Field {
	if slices.Contains(may, access.CustomersRead) {
		return Fields
	}
	return slices.DeleteFunc(slices.Clone(Fields), func(f Field) bool { return f.Personal })
}
