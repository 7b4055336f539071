package imports

import (
	"strconv"

	"orderly/internal/fault"
	"orderly/internal/imports/upload"
	"orderly/internal/store"
	"orderly/internal/store/uploads"
	"orderly/internal/web/shell"
)

// mending is the page of one rejected line.
type mending struct {
	*uploads.File
	*upload.Form
	Fault string
}

func (m *mending) path() string { return "/imports/" + m.File.ID.String() }

func lineOf(v *shell.Visit) (int64, error) {
	n, err := strconv.ParseInt(v.Path("line"), 10, 64)
	if err != nil {
		return 0, fault.New(fault.NotFound, "no_such_reject", "there is no such line")
	}
	return n, nil
}

func formOf(v *shell.Visit) (*mending, error) {
	f, err := file(v)
	if err != nil {
		return nil, err
	}
	line, err := lineOf(v)
	if err != nil {
		return nil, err
	}
	form, err := upload.FormOf(v.Context(), v.Desk(), v.Scope, f, line)
	return &mending{File: f, Form: form}, err
}

func reject(v *shell.Visit) error {
	m, err := formOf(v)
	if err != nil {
		return err
	}
	return v.Page(m.title(v), mendPage(v, m))
}

func (m *mending) title(v *shell.Visit) string { return v.T("imports.line_n", "n", m.Line) }

// mend takes a mended line in. What is refused again is shown again, with why.
func mend(v *shell.Visit) error {
	m, err := formOf(v)
	if err != nil {
		return err
	}
	sent := upload.Mended{Line: m.Line, Text: v.Form("text")}
	if m.Cells != nil {
		for i := range m.Cells {
			m.Cells[i] = v.Form("cell_" + strconv.Itoa(i))
		}
		sent.Cells = m.Cells
	}
	got, err := upload.Mend(v.Context(), v.Desk(), v.Scope, m.File, sent)
	if err != nil {
		faults, ok := shell.FaultsOf(err)
		if !ok {
			return err
		}
		for _, text := range faults {
			m.Fault = text
		}
		return v.Again(m.title(v), mendPage(v, m))
	}
	for _, x := range got {
		if x.Line == m.Line && x.FixedAt == 0 {
			m.Form.Reject = x
			return v.Again(m.title(v), mendPage(v, m))
		}
	}
	v.Toast(v.T("imports.mended", "n", int64(len(got))))
	if v.Form("next") != "" {
		if next, err := following(v, m); err != nil || next != "" {
			return goTo(v, next, err)
		}
	}
	return v.Go(m.path())
}

func goTo(v *shell.Visit, address string, err error) error {
	if err != nil {
		return err
	}
	return v.Go(address)
}

// following is the page of the next line that waits to be mended; "" when
// there is none.
func following(v *shell.Visit, m *mending) (string, error) {
	var list []uploads.Reject
	err := v.Read(func(r *store.Reader) (err error) {
		if list, err = uploads.Rejects(r, m.File.ID, m.Line, 1); err == nil && len(list) == 0 {
			list, err = uploads.Rejects(r, m.File.ID, 0, 1)
		}
		return err
	})
	if err != nil || len(list) == 0 {
		return "", err
	}
	return m.path() + "/rejects/" + strconv.FormatInt(list[0].Line, 10), nil
}

// retry tries rejected lines again as they are.
func retry(v *shell.Visit) error {
	f, err := file(v)
	if err != nil {
		return err
	}
	taken, tried, err := upload.Retry(v.Context(), v.Desk(), v.Scope, f)
	if err != nil {
		return err
	}
	v.Toast(v.T("imports.retried", "taken", int64(taken), "tried", int64(tried)))
	return v.Go("/imports/" + f.ID.String())
}
