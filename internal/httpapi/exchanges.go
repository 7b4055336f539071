package httpapi

import (
	"net/http"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/exchange"
	"orderly/internal/edi"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/trading"
)

// exchangeRoutes are trading partners, and the files that go between them and
// the merchant.
func (a *api) exchangeRoutes() {
	see, read, set, write := access.PurchasesRead, access.OrdersRead, exchange.SavePartner.Permission, exchange.Receive.Permission
	add(a, route{method: "GET", path: "/v1/trading-partners", id: "listTradingPartners", summary: "List trading partners by code", needs: see}, a.listPartners)
	add(a, route{method: "POST", path: "/v1/trading-partners", id: "createTradingPartner", summary: "Make a trading partner", needs: set, answers: made, tagged: true, text: newPartnerText}, a.createPartner)
	add(a, route{method: "GET", path: "/v1/trading-partners/{id}", id: "getTradingPartner", summary: "Read a trading partner", needs: see, tagged: true}, a.getPartner)
	add(a, route{method: "PATCH", path: "/v1/trading-partners/{id}", id: "editTradingPartner", summary: "Edit a trading partner", needs: set, edit: true, tagged: true}, a.editPartner)
	add(a, route{method: "GET", path: "/v1/edi/files", id: "listEDIFiles", summary: "List interchanges in and out, newest first", needs: read}, a.listFiles)
	add(a, route{method: "POST", path: "/v1/edi/files", id: "receiveEDIFile", summary: "Take in the text of a file", needs: write, answers: madeOrNot, text: takeFileText}, a.receiveFile)
	add(a, route{method: "GET", path: "/v1/edi/files/{id}", id: "getEDIFile", summary: "Read a file with its documents and faults", needs: read}, a.getFile)
	add(a, route{method: "GET", path: "/v1/edi/files/{id}/text", id: "getEDIFileText", summary: "Read the text of a file", needs: write}, a.getFileText)
	add(a, route{method: "GET", path: "/v1/edi/files/{id}/acknowledgment", id: "getEDIAcknowledgment", summary: "Read the acknowledgment of a file that came in", needs: read, text: acknowledgmentText}, a.getAcknowledgment)
	add(a, route{method: "POST", path: "/v1/edi/files/{id}/retry", id: "retryEDIFile", summary: "Have the documents that failed worked again", needs: write}, a.fileAct(exchange.Retry))
	add(a, route{method: "POST", path: "/v1/edi/files/{id}/resend", id: "resendEDIFile", summary: "Send a file once more", needs: write, text: resendText}, a.fileAct(exchange.Resend))
	add(a, route{method: "POST", path: "/v1/edi/files/{id}/sent", id: "markEDIFileSent", summary: "Say that a file was fetched", needs: write, text: sentText}, a.fileAct(exchange.MarkSent))
}

const (
	newPartnerText     = "Files find their partner by the two addresses. Without documents those are exchanged that a partner of this kind usually exchanges."
	takeFileText       = "X12 or EDIFACT. Every interchange in it is kept, held against its standard, and acknowledged; what may be worked becomes an order, or a change of one, moments later. A text that came before answers 200 and changes nothing; one that is no EDI, or of nobody known, is refused and not kept. With dry_run=true the answer shows the faults and nothing is kept."
	acknowledgmentText = "A 997 or a CONTRL, as text. 404 while there is none: what itself acknowledges is not acknowledged, nor a text whose envelope is broken."
	resendText         = "With the text and the control number it has."
	sentText           = "For partners without a folder: whoever fetches the text and brings it to the partner says so here."
)

type partnerID struct {
	ID string `path:"id" doc:"The partner's id, or its code as code:ACME." example:"trp_0pmnqh2000400"`
}

type partnerQuery struct {
	Paging
	All bool `query:"all" doc:"true lists those that are not active, too."`
}

