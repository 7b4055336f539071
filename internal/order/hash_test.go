package order_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/tax"

	"pgregory.net/rapid"
)

// full is a request in which every field says something.
func full() *order.Request {
	address := party.Address{Name: "Ada", Company: "Engines", Line1: "1 High Street", Line2: "Flat 2", City: "Leeds", Region: "Yorks",
		PostalCode: "LS1 1AA", Country: "GB", Phone: "+44 1", Latitude: 53_800_000, Longitude: -1_550_000}
	return &order.Request{
		Channel: "web", ExternalID: "W-1", Currency: "GBP", CustomerID: 5,
		Parties:  party.Parties{Customer: party.Contact{Name: "Ada", Email: "ada@example.com", Phone: "1", Company: "Engines"}, ShipTo: address, BillTo: address},
		Lines:    []order.RequestLine{{SKU: "MUG", Quantity: 1, Price: 12_950_000, Title: "Mug", Discount: 1, Tax: 2, Taxed: &tax.Basis{Rate: 190_000}, Custom: json.RawMessage(`{"engrave":"A"}`)}},
		Fees:     []order.Fee{{N: 1, Kind: "shipping", Code: "std", Label: "Standard", Amount: 495, Tax: 99, Taxed: tax.Basis{Rate: 190_000}}},
		Payments: []order.Payment{{Amount: 1, Reference: "P-1"}},
		Holds:    []order.Hold{{ID: 1, Reason: "address", Note: "call", Blocks: []string{"ship"}, PlacedAt: 1, PlacedBy: "u", LiftedAt: 2, LiftedBy: "v"}},
		Tags:     []string{"gift"}, Note: "ring", Priority: 3, PlacedAt: now, DueAt: now + 1, Custom: json.RawMessage(`{"desk":"A","floor":2}`), Exchange: 1_084_500_000,
	}
}

// fields calls f for every field below v that holds one value, with a way to
// change it.
func fields(at string, v reflect.Value, f func(at string, change func())) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fields(at+"."+v.Type().Field(i).Name, v.Field(i), f)
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			f(at, func() { v.SetBytes([]byte(`{"other":"value"}`)) })
			return
		}
		f(at+"[+]", func() { v.Set(reflect.Append(v, v.Index(v.Len()-1))) })
		for i := range v.Len() {
			fields(fmt.Sprintf("%s[%d]", at, i), v.Index(i), f)
		}
	case reflect.Pointer:
		fields(at, v.Elem(), f)
	case reflect.Bool:
		f(at, func() { v.SetBool(!v.Bool()) })
	case reflect.String:
		f(at, func() { v.SetString(v.String() + "x") })
	case reflect.Int64, reflect.Int:
		f(at, func() { v.SetInt(v.Int() + 1) })
	default:
		panic(fmt.Sprintf("%s is a %s: teach this test to change it", at, v.Kind()))
	}
}

// Each field by itself changes the hash, so that no difference between a
// request and its repetition goes unnoticed.
//
// Kills: a field left out of the canonical form.
func TestHashTellsEveryField(t *testing.T) {
	want := full().Hash()
	if len(want) != 32 || !bytes.Equal(want, full().Hash()) {
		t.Fatalf("equal requests have the hashes %x and %x", want, full().Hash())
	}
	count := 0
	fields("request", reflect.ValueOf(full()).Elem(), func(string, func()) { count++ })
	for n := range count {
		r, i := full(), 0
		fields("request", reflect.ValueOf(r).Elem(), func(at string, change func()) {
			if i == n {
				change()
				if bytes.Equal(want, r.Hash()) {
					t.Errorf("another %s has the same hash", at)
				}
			}
			i++
		})
	}
	if count < 60 {
		t.Errorf("only %d fields were tried", count)
	}
}

// How a request was written makes no difference.
//
// Kills: a hash over the bytes of custom fields; an empty list that differs
// from none.
func TestHashDoesNotTellTheWriting(t *testing.T) {
	want := full().Hash()
	r := full()
	r.Custom = json.RawMessage(" {\n\t\"floor\": 2, \"desk\": \"\\u0041\"} ")
	r.Lines[0].Custom = json.RawMessage(`{ "engrave" : "A" }`)
	if !bytes.Equal(want, r.Hash()) {
		t.Error("the order of custom fields, or space between them, changes the hash")
	}
	if string(r.Custom) != " {\n\t\"floor\": 2, \"desk\": \"\\u0041\"} " || string(r.Lines[0].Custom) != `{ "engrave" : "A" }` {
		t.Errorf("hashing changed the request to %s, %s", r.Custom, r.Lines[0].Custom)
	}
	r.Custom = json.RawMessage(`{"desk":"A","floor":20000000000000001}`)
	bigger := r.Hash()
	r.Custom = json.RawMessage(`{"desk":"A","floor":20000000000000002}`)
	if bytes.Equal(bigger, r.Hash()) {
		t.Error("numbers beyond a float's precision have the same hash")
	}
	none := (&order.Request{}).Hash()
	empty := &order.Request{Lines: []order.RequestLine{}, Fees: []order.Fee{}, Payments: []order.Payment{}, Holds: []order.Hold{}, Tags: []string{}}
	for _, custom := range []string{"", "{}", "null", " { } "} {
		if empty.Custom = json.RawMessage(custom); !bytes.Equal(none, empty.Hash()) {
			t.Errorf("empty lists and the custom fields %q have another hash than none", custom)
		}
	}
	if (&order.Request{Custom: json.RawMessage("{")}).Hash() != nil {
		t.Error("what is not JSON has a hash")
	}
}

func TestHashOfDrawnRequests(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawRequest(t), drawRequest(t)
		if equal := reflect.DeepEqual(a, b); equal != bytes.Equal(a.Hash(), b.Hash()) {
			t.Fatalf("equal is %t\n%+v\n%+v", equal, a, b)
		}
	})
}
