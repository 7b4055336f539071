// Package talking is the conversation about a purchase order or a request as
// pages show it, to us and to the supplier or partner.
//
// What belongs here: reading a conversation for a page, its card, and the forms
// that write in it, for rooms that have such pages. What does not: the rules
// (desk/talks), and pages of their own.
package talking

import (
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/talks"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	storetalks "orderly/internal/store/talks"
	"orderly/internal/store/users"
	"orderly/internal/support"
	"orderly/internal/talk"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// maxForm is what a message with its files takes as a form.
const maxForm = talk.MaxBytes + 1<<20

// View is a conversation as the visitor sees it.
type View struct {
	*talks.Subject
	Base   string // of the page that shows it: forms go below
	Thread []talk.Message
	Files  map[support.MessageID][]support.File
	Names  map[users.ID]string
	Typed  map[string]string // of a form that was refused
	Faults shell.Faults
}

// Read reads the conversation about something for the visitor; nil where the
// visitor sees the thing and not what is said of it.
func Read(r *store.Reader, about string, id int64, base string) (*View, error) {
	s, err := talks.Of(r, r.Scope, about, id)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, nil //nolint:nilnil // nothing is shown then
	}
	if err != nil {
		return nil, err
	}
	x := &View{Subject: s, Base: base, Files: map[support.MessageID][]support.File{}}
	if s.Talk.ID == 0 {
		return x, nil
	}
	if x.Thread, err = storetalks.Thread(r, s.Talk.ID); err != nil {
		return nil, err
	}
	if s.Side == talk.Them {
		x.Thread = talk.Seen(x.Thread)
	}
	return x, x.beside(r)
}

// beside reads files, and what people are called.
func (x *View) beside(r *store.Reader) error {
	var ids []support.MessageID
	var people []users.ID
	for _, m := range x.Thread {
		ids = append(ids, support.MessageID(m.ID))
		if id, ok := userOf(m.Actor); ok {
			people = append(people, id)
		}
	}
	files, err := cases.Files(r, ids)
	if err != nil {
		return err
	}
	for _, f := range files {
		x.Files[f.Message] = append(x.Files[f.Message], f)
	}
	x.Names, err = users.Names(r, people)
	return err
}

func userOf(actor string) (users.ID, bool) {
	kind, text, _ := strings.Cut(actor, ":")
	id, err := users.ParseID(text)
	return id, err == nil && kind == access.User
}

// Routes are the forms of a conversation below pages of things: post writes,
// settle says that there is nothing to answer, file saves one. again shows the page
// of the thing with what was refused.
func Routes(base, about string, parse func(string) (int64, error), again func(*shell.Visit, *View) error) []shell.Route {
	on := func(do func(*shell.Visit, string, int64) error) func(*shell.Visit) error {
		return func(v *shell.Visit) error {
			id, err := parse(v.Path("id"))
			if err != nil {
				return fault.New(fault.NotFound, "no_such_conversation", "there is no such page")
			}
			return do(v, about, id)
		}
	}
	at := base + "/{id}"
	return []shell.Route{
		{Method: "POST", Path: at + "/messages", Needs: access.RequestsWork, MaxBytes: maxForm, Do: on(func(v *shell.Visit, about string, id int64) error {
			return write(v, base, about, id, again)
		})},
		{Method: "POST", Path: at + "/settle", Needs: access.RequestsWork, Do: on(func(v *shell.Visit, about string, id int64) error {
			if _, err := shell.Do(v, talks.Settle, talks.SettleCommand{About: about, Subject: id}); err != nil {
				return err
			}
			return v.Go(base + "/" + v.Path("id"))
		})},
		{Method: "GET", Path: at + "/files/{file}", Needs: access.RequestsWork, Do: on(save)},
	}
}

