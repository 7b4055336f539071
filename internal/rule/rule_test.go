package rule_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/rule"
)

// facts are those of one order, placed on a Sunday at 9:05 in London.
func facts(t testing.TB) rule.Personal {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	gbp, err := money.ParseCurrency("GBP")
	if err != nil {
		t.Fatal(err)
	}
	o := &order.Order{
		Number: 1042, Channel: "web", Currency: gbp, Tags: []string{"gift"}, PlacedAt: time.Date(2026, 6, 7, 8, 5, 0, 0, time.UTC).UnixMicro(),
		Totals: order.Totals{Total: 50010}, Custom: json.RawMessage(`{"gift":true,"weight":3}`),
		Holds: []order.Hold{{Reason: "address"}, {Reason: "fraud", LiftedAt: 5}},
		Lines: []order.Line{{N: 1, SKU: "GLASS-1", Title: "Glass", Quantity: 1250, Scale: 3, Price: 19_995_000, Total: 2499}, {N: 2, SKU: "TEA-1", Quantity: 2}},
		Fees:  []order.Fee{{Kind: "shipping", Code: "express"}},
	}
	o.Lines[0].Q[order.Ordered], o.Lines[1].Q[order.Ordered], o.Lines[1].Q[order.Canceled] = 1250, 2, 1
	o.Statuses.Return = "none"
	o.Party.Customer.Email, o.Party.ShipTo.Country = "ada@example.com", "GB"
	return rule.FactsOf(rule.About{Order: o, Before: 3, Zone: zone, Entry: &journal.Entry{Type: "order.placed", Actor: access.Actor{Kind: "key"}}})
}

