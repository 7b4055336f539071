package edi

import (
	"strings"

	"orderly/internal/desk/exchange"
	"orderly/internal/edi"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/trading"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// maxPartners is how many partners the list shows; whoever has more reads the
// others by the API.
const maxPartners = 500

func partners(v *shell.Visit) error {
	var list []*trading.Partner
	err := v.Read(func(r *store.Reader) (err error) {
		list, err = exchanges.Partners(r, true, "", maxPartners)
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("edi.partners"), partnersPage(v, list))
}

// form is the page of a partner: one that is there, or the one that is to be.
type form struct {
	trading.Partner
	Faults shell.Faults
}

// fresh is the address of the form for a partner that is to be.
const fresh = "new"

func formOf(v *shell.Visit) (*form, error) {
	if v.Path("id") == fresh {
		return &form{Partner: trading.Partner{Kind: trading.Customer, Standard: edi.X12, Active: true}}, nil
	}
	id, err := trading.ParseID(v.Path("id"))
	if err != nil {
		return nil, noSuchPartner()
	}
	x := &form{}
	err = v.Read(func(r *store.Reader) error {
		p, err := exchanges.Partner(r, id)
		if err == nil && p == nil {
			err = noSuchPartner()
		}
		if err == nil {
			x.Partner = *p
		}
		return err
	})
	return x, err
}

func noSuchPartner() error {
	return fault.New(fault.NotFound, "no_such_partner", "there is no such trading partner")
}

func (x *form) title(v *shell.Visit) string {
	if x.ID == 0 {
		return v.T("edi.new_partner")
	}
	return x.Code
}

func partnerPage(v *shell.Visit) error {
	x, err := formOf(v)
	if err != nil {
		return err
	}
	return v.Page(x.title(v), formPage(v, x))
}

// savePartner keeps what the form says. What it does not ask for, such as the
// separators, stays as it is.
func savePartner(v *shell.Visit) error {
	x, err := formOf(v)
	if err != nil {
		return err
	}
	p := &x.Partner
	if p.ID == 0 {
		p.Code, p.Kind, p.Standard = v.Form("code"), v.Form("kind"), edi.Standard(v.Form("standard"))
	}
	p.Name, p.Release, p.Channel = v.Form("name"), v.Form("version"), v.Form("channel")
	p.Ours = edi.Address{Qualifier: v.Form("our_qualifier"), ID: v.Form("our_id")}
	p.Theirs = edi.Address{Qualifier: v.Form("their_qualifier"), ID: v.Form("their_id")}
	p.InPath, p.OutPath = v.Form("in_path"), v.Form("out_path")
	p.Test, p.Ask, p.Active = v.Form("test") != "", v.Form("ask") != "", v.Form("active") != ""
	c := exchange.PartnerCommand{Partner: *p}
	r, err := shell.Do(v, exchange.SavePartner, c)
	if told, ok := shell.FaultsOf(err); ok {
		x.Faults = told
		return v.Again(x.title(v), formPage(v, x))
	}
	if err != nil {
		return err
	}
	v.Toast(v.T("edi.saved"))
	return v.Go("/edi/partners/" + trading.ID(r.ID).String())
}

// fault is what was refused of a field, or of the whole.
func (x *form) fault(field string) string { return x.Faults[field] }

func kinds(v *shell.Visit) (out []ui.Option) {
	for _, k := range trading.Kinds {
		out = append(out, ui.Option{Value: k, Label: v.T("edi.kind_" + k)})
	}
	return out
}

func standards() []ui.Option {
	return []ui.Option{{Value: string(edi.X12), Label: "X12"}, {Value: string(edi.Edifact), Label: "EDIFACT"}}
}

// documentsOf are the names of documents, as a sentence.
func documentsOf(v *shell.Visit, list []edi.DocumentType) string {
	words := make([]string, len(list))
	for i, t := range list {
		words[i] = v.T("edi.type_" + string(t))
	}
	return strings.Join(words, ", ")
}
