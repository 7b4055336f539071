package approval_test

import (
	"slices"
	"testing"

	"orderly/internal/access"
	"orderly/internal/approval"
	"orderly/internal/fault"
)

// Kills: an approval that covers more than was approved; a refusal that a change
// to less undoes; a second person who is forgotten when the order changes; an
// order that is asked twice for the same.
func TestAfter(t *testing.T) {
	ask := func(state string, amount int64, steps int, reasons ...string) *approval.Ask {
		return &approval.Ask{State: state, Amount: amount, Steps: steps, Reasons: reasons}
	}
	none := approval.Need{}
	value := approval.Need{Reasons: []string{approval.ByValue}, Steps: 1}
	two := approval.Need{Reasons: []string{approval.ByValue}, Steps: 2}
	for _, x := range []struct {
		name   string
		last   *approval.Ask
		need   approval.Need
		amount int64
		held   bool
		want   string
	}{
		{"never asked, needs none", nil, none, 100, false, approval.Nothing},
		{"never asked, needs one", nil, value, 100, false, approval.Anew},
		{"approved and cheaper", ask(approval.Approved, 100, 1, approval.ByValue), value, 90, false, approval.Nothing},
		{"approved and dearer", ask(approval.Approved, 100, 1, approval.ByValue), value, 101, false, approval.Anew},
		{"approved and dearer, below the limit", ask(approval.Approved, 100, 1, approval.ByDiscount), none, 101, false, approval.Nothing},
		{"approved for another reason", ask(approval.Approved, 100, 1, approval.ByDiscount), value, 100, false, approval.Anew},
		{"approved by one where two are needed", ask(approval.Approved, 100, 1, approval.ByValue), two, 100, false, approval.Anew},
		{"exempt and no dearer", ask(approval.Exempt, 100, 0), value, 100, false, approval.Nothing},
		{"exempt and dearer", ask(approval.Exempt, 100, 0), value, 101, false, approval.Anew},
		{"open and no dearer", ask(approval.Asked, 100, 1, approval.ByValue), value, 100, true, approval.GoesOn},
		{"open and needs none now", ask(approval.Asked, 100, 1, approval.ByValue), none, 90, true, approval.GoesOn},
		{"open and dearer", ask(approval.Asked, 100, 1, approval.ByValue), value, 101, true, approval.Instead},
		{"refused and cheaper", ask(approval.Refused, 100, 1, approval.ByValue), none, 10, true, approval.Again},
		{"ended while it waits", ask(approval.Void, 100, 1, approval.ByValue), none, 10, true, approval.Again},
		{"ended and free", ask(approval.Void, 100, 1, approval.ByValue), none, 10, false, approval.Nothing},
	} {
		if got := x.last.After(x.need, x.amount, x.held); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

func TestWiden(t *testing.T) {
	was := &approval.Ask{State: approval.Refused, Steps: 2, Reasons: []string{approval.ByDiscount, approval.ByValue}, Role: access.Finance}
	n := approval.Need{Reasons: []string{approval.ByValue}, Steps: 1}
	got, role := was.Widen(n, "")
	if got.Steps != 2 || !slices.Equal(got.Reasons, []string{approval.ByValue, approval.ByDiscount}) || role != access.Finance {
		t.Errorf("%+v by %s", got, role)
	}
	if _, role := was.Widen(n, access.Admin); role != access.Admin || len(n.Reasons) != 1 {
		t.Errorf("by %s; the need became %v", role, n.Reasons)
	}
	if x := was.Ended(7); x.State != approval.Void || x.DecidedAt != 7 || was.State != approval.Refused {
		t.Errorf("ended: %+v, was %+v", x, was)
	}
}

// Kills: a maker who approves by their deputy's right; one person as two; a limit
// that is not one; a deputy of somebody who has left.
func TestRight(t *testing.T) {
	p := &approval.Policy{Terms: []approval.Terms{{Currency: "EUR", One: 100, Limits: []approval.Limit{{Role: access.Finance, Amount: 500}, {Role: access.Sales, Amount: 50}}}}}
	person := func(who string, active bool, roles ...access.Role) approval.Person {
		return approval.Person{Actor: who, Roles: roles, Active: active}
	}
	fin, sales, boss := person("user:fin", true, access.Finance), person("user:sal", true, access.Sales), person("user:boss", true, access.Admin)
	ask := func(worth int64, change func(*approval.Ask)) *approval.Ask {
		a := &approval.Ask{State: approval.Asked, Steps: 2, Worth: worth, In: "EUR"}
		if change != nil {
			change(a)
		}
		return a
	}
	for _, x := range []struct {
		name   string
		ask    *approval.Ask
		by     approval.Person
		others []approval.Person
		holder string
		code   string
	}{
		{"within the limit", ask(500, nil), fin, nil, "user:fin", ""},
		{"above the limit", ask(501, nil), fin, nil, "", "above_limit"},
		{"no limit at all", ask(501, nil), boss, nil, "user:boss", ""},
		{"in the place of another", ask(200, nil), sales, []approval.Person{fin}, "user:fin", ""},
		{"of another who has left", ask(200, nil), sales, []approval.Person{person("user:fin", false, access.Finance)}, "", "above_limit"},
		{"of another who made it", ask(200, func(a *approval.Ask) { a.Made("user:fin") }), sales, []approval.Person{fin}, "", "above_limit"},
		{"what they made themselves", ask(200, func(a *approval.Ask) { a.Made("user:fin") }), fin, nil, "", "own_order"},
		{"a second time", ask(200, func(a *approval.Ask) { a.Given = []approval.Step{{Actor: "user:fin", Holder: "user:fin"}} }), fin, nil, "", "approved_before"},
		{"after somebody in their place", ask(200, func(a *approval.Ask) { a.Given = []approval.Step{{Actor: "user:sal", Holder: "user:fin"}} }), fin, nil, "", "approved_before"},
		{"by another role than asked", ask(20, func(a *approval.Ask) { a.Role = access.Finance }), sales, nil, "", "wrong_role"},
		{"of unknown worth", ask(20, func(a *approval.Ask) { a.In = "" }), fin, nil, "", "no_limit"},
		{"of unknown worth, without a limit", ask(20, func(a *approval.Ask) { a.In = "" }), boss, nil, "user:boss", ""},
	} {
		got, err := p.Right(x.ask, x.by, x.others)
		code := ""
		if err != nil {
			code = fault.CodeOf(err)
		}
		if got.Holder != x.holder || code != x.code {
			t.Errorf("%s: the right of %q, %q; want %q, %q", x.name, got.Holder, code, x.holder, x.code)
		}
	}
}
