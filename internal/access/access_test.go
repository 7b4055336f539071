package access_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/fault"

	"github.com/google/go-cmp/cmp"
)

// Kills: "read" that gives a write permission; a name taken by its beginning;
// an unknown name that hides another.
func TestParsePermissions(t *testing.T) {
	reads := []access.Permission{access.CatalogRead, access.CustomersRead, access.EntriesRead, access.FulfillmentRead, access.OrdersRead, access.PurchasesRead, access.StockRead}
	all := slices.Sorted(slices.Values(access.All))
	for _, tc := range []struct {
		text string
		want []access.Permission
		code string // of the fields, in order
	}{
		{"orders:read", []access.Permission{access.OrdersRead}, ""},
		{"stock:write, orders:read,orders:read", []access.Permission{access.OrdersRead, access.StockWrite}, ""},
		{"read", reads, ""},
		{"read keys:write", append(slices.Clone(reads), access.KeysWrite), ""},
		{"*", all, ""},
		{"*,orders:read", all, ""},
		{"", nil, "no_scope"},
		{" ,, ", nil, "no_scope"},
		{"orders", nil, "unknown_scope"},
		{"orders:*", nil, "unknown_scope"},
		{"Orders:read", nil, "unknown_scope"},
		{"orders:read;stock:read", nil, "unknown_scope"},
		{"write admin", nil, "unknown_scope unknown_scope"},
	} {
		got, err := access.ParsePermissions(tc.text)
		if diff := cmp.Diff(slices.Sorted(slices.Values(tc.want)), got); tc.code == "" && diff != "" {
			t.Errorf("%q (-want +got)\n%s", tc.text, diff)
		}
		var codes []string
		var f *fault.Error
		if errors.As(err, &f) {
			for _, x := range f.Fields {
				codes = append(codes, x.Code)
			}
		}
		if strings.Join(codes, " ") != tc.code || tc.code != "" && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v, want %q", tc.text, err, tc.code)
		}
	}
}

// Kills: a caller without a merchant that is let in by its permissions.
func TestRequire(t *testing.T) {
	key := access.Scope{Merchant: 1, Permissions: []access.Permission{access.OrdersRead}}
	for _, tc := range []struct {
		name  string
		scope access.Scope
		kind  fault.Kind
		code  string
	}{
		{"held", key, fault.Internal, ""},
		{"missing", access.Scope{Merchant: 1, Permissions: []access.Permission{access.OrdersWrite}}, fault.Denied, "missing_scope"},
		{"nothing", access.Scope{Merchant: 1}, fault.Denied, "missing_scope"},
		{"nobody", access.Scope{}, fault.Unknown, "unauthenticated"},
		{"nobody with permissions", access.Scope{Permissions: access.All}, fault.Unknown, "unauthenticated"},
	} {
		err := tc.scope.Require(access.OrdersRead)
		if (err == nil) != (tc.code == "") || err != nil && (fault.KindOf(err) != tc.kind || fault.CodeOf(err) != tc.code) {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.code)
		}
	}
	if key.May(access.OrdersWrite) || !key.May(access.OrdersRead) {
		t.Error("reading is not writing")
	}
	system := access.System(3, "job", "tick")
	for _, p := range access.All {
		if err := system.Require(p); err != nil {
			t.Errorf("the program itself: %v", err)
		}
	}
	if got := fmt.Sprint(system.Actor, system.Merchant); got != "job:tick 3" {
		t.Errorf("the program itself is %s", got)
	}
}

// Kills: a scope of one location that sees another; a zero scope that sees.
func TestSees(t *testing.T) {
	for _, tc := range []struct {
		name  string
		scope access.Scope
		sees  []int64
	}{
		{"all locations", access.Scope{Merchant: 1}, []int64{5, 6, 7}},
		{"two locations", access.Scope{Merchant: 1, Locations: []int64{5, 7}}, []int64{5, 7}},
		{"nobody", access.Scope{}, nil},
		{"nobody with a location", access.Scope{Locations: []int64{5}}, nil},
	} {
		var got []int64
		for _, id := range []int64{5, 6, 7} {
			if tc.scope.Sees(id) {
				got = append(got, id)
			}
		}
		if diff := cmp.Diff(tc.sees, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
	}
}

// Whatever is typed, the answer is known permissions, sorted, each once, or a
// fault; and typing the answer gives it again.
func FuzzParsePermissions(f *testing.F) {
	for _, text := range []string{"*", "read", "orders:read, stock:write", "read *", "orders:reed", "\xff,\x00", " , "} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := access.ParsePermissions(text)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		words := make([]string, len(got))
		for i, p := range got {
			words[i] = string(p)
			if !slices.Contains(access.All, p) || i > 0 && got[i-1] >= p {
				t.Fatalf("%q gives %v", text, got)
			}
		}
		again, err := access.ParsePermissions(strings.Join(words, ","))
		if err != nil || !slices.Equal(got, again) {
			t.Fatalf("%q gives %v, which gives %v, %v", text, got, again, err)
		}
	})
}
