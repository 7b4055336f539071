package verify

import (
	"orderly/internal/party"
	"orderly/internal/privacy"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

const rememberedPage = 500

// erased: of who was erased no text is left, but on documents whose time is not over.
func (x *run) erased() error {
	err := x.read(func(r *store.Reader) error {
		list, err := audit.Remembered(r, 0, rememberedPage)
		for _, id := range list {
			x.tell("P1", text("cus", id), "customer %s was erased and something is left of them", text("cus", id))
		}
		x.count(int64(len(list)), "P1")
		return err
	})
	if err != nil {
		return err
	}
	return x.walk(audit.ErasedPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.Erased(r, in)
		if err != nil {
			return err
		}
		x.count(int64(len(list)), "P1")
		for i := range list {
			if err := x.people(&list[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (x *run) people(p *audit.People) error {
	ship, err := store.UnpackAddress(p.ShipTo)
	if err != nil {
		return err
	}
	bill, err := store.UnpackAddress(p.BillTo)
	if err != nil {
		return err
	}
	id := text("ord", p.Order)
	if !privacy.Gone(party.Parties{Customer: party.Contact{Name: p.Name, Email: p.Email, Phone: p.Phone, Company: p.Firm}, ShipTo: ship, BillTo: bill}) {
		x.tell("P1", id, "the people of order %s were erased and it still names somebody", id)
	}
	if n := p.Custom + p.Lines + p.Notes + p.Holds + p.Returns + p.Reports + p.Proofs + p.Files + p.Cases; n > 0 {
		x.tell("P1", id, "order %s was erased and %d rows of it still have somebody's words", id, n)
	}
	if p.Documents > p.Promised {
		x.tell("P1", id, "order %s was erased, %d of its documents name somebody and %d are said to", id, p.Documents, p.Promised)
	}
	return nil
}
