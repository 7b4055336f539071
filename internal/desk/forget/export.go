package forget

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/persons"
)

// exportPage is how many orders are read in one snapshot.
const exportPage = 50

// Known is a person of whom something is known, and where.
type Known struct {
	Customer *party.Customer // nil for an address alone
	Email    string
	orders   []order.ID
	cases    []int64
}

// Find looks a person up whose data shall be given out.
func Find(ctx context.Context, d *desk.Desk, by access.Scope, c BeginCommand) (*Known, error) {
	if err := by.Require(access.PersonsErase); err != nil {
		return nil, err
	}
	if err := Begin.Check(&c); err != nil {
		return nil, err
	}
	k := &Known{}
	err := d.DB.Read(ctx, by, func(r *store.Reader) error {
		p, err := person(r, c)
		if err != nil {
			return err
		}
		k.Customer, k.Email = nil, p.Email
		if p.Customer != 0 {
			found, err := customers.ByID(r, []party.ID{p.Customer})
			if err != nil || len(found) == 0 {
				return errors.Join(err, noSuchPerson())
			}
			k.Customer = found[0]
		}
		own, guest, err := persons.Orders(r, p)
		k.orders = append(own, guest...)
		if err == nil && p.Customer == 0 && len(k.orders) == 0 {
			err = noSuchPerson()
		}
		if err != nil {
			return err
		}
		traces, err := persons.Traces(r, k.Customer, k.orders)
		if err == nil {
			k.cases, err = persons.Cases(r, p, k.orders, traces)
		}
		return err
	})
	return k, err
}

// Write gives out everything that is known of the person as one JSON object.
// Amounts are minor units of their currency. Orders are read some at a time.
func (k *Known) Write(ctx context.Context, d *desk.Desk, by access.Scope, w io.Writer) error {
	head := map[string]any{"exported_at": time.UnixMicro(d.DB.Now()).UTC().Format(time.RFC3339)}
	if k.Email != "" {
		head["email"] = k.Email
	}
	if c := k.Customer; c != nil {
		head["customer"] = map[string]any{
			"id": c.ID.String(), "external_id": c.ExternalID, "name": c.Contact.Name, "email": c.Contact.Email, "phone": c.Contact.Phone, "company": c.Contact.Company,
			"address": json.RawMessage(orNull([]byte(store.PackAddress(c.Address)))), "custom": json.RawMessage(orNull(c.Custom)), "created_at": time.UnixMicro(c.CreatedAt).UTC().Format(time.RFC3339),
		}
	}
	if k.Customer != nil {
		err := d.DB.Read(ctx, by, func(r *store.Reader) error {
			more, err := persons.ExportCustomer(r, k.Customer.ID)
			for name, list := range more {
				head[name] = list
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if _, err := io.WriteString(w, "{\"person\":"); err != nil {
		return err
	}
	if err := json.NewEncoder(w).Encode(head); err != nil {
		return err
	}
	if err := stream(ctx, d, by, w, "orders", k.orders, persons.Export); err != nil {
		return err
	}
	if err := stream(ctx, d, by, w, "cases", k.cases, persons.ExportCases); err != nil {
		return err
	}
	_, err := io.WriteString(w, "}\n")
	return err
}

// stream writes a list of the object, some of it at a time.
func stream[T any](ctx context.Context, d *desk.Desk, by access.Scope, w io.Writer, name string, ids []T, read func(*store.Reader, []T) ([]map[string]any, error)) error {
	out, next := json.NewEncoder(w), ""
	if _, err := io.WriteString(w, ",\""+name+"\":["); err != nil {
		return err
	}
	for i := 0; i < len(ids); i += exportPage {
		var list []map[string]any
		err := d.DB.Read(ctx, by, func(r *store.Reader) (err error) {
			list, err = read(r, ids[i:min(i+exportPage, len(ids))])
			return err
		})
		if err != nil {
			return err
		}
		for _, x := range list {
			if _, err := io.WriteString(w, next); err != nil {
				return err
			}
			if err := out.Encode(x); err != nil {
				return err
			}
			next = ","
		}
	}
	_, err := io.WriteString(w, "]")
	return err
}

func orNull(custom []byte) []byte {
	if len(custom) == 0 {
		return []byte("null")
	}
	return custom
}
