package imports

import (
	"slices"
	"strconv"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/imports/upload"
	"orderly/internal/store/uploads"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

func what(v *shell.Visit, kind string) string { return v.T("imports.what_" + kind) }

var tones = map[uploads.Status]ui.Tone{
	uploads.Uploading: ui.Quiet, uploads.Uploaded: ui.Neutral, uploads.Queued: ui.Accent, uploads.Running: ui.Accent, uploads.Done: ui.Good, uploads.Failed: ui.Bad,
}

func status(v *shell.Visit, f *uploads.File) string { return v.T("imports.status_" + string(f.Status)) }

func tone(f *uploads.File) ui.Tone {
	if f.Status == uploads.Done && f.Open() > 0 {
		return ui.Warn
	}
	return tones[f.Status]
}

// size is a length of text in words.
func size(v *shell.Visit, n int64) string {
	if n < 1<<20 {
		return v.T("imports.kb", "n", max(1, n>>10))
	}
	return v.T("imports.mb", "n", n>>20)
}

// ours are the choices for a column of the file.
func (x *view) ours(v *shell.Visit, i int) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("imports.leave_out")}}
	for _, c := range upload.Columns(x.What) {
		label := readable(c.Name)
		if c.Needed {
			label += " *"
		}
		out = append(out, ui.Option{Value: c.Name, Label: label})
	}
	custom := ui.Option{Value: "custom", Label: v.T("imports.custom")}
	if now := x.Setup.Columns[i]; strings.HasPrefix(now, "custom.") {
		custom.Value = now
	}
	return append(out, custom)
}

// readable is a column's name for people.
func readable(name string) string { return strings.ReplaceAll(name, "_", " ") }

func colName(i int) string { return "col_" + strconv.Itoa(i) }

// sampleOf is what stands in a column of the first rows.
func (x *view) sampleOf(i int) string {
	var out []string
	for _, r := range x.Preview.Rows {
		if i < len(r.Cells) && r.Cells[i].Text != "" && !slices.Contains(out, r.Cells[i].Text) {
			out = append(out, r.Cells[i].Text)
		}
		if len(out) == 3 {
			break
		}
	}
	text := strings.Join(out, " · ")
	if len(text) > 90 {
		text = strings.ToValidUTF8(text[:90], "") + "…"
	}
	return text
}

// used are the columns that fill something, by their place in the file.
func (x *view) used() []int {
	var out []int
	for i, ours := range x.Preview.Fits {
		if ours != "" {
			out = append(out, i)
		}
	}
	return out
}

func (x *view) wayOptions(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, w := range ways[x.What] {
		out = append(out, ui.Option{Value: w, Label: v.T("imports.way_" + w)})
	}
	return out
}

// dateOptions are how days of three numbers can be read.
func dateOptions(v *shell.Visit) []ui.Option {
	return []ui.Option{{Value: "", Label: v.T("imports.dates_plain")}, {Value: "dmy", Label: v.T("imports.dates_dmy")}, {Value: "mdy", Label: v.T("imports.dates_mdy")}}
}

func delimiter(v *shell.Visit, p *upload.Preview) string {
	switch p.Delimiter {
	case ",":
		return v.T("imports.comma")
	case ";":
		return v.T("imports.semicolon")
	case "\t":
		return v.T("imports.tab")
	}
	return p.Delimiter
}

// counts are what an import brought, where it is not zero.
func (x *view) counts(v *shell.Visit) [][2]string {
	s := &x.Summary
	var out [][2]string
	for _, c := range [...]struct {
		key string
		n   int64
	}{
		{"imports.count_items", s.Items}, {"imports.count_customers", s.Customers}, {"imports.count_orders", s.Orders},
		{"imports.count_purchases", s.Purchases}, {"imports.count_suppliers", s.Suppliers},
		{"imports.count_adjustments", s.Adjustments}, {"imports.count_unchanged", s.Unchanged},
	} {
		if c.n > 0 {
			out = append(out, [2]string{v.T(c.key), v.Number(c.n)})
		}
	}
	return out
}

func clipText(s string) string {
	if len(s) > 160 {
		return strings.ToValidUTF8(s[:160], "") + "…"
	}
	return s
}

func (m *mending) columnOf(i int) string {
	if i < len(m.Fits) && m.Fits[i] != "" {
		return m.Header[i] + " → " + readable(m.Fits[i])
	}
	return m.Header[i]
}

// wrong is whether the reason of the reject speaks of a cell.
func (m *mending) wrong(i int) string {
	if i >= len(m.Fits) || m.Fits[i] == "" {
		return ""
	}
	for _, part := range strings.Split(m.Reason, "; ") {
		if rest, ok := strings.CutPrefix(part, m.Fits[i]+": "); ok {
			return rest
		}
	}
	return ""
}

func (l listing) options(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, k := range l.Kinds {
		out = append(out, ui.Option{Value: k, Label: what(v, k)})
	}
	return out
}

// busyKinds has the page hear of what a running import brings, which tells how
// far it is.
func busyKinds(x *view) string {
	if x.Busy() {
		return " imp itm stk cus ord pur"
	}
	return ""
}

// mappingFault is a fault of the mapping with the column that it is about.
func mappingFault(f fault.Field) string {
	if at := strings.TrimPrefix(f.Pointer, "/"); at != "" {
		return readable(at) + ": " + f.Message
	}
	return f.Message
}
