package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
)

const (
	customPrefix = "custom."
	fixedPrefix  = "="
	everything   = "*"
	exactly      = "only"
	nothing      = "-"
	orElse       = "|"
)

// Mapping says under which name a file has each of our columns. What it does
// not mention is found by the column's own name or a usual other one, without
// regard to case and punctuation. The zero value leaves everything to that.
type Mapping struct {
	Columns map[string]string // our column to the file's
	Custom  map[string]string // our custom field to the file's column
	Fixed   map[string]string // our column to a text for every row that has none
	Blank   []string          // texts of the file that stand for nothing
	Exact   bool              // columns that are not named fill nothing, whatever they are called
}

// ParseMapping reads a JSON object of texts, such as
//
//	{"sku": "Product Code", "custom.color": "Colour", "currency": "=EUR"}
//
// where "custom." begins the name of a custom field and "=" a fixed text. With
// "*": "only" what is not named is left out, whatever it is called; with
// "-": "n/a|unknown" those texts are read as if nothing stood there.
func ParseMapping(data []byte) (Mapping, error) {
	m := Mapping{Columns: map[string]string{}, Custom: map[string]string{}, Fixed: map[string]string{}}
	if len(data) > MaxMappingBytes {
		return Mapping{}, fault.New(fault.TooLarge, "mapping_too_large", "a mapping takes at most %d bytes", MaxMappingBytes)
	}
	var l fault.List
	seen := map[string]bool{}
	err := eachText(data, func(key, value string) {
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case seen[key]:
			l.Add("/"+key, "duplicate_key", "is named twice in the mapping")
		case value == "" || value == fixedPrefix:
			l.Add("/"+key, "missing", "name the column of the file, or leave it out")
		default:
			m.put(key, value, &l)
		}
		seen[key] = true
	})
	if err != nil {
		return Mapping{}, fault.Wrap(err, fault.Invalid, "invalid_mapping",
			`a mapping is one JSON object of texts, such as {"sku": "Product Code"}: %v`, err)
	}
	if err := l.As(fault.Invalid, "invalid_mapping", "the mapping has faults"); err != nil {
		return Mapping{}, err
	}
	return m, nil
}

func (m *Mapping) put(key, value string, l *fault.List) {
	name, custom := strings.CutPrefix(key, customPrefix)
	text, fixed := strings.CutPrefix(value, fixedPrefix)
	switch {
	case key == everything:
		m.Exact = true
		if value != exactly {
			l.Add("/"+key, "unknown", `only "only" can be said of all columns`)
		}
	case key == nothing:
		for _, one := range strings.Split(value, orElse) {
			m.Blank = append(m.Blank, strings.TrimSpace(one))
		}
	case custom && !customName(name):
		l.Add("/"+key, "invalid_key", "a custom field is named by a-z, 0-9 and _, beginning with a letter, at most 40 characters")
	case custom && fixed:
		l.Add("/"+key, "fixed_custom", "a custom field cannot have a fixed text")
	case custom && len(m.Custom) == MaxCustom:
		l.Add("/"+key, "too_many", "at most %d custom fields", MaxCustom)
	case custom:
		m.Custom[name] = value
	case fixed:
		m.Fixed[key] = strings.TrimSpace(text)
	default:
		m.Columns[key] = value
	}
}

// eachText goes through the members of a flat JSON object in their order.
func eachText(data []byte, visit func(key, value string)) error {
	if !utf8.Valid(data) {
		return errors.New("it is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	open, err := d.Token()
	if err != nil {
		return err
	}
	if open != json.Delim('{') {
		return errors.New("it does not begin with {")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		value, err := d.Token()
		if err != nil {
			return err
		}
		text, ok := value.(string)
		if !ok {
			return errors.New("the value of " + key.(string) + " is not a text")
		}
		visit(key.(string), text)
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the closing }")
	}
	return nil
}

// customName is the form that the catalog asks of a custom field's key.
func customName(s string) bool {
	if s == "" || len(s) > 40 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// plainName is a column's name without case and punctuation: "Order-No." and
// "order no" are one.
func plainName(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.Join(words, "_")
}

// check lists the mapping's faults against a table.
func (m Mapping) check(t *table, l *fault.List) {
	for _, named := range []map[string]string{m.Columns, m.Fixed} {
		for _, key := range slices.Sorted(maps.Keys(named)) {
			if t.column(key) < 0 {
				l.Add("/"+key, "unknown_column", "%s have no such column; there are %s, and custom.name", t.name, t.names())
			}
		}
	}
}
