package access_test

import (
	"slices"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/fault"
)

// Kills: a role that may more or less than its team needs. A permission that is
// added appears here, for each role on purpose.
func TestRolePermissions(t *testing.T) {
	want := map[access.Role]string{
		access.Sales:      "orders:read orders:write orders:sell orders:approve fulfillments:read stock:read catalog:read customers:read customers:write entries:read",
		access.Operations: "orders:read orders:write orders:sell orders:approve fulfillments:read fulfillments:write requests:work stock:read stock:write catalog:read catalog:write purchases:read purchases:write customers:read customers:write entries:read rules:write",
		access.Warehouse:  "orders:read fulfillments:read fulfillments:write requests:work stock:read stock:write catalog:read entries:read",
		access.Buyer:      "orders:read fulfillments:read requests:work stock:read stock:write catalog:read catalog:write purchases:read purchases:write entries:read",
		access.Support:    "orders:read orders:write orders:approve fulfillments:read stock:read catalog:read customers:read customers:write entries:read",
		access.Finance:    "orders:read orders:write orders:approve fulfillments:read stock:read catalog:read purchases:read purchases:write customers:read entries:read",
		access.ReadOnly:   "orders:read fulfillments:read stock:read catalog:read purchases:read customers:read entries:read",
		access.Partner:    "requests:work",
		access.Admin:      "orders:read orders:write orders:sell orders:approve fulfillments:read fulfillments:write requests:work stock:read stock:write catalog:read catalog:write purchases:read purchases:write customers:read customers:write entries:read keys:write users:write settings:write rules:write persons:erase",
	}
	if len(want) != len(access.Roles) {
		t.Errorf("%d roles are described, there are %d", len(want), len(access.Roles))
	}
	for _, r := range access.Roles {
		var got []string
		for _, p := range r.Permissions() {
			got = append(got, string(p))
			if p.Words() == string(p) {
				t.Errorf("%s has no words for people", p)
			}
		}
		if text := strings.Join(got, " "); text != want[r] {
			t.Errorf("%s may\n %s, want\n %s", r, text, want[r])
		}
		if slices.Contains(r.Permissions(), access.Own) {
			t.Errorf("%s hands out what belongs to who has signed in", r)
		}
	}
	if got := access.PermissionsOf(nil); len(got) != 0 {
		t.Errorf("no role may %v", got)
	}
	both := access.PermissionsOf([]access.Role{access.Warehouse, access.Sales})
	if !slices.Contains(both, access.OrdersWrite) || !slices.Contains(both, access.FulfillmentWrite) || slices.Contains(both, access.KeysWrite) {
		t.Errorf("two roles may %v", both)
	}
}

func TestParseRoles(t *testing.T) {
	got, err := access.ParseRoles([]string{"admin", "sales", "admin"})
	if err != nil || !slices.Equal(got, []access.Role{access.Sales, access.Admin}) {
		t.Errorf("%v, %v", got, err)
	}
	for _, words := range [][]string{nil, {""}, {"boss"}, {"sales", "Admin"}} {
		if _, err := access.ParseRoles(words); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%v: %v", words, err)
		}
	}
}

// A person is told of a role, a program of its key.
func TestDeniedSpeaksToPeople(t *testing.T) {
	person := access.Scope{Merchant: 1, Actor: access.Actor{Kind: access.User}}
	if err := person.Require(access.StockWrite); err == nil || err.Error() != "your role does not let you change stock; ask somebody who is admin" {
		t.Errorf("a person is told: %v", err)
	}
	program := access.Scope{Merchant: 1, Actor: access.Actor{Kind: "key"}}
	if err := program.Require(access.StockWrite); err == nil || !strings.Contains(err.Error(), "this key lacks the scope stock:write") {
		t.Errorf("a program is told: %v", err)
	}
}
