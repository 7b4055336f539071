package bill

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/invoice"
	"orderly/internal/journal"
	"orderly/internal/store/entries"
	"orderly/internal/store/invoices"
)

// Limits of what stands on documents.
const (
	MaxName  = 200
	MaxLines = 8 // of the seller's address
	MaxTaxID = 60
	MaxText  = 1000
)

// SettingsCommand says what stands on documents from now on. Documents that
// were issued stay as they are.
type SettingsCommand struct {
	Settings invoices.Settings // times and versions are ignored
	Version  *int64
}

// SaveSettings keeps them. The result's Value is the invoices.Settings.
var SaveSettings = &desk.Operation[SettingsCommand]{
	Name: "invoices.settings", Permission: access.SettingsWrite, Check: checkSettings,
	Run: func(t *desk.Turn, asked []desk.Asked[SettingsCommand]) ([]desk.Result, error) {
		out := make([]desk.Result, len(asked))
		for i, a := range asked {
			old, err := invoices.SettingsOf(&t.Reader)
			if err != nil {
				return nil, err
			}
			if v := a.Command.Version; v != nil && *v != old.EditVersion {
				out[i].Err = fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed what stands on invoices meanwhile; look at it again")
				continue
			}
			s := a.Command.Settings
			s.UpdatedAt, s.EditVersion = t.At, old.EditVersion+1
			if err := invoices.SaveSettings(t.Tx, s); err != nil {
				return nil, err
			}
			last, err := entries.LastOf(&t.Reader, t.M)
			if err != nil {
				return nil, err
			}
			data := `{"invoices":{"series":` + quoted(s.Series) + `,"credit_series":` + quoted(s.CreditSeries) + `,"pattern":` + quoted(string(s.Pattern)) + `}}`
			e := entries.New(t.Tx, journal.Merchant, t.M, last+1, journal.MerchantSaved, a.Scope, []byte(data))
			if err := entries.Append(t.Tx, []journal.Entry{e}); err != nil {
				return nil, err
			}
			out[i] = desk.Result{Kind: journal.Merchant, ID: t.M, Seq: last + 1, Status: "done", Value: s}
		}
		return out, nil
	},
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // a text is always JSON
	return string(b)
}

func checkSettings(c *SettingsCommand) error {
	s := &c.Settings
	var l fault.List
	s.LegalName, s.TaxID = strings.TrimSpace(s.LegalName), strings.TrimSpace(s.TaxID)
	s.Address, s.Terms, s.Footer = lines(s.Address), lines(s.Terms), lines(s.Footer)
	checkText(&l, "/legal_name", s.LegalName, MaxName, true)
	checkText(&l, "/address", s.Address, MaxText, true)
	checkText(&l, "/tax_id", s.TaxID, MaxTaxID, false)
	checkText(&l, "/terms", s.Terms, MaxText, false)
	checkText(&l, "/footer", s.Footer, MaxText, false)
	if strings.Count(s.Address, "\n") >= MaxLines {
		l.Add("/address", "too_long", "an address has at most %d lines", MaxLines)
	}
	invoice.CheckNumbering(s.Pattern, s.Series, s.CreditSeries, &l)
	return l.Err()
}

// lines are a text's lines without empty ones and spaces around.
func lines(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func checkText(l *fault.List, at, text string, most int, needed bool) {
	switch {
	case needed && text == "":
		l.Add(at, "missing", "documents must say this")
	case utf8.RuneCountInString(text) > most:
		l.Add(at, "too_long", "at most %d characters", most)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }):
		l.Add(at, "invalid_text", "contains control characters or is not UTF-8")
	}
}
