package httpapi

import (
	"orderly/internal/edi"
	"orderly/internal/ident"
	"orderly/internal/supplier"
	"orderly/internal/trading"
)

// EDIAddress is an id and what kind of id it is.
type EDIAddress struct {
	Qualifier string `json:"qualifier,omitempty" maxLength:"4" doc:"Two characters in X12 (ZZ, 01, 12, 14); up to four in EDIFACT." example:"14"`
	ID        string `json:"id" maxLength:"35" example:"4012345000009"`
}

// NewTradingPartner asks for a partner.
type NewTradingPartner struct {
	Code     string `json:"code" maxLength:"40" doc:"Unique; it never changes." example:"CORNER"`
	Kind     string `json:"kind" enum:"customer,supplier,3pl" doc:"A customer sends orders, a supplier is sent them, a 3PL ships; it never changes."`
	Standard string `json:"standard" enum:"x12,edifact" doc:"It never changes."`
	TradingPartnerFields
}

// TradingPartnerFields are the fields of a partner that can be edited.
type TradingPartnerFields struct {
	Name         *string     `json:"name,omitempty" maxLength:"200"`
	Version      *string     `json:"standard_version,omitempty" maxLength:"12" doc:"That is written: 004010 or 005010 of X12; D.96A of EDIFACT." example:"004010"`
	Ours         *EDIAddress `json:"ours,omitempty" doc:"Our address in the envelope."`
	Theirs       *EDIAddress `json:"theirs,omitempty" doc:"Theirs."`
	OursGroup    *string     `json:"ours_group,omitempty" maxLength:"15" doc:"Our id in GS of X12, where it is another one."`
	TheirsGroup  *string     `json:"theirs_group,omitempty" maxLength:"15"`
	Separators   *string     `json:"separators,omitempty" maxLength:"4" doc:"Of elements, components, repetitions (a space for none) and the release character of EDIFACT, in that order; empty for the usual ones." example:"*>^"`
	Terminator   *string     `json:"terminator,omitempty" maxLength:"1" doc:"Of segments; empty for the usual one." example:"~"`
	OneLine      *bool       `json:"one_line,omitempty" doc:"No line break after a segment."`
	DocumentsIn  *[]string   `json:"documents_in,omitempty" maxItems:"12" doc:"What the partner may send: order, order_change, order_response, ship_notice, invoice, shipping_advice, transfer_receipt, stock_report."`
	DocumentsOut *[]string   `json:"documents_out,omitempty" maxItems:"12" doc:"What it is sent: order, order_change, order_response, ship_notice, invoice, shipping_order, transfer_notice, stock_report."`
	Channel      *string     `json:"channel,omitempty" maxLength:"40" doc:"In which a customer's orders come in."`
	Customer     *string     `json:"customer,omitempty" doc:"Who a customer is; empty for nobody." example:"cus_0pmnqh2000400"`
	Supplier     *string     `json:"supplier,omitempty" doc:"Which supplier it is; empty for none." example:"sup_0pmnqh2000400"`
	Location     *string     `json:"location,omitempty" doc:"Code or id of a 3PL's location; empty for none."`
	Test         *bool       `json:"test,omitempty" doc:"Files are marked as tests: they are checked and acknowledged, and become nothing."`
	Ask          *bool       `json:"acknowledged,omitempty" doc:"It acknowledges what it is sent."`
	AckHours     *int64      `json:"ack_hours,omitempty" minimum:"0" maximum:"720" doc:"Within how many hours; 0 for any."`
	InPath       *string     `json:"in_path,omitempty" maxLength:"200" doc:"Folder that is watched, below the directory of --edi-dir." example:"corner/in"`
	OutPath      *string     `json:"out_path,omitempty" maxLength:"200" doc:"Folder that files are left in." example:"corner/out"`
	Active       *bool       `json:"active,omitempty"`
}

// TradingPartner is with whom documents are exchanged.
type TradingPartner struct {
	ID              string     `json:"id" example:"trp_0pmnqh2000400"`
	Code            string     `json:"code"`
	Name            string     `json:"name"`
	Kind            string     `json:"kind" enum:"customer,supplier,3pl"`
	Standard        string     `json:"standard" enum:"x12,edifact"`
	StandardVersion string     `json:"standard_version"`
	Ours            EDIAddress `json:"ours"`
	Theirs          EDIAddress `json:"theirs"`
	OursGroup       string     `json:"ours_group,omitempty"`
	TheirsGroup     string     `json:"theirs_group,omitempty"`
	Separators      string     `json:"separators,omitempty"`
	Terminator      string     `json:"terminator,omitempty"`
	OneLine         bool       `json:"one_line"`
	DocumentsIn     []string   `json:"documents_in"`
	DocumentsOut    []string   `json:"documents_out"`
	Channel         string     `json:"channel,omitempty"`
	Customer        string     `json:"customer,omitempty"`
	Supplier        string     `json:"supplier,omitempty"`
	Location        string     `json:"location,omitempty"`
	Test            bool       `json:"test"`
	Acknowledged    bool       `json:"acknowledged"`
	AckHours        int64      `json:"ack_hours"`
	InPath          string     `json:"in_path,omitempty"`
	OutPath         string     `json:"out_path,omitempty"`
	Active          bool       `json:"active"`
	LastControl     int64      `json:"last_control" doc:"The last control number that it was sent; they have no gaps."`
	CreatedAt       string     `json:"created_at" format:"date-time"`
	UpdatedAt       string     `json:"updated_at" format:"date-time"`
	Version         int64      `json:"version"`
	Actions         []string   `json:"actions"`
}

