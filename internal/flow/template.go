package flow

import (
	"cmp"
	"slices"
)

// templates are the five ways to manage orders, and one that does it as late as
// can be, ready to be taken over.
var templates = []Flow{
	{Template: "manual", Verify: Self, Source: Self, Money: NoMoney},
	{Template: "automated", Verify: Self, Source: Self, Release: []string{"3pl", "store", "supplier", "warehouse"}, Money: Secured, Whole: true, Window: 30},
	{Template: "drop_shipping", Verify: Self, Source: Self, Release: []string{"supplier"}, Money: Paid, Window: 60},
	{Template: "third_party", Verify: Self, Source: Self, Release: []string{"3pl"}, Money: Secured, Whole: true, Window: 30},
	{Template: "hybrid", Verify: Self, Source: Self, Release: []string{"3pl", "supplier"}, Money: Secured, Window: 30},
	{Template: "just_in_time", Verify: Self, Source: Due, Reserve: 7, Release: []string{"3pl", "store", "supplier", "warehouse"}, Money: Secured, Whole: true, Window: 30, Timing: Late, Slack: 240, Takes: true},
}

// Templates are what flows may begin from.
func Templates() []Flow {
	out := make([]Flow, len(templates))
	for i, t := range templates {
		t.Release = slices.Clone(t.Release)
		t.Timing = cmp.Or(t.Timing, AtOnce)
		out[i] = t
	}
	return out
}

// Template finds one by its name; nil when there is none.
func Template(name string) *Flow {
	for _, t := range Templates() {
		if t.Template == name {
			return &t
		}
	}
	return nil
}

// TemplateNames are what they are called.
func TemplateNames() []string {
	var out []string
	for _, t := range templates {
		out = append(out, t.Template)
	}
	return out
}
