package admin

import (
	"fmt"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/sourcing"
	"orderly/internal/store/locations"
	"orderly/internal/store/profiles"
)

// SourcingCommand keeps another version of how orders find their places.
type SourcingCommand struct {
	Name    string
	Profile sourcing.Profile
}

// SaveSourcing keeps a profile as a new draft: versions are never changed, so
// that what a decision was made by can be read for ever. The result's Value is
// the version.
var SaveSourcing = act("sourcing.save", access.SettingsWrite, func(c *SourcingCommand) error {
	var l fault.List
	if n := utf8.RuneCountInString(c.Name); n < 1 || n > sourcing.MaxName {
		l.Add("/name", "invalid_name", "a name has 1 to %d characters", sourcing.MaxName)
	}
	c.Profile.Check(&l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[SourcingCommand]) (desk.Result, error) {
	if err := knownPlaces(t, &a.Command.Profile); err != nil {
		return desk.Result{}, err
	}
	last, err := profiles.Last(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if last >= profiles.MaxVersions {
		return desk.Result{}, fault.New(fault.Conflict, "too_many_versions", "there are %d versions already, the most that are kept", last)
	}
	v := &sourcing.Version{
		Profile: a.Command.Profile, ID: sourcing.ProfileID(t.IDs().Next()), N: last + 1, Name: a.Command.Name, State: sourcing.Draft,
		CreatedAt: t.At, CreatedBy: a.Scope.Actor.String(), ChangedAt: t.At, Edits: 1,
	}
	if err := profiles.Insert(t.Tx, v); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.ProfileSaved, map[string]any{"profile": v.ID.String(), "version": v.N, "strategies": len(v.Strategies)})
	return desk.Result{Kind: "srp", ID: int64(v.ID), Seq: seq, Status: "created", Value: v}, err
})

// knownPlaces refuses a profile that names locations that there are not.
func knownPlaces(t *desk.Turn, p *sourcing.Profile) error {
	all, err := locations.All(&t.Reader)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, l := range all {
		known[l.Code] = true
	}
	var faults fault.List
	for i := range p.Strategies {
		for what, list := range map[string][]string{"only": p.Strategies[i].From.Only, "except": p.Strategies[i].From.Except} {
			for j, code := range list {
				if !known[code] {
					faults.Add(fmt.Sprintf("/strategies/%d/from/%s/%d", i, what, j), "unknown_location", "there is no location with the code %q", code)
				}
			}
		}
	}
	return faults.Err()
}

// SourcingStateCommand says what a version is used for from now on.
type SourcingStateCommand struct {
	Profile sourcing.ProfileID
	State   sourcing.State
	Edits   *int64 // that the caller saw
}

// SourcingMoved is the Value of MoveSourcing.
type SourcingMoved struct {
	Version  *sourcing.Version
	Replaced *sourcing.Version // which gave way; nil for none
}

// MoveSourcing has a version decide, shadow what decides, or rest. The one that
// did so before gives way in the same commit.
var MoveSourcing = act("sourcing.move", access.SettingsWrite, func(c *SourcingStateCommand) error { return nil },
	func(t *desk.Turn, a desk.Asked[SourcingStateCommand]) (desk.Result, error) {
		v, err := profiles.Get(&t.Reader, a.Command.Profile)
		if err != nil {
			return desk.Result{}, err
		}
		if e := a.Command.Edits; e != nil && *e != v.Edits {
			return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed what version %d is used for meanwhile; look at it again", v.N)
		}
		if err := v.State.To(a.Command.State); err != nil {
			return desk.Result{}, err
		}
		if a.Command.State != sourcing.Retired {
			if err := knownPlaces(t, &v.Profile); err != nil {
				return desk.Result{}, err
			}
		}
		moved := SourcingMoved{Version: v}
		if moved.Replaced, err = giveWay(t, a.Scope, v.ID, a.Command.State); err != nil {
			return desk.Result{}, err
		}
		t.Seq.Epoch++ // all processes remember the profile with the catalog
		seq, err := moveProfile(t, a.Scope, v, a.Command.State)
		return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: moved}, err
	})

// giveWay has the version that is in a state now leave it for another.
func giveWay(t *desk.Turn, by access.Scope, but sourcing.ProfileID, state sourcing.State) (*sourcing.Version, error) {
	active, shadow, err := profiles.Deciding(&t.Reader)
	if err != nil {
		return nil, err
	}
	old := active
	switch state {
	case sourcing.Shadow:
		old = shadow
	case sourcing.Active:
	default:
		return nil, nil
	}
	if old == nil || old.ID == but {
		return nil, nil
	}
	to := sourcing.Retired
	if state == sourcing.Shadow {
		to = sourcing.Draft
	}
	_, err = moveProfile(t, by, old, to)
	return old, err
}

func moveProfile(t *desk.Turn, by access.Scope, v *sourcing.Version, to sourcing.State) (int64, error) {
	from, edits := v.State, v.Edits
	v.State, v.ChangedAt, v.Edits = to, t.At, v.Edits+1
	if err := profiles.SaveState(t.Tx, v, edits); err != nil {
		return 0, err
	}
	return tell(t, by, journal.Merchant, t.M, journal.ProfileMoved, map[string]any{"profile": v.ID.String(), "version": v.N, "from": string(from), "to": string(to)})
}
