package imports

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/imports/run"
	"orderly/internal/imports/upload"
	"orderly/internal/store"
	"orderly/internal/store/uploads"
	"orderly/internal/web/shell"
)

// setup is how a file is to be read, as the form has it.
type setup struct {
	Way     string
	Channel string
	Columns []string          // by the file's header: ours, "custom.…", or "" to leave it out
	Fixed   map[string]string // ours: a text for every row
	Blank   string            // texts that mean nothing, with | between
	SaveAs  string
	Again   bool
}

// ways are how rows of a kind can be taken.
var ways = map[string][]string{run.Stock: {run.Receive, run.Count}, run.Orders: {run.History, run.Live}}

// fixable are our columns that often stand in no file because they are the
// same for all of its rows.
var fixable = map[string][]string{run.Stock: {"location"}, run.Orders: {"currency", "placed_at"}, run.Purchases: {"location", "currency", "dates"}}

// mapping is the text that the import reads.
func (s *setup) mapping(header []string) string {
	m := map[string]string{"*": "only"}
	for i, ours := range s.Columns {
		if ours != "" && i < len(header) && header[i] != "" {
			m[ours] = header[i]
		}
	}
	for ours, text := range s.Fixed {
		if text != "" && m[ours] == "" {
			m[ours] = "=" + text
		}
	}
	if s.Blank != "" {
		m["-"] = s.Blank
	}
	text, err := json.Marshal(m)
	if err != nil {
		return "{}" // texts always are JSON
	}
	return string(text)
}

// setupOf reads a mapping's text back into a form.
func setupOf(text string, header []string) *setup {
	s := &setup{Columns: make([]string, len(header)), Fixed: map[string]string{}}
	var m map[string]string
	if json.Unmarshal([]byte(text), &m) != nil {
		return s
	}
	s.Blank = m["-"]
	for ours, theirs := range m {
		if fixed, ok := strings.CutPrefix(theirs, "="); ok {
			s.Fixed[ours] = fixed
		} else if i := slices.Index(header, theirs); i >= 0 && ours != "*" && ours != "-" {
			s.Columns[i] = ours
		}
	}
	return s
}

// typed reads the form of the page.
func typed(v *shell.Visit, header []string) *setup {
	s := &setup{Way: v.Form("way"), Channel: v.Form("channel"), Blank: v.Form("blank"), SaveAs: v.Form("save_as"), Again: v.Form("again") == "true", Fixed: map[string]string{}}
	for i := range header {
		ours := v.Form("col_" + strconv.Itoa(i))
		if ours == "custom" {
			ours = customName(header[i])
		}
		s.Columns = append(s.Columns, ours)
	}
	for _, list := range fixable {
		for _, ours := range list {
			if text := v.Form("fixed_" + ours); text != "" {
				s.Fixed[ours] = text
			}
		}
	}
	return s
}

// customName is a custom field by the name of a column; "" when it has none.
func customName(header string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(header) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	name := strings.Trim(b.String(), "_")
	if name == "" {
		return ""
	}
	return "custom." + name[:min(40, len(name))]
}

// prepare reads the file's beginning and shows it by what was chosen: in the
// form, by a saved mapping, by the file's own, or by the columns' names.
func (x *view) prepare(v *shell.Visit, s *setup) error {
	ctx, d := v.Context(), v.Desk()
	plain, err := upload.Look(ctx, d, v.Scope, x.File, nil, "", "")
	if err != nil {
		return err
	}
	err = v.Read(func(r *store.Reader) (err error) {
		if x.Saved, err = uploads.Mappings(r, x.What); err != nil || x.What != run.Stock {
			return err
		}
		same, err := uploads.Same(r, x.Hash, 10)
		x.Twice = slices.ContainsFunc(same, func(f *uploads.File) bool { return f.ID != x.ID && f.StartedAt != 0 })
		return err
	})
	if err != nil {
		return err
	}
	if s == nil {
		s = x.proposed(v, plain)
	}
	x.Setup = s
	if s.Way == "" && len(ways[x.What]) > 0 {
		s.Way = ways[x.What][0]
	}
	x.Preview, err = upload.Look(ctx, d, v.Scope, x.File, []byte(s.mapping(plain.Header)), s.Way, s.Channel)
	return err
}

func (x *view) proposed(v *shell.Visit, plain *upload.Preview) *setup {
	if name := v.Query("saved"); name != "" {
		for _, m := range x.Saved {
			if m.Name == name {
				return setupOf(m.Text, plain.Header)
			}
		}
	}
	if x.Mapping != "" && x.Mapping != "{}" {
		s := setupOf(x.Mapping, plain.Header)
		s.Way, s.Channel = x.Way, x.Channel
		return s
	}
	s := &setup{Columns: plain.Fits, Fixed: map[string]string{}}
	if x.What == run.Orders && !slices.Contains(plain.Fits, "currency") {
		s.Fixed["currency"] = v.Merchant.Currency
	}
	return s
}

// chosen reads the form against the file's header.
func chosen(v *shell.Visit) (*uploads.File, *setup, []string, error) {
	f, err := file(v)
	if err == nil && !mappable(f) {
		err = fault.New(fault.Conflict, "not_now", "%s", v.T("imports.not_now"))
	}
	if err != nil {
		return nil, nil, nil, err
	}
	plain, err := upload.Look(v.Context(), v.Desk(), v.Scope, f, nil, "", "")
	if err != nil {
		return nil, nil, nil, err
	}
	return f, typed(v, plain.Header), plain.Header, nil
}

func preview(v *shell.Visit) error {
	if err := v.R.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "invalid_form", "the form could not be read; send it again")
	}
	f, s, _, err := chosen(v)
	if err != nil {
		return err
	}
	x, err := load(v, f, s)
	if err != nil {
		return err
	}
	return v.Part(previewPart(v, x))
}

// goOn starts an import again that broke off after some of it was taken.
func goOn(v *shell.Visit, f *uploads.File) error {
	if _, err := shell.Do(v, admin.Start, admin.StartCommand{File: f.ID}); err != nil {
		return err
	}
	v.Toast(v.T("imports.started", "name", f.Name))
	return v.Go("/imports/" + f.ID.String())
}

func start(v *shell.Visit) error {
	if err := v.R.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "invalid_form", "the form could not be read; send it again")
	}
	if f, err := file(v); err == nil && f.Status == uploads.Failed && !mappable(f) {
		return goOn(v, f)
	}
	f, s, header, err := chosen(v)
	if err != nil {
		return err
	}
	_, err = upload.Map(v.Context(), v.Desk(), v.Scope, f, admin.MapCommand{Way: s.Way, Channel: s.Channel, Mapping: s.mapping(header), SaveAs: s.SaveAs, Version: v.EditVersion()})
	if err == nil {
		_, err = shell.Do(v, admin.Start, admin.StartCommand{File: f.ID, Again: s.Again})
	}
	if err == nil {
		v.Toast(v.T("imports.started", "name", f.Name))
		return v.Go("/imports/" + f.ID.String())
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	if f, err = file(v); err != nil {
		return err
	}
	x, err := load(v, f, s)
	if err != nil {
		return err
	}
	for _, text := range faults {
		x.File.Fault = text
	}
	return v.Again(f.Name, filePage(v, x))
}
