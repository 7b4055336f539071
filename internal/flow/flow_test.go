package flow_test

import (
	"reflect"
	"slices"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/flow"
)

const minute = int64(60_000_000)

// Kills: a template that cannot be saved as it is.
func TestTemplates(t *testing.T) {
	if got := flow.TemplateNames(); !reflect.DeepEqual(got, []string{"manual", "automated", "drop_shipping", "third_party", "hybrid", "just_in_time"}) {
		t.Errorf("the templates are %v", got)
	}
	for _, f := range flow.Templates() {
		f.Name = f.Template
		var l fault.List
		if f.Check(&l); l.Len() > 0 {
			t.Errorf("%s: %v", f.Template, l.Err())
		}
		if f.Releases() != (f.Template != "manual") {
			t.Errorf("%s releases: %v", f.Template, f.Release)
		}
	}
	flow.Template("automated").Release[0] = "moon"
	if slices.Contains(flow.Template("automated").Release, "moon") {
		t.Error("a template can be changed by who takes it over")
	}
}

// Kills: a fault that hides another.
func TestFaults(t *testing.T) {
	f := flow.Flow{Name: "\n", Template: "x", Verify: "x", Source: "", Release: []string{"moon", "store", "store"}, Money: "x", Window: -1}
	var l fault.List
	f.Check(&l)
	var at []string
	for _, x := range l.Fields() {
		at = append(at, x.Pointer)
	}
	slices.Sort(at)
	if want := []string{"/edit_window_minutes", "/money", "/name", "/release/0", "/source", "/template", "/verify"}; !reflect.DeepEqual(at, want) {
		t.Errorf("faults at %v, want %v", at, want)
	}
}

// Each thing in the way is told, and nothing else is in the way.
func TestWaits(t *testing.T) {
	f := flow.Template("automated")
	run := f.Begin(7, 1000, 0)
	if run.ReleaseAt != 1000+30*minute || run.DueAt != run.ReleaseAt {
		t.Fatalf("begins as %+v", run)
	}
	ready := flow.View{Now: run.ReleaseAt, Paid: 400, Open: 600, Payable: 1000}
	for name, x := range map[string]struct {
		change func(*flow.View)
		want   []string
	}{
		"nothing":   {func(*flow.View) {}, nil},
		"a hold":    {func(v *flow.View) { v.Held = true }, []string{"hold"}},
		"too early": {func(v *flow.View) { v.Now-- }, []string{"window"}},
		"money":     {func(v *flow.View) { v.Open-- }, []string{"money"}},
		"stock":     {func(v *flow.View) { v.Homeless = 1 }, []string{"stock"}},
		"all": {func(v *flow.View) { v.Held, v.Now, v.Open, v.Homeless = true, 0, 0, 1 },
			[]string{"hold", "window", "money", "stock"}},
	} {
		v := ready
		x.change(&v)
		if got := f.Waits(&run, v); !reflect.DeepEqual(got, x.want) {
			t.Errorf("%s: waits for %v, want %v", name, got, x.want)
		}
	}
	paid := *f
	paid.Money = flow.Paid
	if got := paid.Waits(&run, ready); !reflect.DeepEqual(got, []string{"money"}) {
		t.Errorf("an authorization is taken for money: %v", got)
	}
	manual := flow.Template("manual")
	if r := manual.Begin(7, 0, 0); r.DueAt != 0 || !reflect.DeepEqual(manual.Waits(&r, ready), []string{"person"}) {
		t.Errorf("manual begins as %+v", r)
	}
}