// NewEDIFile is a text to be taken in.
type NewEDIFile struct {
	Name string `json:"name,omitempty" maxLength:"200" example:"850_0007.edi"`
	Text string `json:"text" maxLength:"4194304" doc:"The file as text."`
}

// EDIReceived is what became of a text.
type EDIReceived struct {
	Files  []EDIFile `json:"files" doc:"One for each interchange in the text."`
	DryRun bool      `json:"dry_run,omitempty"`
}

// EDIFile is an interchange that came in or went out.
type EDIFile struct {
	ID             string        `json:"id,omitempty" example:"edf_0pmnqh2000400"`
	Partner        string        `json:"partner,omitempty" example:"trp_0pmnqh2000400"`
	Direction      string        `json:"direction" enum:"in,out"`
	Name           string        `json:"name,omitempty"`
	Hash           string        `json:"hash" doc:"SHA-256 of the text."`
	Bytes          int64         `json:"bytes"`
	Standard       string        `json:"standard,omitempty"`
	Control        string        `json:"control,omitempty" doc:"Control number of the interchange."`
	Test           bool          `json:"test"`
	Status         string        `json:"status" enum:"received,processed,partly,failed,rejected,waiting,sent"`
	Answer         string        `json:"answer,omitempty" doc:"How the standard's rules took what came in: accepted, accepted_with_errors, rejected."`
	Ack            string        `json:"ack,omitempty" doc:"How the partner took what it was sent: pending, accepted, accepted_with_errors, rejected."`
	AckDueAt       string        `json:"ack_due_at,omitempty" format:"date-time"`
	AckAt          string        `json:"ack_at,omitempty" format:"date-time"`
	Answers        string        `json:"answers,omitempty" doc:"The file that this one acknowledges."`
	Acknowledgment string        `json:"acknowledgment,omitempty" doc:"The file that acknowledges this one."`
	Error          string        `json:"error,omitempty"`
	Faults         []EDIFault    `json:"faults,omitempty"`
	Documents      []EDIDocument `json:"documents,omitempty"`
	Duplicate      bool          `json:"duplicate,omitempty" doc:"It came before; nothing was done."`
	Repeats        int64         `json:"repeats,omitempty" doc:"How often it came again."`
	CreatedAt      string        `json:"created_at" format:"date-time"`
	SentAt         string        `json:"sent_at,omitempty" format:"date-time"`
	Version        int64         `json:"version"`
	Actions        []string      `json:"actions"`
}

// EDIFault is one thing that is wrong at one place.
type EDIFault struct {
	Kind      string `json:"kind"`
	Code      string `json:"code" doc:"As the standard's acknowledgment says it: AK3, AK4, AK5, AK9, TA1 or CONTRL."`
	Message   string `json:"message,omitempty" example:"850"`
	Control   string `json:"control,omitempty"`
	Segment   string `json:"segment" example:"PO1"`
	Position  int    `json:"position" doc:"Of the segment in its message, from 1."`
	Element   int    `json:"element,omitempty"`
	Component int    `json:"component,omitempty"`
	Reference string `json:"reference,omitempty" doc:"Number of the data element in the standard's dictionary."`
	Value     string `json:"value,omitempty"`
	Text      string `json:"text"`
	Noted     bool   `json:"noted,omitempty" doc:"Told, and no reason to refuse."`
}

// EDIDocument is one message of a file.
type EDIDocument struct {
	N       int64  `json:"n"`
	Type    string `json:"type,omitempty" example:"order"`
	Message string `json:"message" example:"850"`
	Control string `json:"control,omitempty"`
	Number  string `json:"number,omitempty" doc:"As the document calls itself."`
	Status  string `json:"status" doc:"accepted, rejected, processed, failed; waiting, sent."`
	Code    string `json:"code,omitempty" doc:"Why it failed."`
	Error   string `json:"error,omitempty"`
	Subject string `json:"subject,omitempty" doc:"What it became, or was made of." example:"ord_0pmnqh2000400"`
	Ack     string `json:"ack,omitempty"`
	DoneAt  string `json:"done_at,omitempty" format:"date-time"`
}

// EDIText is a file as text.
type EDIText struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Text string `json:"text"`
}

