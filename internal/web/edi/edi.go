// Package edi is the room of documents that go between the merchant and its
// trading partners: files in and out with what is wrong with them, and the
// partners themselves.
//
// What belongs here: reading files and partners, taking a file in, having it
// worked or sent again. What does not: what a text means (edi), and the orders
// and purchases that documents became.
package edi

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/exchange"
	"orderly/internal/edi"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/trading"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

const (
	shown    = 50     // rows of a list
	maxShown = 40_000 // bytes of a text that its page shows
)

// Routes of the room.
func Routes() []shell.Route {
	read, write, set := access.OrdersRead, exchange.Receive.Permission, exchange.SavePartner.Permission
	return []shell.Route{
		{Method: "GET", Path: "/edi", Needs: read, Do: index},
		{Method: "POST", Path: "/edi", Needs: write, Do: take, MaxBytes: trading.MaxFile + shell.MaxFormBytes},
		{Method: "GET", Path: "/edi/files/{id}", Needs: read, Do: page},
		{Method: "POST", Path: "/edi/files/{id}", Needs: write, Do: act},
		{Method: "GET", Path: "/edi/partners", Needs: access.PurchasesRead, Do: partners},
		{Method: "GET", Path: "/edi/partners/{id}", Needs: access.PurchasesRead, Do: partnerPage},
		{Method: "POST", Path: "/edi/partners/{id}", Needs: set, Do: savePartner},
	}
}

// listing is what the page of the list shows.
type listing struct {
	Files    []*trading.File
	View     string // "", in, out, problems
	Next     string
	Fault    string
	partners map[trading.ID]*trading.Partner
}

// code names the partner of a file.
func (x *listing) code(id trading.ID) string {
	if p := x.partners[id]; p != nil {
		return p.Code
	}
	return ""
}

func index(v *shell.Visit) error { return list(v, "") }

// list shows the files, with what was refused beside the form when a file was.
func list(v *shell.Visit, refused string) error {
	x := listing{View: v.Query("view"), Fault: refused}
	f := exchanges.Filter{Limit: shown}
	switch x.View {
	case "in", "out":
		f.Direction = x.View
	case "problems":
		f.Status = trading.Failed
		if s := v.Query("status"); s == trading.Rejected || s == trading.Partly {
			f.Status = s
		}
	}
	if text := v.Query("before"); text != "" {
		id, err := trading.ParseFileID(text)
		if err != nil {
			return fault.New(fault.Invalid, "invalid_parameter", "this is not a place in the list; begin again at its start")
		}
		f.Before = id
	}
	err := v.Read(func(r *store.Reader) error {
		files, next, err := exchanges.Files(r, f)
		if err != nil {
			return err
		}
		x.Files = files
		if next != 0 {
			x.Next = "/edi?view=" + x.View + "&status=" + f.Status + "&before=" + next.String()
		}
		var ids []trading.ID
		for _, file := range files {
			ids = append(ids, file.Partner)
		}
		x.partners, err = exchanges.PartnersByID(r, ids)
		return err
	})
	switch {
	case err != nil:
		return err
	case refused != "":
		return v.Again(v.T("edi.title"), indexPage(v, &x))
	}
	return v.Page(v.T("edi.title"), indexPage(v, &x))
}

// take takes in the file of the form.
func take(v *shell.Visit) error {
	file, head, err := v.R.FormFile("file")
	var most *http.MaxBytesError
	if errors.As(err, &most) {
		return list(v, v.T("edi.too_large"))
	}
	if err != nil {
		return list(v, v.T("edi.choose"))
	}
	defer file.Close()
	raw, err := io.ReadAll(file)
	if err != nil {
		return list(v, v.T("edi.choose"))
	}
	r, err := shell.Do(v, exchange.Receive, exchange.ReceiveCommand{Name: head.Filename, Text: edi.Text(raw)})
	if told, ok := shell.FaultsOf(err); ok {
		var all []string
		for _, text := range told {
			all = append(all, text)
		}
		return list(v, strings.Join(all, " "))
	}
	if err != nil {
		return err
	}
	if r.Status == "unchanged" {
		v.Toast(v.T("edi.again"))
	}
	return v.Go("/edi/files/" + trading.FileID(r.ID).String())
}

