package settings

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

func locationsPage(v *shell.Visit) error {
	at, err := places(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.locations"), locationsView(v, at))
}

// placing is what the page of one location shows.
type placing struct {
	stock.Location
	New     bool
	Pickups []pickup
	Faults  shell.Faults
	Stale   bool
}

// pickup is a line of the form: as it is typed.
type pickup struct {
	Carrier, At string
	Days        int64
}

// blankPickups are how many empty lines the form offers.
const blankPickups = 2

func (p *placing) lines() {
	for _, x := range p.Location.Pickups {
		p.Pickups = append(p.Pickups, pickup{x.Carrier, clockTime(x.LeavesAt), x.Days})
	}
	p.blank()
}

func (p *placing) blank() {
	for range blankPickups {
		p.Pickups = append(p.Pickups, pickup{Days: 0b0011111})
	}
}

func clockTime(minutes int64) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func newLocationPage(v *shell.Visit) error {
	p := placing{New: true, Location: stock.Location{Kind: "warehouse", Active: true, Priority: 1}}
	p.lines()
	return v.Page(v.T("settings.location_new"), locationView(v, p))
}

func findLocation(v *shell.Visit) (*stock.Location, error) {
	at, err := places(v)
	for _, l := range at {
		if l.ID.String() == v.Path("id") {
			return l, nil
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "no_such_location", "there is no such location")
	}
	return nil, err
}

func locationPage(v *shell.Visit) error {
	l, err := findLocation(v)
	if err != nil {
		return err
	}
	p := placing{Location: *l}
	p.lines()
	return v.Page(l.Name, locationView(v, p))
}

func saveLocation(v *shell.Visit) error {
	var l fault.List
	p := placing{New: v.Path("id") == ""}
	only := "create"
	if !p.New {
		old, err := findLocation(v)
		if err != nil {
			return err
		}
		p.Location, only = *old, "update"
	}
	p.fill(v, &l)
	wanted := p.typedPickups(form(v), &l)
	err := l.Err()
	if err == nil {
		c := admin.LocationCommand{Location: p.Location, Pickups: &wanted, Only: only}
		if !p.New {
			c.Version = v.EditVersion()
		}
		_, err = shell.Do(v, admin.SaveLocation, c)
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/locations")
	}
	var ok bool
	if p.Faults, ok = shell.FaultsOf(err); !ok {
		return err
	}
	if fault.CodeOf(err) == "code_taken" {
		p.Faults = shell.Faults{"code": p.Faults[""]}
	}
	p.Stale = shell.Stale(err)
	p.blank()
	return v.Again(v.T("settings.locations"), locationView(v, p))
}

func (p *placing) fill(v *shell.Visit, l *fault.List) {
	x := &p.Location
	if p.New {
		x.Code = v.Form("code")
	}
	x.Name, x.Kind, x.Zone, x.Active = v.Form("name"), v.Form("kind"), v.Form("zone"), v.Form("active") != ""
	x.PutAway = v.Form("put_away") != ""
	x.Priority = v.FormInt("priority", l)
	a := &x.Address
	a.Name, a.Company, a.Line1, a.Line2 = v.Form("address_name"), v.Form("address_company"), v.Form("line1"), v.Form("line2")
	a.PostalCode, a.City, a.Region, a.Phone = v.Form("postal_code"), v.Form("city"), v.Form("region"), v.Form("phone")
	a.Country = strings.ToUpper(v.Form("country"))
}

// typedPickups reads the lines that have a carrier.
func (p *placing) typedPickups(form url.Values, l *fault.List) []stock.Pickup {
	var out []stock.Pickup
	for i, carrier := range form["carrier"] {
		carrier = strings.TrimSpace(carrier)
		if carrier == "" || i >= stock.MaxPickups+blankPickups {
			continue
		}
		at, days := "", int64(0)
		if i < len(form["leaves_at"]) {
			at = form["leaves_at"][i]
		}
		for _, d := range form["days"] {
			line, day, _ := strings.Cut(d, ":")
			if n, err := strconv.Atoi(day); err == nil && line == strconv.Itoa(i) && n >= 0 && n < 7 {
				days |= 1 << n
			}
		}
		p.Pickups = append(p.Pickups, pickup{carrier, at, days})
		minutes, ok := minutesOf(at)
		if !ok {
			l.Add("/pickups", "invalid_time", "write when %s comes, such as 16:00", carrier)
		}
		out = append(out, stock.Pickup{Carrier: carrier, LeavesAt: minutes, Days: days})
	}
	return out
}

func minutesOf(clock string) (int64, bool) {
	h, m, _ := strings.Cut(clock, ":")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	return int64(hour*60 + minute), err1 == nil && err2 == nil && hour >= 0 && hour < 24 && minute >= 0 && minute < 60
}

func locationKinds(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, k := range []string{"warehouse", "store", "supplier", "3pl"} {
		out = append(out, ui.Option{Value: k, Label: v.T("settings.place_" + k)})
	}
	return out
}

// oneLine is an address as a list shows it.
func oneLine(a party.Address) string { return strings.Join(a.Lines(), ", ") }

// leaves says when carriers come, as a list shows it.
func leaves(l *stock.Location) string {
	var parts []string
	for _, p := range l.Pickups {
		parts = append(parts, p.Carrier+" "+clockTime(p.LeavesAt))
	}
	return strings.Join(parts, ", ")
}
