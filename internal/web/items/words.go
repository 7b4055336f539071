package items

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"orderly/internal/catalog"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

func kinds(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, k := range [...]catalog.Kind{catalog.Goods, catalog.Bundle, catalog.Service, catalog.Digital} {
		out = append(out, ui.Option{Value: string(k), Label: v.T("items.kind_" + string(k))})
	}
	return out
}

func policies(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, p := range [...]catalog.WhenShort{catalog.Backorder, catalog.Refuse} {
		out = append(out, ui.Option{Value: string(p), Label: v.T("items.short_" + string(p))})
	}
	return out
}

func (f *form) barcode(n int) catalog.Barcode {
	if n < len(f.Barcodes) {
		return f.Barcodes[n]
	}
	return catalog.Barcode{}
}

func (f *form) component(n int) catalog.Component {
	if n < len(f.Components) {
		return f.Components[n]
	}
	return catalog.Component{}
}

func (f *form) weightText() string { return times(f.WeightGrams) }

// times is a count as a field shows it; nothing where there is none.
func times(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// custom are the custom fields by name.
func (f *form) custom() [][2]string {
	var fields map[string]any
	if json.Unmarshal(f.Custom, &fields) != nil {
		return nil
	}
	var out [][2]string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		out = append(out, [2]string{name, fmt.Sprint(fields[name])})
	}
	return out
}
