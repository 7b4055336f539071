package settings

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/internal/delivery"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/listing"
	"orderly/internal/money"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/methods"
	"orderly/internal/web/shell"
)

// working is what the form of a calendar shows.
type working struct {
	Place *stock.Location
	delivery.Calendar
	Shut, Until, Cost string // as typed
	Faults            shell.Faults
	Stale             bool
}

func readWorking(v *shell.Visit) (w working, err error) {
	if w.Place, err = findLocation(v); err != nil {
		return w, err
	}
	err = v.Read(func(r *store.Reader) error {
		c, err := methods.CalendarOf(r, w.Place)
		if err == nil {
			w.Calendar = *c
		}
		return err
	})
	var days []string
	for _, d := range w.Closed {
		days = append(days, listing.DayText(d))
	}
	w.Shut = strings.Join(days, "\n")
	if w.CutOff > 0 {
		w.Until = clockTime(w.CutOff)
	}
	if w.UnitCost > 0 {
		w.Cost = typedText(v, w.UnitCost)
	}
	return w, err
}

// next says when what is released now leaves.
func (w *working) next(v *shell.Visit) string {
	zone := v.Merchant.Location()
	if own, err := time.LoadLocation(w.Place.Zone); err == nil && w.Place.Zone != "" {
		zone = own
	}
	at := w.Dispatch(v.Desk().DB.Now(), zone)
	if at == 0 {
		return v.T("settings.never")
	}
	return time.UnixMicro(at).In(zone).Format("2006-01-02 15:04")
}

func calendarPage(v *shell.Visit) error {
	w, err := readWorking(v)
	if err != nil {
		return err
	}
	return v.Page(w.Place.Name, calendarView(v, w))
}

func saveCalendar(v *shell.Visit) error {
	w, err := readWorking(v)
	if err != nil {
		return err
	}
	var l fault.List
	w.take(v, &l)
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, admin.SaveCalendar, admin.CalendarCommand{Calendar: w.Calendar, Version: v.EditVersion()})
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/delivery")
	}
	var ok bool
	if w.Faults, ok = shell.FaultsOf(err); !ok {
		return err
	}
	w.Stale = shell.Stale(err)
	return v.Again(w.Place.Name, calendarView(v, w))
}

func (w *working) take(v *shell.Visit, l *fault.List) {
	in := form(v)
	c := &w.Calendar
	c.Days, c.Closed, c.CutOff, c.UnitCost = daysChosen(in["days"]), nil, 0, 0
	w.Shut, w.Until, w.Cost = strings.Join(in["closed"], "\n"), v.Form("cut_off"), v.Form("unit_cost")
	for _, text := range parts(w.Shut) {
		day, err := strconv.ParseInt(strings.ReplaceAll(text, "-", ""), 10, 64)
		if err != nil {
			l.Add("/closed", "invalid_date", "%q is not a day; write 2026-12-25", text)
		}
		c.Closed = append(c.Closed, day)
	}
	slices.Sort(c.Closed)
	c.Closed = slices.Compact(c.Closed)
	if w.Until != "" {
		minutes, ok := minutesOf(w.Until)
		if !ok {
			l.Add("/cut_off", "invalid_time", "write a time of the day, such as 14:00")
		}
		c.CutOff = minutes
	}
	c.Handling, c.Capacity = int(v.FormInt("handling_days", l)), v.FormInt("capacity", l)
	if w.Cost != "" {
		currency, err := money.ParseCurrency(v.Merchant.Currency)
		l.AddError("/unit_cost", err)
		c.UnitCost, err = currency.ParseAmount(strings.ReplaceAll(w.Cost, ",", "."))
		l.AddError("/unit_cost", err)
	}
}