// Kills: an amount that is not what was written; a zone that is not the shop's;
// a lifted hold that still counts; canceled units that do.
func TestConditions(t *testing.T) {
	p := facts(t)
	for text, want := range map[string]bool{
		"": true, "  ": true, "total > 500": true, "total == 500.10": true, "total >= 500.11": false, `"gift" in tags`: true, "customer.new": false, "customer.orders == 3 && !customer.known": true,
		`holds == ["address"]`: true, `"fraud" in holds`: false, `weekday == "sunday" && hour == 9`: true, "units == 2.25": true, "custom.gift == true && custom.weight > 2": true,
		"custom.absent == nil": true, "(custom.absent ?? 0) > 5": false, `any(lines, .sku startsWith "GLASS-" && .quantity == 1.25)`: true, `all(lines, .price < 5)`: false,
		`lower(lines[0].title) contains "gla"`: true, `country not in ["GB", "IE"]`: false, `shipping matches "^exp"`: true, `entry.type == "order.placed" && entry.actor == "key"`: true,
		`person.email endsWith "@example.com"`: true, "number == 1042 ? total > 1 : false": true, "sum(lines, .quantity) > 3": true, `count(lines, .sku != "") == 2`: true,
		"len(filter(lines, .quantity > 1)) == 2 and not (paid > 0)": true,
	} {
		c, err := rule.Compile(text, access.All)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := c.Holds(p); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

// What is wrong is told with its place, before anything runs.
func TestWrongConditions(t *testing.T) {
	for text, want := range map[string]string{
		"total >":                           "line 1, character 7",
		"total > 5 &&\n  totl < 3":          "line 2, character 3: unknown name totl",
		`total > "500"`:                     "line 1, character 7",
		"total":                             "expected bool",
		"number + 1":                        "expected bool",
		"1..1000000000 == []":               "makes no ranges",
		"let a = number; a > 1":             "no variables",
		"true; true":                        "one thing",
		"any(lines, any(lines, true))":      "within another",
		"now() == nil":                      "unknown name now",
		`repeat("a", 100000000) == ""`:      "unknown name repeat",
		`$env["total"] == 1`:                "name the field itself",
		`channel matches currency`:          "write out the pattern",
		`channel matches "("`:               "missing closing",
		"person.email == ''":                "", // may be seen by whoever sees customers
		"lines[0].nosuch == 1":              "nosuch",
		"{a: 1}.a == 1":                     "no objects",
		strings.Repeat("!", 250) + "true":   "nodes",
		strings.Repeat("x", 2001):           "at most 2000",
		"\xff":                              "UTF-8",
		strings.Repeat("(", 900) + "total":  "",
		"any(lines, .sku) == true":          "",
		"map(lines, map(lines, 1)) == true": "",
	} {
		_, err := rule.Compile(text, access.All)
		var p *rule.Problem
		if text == "person.email == ''" {
			if err != nil {
				t.Error(err)
			}
			if _, err = rule.Compile(text, []access.Permission{access.OrdersRead, access.SettingsWrite}); err == nil || !strings.Contains(err.Error(), "unknown name person") {
				t.Errorf("for who may not see customers: %v", err)
			}
			continue
		}
		if !errors.As(err, &p) || !strings.Contains(p.Error(), want) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
}

// What cannot be worked out for an order is an error, and never holds.
func TestConditionFails(t *testing.T) {
	for _, text := range []string{"custom.absent > 5", "lines[7].quantity > 1", "custom.weight", `custom.gift contains "a"`} {
		c, err := rule.Compile(text, access.All)
		if err != nil {
			t.Fatal(text, err)
		}
		if holds, err := c.Holds(facts(t)); holds || err == nil {
			t.Errorf("%s: %v, %v", text, holds, err)
		}
	}
}

// Kills: a field that is offered and not there, or is there and not offered.
func TestFieldsAreThoseOfFacts(t *testing.T) {
	var want []string
	collect(reflect.TypeFor[rule.Personal](), "", &want)
	var got []string
	for _, f := range rule.Fields {
		got = append(got, f.Name)
		if _, err := rule.Compile(f.Example, access.All); err != nil {
			t.Errorf("%s: %v", f.Example, err)
		}
		if !strings.Contains(f.Example, strings.TrimPrefix(f.Name, "lines")) {
			t.Errorf("the example of %s does without it: %s", f.Name, f.Example)
		}
		_, err := rule.Compile(f.Example, []access.Permission{access.OrdersRead})
		if (err != nil) != f.Personal {
			t.Errorf("%s, for who may not see customers: %v", f.Example, err)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("offered are\n%v, there are\n%v", got, want)
	}
	if n := len(rule.Offered(nil)); n != len(rule.Fields)-4 {
		t.Errorf("%d fields are offered to who may not see customers", n)
	}
}

func collect(of reflect.Type, at string, out *[]string) {
	for i := range of.NumField() {
		f := of.Field(i)
		name := at + f.Tag.Get("expr")
		switch {
		case f.Anonymous:
			collect(f.Type, at, out)
		case f.Type.Kind() == reflect.Struct:
			collect(f.Type, name+".", out)
		default:
			*out = append(*out, name)
			if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
				collect(f.Type.Elem(), name+".", out)
			}
		}
	}
}

// Kills: faults that are told one at a time, or without their place; an act
// that its maker may not do.
func TestCheck(t *testing.T) {
	b := rule.Body{Name: " ", On: []string{"order.placed", "order.erased", "order.placed"}, If: "totl > 1", Do: []rule.Action{
		{Kind: rule.Hold, Reason: "Not A Code", Hours: -1}, {Kind: "explode"}, {Kind: rule.Tag, Tag: ""}, {Kind: rule.Task}, {Kind: rule.Priority, Priority: 5000}, {Kind: rule.Move}, {Kind: rule.Message, Message: "shipped"}, {Kind: rule.Webhook, Signal: "x"},
	}}
	var l fault.List
	b.Check([]access.Permission{access.OrdersWrite, access.FulfillmentWrite}, &l)
	var got []string
	for _, f := range l.Fields() {
		got = append(got, f.Pointer)
	}
	want := []string{"/name", "/on/0", "/if", "/do/0/reason", "/do/0/hours", "/do/1/kind", "/do/2/tag", "/do/3/text", "/do/4/priority", "/do/5/location", "/do/6/message", "/do/7/kind"}
	if !slices.Equal(got, want) {
		t.Errorf("told are %v", got)
	}
	ok := rule.Body{Name: "gifts", On: []string{"order.placed"}, Do: []rule.Action{{Kind: rule.Tag, Tag: " gift ", Reason: "left over", Hours: 7}}}
	var none fault.List
	if c := ok.Check(access.All, &none); c == nil || none.Err() != nil || ok.Do[0] != (rule.Action{Kind: rule.Tag, Tag: "gift"}) {
		t.Errorf("%v %+v", none.Err(), ok.Do[0])
	}
	if !slices.Equal(ok.Needs(), []access.Permission{access.OrdersWrite}) || !ok.Follows("order.placed") || ok.Follows("order.held") {
		t.Error("what it needs and follows")
	}
}

// Kills: a chain that is cut when it is kept, or goes on for ever; a rule that
// answers itself by way of another.
func TestChains(t *testing.T) {
	var c rule.Cause
	for n := range int64(5) {
		if why := c.Stops(rule.ID(n+1), 0); why != "" {
			t.Fatalf("rule %d is stopped: %s", n+1, why)
		}
		c = c.Then(100+n, rule.Link{Rule: rule.ID(n + 1), Version: n + 1})
		again, ok := rule.ParseCause(c.String())
		if !ok || !reflect.DeepEqual(again, c) {
			t.Fatalf("%s is read as %+v", c, again)
		}
	}
	if !c.Own(5) || c.Own(4) || c.Stops(6, 0) != rule.StopChain || c.Stops(2, 0) != rule.StopLoop || (rule.Cause{}).Stops(1, rule.MaxOften) != rule.StopOften {
		t.Errorf("what stops at %s", c)
	}
	for _, text := range []string{"", "rules:", "rules:0:rul_x/1", "rules:5:", "rules:5:rul_zzz", "api:5", "rules:5:ord_0pmnqh2000400/1"} {
		if c, ok := rule.ParseCause(text); ok {
			t.Errorf("%q is read as %+v", text, c)
		}
	}
}

func TestSum(t *testing.T) {
	of := func(list ...rule.Outcome) (out []rule.Result) {
		for _, o := range list {
			out = append(out, rule.Result{Outcome: o})
		}
		return out
	}
	for want, list := range map[rule.Outcome][]rule.Result{
		rule.Done: of(rule.Done, rule.Unchanged), rule.Unchanged: of(rule.Unchanged), rule.Partly: of(rule.Done, rule.Refused), rule.Refused: of(rule.Refused, rule.Refused),
	} {
		if got := rule.Sum(list); got != want {
			t.Errorf("%v come to %s", list, got)
		}
	}
}

// Whatever is typed is read or told about with a place, and what was read is
// worked out in bounded time and memory.
func FuzzCondition(f *testing.F) {
	for _, x := range rule.Fields {
		f.Add(x.Example)
	}
	for _, text := range []string{"1..2", "let a = 1; a", `"a" matches "("`, "lines | filter(.quantity > 1) | len() > 0", "{}", "#", ".sku", "any(tags, # == 'x')", "a?.b", "-(-1)", "\x00", "true // x", "/* */ true", "tags[0:1]", "reduce(lines, 1)", "$env", "lines[-1].sku"} {
		f.Add(text)
	}
	p := facts(f)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := rule.Compile(text, access.All)
		if err != nil {
			var at *rule.Problem
			if !errors.As(err, &at) || at.Message == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		begin := time.Now()
		if holds, err := c.Holds(p); holds && err != nil {
			t.Fatalf("%q holds and fails: %v", text, err)
		}
		if took := time.Since(begin); took > time.Second {
			t.Fatalf("%q took %s", text, took)
		}
	})
}