// view is what the page of one file shows.
type view struct {
	*trading.File
	Documents []*trading.Document
	Partner   *trading.Partner
	Answer    *trading.File
	Text      string
	More      bool // the text goes on
	Fault     string
}

func load(v *shell.Visit) (*view, error) {
	id, err := trading.ParseFileID(v.Path("id"))
	if err != nil {
		return nil, noSuchFile()
	}
	x := &view{}
	err = v.Read(func(r *store.Reader) error {
		var err error
		if x.File, err = exchanges.File(r, id); err != nil || x.File == nil {
			return err
		}
		if x.Documents, err = exchanges.Documents(r, []trading.FileID{id}); err != nil {
			return err
		}
		if x.Answer, err = exchanges.AnswerTo(r, id); err != nil {
			return err
		}
		if x.Partner, err = exchanges.Partner(r, x.File.Partner); err != nil {
			return err
		}
		if v.May(access.OrdersWrite) {
			x.Text, err = exchanges.Text(r, id)
		}
		return err
	})
	if err == nil && x.File == nil {
		err = noSuchFile()
	}
	if len(x.Text) > maxShown {
		x.Text, x.More = strings.ToValidUTF8(x.Text[:maxShown], ""), true
	}
	return x, err
}

func noSuchFile() error { return fault.New(fault.NotFound, "no_such_file", "there is no such file") }

func (x *view) title(v *shell.Visit) string {
	if x.Name != "" {
		return x.Name
	}
	return v.T("edi.file_of", "control", x.Control)
}

func page(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Page(x.title(v), filePage(v, x))
}

// act has a file worked again, sent again, or noted as sent.
func act(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	c := exchange.FileCommand{File: x.ID}
	said := ""
	switch v.Form("act") {
	case "retry":
		_, err = shell.Do(v, exchange.Retry, c)
		said = v.T("edi.said_retry")
	case "resend":
		_, err = shell.Do(v, exchange.Resend, c)
		said = v.T("edi.said_resend")
	case "sent":
		_, err = shell.Do(v, exchange.MarkSent, c)
		said = v.T("edi.said_sent")
	default:
		err = fault.New(fault.Invalid, "invalid_parameter", "there is no such act")
	}
	if told, ok := shell.FaultsOf(err); ok {
		for _, text := range told {
			x.Fault = text
		}
		return v.Again(x.title(v), filePage(v, x))
	}
	if err != nil {
		return err
	}
	v.Toast(said)
	return v.Go("/edi/files/" + x.ID.String())
}

// tone is how a status is colored.
func tone(status string) ui.Tone {
	switch status {
	case trading.Processed, trading.Sent, trading.AckAccepted:
		return ui.Good
	case trading.Failed, trading.Rejected:
		return ui.Bad
	case trading.Partly, trading.AckNoted, trading.AckPending:
		return ui.Warn
	}
	return ui.Quiet
}

// subject is where what a document became is found; "" for nowhere.
func subject(d *trading.Document) (label, href string) {
	if d.Subject == 0 {
		return "", ""
	}
	id := ident.Text(d.Kind, d.Subject)
	switch d.Kind {
	case "ord":
		return id, "/orders/" + id
	case "inv":
		return id, "/invoices/" + id
	case "edf":
		return id, "/edi/files/" + id
	}
	return id, ""
}

// place is where in a file a fault lies, as people in the trade write it.
func place(f *edi.Fault) string {
	out := f.Place()
	if f.Position > 0 {
		out += " (" + strconv.Itoa(f.Position) + ")"
	}
	return out
}
