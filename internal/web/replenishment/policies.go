package replenishment

import (
	"strconv"
	"strings"

	"orderly/internal/desk/buy"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/replenish"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/locations"
	kept "orderly/internal/store/replenishment"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// book is what the page of policies shows.
type book struct {
	Policies []kept.Listed
	places   []*stock.Location
	More     bool
	Faults   shell.Faults // of the form
}

func loadPolicies(v *shell.Visit) (*book, error) {
	x := &book{}
	return x, v.Read(func(r *store.Reader) (err error) {
		if x.Policies, err = kept.PagePolicies(r, replenish.Cell{Item: -1, Location: -1}, shown+1); err != nil {
			return err
		}
		if x.More = len(x.Policies) > shown; x.More {
			x.Policies = x.Policies[:shown]
		}
		x.places, err = locations.All(r)
		return err
	})
}

func policies(v *shell.Visit) error {
	x, err := loadPolicies(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("replenishment.policies"), policiesPage(v, x))
}

func (x *book) place(v *shell.Visit, id int64) string {
	for _, l := range x.places {
		if int64(l.ID) == id {
			return l.Name
		}
	}
	return v.T("replenishment.every_place")
}

func (x *book) placeOptions(v *shell.Visit, none string) []ui.Option {
	out := []ui.Option{{Label: none}}
	for _, l := range x.places {
		if l.Active && l.Kind != "supplier" && v.Scope.Sees(int64(l.ID)) {
			out = append(out, ui.Option{Value: l.ID.String(), Label: l.Name})
		}
	}
	return out
}

func kinds(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, k := range replenish.Kinds {
		out = append(out, ui.Option{Value: k, Label: v.T("replenishment.kind_" + k)})
	}
	return out
}

// typed is what was typed into a form that was refused.
func (x *book) typed(v *shell.Visit, field, otherwise string) string {
	if x.Faults == nil {
		return otherwise
	}
	return v.Form(field)
}

// savePolicy keeps the policy that was typed; that of an item at a place becomes
// it.
func savePolicy(v *shell.Visit) error {
	p, err := typedPolicy(v)
	if err == nil {
		_, err = shell.Do(v, buy.SavePolicy, buy.PolicyCommand{Policy: p})
	}
	if err == nil {
		v.Toast(v.T("replenishment.policy_saved"))
		return v.Go("/replenishment/policies")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x, err := loadPolicies(v)
	if err != nil {
		return err
	}
	x.Faults = faults
	return v.Again(v.T("replenishment.policies"), policiesPage(v, x))
}

func typedPolicy(v *shell.Visit) (replenish.Policy, error) {
	var l fault.List
	p := replenish.Policy{Kind: v.Form("kind"), Source: replenish.FromSupplier, Active: v.Form("off") == ""}
	scale := 0
	if sku := strings.TrimSpace(v.Form("sku")); sku != "" {
		err := v.Read(func(r *store.Reader) error {
			found, err := items.BySKU(r, []string{sku})
			if err == nil && len(found) == 1 {
				p.Item, scale = int64(found[0].ID), found[0].Scale
			} else if err == nil {
				l.Add("/sku", "unknown_sku", "%s", v.T("replenishment.no_sku"))
			}
			return err
		})
		if err != nil {
			return p, err
		}
	}
	p.Location, p.From = typedPlace(v, "location", &l), typedPlace(v, "from", &l)
	if p.From != 0 {
		p.Source = replenish.FromLocation
	}
	p.Service = percent(v, "service", &l)
	p.Holding = percent(v, "holding", &l)
	p.LeadDays, p.ReviewDays = v.FormInt("lead_days", &l), v.FormInt("review_days", &l)
	p.ReorderAt, p.UpTo = units(v, "reorder_at", scale, &l), units(v, "up_to", scale, &l)
	if text := v.Form("order_cost"); text != "" {
		cost, err := money.ParsePrice(text)
		if err != nil {
			l.Add("/order_cost", "invalid_price", "%s", v.T("shell.not_a_number"))
		}
		p.OrderCost = cost
	}
	if p.Kind == replenish.OrderUpTo && p.ReviewDays == 0 {
		p.ReviewDays = 7
	}
	return p, l.Err()
}

func typedPlace(v *shell.Visit, field string, l *fault.List) int64 {
	text := v.Form(field)
	if text == "" {
		return 0
	}
	id, err := stock.ParseLocationID(text)
	if err != nil {
		l.Add("/"+field, "unknown_location", "%s", v.T("replenishment.no_place"))
	}
	return int64(id)
}

// percent reads 98.5 as hundredths of a percent; 0 of nothing.
func percent(v *shell.Visit, field string, l *fault.List) int64 {
	text := strings.ReplaceAll(v.Form(field), ",", ".")
	if text == "" {
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n > 1000 {
		l.Add("/"+field, "invalid_number", "%s", v.T("shell.not_a_number"))
		return 0
	}
	return int64(n*100 + 0.5)
}

func units(v *shell.Visit, field string, scale int, l *fault.List) int64 {
	text := v.Form(field)
	if text == "" || text == "0" {
		return 0
	}
	n := order.ParseQuantity(text, scale)
	if n == 0 {
		l.Add("/"+field, "invalid_number", "%s", v.T("shell.not_a_number"))
	}
	return n
}
