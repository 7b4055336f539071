package httpapi

import (
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
	if in.Address != nil {
		l.Address = in.Address.address("/address", faults)
	}
	if in.Zone != nil && !knownZone(l.Zone) {
		faults.Add("/zone", "unknown_zone", "%.60q is not a time zone; use an IANA name, for example Europe/London", l.Zone)
	}
}

func renderLocation(l *stock.Location) Location {
	return Location{
		ID: l.ID.String(), Code: l.Code, Name: l.Name, Kind: l.Kind, Priority: l.Priority, Address: renderAddress(&l.Address), Zone: l.Zone,
		Active: l.Active, CreatedAt: instant(l.CreatedAt), UpdatedAt: instant(l.UpdatedAt), EditVersion: l.EditVersion,
	}
}