func (in *TradingPartnerFields) apply(c *call, p *trading.Partner) error {
	set(&p.Name, in.Name)
	set(&p.Release, in.Version)
	for _, x := range []struct {
		to *edi.Address
		in *EDIAddress
	}{{&p.Ours, in.Ours}, {&p.Theirs, in.Theirs}} {
		if x.in != nil {
			*x.to = edi.Address{Qualifier: x.in.Qualifier, ID: x.in.ID}
		}
	}
	set(&p.OursGroup, in.OursGroup)
	set(&p.TheirsGroup, in.TheirsGroup)
	set(&p.Separators, in.Separators)
	set(&p.Terminator, in.Terminator)
	set(&p.OneLine, in.OneLine)
	p.In, p.Out = documentTypes(in.DocumentsIn, p.In), documentTypes(in.DocumentsOut, p.Out)
	set(&p.Channel, in.Channel)
	set(&p.Test, in.Test)
	set(&p.Ask, in.Ask)
	set(&p.AckHours, in.AckHours)
	set(&p.InPath, in.InPath)
	set(&p.OutPath, in.OutPath)
	set(&p.Active, in.Active)
	return in.applyStanding(c, p)
}

// applyStanding sets what a partner stands for.
func (in *TradingPartnerFields) applyStanding(c *call, p *trading.Partner) error {
	if in.Customer != nil {
		p.Customer = 0
		if *in.Customer != "" {
			x, err := c.customer(*in.Customer)
			if err != nil {
				return err
			}
			p.Customer = int64(x.ID)
		}
	}
	if in.Supplier != nil {
		p.Supplier = 0
		if *in.Supplier != "" {
			x, err := c.supplier(*in.Supplier)
			if err != nil {
				return err
			}
			p.Supplier = int64(x.ID)
		}
	}
	if in.Location != nil {
		at, err := c.location("/location", *in.Location, &c.faults)
		p.Location = int64(at)
		return err
	}
	return nil
}

func documentTypes(in *[]string, was []edi.DocumentType) []edi.DocumentType {
	if in == nil {
		return was
	}
	out := []edi.DocumentType{}
	for _, t := range *in {
		out = append(out, edi.DocumentType(t))
	}
	return out
}

func typeNames(list []edi.DocumentType) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = string(t)
	}
	return out
}

func renderTradingPartner(p *trading.Partner) TradingPartner {
	out := TradingPartner{
		ID: p.ID.String(), Code: p.Code, Name: p.Name, Kind: p.Kind, Standard: string(p.Standard), StandardVersion: p.Release, Ours: EDIAddress{p.Ours.Qualifier, p.Ours.ID}, Theirs: EDIAddress{p.Theirs.Qualifier, p.Theirs.ID},
		OursGroup: p.OursGroup, TheirsGroup: p.TheirsGroup, Separators: p.Separators, Terminator: p.Terminator, OneLine: p.OneLine, DocumentsIn: typeNames(p.In), DocumentsOut: typeNames(p.Out), Channel: p.Channel,
		Location: locationText(p.Location), Test: p.Test, Acknowledged: p.Ask, AckHours: p.AckHours, InPath: p.InPath, OutPath: p.OutPath, Active: p.Active, LastControl: p.Sent,
		CreatedAt: instant(p.CreatedAt), UpdatedAt: instant(p.UpdatedAt), Version: p.Version, Actions: []string{"edit"},
	}
	if p.Customer != 0 {
		out.Customer = ident.Text("cus", p.Customer)
	}
	if p.Supplier != 0 {
		out.Supplier = supplier.ID(p.Supplier).String()
	}
	return out
}

func renderEDIFile(f *trading.File, docs []*trading.Document) EDIFile {
	out := EDIFile{
		ID: f.ID.String(), Direction: f.Direction, Name: f.Name, Hash: f.Hash, Bytes: f.Bytes, Standard: string(f.Standard), Control: f.Control, Test: f.Test, Status: f.Status, Answer: string(f.Answer), Ack: f.Ack,
		AckDueAt: instant(f.AckDue), AckAt: instant(f.AckAt), Error: f.Error, Repeats: f.Repeats, CreatedAt: instant(f.CreatedAt), SentAt: instant(f.SentAt), Version: f.Version, Actions: []string{},
	}
	if f.Partner != 0 {
		out.Partner = f.Partner.String()
	}
	if f.Answers != 0 {
		out.Answers = f.Answers.String()
	}
	switch f.Status {
	case trading.Failed, trading.Partly:
		out.Actions = append(out.Actions, "retry")
	case trading.Waiting:
		out.Actions = append(out.Actions, "sent")
	case trading.Sent:
		out.Actions = append(out.Actions, "resend")
	}
	for _, x := range f.Faults {
		out.Faults = append(out.Faults, EDIFault{string(x.Kind), x.Code, x.Message, x.Control, x.Segment, x.Position, x.Element, x.Component, x.Reference, x.Value, x.Text, x.Noted})
	}
	for _, d := range docs {
		x := EDIDocument{N: d.N, Type: string(d.Type), Message: d.Message, Control: d.Control, Number: d.Number, Status: d.Status, Code: d.Code, Error: d.Error, Ack: d.Ack, DoneAt: instant(d.DoneAt)}
		if d.Subject != 0 {
			x.Subject = ident.Text(d.Kind, d.Subject)
		}
		out.Documents = append(out.Documents, x)
	}
	return out
}
