package run

import (
	"fmt"
	"iter"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
)

// places are the shop's locations as they were when the run began, and those
// that it made.
type places struct {
	list []*stock.Location // by priority
}

func (p *places) load(r *store.Reader) (err error) {
	p.list, err = locations.All(r)
	return err
}

func (p *places) byCode(code string) *stock.Location {
	for _, l := range p.list {
		if l.Code == code {
			return l
		}
	}
	return nil
}

// byName is the only location of a name, whatever its case.
func (p *places) byName(name string) (found *stock.Location) {
	for _, l := range p.list {
		if strings.EqualFold(l.Name, name) {
			if found != nil {
				return nil
			}
			found = l
		}
	}
	return found
}

// only is the place of ours that the shop has, when it has one alone.
func (p *places) only() (found *stock.Location) {
	for _, l := range p.list {
		if l.Active && l.Kind != "supplier" {
			if found != nil {
				return nil
			}
			found = l
		}
	}
	return found
}

// first is where goods lie when nobody says: the active location that is asked
// first.
func (p *places) first() *stock.Location {
	for _, l := range p.list {
		if l.Active {
			return l
		}
	}
	return nil
}

// depots are the three locations of the live pipeline. They differ in all that
// sourcing looks at.
var depots = []stock.Location{
	{Code: "LON", Name: "London", Kind: "warehouse", Priority: 1, Active: true, Zone: "Europe/London",
		Address: party.Address{City: "London", PostalCode: "EC1A 1BB", Country: "GB", Latitude: 51_517_000, Longitude: -99_000}},
	{Code: "MAN", Name: "Manchester", Kind: "warehouse", Priority: 2, Active: true, Zone: "Europe/London",
		Address: party.Address{City: "Manchester", PostalCode: "M1 1AE", Country: "GB", Latitude: 53_478_000, Longitude: -2_230_000}},
	{Code: "BRS", Name: "Bristol", Kind: "warehouse", Priority: 2, Active: true, Zone: "Europe/London",
		Address: party.Address{City: "Bristol", PostalCode: "BS1 4DJ", Country: "GB", Latitude: 51_451_000, Longitude: -2_600_000}},
}

// onlyPlace is what is made where there is no location at all.
var onlyPlace = stock.Location{Code: "MAIN", Name: "Main warehouse", Kind: "warehouse", Priority: 1, Active: true}

// makePlaces are the chunks that make the locations that are missing.
func (x *importer) makePlaces(want []stock.Location) iter.Seq2[*chunk, error] {
	return func(yield func(*chunk, error) bool) {
		c := &chunk{rows: len(want), weight: len(want)}
		use(x, c, admin.SaveLocation, func(r *store.Reader) ([]asked[admin.LocationCommand], error) {
			var there places
			if err := there.load(r); err != nil {
				return nil, err
			}
			out := make([]asked[admin.LocationCommand], len(want))
			for i, l := range want {
				out[i] = ask(admin.SaveLocation, admin.LocationCommand{Location: l, Only: "create"})
				out[i].skip = there.byCode(l.Code) != nil
			}
			return out, nil
		})
		c.after = func(got []desk.Result) error {
			for i, r := range got {
				if r.Err != nil {
					return fmt.Errorf("make the location %s: %w", want[i].Code, r.Err)
				}
			}
			return nil
		}
		yield(c, nil)
	}
}
