package partners

import (
	"encoding/json"

	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
)

const trialColumns = "id, number, location, step, lines, reference, reason, carrier, tracking, answered_by, theirs, submitted_at, answered_at, shipped_at, ended_at, version"

func trials(r *store.Reader, where string, args ...any) (out []partner.Trial, err error) {
	err = r.Each("SELECT "+trialColumns+" FROM partner_trial WHERE m = $1 AND "+where, append([]any{r.M}, args...), func(scan func(...any) error) error {
		var t partner.Trial
		var lines string
		var theirs int64
		err := scan(&t.ID, &t.Number, &t.Location, &t.Step, &lines, &t.Reference, &t.Reason, &t.Carrier, &t.Tracking, &t.AnsweredBy, &theirs, &t.SubmittedAt, &t.AnsweredAt, &t.ShippedAt, &t.EndedAt, &t.Version)
		if err == nil {
			err = json.Unmarshal([]byte(lines), &t.Lines)
		}
		t.Theirs = theirs != 0
		out = append(out, t)
		return err
	})
	return out, err
}

// Trial reads one trial order; nil when there is none. Whoever shows it asks whether
// its place is seen.
func Trial(r *store.Reader, id partner.TrialID) (*partner.Trial, error) {
	list, err := trials(r, "id = $2", int64(id))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Trials lists the trial orders of a place, newest first.
func Trials(r *store.Reader, at stock.LocationID, limit int) ([]partner.Trial, error) {
	return trials(r, "location = $2 ORDER BY id DESC LIMIT $3", int64(at), int64(limit))
}

// LastTrial is the highest number that a trial order has.
func LastTrial(r *store.Reader) (n int64, err error) {
	err = r.Row("SELECT coalesce(max(number), 0) FROM partner_trial WHERE m = $1", r.M).Scan(&n)
	return n, err
}

var saveTrial = store.Upsert("partner_trial", 2, "m", "id", "number", "location", "step", "lines", "reference", "reason", "carrier", "tracking", "answered_by", "theirs", "submitted_at", "answered_at", "shipped_at", "ended_at", "version")

// SaveTrial keeps a trial order as it is now.
func SaveTrial(tx *store.Tx, t *partner.Trial) error {
	lines, err := json.Marshal(t.Lines)
	if err != nil {
		return err
	}
	return saveTrial.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(t.ID), t.Number, int64(t.Location), t.Step, string(lines), t.Reference, t.Reason, t.Carrier, t.Tracking, t.AnsweredBy, store.Bool(t.Theirs), t.SubmittedAt, t.AnsweredAt, t.ShippedAt, t.EndedAt, t.Version)
	})
}
