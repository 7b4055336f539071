package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"orderly/internal/desk/forget"
	"orderly/internal/fault"
	"orderly/internal/listing"
	"orderly/internal/party"
	"orderly/internal/privacy"
	"orderly/internal/store"
	"orderly/internal/store/persons"
)

func (a *api) personRoutes() {
	needs := forget.Begin.Permission
	addExport(a, route{method: "POST", path: "/v1/customers/{id}/export", id: "exportCustomer", summary: "Give out all that is known of a customer", needs: needs, text: exportText}, func(p *CustomerID) (forget.BeginCommand, error) {
		return customerCommand(p.ID)
	})
	addExport(a, route{method: "POST", path: "/v1/persons/export", id: "exportPerson", summary: "Give out all that is known of an address without a customer's record", needs: needs, text: exportText}, func(p *personQuery) (forget.BeginCommand, error) {
		return forget.BeginCommand{Email: p.Email}, nil
	})
	add(a, route{method: "POST", path: "/v1/customers/{id}/erase", id: "eraseCustomer", summary: "Erase a customer, and keep the books", needs: needs, answers: accepted, text: eraseText}, a.eraseCustomer)
	add(a, route{method: "POST", path: "/v1/persons/erase", id: "erasePerson", summary: "Erase an address without a customer's record", needs: needs, answers: accepted, text: eraseText}, a.erasePerson)
	add(a, route{method: "GET", path: "/v1/erasures", id: "listErasures", summary: "List who was erased, the oldest first, without saying who", needs: needs}, a.listErasures)
	add(a, route{method: "GET", path: "/v1/erasures/{id}", id: "getErasure", summary: "Read how far an erasure is", needs: needs}, a.getErasure)
	add(a, route{method: "GET", path: "/v1/privacy", id: "getPrivacy", summary: "Read how long documents name their recipient", needs: needs, tagged: true}, a.getPrivacy)
	add(a, route{method: "PATCH", path: "/v1/privacy", id: "editPrivacy", summary: "Set how long documents name their recipient", needs: needs, edit: true, tagged: true, text: privacyText}, a.editPrivacy)
}

var accepted = []int{http.StatusAccepted, http.StatusOK}

const (
	exportText = "One JSON object, streamed: the contact, and goods taken without a receipt, each order with people, lines, notes, parcels, deliveries, payments, returns, reports, messages and documents, and each case with its thread. Files are told by what they are and when they came. Amounts are in minor units."
	eraseText  = "With `dry_run=true` the answer (200) counts what would be rewritten and names what stands in the way. Otherwise (202) a job rewrites the people of all orders, with and without the record, and all words that hang on them; the country of an address stays. " +
		"Invoices and credit notes stay as they were issued until their time is over. What is not over is refused: 409 `not_over`. Asked again, nothing is done twice."
	privacyText = "After the end of the year of issue. 0 keeps them for ever. When the time of a document of somebody erased is over, its recipient is dropped; the hash of what was issued stays beside that of what is left."
)

type personQuery struct {
	Email string `query:"email" required:"true" maxLength:"200" doc:"As orders have it; case does not matter."`
}

// ErasePerson names whom to erase.
type ErasePerson struct {
	Email string `json:"email" maxLength:"200"`
}

// Erasure is how far it is, and what it changes.
type Erasure struct {
	ID        string         `json:"id,omitempty" example:"ers_0pmnqh2000400"`
	DryRun    bool           `json:"dry_run,omitempty"`
	Customer  string         `json:"customer,omitempty"`
	Person    string         `json:"person,omitempty" doc:"SHA-256 that stands for the person: of 'customer:' and the number within the id, or of 'email:' and the address."`
	State     string         `json:"state,omitempty" enum:"running,done"`
	Orders    int64          `json:"orders" doc:"That were, or would be, rewritten."`
	Documents int64          `json:"documents" doc:"Issued ones that stay."`
	CreatedAt string         `json:"created_at,omitempty" format:"date-time"`
	EndedAt   string         `json:"ended_at,omitempty" format:"date-time"`
	Preview   *ErasureCount  `json:"preview,omitempty"`
	Blocks    []ErasureBlock `json:"blocks,omitempty" doc:"Of a dry run: what stands in the way, at most 50."`
}

// ErasureCount is what an erasure would rewrite.
type ErasureCount struct {
	GuestOrders   int64  `json:"guest_orders" doc:"Of the orders, those without a record that have the address."`
	Erased        int64  `json:"erased" doc:"Orders that were erased before."`
	Notes         int64  `json:"notes"`
	HoldNotes     int64  `json:"hold_notes"`
	Returns       int64  `json:"returns"`
	Reports       int64  `json:"reports"`
	DocumentsTill string `json:"documents_until,omitempty" format:"date" doc:"When the last of them drops its recipient; absent when never."`
	Blocks        int64  `json:"blocks"`
}

// ErasureBlock is what is not over.
type ErasureBlock struct {
	Kind   string `json:"kind" enum:"open_order,open_return,open_payment,dispute,problem"`
	Order  string `json:"order"`
	Number int64  `json:"number"`
}

// Privacy says how long documents name their recipient.
type Privacy struct {
	KeepYears   int64 `json:"keep_years" minimum:"0" maximum:"100"`
	EditVersion int64 `json:"edit_version" doc:"Also the ETag."`
}

// PrivacyFields are what may be set.
type PrivacyFields struct {
	KeepYears int64 `json:"keep_years" minimum:"0" maximum:"100" doc:"After the end of the year of issue; 0 for ever."`
}

