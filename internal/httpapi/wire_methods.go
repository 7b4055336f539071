package httpapi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/internal/delivery"
	"orderly/internal/fault"
	"orderly/internal/stock"
)

// DeliveryBand is what is charged up to a weight.
type DeliveryBand struct {
	UpTo int64 `json:"up_to_grams" minimum:"1" maximum:"100000000" example:"5000"`
	Cost int64 `json:"cost" minimum:"0" doc:"Minor units of the merchant's currency." example:"595"`
}

// DeliveryZone is where a method goes to, and what that takes.
type DeliveryZone struct {
	Countries []string       `json:"countries,omitempty" maxItems:"250" doc:"ISO 3166 codes; every country when left out." example:"[\"GB\"]"`
	Postcodes []string       `json:"postcodes,omitempty" maxItems:"500" doc:"How postal codes of the one country begin; all when left out." example:"[\"LS\"]"`
	From      []string       `json:"from,omitempty" maxItems:"5000" doc:"Ids of locations that reach it; all of the method when left out."`
	Bands     []DeliveryBand `json:"bands,omitempty" maxItems:"50" doc:"Ascending; what is heavier than the last is not sent. It costs nothing, whatever it weighs, when left out."`
	MinDays   int            `json:"min_days" minimum:"0" maximum:"365" doc:"Days of delivery from dispatch to the door, at best."`
	MaxDays   int            `json:"max_days" minimum:"0" maximum:"365" doc:"And at most: what is promised."`
}

// MethodFields are the fields of a delivery method that can be edited.
type MethodFields struct {
	Name      *string         `json:"name,omitempty" maxLength:"100"`
	Kind      *string         `json:"kind,omitempty" enum:"parcel,express,collect,van,digital" doc:"parcel when left out."`
	Active    *bool           `json:"active,omitempty" doc:"No new order is taken of an inactive one. true when left out."`
	From      *[]string       `json:"from,omitempty" maxItems:"5000" doc:"Ids of the locations that send by it; all when empty. Of kind collect the one place."`
	Zones     *[]DeliveryZone `json:"zones,omitempty" maxItems:"100" doc:"The most precise counts: the longest beginning of a postal code, then one that names the country, then the first."`
	Days      *[]string       `json:"days,omitempty" enum:"monday,tuesday,wednesday,thursday,friday,saturday,sunday" maxItems:"7" doc:"On which it delivers; Monday to Friday when left out."`
	ShelfDays *int            `json:"shelf_days,omitempty" minimum:"0" maximum:"365" doc:"Of kind collect: for how many days it waits to be collected."`
	Shelves   *[]string       `json:"shelves,omitempty" maxItems:"500" doc:"Of kind collect: the names of its shelves. Where none are named, any name will do."`
}

// NewMethod asks for a delivery method.
type NewMethod struct {
	Code string `json:"code" minLength:"1" maxLength:"40" doc:"Unique; it never changes. Orders name it." example:"standard"`
	MethodFields
}

// DeliveryMethod is one way in which orders are delivered.
type DeliveryMethod struct {
	ID          string         `json:"id" example:"dme_0pmnqh2000400"`
	Code        string         `json:"code" example:"standard"`
	Name        string         `json:"name"`
	Kind        string         `json:"kind" enum:"parcel,express,collect,van,digital"`
	Active      bool           `json:"active"`
	From        []string       `json:"from,omitempty"`
	Zones       []DeliveryZone `json:"zones,omitempty"`
	Days        []string       `json:"days"`
	ShelfDays   int            `json:"shelf_days,omitempty"`
	Shelves     []string       `json:"shelves,omitempty"`
	UpdatedAt   string         `json:"updated_at" format:"date-time"`
	EditVersion int64          `json:"edit_version" doc:"Also the ETag."`
}

// apply sets what was given.
func (in *MethodFields) apply(m *delivery.Method, faults *fault.List) {
	set(&m.Name, in.Name)
	set(&m.Kind, in.Kind)
	set(&m.Active, in.Active)
	set(&m.ShelfDays, in.ShelfDays)
	set(&m.Shelves, in.Shelves)
	if in.From != nil {
		m.From = locationIDs("/from", *in.From, faults)
	}
	if in.Days != nil {
		m.Days = daysOf(*in.Days)
	}
	if in.Zones != nil {
		m.Zones = make([]delivery.Zone, len(*in.Zones))
		for i, z := range *in.Zones {
			m.Zones[i] = z.zone(fmt.Sprintf("/zones/%d", i), faults)
		}
	}
}

func (z *DeliveryZone) zone(at string, faults *fault.List) delivery.Zone {
	out := delivery.Zone{Countries: z.Countries, Postcodes: z.Postcodes, From: locationIDs(at+"/from", z.From, faults), MinDays: z.MinDays, MaxDays: z.MaxDays}
	for _, b := range z.Bands {
		out.Bands = append(out.Bands, delivery.Band{UpTo: b.UpTo, Cost: b.Cost})
	}
	return out
}

