package stock

import (
	"orderly/internal/ident"
	"orderly/internal/stock"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

func orderPath(id int64) string { return "/orders/" + ident.Text("ord", id) }

// reason is why a movement was.
func reason(v *shell.Visit, m stock.Movement) string {
	if key := "stock.because_" + m.Reason; v.Has(key) {
		return v.T(key)
	}
	return m.Reason
}

func state(v *shell.Visit, s stock.State) string { return v.T("stock.state_" + string(s)) }

// signed is a quantity that always shows its sign.
func signed(text string, n int64) string {
	if n > 0 {
		return "+" + text
	}
	return text
}

func options(list []*stock.Location, most bool) []ui.Option {
	var out []ui.Option
	if most {
		out = append(out, ui.Option{})
	}
	for _, l := range list {
		out = append(out, ui.Option{Value: l.ID.String(), Label: l.Code + " · " + l.Name})
	}
	return out
}

// reasons are those that people choose from; the desk takes any.
func reasons(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, r := range [...]string{"counted", "damaged", "found", "lost", "stolen", "sample", "expired", "returned_to_supplier", "data_error"} {
		out = append(out, ui.Option{Value: r, Label: v.T("stock.why_" + r)})
	}
	return out
}

func states(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, s := range stock.States {
		out = append(out, ui.Option{Value: string(s), Label: state(v, s)})
	}
	return out
}

func tabs(v *shell.Visit, l listing) []ui.Tab {
	var out []ui.Tab
	for _, only := range [...]string{"", "low", "waiting"} {
		name := only
		if name == "" {
			name = "all"
		}
		out = append(out, ui.Tab{Label: v.T("stock.tab_" + name), Href: l.address("only", only, "q", ""), Current: l.Only == only && l.Q == ""})
	}
	return out
}

// equation is how sellable follows from the other figures.
type term struct {
	Sign, Value, Label, Key string
}

func (x *view) equation(v *shell.Visit, l *stock.Level) []term {
	return []term{
		{"", x.q(v, l.OnHand), v.T("stock.on_hand"), "on-hand"},
		{"−", x.q(v, l.Reserved), v.T("stock.reserved"), "reserved"},
		{"−", x.q(v, l.Safety), v.T("stock.safety"), "safety"},
		{"=", x.q(v, l.Sellable()), v.T("stock.sellable"), "sellable"},
	}
}

func plus(more bool) string {
	if more {
		return "+"
	}
	return ""
}

// typed is what was typed into a form that was refused.
func typed(v *shell.Visit, f form, form, field string) string {
	if f.Name != form {
		return ""
	}
	return v.Form(field)
}