func write(v *shell.Visit, base, about string, id int64, again func(*shell.Visit, *View) error) error {
	files, err := filesOf(v)
	if err == nil {
		c := talks.SayCommand{About: about, Subject: id, Way: v.Form("way"), Text: v.R.PostFormValue("text"), Files: files}
		if n, bad := strconv.ParseInt(v.Form("version"), 10, 64); bad == nil && v.Form("version") != "" {
			c.Version = &n
		}
		_, err = shell.Do(v, talks.Say, c)
	}
	at := base + "/" + v.Path("id")
	if err == nil {
		v.Toast(v.T("talking.written"))
		return v.Go(at)
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	var x *View
	err = v.Read(func(r *store.Reader) (err error) {
		x, err = Read(r, about, id, at)
		return err
	})
	if err != nil {
		return err
	}
	if x == nil {
		return fault.New(fault.NotFound, "no_such_conversation", "there is no such page")
	}
	x.Faults, x.Typed = faults, map[string]string{"text": v.R.PostFormValue("text"), "way": v.Form("way")}
	return again(v, x)
}

// filesOf reads the files of a form. What is more than may be is refused by the
// desk, so that one more is read and no others.
func filesOf(v *shell.Visit) ([]support.File, error) {
	err := v.R.ParseMultipartForm(maxForm)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		var l fault.List
		l.Add("/files", "too_large", "the files of a message have at most %d MB together", talk.MaxBytes>>20)
		return nil, l.Err()
	case errors.Is(err, http.ErrNotMultipart):
		return nil, nil
	case err != nil:
		return nil, fault.New(fault.Invalid, "invalid_form", "the form could not be read; send it again")
	}
	var out []support.File
	for _, head := range v.R.MultipartForm.File["files"] {
		if head.Size == 0 && head.Filename == "" { // none was chosen
			continue
		}
		f, err := head.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(io.LimitReader(f, talk.MaxFile+1))
		_ = f.Close()
		if err != nil {
			return nil, err
		}
		if out = append(out, support.File{Name: head.Filename, Kind: head.Header.Get("Content-Type"), Data: data}); len(out) > talk.MaxFiles {
			break
		}
	}
	return out, nil
}

// save gives out a file, only to be saved.
func save(v *shell.Visit, about string, id int64) error {
	none := fault.New(fault.NotFound, "no_such_file", "there is no such file")
	number, err := ident.Parse("csf", v.Path("file"))
	if err != nil {
		return none
	}
	var f *support.File
	err = v.Read(func(r *store.Reader) (err error) {
		f, err = talks.FileFor(r, r.Scope, about, id, number)
		return err
	})
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	_, err = v.W.Write(f.Data)
	return err
}

// who is what the author of a message is called. Of us, they see the shop alone.
func (x *View) who(v *shell.Visit, m *talk.Message) string {
	name := ""
	if id, ok := userOf(m.Actor); ok && (x.Side == talk.Us || m.Way == talk.In) && m.Source != talk.Staff {
		name = x.Names[id]
	}
	switch {
	case name != "":
		return name
	case m.Way == talk.In:
		return cmp.Or(m.FromName, m.From, v.T("talking.them"))
	case x.Side == talk.Them:
		return v.Merchant.Name
	}
	return v.T("talking.us")
}

// says is the text of a message; what happened has its words here. The mail that a
// mail answers stands above it already, and is folded.
func says(v *shell.Visit, m *talk.Message) (said, quoted string) {
	what, number, _ := strings.Cut(m.Event, ".")
	switch {
	case what != "":
		return v.T("talking.event_"+what, "n", number), ""
	case m.Source == talk.Mail:
		return talk.Unquoted(m.Text)
	}
	return m.Text, ""
}

// foreign reports whether a mail came from another address than the one that we
// write to. Whoever has the mark of a conversation may write into it, under any
// name: who reads it shall know.
func (x *View) foreign(m *talk.Message) bool {
	return m.Auto == "" && x.Email != "" && !strings.EqualFold(m.From, x.Email)
}

func (x *View) file(f *support.File) string { return x.Base + "/files/" + ident.Text("csf", f.ID) }

// may reports whether the visitor may write here.
func (x *View) may(v *shell.Visit) bool {
	return v.May(access.RequestsWork) && (x.Purchase == nil || x.Side == talk.Them || v.May(access.PurchasesWrite))
}

// ways are what one of us may write; who works for a partner has no choice.
func (x *View) ways(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, w := range talk.Ways {
		if w == talk.Out && x.Purchase != nil && !talks.Shown(x.Purchase) {
			continue
		}
		out = append(out, ui.Option{Value: w, Label: v.T("talking.way_" + w)})
	}
	return out
}

// Waits is the badge that a list shows of a conversation: who is to answer.
func Waits(v *shell.Visit, t *talk.Talk, side string) (label string, tone ui.Tone) {
	switch {
	case t == nil || t.Awaits == "":
		return "", ui.Quiet
	case t.Awaits == side:
		return v.T("talking.yours"), ui.Warn
	}
	return v.T("talking.theirs"), ui.Quiet
}
