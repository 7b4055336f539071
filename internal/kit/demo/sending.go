package demo

import (
	"context"

	"orderly/internal/delivery"
	"orderly/internal/desk/admin"
	"orderly/internal/kit/demo/world"
	"orderly/internal/sourcing"
)

// methods makes the ways in which the merchant delivers. Costs are what it pays.
func (m *Demo) methods(ctx context.Context) error {
	bands := func(small, medium, large int64) []delivery.Band {
		return []delivery.Band{{UpTo: 2000, Cost: small}, {UpTo: 10_000, Cost: medium}, {UpTo: delivery.MaxGrams, Cost: large}}
	}
	home := []string{m.world.Merchant.Country}
	list := []delivery.Method{
		{Code: world.ServiceStandard, Name: "Standard", Kind: delivery.Parcel, Zones: []delivery.Zone{
			{Countries: home, Bands: bands(320, 590, 1450), MinDays: 1, MaxDays: 3}, {Bands: bands(990, 1990, 4900), MinDays: 3, MaxDays: 7},
		}},
		{Code: world.ServiceExpress, Name: "Express", Kind: delivery.Express, Zones: []delivery.Zone{
			{Countries: home, Bands: bands(690, 990, 2900), MinDays: 1, MaxDays: 1}, {Bands: bands(1990, 3490, 8900), MinDays: 2, MaxDays: 3},
		}},
	}
	var cmds []admin.MethodCommand
	for _, x := range list {
		x.Active = true
		cmds = append(cmds, admin.MethodCommand{Method: x})
	}
	_, err := must(ctx, m, admin.SaveMethod, cmds)
	return err
}

// rules makes the rule by which places send, and one that is tried beside it:
// where they differ, the room of sourcing shows what the other would have done.
func (m *Demo) rules(ctx context.Context) error {
	none := 0
	for _, x := range []struct {
		name  string
		state sourcing.State
		list  []sourcing.Strategy
	}{
		{"Cheap and near", sourcing.Active, []sourcing.Strategy{
			{Name: "Cheap and near", Weights: sourcing.Weights{Cost: 100, Distance: 1, Split: 50}, After: sourcing.Backordered},
		}},
		{"Fewer parcels", sourcing.Shadow, []sourcing.Strategy{
			{Name: "One parcel", Weights: sourcing.Weights{Cost: 100, Distance: 1}, MaxSplits: &none, After: sourcing.Next},
			{Name: "As few as can be", Weights: sourcing.Weights{Split: 1000, Distance: 1}, After: sourcing.Backordered},
		}},
	} {
		got, err := must(ctx, m, admin.SaveSourcing, []admin.SourcingCommand{{Name: x.name, Profile: sourcing.Profile{Strategies: x.list}}})
		if err != nil {
			return err
		}
		id := got[0].Value.(*sourcing.Version).ID
		if _, err := must(ctx, m, admin.MoveSourcing, []admin.SourcingStateCommand{{Profile: id, State: x.state}}); err != nil {
			return err
		}
	}
	return nil
}