func locationIDs(at string, list []string, faults *fault.List) []stock.LocationID {
	var out []stock.LocationID
	for i, text := range list {
		id, err := stock.ParseLocationID(text)
		if err != nil {
			faults.AddError(fmt.Sprintf("%s/%d", at, i), err)
		}
		out = append(out, id)
	}
	return out
}

// daysOf are days of the week, a bit each.
func daysOf(list []string) (days int64) {
	for _, d := range list {
		if n := slices.Index(weekdays, d); n >= 0 {
			days |= 1 << n
		}
	}
	return days
}

func daysText(days int64) []string {
	out := []string{}
	for n, d := range weekdays {
		if days&(1<<n) != 0 {
			out = append(out, d)
		}
	}
	return out
}

func placesText(list []stock.LocationID) []string {
	var out []string
	for _, id := range list {
		out = append(out, id.String())
	}
	return out
}

func renderMethod(m *delivery.Method) DeliveryMethod {
	out := DeliveryMethod{
		ID: m.ID.String(), Code: m.Code, Name: m.Name, Kind: m.Kind, Active: m.Active, From: placesText(m.From), Days: daysText(m.Days),
		ShelfDays: m.ShelfDays, Shelves: m.Shelves, UpdatedAt: instant(m.UpdatedAt), EditVersion: m.EditVersion,
	}
	for i := range m.Zones {
		z := &m.Zones[i]
		x := DeliveryZone{Countries: z.Countries, Postcodes: z.Postcodes, From: placesText(z.From), MinDays: z.MinDays, MaxDays: z.MaxDays}
		for _, b := range z.Bands {
			x.Bands = append(x.Bands, DeliveryBand{b.UpTo, b.Cost})
		}
		out.Zones = append(out.Zones, x)
	}
	return out
}

// CalendarFields say when a location works. What is left out stays.
type CalendarFields struct {
	Days     *[]string `json:"days,omitempty" enum:"monday,tuesday,wednesday,thursday,friday,saturday,sunday" maxItems:"7"`
	Closed   *[]string `json:"closed,omitempty" maxItems:"366" doc:"Dates on which it does not work all the same." example:"[\"2026-12-25\"]"`
	CutOff   *string   `json:"cut_off,omitempty" maxLength:"5" doc:"In the location's zone: work that is released until then is begun that day. Empty for until its last carrier comes, or the end of the day." example:"14:00"`
	Handling *int      `json:"handling_days,omitempty" minimum:"0" maximum:"60" doc:"Days of work between release and dispatch."`
	Capacity *int64    `json:"capacity,omitempty" minimum:"0" maximum:"1000000" doc:"Fulfillments a day; 0 for no limit. What waits there beyond it moves dates that are promised."`
	UnitCost *int64    `json:"unit_cost,omitempty" minimum:"0" doc:"What handling one unit costs us, in minor units of the merchant's currency."`
}

// Calendar says when a location works.
type Calendar struct {
	Location    string   `json:"location" example:"loc_0pmnqh2000400"`
	Days        []string `json:"days"`
	Closed      []string `json:"closed,omitempty"`
	CutOff      string   `json:"cut_off,omitempty"`
	Handling    int      `json:"handling_days"`
	Capacity    int64    `json:"capacity"`
	UnitCost    int64    `json:"unit_cost"`
	NextLeaves  string   `json:"next_dispatch,omitempty" format:"date-time" doc:"When what is released now leaves."`
	EditVersion int64    `json:"edit_version" doc:"Also the ETag; 0 before anything was said: then it works Monday to Friday."`
}

func (in *CalendarFields) apply(c *delivery.Calendar, faults *fault.List) {
	set(&c.Handling, in.Handling)
	set(&c.Capacity, in.Capacity)
	set(&c.UnitCost, in.UnitCost)
	if in.Days != nil {
		c.Days = daysOf(*in.Days)
	}
	if in.Closed != nil {
		c.Closed = nil
		for i, text := range *in.Closed {
			day, err := strconv.ParseInt(strings.ReplaceAll(text, "-", ""), 10, 64)
			if err != nil || len(text) != len(time.DateOnly) {
				faults.Add(fmt.Sprintf("/closed/%d", i), "invalid_date", "a date is a day such as 2026-12-25")
			}
			c.Closed = append(c.Closed, day)
		}
	}
	if in.CutOff != nil {
		c.CutOff = 0
		if *in.CutOff != "" {
			at, err := time.Parse("15:04", *in.CutOff)
			if err != nil {
				faults.Add("/cut_off", "invalid_time", "write a time of the day such as 14:00")
			}
			c.CutOff = int64(at.Hour()*60 + at.Minute())
		}
	}
}

func renderCalendar(c *delivery.Calendar, now int64, zone *time.Location) Calendar {
	out := Calendar{
		Location: c.Location.String(), Days: daysText(c.Days), Handling: c.Handling, Capacity: c.Capacity, UnitCost: c.UnitCost,
		NextLeaves: instant(c.Dispatch(now, zone)), EditVersion: c.EditVersion,
	}
	for _, d := range c.Closed {
		out.Closed = append(out.Closed, dayText(d))
	}
	if c.CutOff > 0 {
		out.CutOff = fmt.Sprintf("%02d:%02d", c.CutOff/60, c.CutOff%60)
	}
	return out
}