func customerCommand(text string) (forget.BeginCommand, error) {
	id, err := party.ParseID(text)
	if err != nil {
		return forget.BeginCommand{}, fault.New(fault.NotFound, "no_such_customer", "there is no customer %.40q", text)
	}
	return forget.BeginCommand{Customer: id}, nil
}

type eraseParams struct {
	CustomerID
	DryRun
}

func (a *api) eraseCustomer(c *call, p *eraseParams, _ *none) (Erasure, error) {
	cmd, err := customerCommand(p.ID)
	if err != nil {
		return Erasure{}, err
	}
	return c.erase(cmd, p.Dry)
}

func (a *api) erasePerson(c *call, p *DryRun, in *ErasePerson) (Erasure, error) {
	return c.erase(forget.BeginCommand{Email: in.Email}, p.Dry)
}

func (c *call) erase(cmd forget.BeginCommand, dry bool) (Erasure, error) {
	if dry {
		r, err := preview(c, forget.Begin, cmd)
		if err != nil {
			return Erasure{}, err
		}
		c.status = http.StatusOK
		return foreseen(r.Value.(*forget.Begun)), nil
	}
	r, err := one(c, forget.Begin, cmd)
	if err != nil {
		return Erasure{}, err
	}
	return c.erasure(privacy.ID(r.ID))
}

func foreseen(b *forget.Begun) Erasure {
	n := &b.Count
	out := Erasure{DryRun: true, Orders: n.Orders, Documents: n.Documents, Preview: &ErasureCount{
		GuestOrders: n.Guest, Erased: n.Erased, Notes: n.Notes, HoldNotes: n.Holds, Returns: n.Returns, Reports: n.Reports, Blocks: n.BlocksTotal,
	}}
	if n.KeptUntil != 0 {
		out.Preview.DocumentsTill = listing.DayText(n.KeptUntil)
	}
	for _, x := range n.Blocks {
		out.Blocks = append(out.Blocks, ErasureBlock{x.Kind, x.Order.String(), x.Number})
	}
	return out
}

func (c *call) erasure(id privacy.ID) (Erasure, error) {
	var e privacy.Erasure
	var known bool
	err := c.read(func(r *store.Reader) (err error) {
		e, known, err = persons.Get(r, id)
		return err
	})
	if err == nil && !known {
		err = fault.New(fault.NotFound, "no_such_erasure", "there is no erasure %s", id)
	}
	return renderErasure(e), err
}

func renderErasure(e privacy.Erasure) Erasure {
	out := Erasure{
		ID: e.ID.String(), Person: e.Person, State: e.State, Orders: e.Orders, Documents: e.Documents, CreatedAt: instant(e.CreatedAt), EndedAt: instant(e.EndedAt),
	}
	if e.Customer != 0 {
		out.Customer = e.Customer.String()
	}
	return out
}

// ErasureID names an erasure in a path.
type ErasureID struct {
	ID string `path:"id" example:"ers_0pmnqh2000400"`
}

func (a *api) getErasure(c *call, p *ErasureID, _ *none) (Erasure, error) {
	id, err := privacy.ParseID(p.ID)
	if err != nil {
		return Erasure{}, fault.New(fault.NotFound, "no_such_erasure", "there is no erasure %.40q", p.ID)
	}
	return c.erasure(id)
}

func (a *api) listErasures(c *call, p *Paging, _ *none) (Page[Erasure], error) {
	after, err := p.numbers(1, 0)
	if err != nil {
		return Page[Erasure]{}, err
	}
	var list []privacy.Erasure
	err = c.read(func(r *store.Reader) (err error) {
		list, err = persons.Log(r, privacy.ID(after[0]), p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderErasure, func(e privacy.Erasure) string { return number(int64(e.ID)) }), err
}

func (a *api) getPrivacy(c *call, _ *none, _ *none) (Privacy, error) {
	var s privacy.Setting
	err := c.read(func(r *store.Reader) (err error) {
		s, err = persons.SettingOf(r)
		return err
	})
	c.tag(s.EditVersion)
	return Privacy{s.Years, s.EditVersion}, err
}

func (a *api) editPrivacy(c *call, p *none, in *PrivacyFields) (Privacy, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return Privacy{}, err
	}
	if _, err := one(c, forget.SaveSetting, forget.SettingCommand{Setting: privacy.Setting{Years: in.KeepYears}, Version: version}); err != nil {
		return Privacy{}, err
	}
	return a.getPrivacy(c, p, nil)
}

// addExport serves all that is known of a person as a file.
func addExport[P any](a *api, r route, who func(*P) (forget.BeginCommand, error)) {
	r.answers = []int{http.StatusOK}
	huma.Register(a.huma, a.operation(&r), func(ctx context.Context, p *P) (*huma.StreamResponse, error) {
		c := callOf(ctx)
		cmd, err := who(p)
		var k *forget.Known
		if err == nil {
			k, err = forget.Find(c.ctx, a.desk, c.scope, cmd)
		}
		if err != nil {
			return nil, c.problemOf(err)
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			_, w := humago.Unwrap(ctx)
			w.Header().Set("Content-Type", jsonType)
			w.Header().Set("Content-Disposition", `attachment; filename="person.json"`)
			w.Header().Set("Cache-Control", "no-store")
			if err := k.Write(c.ctx, a.desk, c.scope, w); err != nil {
				a.log.Warn("an export was cut off", "request_id", c.id, "error", err)
			}
		}}, nil
	})
	operationOf(a.huma.OpenAPI().Paths[r.path], r.method).Responses["200"].Content = map[string]*huma.MediaType{jsonType: {Schema: &huma.Schema{Type: "object"}}}
}
