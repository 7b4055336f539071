package settings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/delivery"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/methods"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// spareZones is how many empty zones the form of a method offers.
const spareZones = 2

// delivering is what the page of methods and calendars shows.
type delivering struct {
	Methods   []*delivery.Method
	Places    []*stock.Location
	Calendars map[stock.LocationID]*delivery.Calendar
}

func readDelivering(v *shell.Visit) (x delivering, err error) {
	err = v.Read(func(r *store.Reader) (err error) {
		if x.Methods, err = methods.All(r); err != nil {
			return err
		}
		if x.Places, err = locations.All(r); err != nil {
			return err
		}
		x.Calendars, err = methods.Calendars(r)
		return err
	})
	return x, err
}

func deliveryPage(v *shell.Visit) error {
	x, err := readDelivering(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.delivery"), deliveryView(v, x))
}

// reach says in short where a method goes to.
func reach(v *shell.Visit, m *delivery.Method) string {
	var out []string
	for i := range m.Zones {
		name := strings.Join(m.Zones[i].Countries, ", ")
		if name == "" {
			name = v.T("settings.delivery_everywhere")
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, "; ")
}

// span says in short how long a method takes.
func span(v *shell.Visit, m *delivery.Method) string {
	if len(m.Zones) == 0 {
		return ""
	}
	least, most := m.Zones[0].MinDays, m.Zones[0].MaxDays
	for i := range m.Zones {
		least, most = min(least, m.Zones[i].MinDays), max(most, m.Zones[i].MaxDays)
	}
	return v.T("settings.delivery_span", "least", int64(least), "most", int64(most))
}

// zoneRow is a zone as it is typed.
type zoneRow struct{ Countries, Postcodes, From, Least, Most, Bands string }

// shipping is what the form of one method shows.
type shipping struct {
	delivery.Method
	New    bool
	Places []*stock.Location
	Typed  []zoneRow
	Chosen map[string]bool // codes of places that send
	Faults shell.Faults
	Stale  bool
}

// told is what is wrong with a zone: the first of its faults.
func (s *shipping) told(n int) string {
	at := "zones/" + strconv.Itoa(n)
	for _, name := range slices.Sorted(maps.Keys(s.Faults)) {
		if name == at || strings.HasPrefix(name, at+"/") {
			return s.Faults[name]
		}
	}
	return ""
}

func (s *shipping) code(id stock.LocationID) string {
	for _, l := range s.Places {
		if l.ID == id {
			return l.Code
		}
	}
	return id.String()
}

func (s *shipping) fill(c money.Currency) {
	s.Chosen = map[string]bool{}
	for _, id := range s.From {
		s.Chosen[s.code(id)] = true
	}
	for _, z := range s.Zones {
		row := zoneRow{Countries: strings.Join(z.Countries, ", "), Postcodes: strings.Join(z.Postcodes, ", "), Least: strconv.Itoa(z.MinDays), Most: strconv.Itoa(z.MaxDays)}
		var codes, bands []string
		for _, id := range z.From {
			codes = append(codes, s.code(id))
		}
		for _, b := range z.Bands {
			bands = append(bands, number(b.UpTo)+" "+c.FormatAmount(b.Cost))
		}
		row.From, row.Bands = strings.Join(codes, ", "), strings.Join(bands, "\n")
		s.Typed = append(s.Typed, row)
	}
	s.spare()
}

func (s *shipping) spare() {
	for range min(spareZones, delivery.MaxZones-len(s.Typed)) {
		s.Typed = append(s.Typed, zoneRow{})
	}
}

func readShipping(v *shell.Visit, code string) (s shipping, err error) {
	x, err := readDelivering(v)
	if err != nil {
		return s, err
	}
	s.Places, s.New = x.Places, code == ""
	s.Method = delivery.Method{Kind: delivery.Parcel, Active: true, Days: delivery.WorkWeek}
	if s.New {
		return s, nil
	}
	i := slices.IndexFunc(x.Methods, func(m *delivery.Method) bool { return m.Code == code })
	if i < 0 {
		return s, fault.New(fault.NotFound, "no_such_method", "there is no such delivery method")
	}
	s.Method = *x.Methods[i]
	return s, nil
}

func methodPage(v *shell.Visit) error {
	s, err := readShipping(v, v.Query("code"))
	if err != nil {
		return err
	}
	currency, err := money.ParseCurrency(v.Merchant.Currency)
	if err != nil {
		return err
	}
	s.fill(currency)
	return v.Page(s.title(v), methodView(v, s))
}

func (s *shipping) title(v *shell.Visit) string {
	if s.New {
		return v.T("settings.delivery_new")
	}
	return s.Name
}

func saveMethod(v *shell.Visit) error {
	isNew := v.Form("new") != ""
	code := v.Form("code")
	s, err := readShipping(v, map[bool]string{true: "", false: code}[isNew])
	if err != nil {
		return err
	}
	var l fault.List
	s.Code = code
	s.take(v, &l)
	c := admin.MethodCommand{Method: s.Method, Only: "create"}
	if !isNew {
		c.Only, c.Version = "update", v.EditVersion()
	}
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, admin.SaveMethod, c)
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/delivery")
	}
	var ok bool
	if s.Faults, ok = shell.FaultsOf(err); !ok {
		return err
	}
	if fault.CodeOf(err) == "code_taken" {
		s.Faults = shell.Faults{"code": s.Faults[""]}
	}
	s.Stale = shell.Stale(err)
	s.spare()
	return v.Again(s.title(v), methodView(v, s))
}

