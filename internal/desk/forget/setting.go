package forget

import (
	"encoding/json"

	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store/entries"
	"orderly/internal/store/persons"
)

func saveSetting(t *desk.Turn, a desk.Asked[SettingCommand]) (desk.Result, error) {
	old, err := persons.SettingOf(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	s := a.Command.Setting
	if v := a.Command.Version; v != nil && *v != old.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "the setting was edited meanwhile; read it again")
	}
	if s.Years == old.Years {
		return desk.Result{Kind: journal.Merchant, ID: t.M, Status: "unchanged", Value: old}, nil
	}
	s.EditVersion, s.UpdatedAt = old.EditVersion+1, t.At
	if err := persons.SaveSetting(t.Tx, s); err != nil {
		return desk.Result{}, err
	}
	last, err := entries.LastOf(&t.Reader, t.M)
	if err != nil {
		return desk.Result{}, err
	}
	data, err := json.Marshal(map[string]any{"keep_years": s.Years})
	if err != nil {
		return desk.Result{}, err
	}
	err = entries.Append(t.Tx, []journal.Entry{entries.New(t.Tx, journal.Merchant, t.M, last+1, journal.PrivacySaved, a.Scope, data)})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: last + 1, Status: "done", Value: s}, err
}
