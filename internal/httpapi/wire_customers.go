package httpapi

import (
	"orderly/internal/fault"
	"orderly/internal/party"
)

// NewCustomer asks for a customer.
type NewCustomer struct {
	ExternalID string  `json:"external_id,omitempty" maxLength:"200" doc:"Unique when given: what a channel knows them by."`
	Address    Address `json:"address,omitempty"`
	Custom     Custom  `json:"custom,omitempty"`
	Contact
}

// CustomerFields are the fields of a customer that can be edited.
type CustomerFields struct {
	ExternalID *string  `json:"external_id,omitempty" maxLength:"200"`
	Name       *string  `json:"name,omitempty" maxLength:"200"`
	Email      *string  `json:"email,omitempty" maxLength:"200"`
	Phone      *string  `json:"phone,omitempty" maxLength:"200"`
	Company    *string  `json:"company,omitempty" maxLength:"200"`
	Address    *Address `json:"address,omitempty" doc:"Replaces the address as a whole."`
	Custom     Custom   `json:"custom,omitempty" doc:"Replaces the fields as a whole."`
}

// Customer is someone who orders.
type Customer struct {
	ID          string   `json:"id" example:"cus_0pmnqh2000400"`
	ExternalID  string   `json:"external_id,omitempty"`
	Address     *Address `json:"address,omitempty"`
	Custom      Custom   `json:"custom,omitempty"`
	CreatedAt   string   `json:"created_at" format:"date-time"`
	UpdatedAt   string   `json:"updated_at" format:"date-time"`
	EditVersion int64    `json:"edit_version" doc:"Also the ETag."`
	Contact
}

func (in *NewCustomer) customer(faults *fault.List) party.Customer {
	return party.Customer{
		ExternalID: in.ExternalID, Contact: in.contact(), Address: in.Address.address("/address", faults), Custom: []byte(in.Custom),
	}
}

func (in *CustomerFields) apply(c *party.Customer, faults *fault.List) {
	set(&c.ExternalID, in.ExternalID)
	set(&c.Contact.Name, in.Name)
	set(&c.Contact.Email, in.Email)
	set(&c.Contact.Phone, in.Phone)
	set(&c.Contact.Company, in.Company)
	if in.Address != nil {
		c.Address = in.Address.address("/address", faults)
	}
	if in.Custom != nil {
		c.Custom = []byte(in.Custom)
	}
}

func renderCustomer(c *party.Customer) Customer {
	return Customer{
		ID: c.ID.String(), ExternalID: c.ExternalID, Contact: Contact(c.Contact), Address: renderAddress(&c.Address), Custom: Custom(c.Custom),
		CreatedAt: instant(c.CreatedAt), UpdatedAt: instant(c.UpdatedAt), EditVersion: c.EditVersion,
	}
}