// take reads the form, keeping on the page what was typed. Zones of which
// nothing is filled in are left out.
func (s *shipping) take(v *shell.Visit, l *fault.List) {
	in := form(v)
	m := &s.Method
	m.Name, m.Kind, m.Active = v.Form("name"), v.Form("kind"), v.Form("active") != ""
	m.ShelfDays, m.Shelves = 0, nil
	if m.Kind == delivery.Collect {
		for line := range strings.Lines(v.R.PostFormValue("shelves")) {
			if name := strings.TrimSpace(line); name != "" {
				m.Shelves = append(m.Shelves, name)
			}
		}
		m.ShelfDays = int(v.FormInt("shelf_days", l))
	}
	m.Days, m.From, m.Zones = daysChosen(in["days"]), nil, nil
	s.Chosen = map[string]bool{}
	for _, code := range chosen(in, "from") {
		s.Chosen[code] = true
		m.From = append(m.From, s.place("/from", code, l))
	}
	at := func(name string, i int) string {
		if list := in[name]; i < len(list) {
			return strings.TrimSpace(list[i])
		}
		return ""
	}
	for i := range in["most"] {
		row := zoneRow{at("countries", i), at("postcodes", i), at("zone_from", i), at("least", i), at("most", i), at("bands", i)}
		if row == (zoneRow{}) || len(s.Typed) >= delivery.MaxZones+spareZones {
			continue
		}
		m.Zones = append(m.Zones, s.zone(v, row, len(s.Typed), l))
		s.Typed = append(s.Typed, row)
	}
}

// shelfFault is what is wrong with the names of shelves.
func (s *shipping) shelfFault() string {
	for name, text := range s.Faults {
		if strings.HasPrefix(name, "shelves") {
			return text
		}
	}
	return ""
}

func (s *shipping) place(at, code string, l *fault.List) stock.LocationID {
	for _, p := range s.Places {
		if strings.EqualFold(p.Code, code) {
			return p.ID
		}
	}
	l.Add(at, "no_such_location", "there is no location %q", code)
	return 0
}

func (s *shipping) zone(v *shell.Visit, row zoneRow, n int, l *fault.List) delivery.Zone {
	at := fmt.Sprintf("/zones/%d", n)
	z := delivery.Zone{Countries: parts(row.Countries), Postcodes: parts(row.Postcodes)}
	for _, code := range parts(row.From) {
		z.From = append(z.From, s.place(at+"/from", code, l))
	}
	z.MinDays, z.MaxDays = dayCount(at+"/min_days", cmp.Or(row.Least, "0"), l), dayCount(at+"/max_days", row.Most, l)
	currency, err := money.ParseCurrency(v.Merchant.Currency)
	l.AddError(at, err)
	for i, line := range strings.Split(row.Bands, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		here := fmt.Sprintf("%s/bands/%d", at, i)
		if len(f) != 2 {
			l.Add(here, "invalid_band", "write a weight in grams and a cost on each line, such as 5000 5.95")
			continue
		}
		grams, err := strconv.ParseInt(f[0], 10, 64)
		if err != nil {
			l.Add(here, "invalid_weight", "%q is not a weight in whole grams", f[0])
		}
		cost, err := currency.ParseAmount(strings.ReplaceAll(f[1], ",", "."))
		l.AddError(here, err)
		z.Bands = append(z.Bands, delivery.Band{UpTo: grams, Cost: cost})
	}
	return z
}

// parts are the words of a list that is typed with commas or spaces.
func parts(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\r' || r == '\t' })
}

func dayCount(at, s string, l *fault.List) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		l.Add(at, "invalid_number", "say how many days it takes at most, such as 2")
	}
	return n
}

func daysChosen(list []string) (days int64) {
	for _, d := range list {
		if n, err := strconv.Atoi(d); err == nil && n >= 0 && n < 7 {
			days |= 1 << n
		}
	}
	return days
}

func methodKinds(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, k := range delivery.Kinds {
		out = append(out, ui.Option{Value: k, Label: v.T("settings.delivery_" + k)})
	}
	return out
}
