package httpapi

import (
	"orderly/internal/fault"
	"orderly/internal/party"
)

// Contact is who someone is and how to reach them.
type Contact struct {
	Name    string `json:"name,omitempty" maxLength:"200" example:"Ada Byron"`
	Email   string `json:"email,omitempty" maxLength:"200" example:"ada@example.com"`
	Phone   string `json:"phone,omitempty" maxLength:"200"`
	Company string `json:"company,omitempty" maxLength:"200"`
}

// Address is where a parcel or an invoice goes.
type Address struct {
	Name       string `json:"name,omitempty" maxLength:"200"`
	Company    string `json:"company,omitempty" maxLength:"200"`
	Line1      string `json:"line1,omitempty" maxLength:"200" example:"1 High Street"`
	Line2      string `json:"line2,omitempty" maxLength:"200"`
	City       string `json:"city,omitempty" maxLength:"200" example:"Leeds"`
	Region     string `json:"region,omitempty" maxLength:"200"`
	PostalCode string `json:"postal_code,omitempty" maxLength:"200" example:"LS1 1AA"`
	Country    string `json:"country,omitempty" maxLength:"2" doc:"ISO 3166 alpha-2." example:"GB"`
	Phone      string `json:"phone,omitempty" maxLength:"200"`
	Latitude   string `json:"latitude,omitempty" doc:"Degrees as decimal text, at most six decimals; it lets sourcing prefer what is near." example:"53.800755"`
	Longitude  string `json:"longitude,omitempty" doc:"Degrees as decimal text, at most six decimals." example:"-1.549077"`
}

func (in *Contact) contact() party.Contact { return party.Contact(*in) }

func (in *Address) address(at string, faults *fault.List) party.Address {
	if in == nil {
		return party.Address{}
	}
	return party.Address{
		Name: in.Name, Company: in.Company, Line1: in.Line1, Line2: in.Line2, City: in.City, Region: in.Region, PostalCode: in.PostalCode,
		Country: in.Country, Phone: in.Phone,
		Latitude: degrees(at+"/latitude", in.Latitude, faults), Longitude: degrees(at+"/longitude", in.Longitude, faults),
	}
}

// renderAddress gives nil for an empty address.
func renderAddress(a *party.Address) *Address {
	if a.IsZero() {
		return nil
	}
	return &Address{
		Name: a.Name, Company: a.Company, Line1: a.Line1, Line2: a.Line2, City: a.City, Region: a.Region, PostalCode: a.PostalCode,
		Country: a.Country, Phone: a.Phone, Latitude: degreesText(a.Latitude), Longitude: degreesText(a.Longitude),
	}
}
