package httpapi

import (
	"fmt"
	"slices"
	"time"

	"orderly/internal/fault"
	"orderly/internal/stock"
)

// LocationFields are the fields of a location that can be edited.
type LocationFields struct {
	Name     *string  `json:"name,omitempty" maxLength:"200"`
	Kind     *string  `json:"kind,omitempty" enum:"warehouse,store,supplier,3pl" doc:"warehouse when left out."`
	Priority *int64   `json:"priority,omitempty" minimum:"0" maximum:"1000000" doc:"Lower is asked first."`
	Address  *Address `json:"address,omitempty"`
	Zone     *string  `json:"zone,omitempty" doc:"IANA time zone; the merchant's when left out." example:"Europe/London"`
	Active   *bool    `json:"active,omitempty" doc:"An inactive location gets no new work. true when left out."`

	PutAway *bool `json:"put_away,omitempty" doc:"It keeps bins: what arrives without one waits at /v1/put-aways until somebody says where it lies."`

	Pickups *[]Pickup `json:"pickups,omitempty" maxItems:"20" doc:"When carriers come. They stay as they are when left out."`
}

// Pickup is when a carrier fetches parcels: what is packed then leaves that day.
type Pickup struct {
	Carrier  string   `json:"carrier" maxLength:"40" example:"Royal Mail"`
	LeavesAt string   `json:"leaves_at" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" doc:"In the location's zone." example:"16:00"`
	Days     []string `json:"days" enum:"monday,tuesday,wednesday,thursday,friday,saturday,sunday" maxItems:"7" doc:"Days of the week."`
}

// weekdays are the words of a pickup's days, in the order of its bits.
var weekdays = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

// pickups gives what the desk is asked for; nil leaves them as they are.
func (in *LocationFields) pickups(faults *fault.List) *[]stock.Pickup {
	if in.Pickups == nil {
		return nil
	}
	out := make([]stock.Pickup, len(*in.Pickups))
	for i, p := range *in.Pickups {
		at, err := time.Parse("15:04", p.LeavesAt)
		if err != nil {
			faults.Add(fmt.Sprintf("/pickups/%d/leaves_at", i), "invalid_time", "write a time of the day such as 16:00")
		}
		out[i] = stock.Pickup{Carrier: p.Carrier, LeavesAt: int64(at.Hour()*60 + at.Minute())}
		for _, d := range p.Days {
			if n := slices.Index(weekdays, d); n >= 0 {
				out[i].Days |= 1 << n
			}
		}
	}
	return &out
}

func renderPickups(list []stock.Pickup) []Pickup {
	var out []Pickup
	for _, p := range list {
		x := Pickup{Carrier: p.Carrier, LeavesAt: fmt.Sprintf("%02d:%02d", p.LeavesAt/60, p.LeavesAt%60), Days: []string{}}
		for n, d := range weekdays {
			if p.Days&(1<<n) != 0 {
				x.Days = append(x.Days, d)
			}
		}
		out = append(out, x)
	}
	return out
}

// NewLocation asks for a location.
type NewLocation struct {
	Code string `json:"code" maxLength:"40" doc:"Unique; it never changes." example:"LEEDS"`
	Name string `json:"name" maxLength:"200" example:"Leeds warehouse"`
	LocationFields
}

// Location is a place that holds stock and ships.
type Location struct {
	ID          string   `json:"id" example:"loc_0pmnqh2000400"`
	Code        string   `json:"code" example:"LEEDS"`
	Name        string   `json:"name"`
	Kind        string   `json:"kind" enum:"warehouse,store,supplier,3pl"`
	Priority    int64    `json:"priority"`
	Address     *Address `json:"address,omitempty"`
	Zone        string   `json:"zone,omitempty"`
	Active      bool     `json:"active"`
	PutAway     bool     `json:"put_away,omitempty"`
	Pickups     []Pickup `json:"pickups,omitempty" doc:"When carriers come."`
	CreatedAt   string   `json:"created_at" format:"date-time"`
	UpdatedAt   string   `json:"updated_at" format:"date-time"`
	EditVersion int64    `json:"edit_version" doc:"Also the ETag."`
}

func (in *LocationFields) apply(l *stock.Location, faults *fault.List) {
	set(&l.Name, in.Name)
	set(&l.Kind, in.Kind)
	set(&l.Priority, in.Priority)
	set(&l.Zone, in.Zone)
	set(&l.Active, in.Active)
	set(&l.PutAway, in.PutAway)
	if in.Address != nil {
		l.Address = in.Address.address("/address", faults)
	}
}

func renderLocation(l *stock.Location) Location {
	return Location{
		ID: l.ID.String(), Code: l.Code, Name: l.Name, Kind: l.Kind, Priority: l.Priority, Address: renderAddress(&l.Address), Zone: l.Zone,
		Active: l.Active, PutAway: l.PutAway, Pickups: renderPickups(l.Pickups), CreatedAt: instant(l.CreatedAt), UpdatedAt: instant(l.UpdatedAt), EditVersion: l.EditVersion,
	}
}