// partner reads a trading partner by its id or by code: and its code.
func (c *call) partner(text string) (*trading.Partner, error) {
	var p *trading.Partner
	err := c.read(func(r *store.Reader) (err error) {
		if code, ok := strings.CutPrefix(text, "code:"); ok {
			p, err = exchanges.PartnerByCode(r, code)
		} else if id, bad := trading.ParseID(text); bad == nil {
			p, err = exchanges.Partner(r, id)
		}
		return err
	})
	if err == nil && p == nil {
		err = fault.New(fault.NotFound, "no_such_partner", "there is no trading partner %.60q", text)
	}
	return p, err
}

func (a *api) listPartners(c *call, p *partnerQuery, _ *none) (Page[TradingPartner], error) {
	after, err := p.text()
	if err != nil {
		return Page[TradingPartner]{}, err
	}
	var list []*trading.Partner
	err = c.read(func(r *store.Reader) (err error) {
		list, err = exchanges.Partners(r, p.All, after, p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderTradingPartner, func(x *trading.Partner) string { return x.Code }), err
}

func (a *api) getPartner(c *call, p *partnerID, _ *none) (TradingPartner, error) {
	x, err := c.partner(p.ID)
	if err != nil {
		return TradingPartner{}, err
	}
	c.tag(x.Version)
	return renderTradingPartner(x), nil
}

func (a *api) createPartner(c *call, _ *none, in *NewTradingPartner) (TradingPartner, error) {
	x := trading.Partner{Code: in.Code, Kind: in.Kind, Standard: edi.Standard(in.Standard), Active: true}
	if err := in.apply(c, &x); err != nil {
		return TradingPartner{}, err
	}
	r, err := one(c, exchange.SavePartner, exchange.PartnerCommand{Partner: x})
	if err != nil {
		return TradingPartner{}, err
	}
	c.created("/v1/trading-partners/" + trading.ID(r.ID).String())
	return c.savedPartner(r)
}

// savedPartner is the partner that an operation gave, or reads it: the answer
// to a repeated request has none.
func (c *call) savedPartner(r desk.Result) (TradingPartner, error) {
	x, ok := r.Value.(*trading.Partner)
	if !ok {
		var err error
		if x, err = c.partner(trading.ID(r.ID).String()); err != nil {
			return TradingPartner{}, err
		}
	}
	c.tag(x.Version)
	return renderTradingPartner(x), nil
}

func (a *api) editPartner(c *call, p *partnerID, in *TradingPartnerFields) (TradingPartner, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return TradingPartner{}, err
	}
	x, err := c.partner(p.ID)
	if err != nil {
		return TradingPartner{}, err
	}
	if err := in.apply(c, x); err != nil {
		return TradingPartner{}, err
	}
	r, err := one(c, exchange.SavePartner, exchange.PartnerCommand{Partner: *x, Version: version})
	if err != nil {
		return TradingPartner{}, err
	}
	return c.savedPartner(r)
}

type fileID struct {
	ID string `path:"id" doc:"The file's id." example:"edf_0pmnqh2000400"`
}

type fileQuery struct {
	Paging
	Partner   string `query:"partner" doc:"Id of a trading partner, or its code as code:ACME."`
	Direction string `query:"direction" enum:"in,out"`
	Status    string `query:"status" enum:"received,processed,partly,failed,rejected,waiting,sent"`
}

func (a *api) listFiles(c *call, p *fileQuery, _ *none) (Page[EDIFile], error) {
	after, err := p.numbers(1, 0)
	if err != nil {
		return Page[EDIFile]{}, err
	}
	f := exchanges.Filter{Direction: p.Direction, Status: p.Status, Before: trading.FileID(after[0]), Limit: p.Limit}
	if p.Partner != "" {
		x, err := c.partner(p.Partner)
		if err != nil {
			return Page[EDIFile]{}, err
		}
		f.Partner = x.ID
	}
	var list []*trading.File
	var next trading.FileID
	err = c.read(func(r *store.Reader) (err error) {
		list, next, err = exchanges.Files(r, f)
		return err
	})
	cursor := ""
	if next != 0 {
		cursor = number(int64(next))
	}
	return pageUntil(list, func(f *trading.File) EDIFile { return renderEDIFile(f, nil) }, cursor), err
}

type receiveQuery struct{ DryRun }

func (a *api) receiveFile(c *call, p *receiveQuery, in *NewEDIFile) (EDIReceived, error) {
	cmd := exchange.ReceiveCommand{Name: in.Name, Text: in.Text}
	do := one[exchange.ReceiveCommand]
	if p.Dry {
		do = preview[exchange.ReceiveCommand]
	}
	r, err := do(c, exchange.Receive, cmd)
	if err != nil {
		return EDIReceived{}, err
	}
	out := EDIReceived{DryRun: p.Dry, Files: []EDIFile{}}
	list, ok := r.Value.([]exchange.Taken)
	for _, t := range list {
		x := renderEDIFile(t.File, t.Documents)
		x.Duplicate = t.Duplicate
		if t.Answer != nil {
			x.Acknowledgment = t.Answer.ID.String()
		}
		out.Files = append(out.Files, x)
	}
	if !ok { // the answer to a repeated request
		f, err := c.file(trading.FileID(r.ID).String())
		if err != nil {
			return EDIReceived{}, err
		}
		out.Files = append(out.Files, f)
	}
	switch {
	case p.Dry || r.Status != "created":
		c.status = http.StatusOK
	default:
		c.created("/v1/edi/files/" + trading.FileID(r.ID).String())
	}
	return out, nil
}

// file reads a file with its documents.
func (c *call) file(text string) (EDIFile, error) {
	var f *trading.File
	var docs []*trading.Document
	var answer *trading.File
	err := c.read(func(r *store.Reader) error {
		id, err := trading.ParseFileID(text)
		if err != nil {
			return nil
		}
		if f, err = exchanges.File(r, id); err != nil || f == nil {
			return err
		}
		if answer, err = exchanges.AnswerTo(r, id); err != nil {
			return err
		}
		docs, err = exchanges.Documents(r, []trading.FileID{id})
		return err
	})
	if err == nil && f == nil {
		err = fault.New(fault.NotFound, "no_such_file", "there is no EDI file %.60q", text)
	}
	if err != nil {
		return EDIFile{}, err
	}
	out := renderEDIFile(f, docs)
	if answer != nil {
		out.Acknowledgment = answer.ID.String()
	}
	return out, nil
}

func (a *api) getFile(c *call, p *fileID, _ *none) (EDIFile, error) { return c.file(p.ID) }

func (a *api) getFileText(c *call, p *fileID, _ *none) (EDIText, error) {
	f, err := c.file(p.ID)
	if err != nil {
		return EDIText{}, err
	}
	return c.fileText(f)
}

func (c *call) fileText(f EDIFile) (EDIText, error) {
	out := EDIText{ID: f.ID, Name: f.Name}
	err := c.read(func(r *store.Reader) error {
		id, err := trading.ParseFileID(f.ID)
		if err != nil {
			return err
		}
		out.Text, err = exchanges.Text(r, id)
		return err
	})
	return out, err
}

func (a *api) getAcknowledgment(c *call, p *fileID, _ *none) (EDIText, error) {
	f, err := c.file(p.ID)
	if err != nil {
		return EDIText{}, err
	}
	if f.Acknowledgment == "" {
		return EDIText{}, fault.New(fault.NotFound, "no_acknowledgment", "%s has no acknowledgment", f.ID)
	}
	answer, err := c.file(f.Acknowledgment)
	if err != nil {
		return EDIText{}, err
	}
	return c.fileText(answer)
}

func (a *api) fileAct(op *desk.Operation[exchange.FileCommand]) func(*call, *fileID, *none) (EDIFile, error) {
	return func(c *call, p *fileID, _ *none) (EDIFile, error) {
		id, err := trading.ParseFileID(p.ID)
		if err != nil {
			return EDIFile{}, fault.New(fault.NotFound, "no_such_file", "there is no EDI file %.60q", p.ID)
		}
		if _, err := one(c, op, exchange.FileCommand{File: id}); err != nil {
			return EDIFile{}, err
		}
		return c.file(p.ID)
	}
}
