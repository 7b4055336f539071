package track

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"orderly/internal/desk/help"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/tracking"
	"orderly/internal/support"
	"orderly/internal/web/shell"
	"orderly/internal/web/words"
)

// caring is what the customer sees of cases: those that began here, or one of
// them with its thread.
type caring struct {
	progress
	Link   string
	Cases  []*support.Case
	Case   *support.Case // the one that is shown
	Thread []support.Message
	Files  map[support.MessageID][]support.File
	Done   string
	Said   string // why it was refused
	Typed  map[string]string
	Key    string
}

// casesPage shows the cases, and the form on which one begins.
func casesPage(v *shell.Visit, _ tracking.Link) error {
	return showCases(v, http.StatusOK, caring{})
}

func showCases(v *shell.Visit, status int, x caring) error {
	x.Link, x.Key = v.Path("link"), v.NewKey()
	err := v.Read(func(r *store.Reader) (err error) {
		if x.progress, err = read(r, order.ID(v.Scope.Order)); err != nil {
			return err
		}
		x.Cases, err = cases.Asked(r, v.Scope.Order, support.MaxAsked)
		return err
	})
	if err != nil {
		return err
	}
	return answer(v, status, v.T("track.case.title", "number", words.Number(x.Order.Number)), casesView(v, x))
}

// casePage shows one case as its customer may see it.
func casePage(v *shell.Visit, _ tracking.Link) error {
	return showCase(v, http.StatusOK, caring{Done: v.Query("done")})
}

func showCase(v *shell.Visit, status int, x caring) error {
	x.Link, x.Key = v.Path("link"), v.NewKey()
	id, err := caseOf(v)
	if err != nil {
		return err
	}
	err = v.Read(func(r *store.Reader) (err error) {
		if x.progress, err = read(r, order.ID(v.Scope.Order)); err != nil {
			return err
		}
		return x.open(r, id)
	})
	if err != nil {
		return err
	}
	return answer(v, status, v.T("track.case.one", "number", x.Case.Called()), caseView(v, x))
}

// open reads a case that began on the page of the reader's order.
func (x *caring) open(r *store.Reader, id support.ID) (err error) {
	if x.Case, err = cases.Get(r, id); err != nil {
		return err
	}
	if x.Case == nil || x.Case.Source != support.Portal || x.Case.Order == 0 || x.Case.Order != r.Scope.Order {
		return noSuchCase()
	}
	all, err := cases.Thread(r, id)
	if err != nil {
		return err
	}
	x.Thread = x.Case.Seen(all)
	ids := make([]support.MessageID, len(x.Thread))
	for i := range x.Thread {
		ids[i] = x.Thread[i].ID
	}
	files, err := cases.Files(r, ids)
	x.Files = map[support.MessageID][]support.File{}
	for _, f := range files {
		x.Files[f.Message] = append(x.Files[f.Message], f)
	}
	return err
}

func noSuchCase() error {
	return fault.New(fault.NotFound, "no_such_case", "there is no such case")
}

func caseOf(v *shell.Visit) (support.ID, error) {
	id, err := support.ParseID(v.Path("case"))
	if err != nil {
		return 0, noSuchCase()
	}
	return id, nil
}

// ask begins a case.
func ask(v *shell.Visit, link tracking.Link) error {
	photos, err := photosOf(v)
	if errors.Is(err, errTooMuch) {
		return showCases(v, http.StatusRequestEntityTooLarge, caring{Said: v.T("track.case.fault_photos")})
	}
	if err != nil {
		return err
	}
	c := help.AskCommand{Order: int64(link.Order), Ask: support.Ask{Want: v.Form("want"), Text: v.Form("text")}, Photos: photos}
	x := caring{Typed: map[string]string{"want": c.Want, "text": c.Text}}
	var faults fault.List
	for n := 1; n <= support.MaxLines; n++ {
		key := "n_" + strconv.Itoa(n)
		x.Typed[key] = v.Form(key)
		if q := v.FormInt(key, &faults); q != 0 {
			c.Lines = append(c.Lines, support.Part{Line: n, Quantity: q})
		}
	}
	if err = faults.Err(); err == nil {
		r, refused := shell.Do(v, help.Ask, c)
		if refused == nil {
			return v.Go("/t/" + v.Path("link") + "/cases/" + support.ID(r.ID).String() + "?done=asked#top")
		}
		err = refused
	}
	if x.Said, err = refusal(v, err, c.Lines); err != nil {
		return err
	}
	return showCases(v, http.StatusUnprocessableEntity, x)
}

// write answers in a case.
func write(v *shell.Visit, _ tracking.Link) error {
	id, err := caseOf(v)
	if err != nil {
		return err
	}
	photos, err := photosOf(v)
	if errors.Is(err, errTooMuch) {
		return showCase(v, http.StatusRequestEntityTooLarge, caring{Said: v.T("track.case.fault_photos")})
	}
	if err != nil {
		return err
	}
	x := caring{Typed: map[string]string{"text": v.Form("text")}}
	if _, err = shell.Do(v, help.Write, help.WriteCommand{Case: id, Text: v.Form("text"), Photos: photos}); err == nil {
		return v.Go("/t/" + v.Path("link") + "/cases/" + id.String() + "?done=written#top")
	}
	if fault.KindOf(err) == fault.NotFound {
		return err
	}
	if x.Said, err = refusal(v, err, nil); err != nil {
		return err
	}
	return showCase(v, http.StatusUnprocessableEntity, x)
}

// refusal tells a refusal in the page's own words; what is none stays an error.
func refusal(v *shell.Visit, err error, lines []support.Part) (string, error) {
	told, ok := shell.FaultsOf(err)
	if !ok {
		return "", err
	}
	code := fault.CodeOf(err)
	switch {
	case code == "too_many_cases" || code == "too_many_messages" || code == "too_many_photos" || code == "too_many":
		return v.T("track.case.fault_" + code), nil
	case told["want"] != "":
		return v.T("track.case.fault_want"), nil
	case told["text"] != "":
		return v.T("track.case.fault_text", "most", v.Number(support.MaxWords)), nil
	case told["photos"] != "":
		return v.T("track.case.fault_photos"), nil
	case told["lines"] != "" && len(lines) == 0:
		return v.T("track.case.fault_lines"), nil
	}
	return v.T("track.case.fault_units"), nil
}

var errTooMuch = errors.New("more was sent than is taken")

// photosOf reads the pictures of a form. What is more than may be is refused by
// the desk, so that one more is read and no others.
func photosOf(v *shell.Visit) ([]support.File, error) {
	err := v.R.ParseMultipartForm(maxPhotoForm)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, errTooMuch
	case errors.Is(err, http.ErrNotMultipart): // a form without pictures
		return nil, nil
	case err != nil:
		return nil, fault.New(fault.Invalid, "invalid_form", "the form could not be read; send it again")
	}
	var out []support.File
	for _, head := range v.R.MultipartForm.File["photos"] {
		if head.Size == 0 { // no picture was chosen
			continue
		}
		f, err := head.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(io.LimitReader(f, support.MaxPhoto+1))
		_ = f.Close()
		if err != nil {
			return nil, err
		}
		if out = append(out, support.File{Data: data}); len(out) > support.MaxPhotos {
			break
		}
	}
	return out, nil
}

// wants are the choices of what is wanted.
func (x *caring) wants() []string { return support.Wants }
