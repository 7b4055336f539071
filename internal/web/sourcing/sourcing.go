// Package sourcing is the room of how orders find their places: the version that
// decides, the one that shadows it, what each says, and what past orders would
// have come to.
//
// What belongs here: reading, writing, trying and switching versions, and asking
// for a batch. What does not: why one order goes from where it goes (orders).
package sourcing

import (
	"fmt"
	"strconv"
	"time"

	"orderly/internal/access"
	"orderly/internal/batching"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/replay"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
	"orderly/internal/store/profiles"
	"orderly/internal/web/shell"
)

// Routes of the room.
func Routes() []shell.Route {
	read, set, source := access.OrdersRead, admin.SaveSourcing.Permission, intake.Source.Permission
	return []shell.Route{
		{Method: "GET", Path: "/sourcing", Needs: read, Do: index},
		{Method: "GET", Path: "/sourcing/new", Needs: set, Do: newVersion},
		{Method: "POST", Path: "/sourcing/new", Needs: set, Do: saveVersion},
		{Method: "GET", Path: "/sourcing/versions/{id}", Needs: read, Do: version},
		{Method: "POST", Path: "/sourcing/versions/{id}/state", Needs: set, Do: move},
		{Method: "POST", Path: "/sourcing/versions/{id}/replay", Needs: read, Do: replayed},
		{Method: "POST", Path: "/sourcing/batch/preview", Needs: source, Do: previewBatch},
		{Method: "POST", Path: "/sourcing/batch", Needs: source, Do: runBatch},
	}
}

// overview is what the first page shows.
type overview struct {
	Active, Shadow *sourcing.Version
	Shadowed       profiles.Shadowed
	Versions       []*sourcing.Version
}

func index(v *shell.Visit) error {
	var x overview
	err := v.Read(func(r *store.Reader) (err error) {
		if x.Active, x.Shadow, err = profiles.Deciding(r); err != nil {
			return err
		}
		if x.Versions, err = profiles.All(r); err != nil || x.Shadow == nil {
			return err
		}
		x.Shadowed, err = profiles.ShadowOf(r, x.Shadow.ID)
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("sourcing.title"), indexPage(v, &x))
}

// single is what the page of one version shows.
type single struct {
	*sourcing.Version
	Shadowed profiles.Shadowed
	Names    map[stock.LocationID]string
	Days     string // of a replay, as typed
	Seed     string
	Faults   shell.Faults
	Report   *replay.Report
	Currency string
}

func (x *single) name(id stock.LocationID) string { return x.Names[id] }

func readVersion(v *shell.Visit) (*single, error) {
	id, err := sourcing.ParseProfileID(v.Path("id"))
	if err != nil {
		return nil, fault.New(fault.NotFound, "no_such_profile", "there is no such version")
	}
	x := &single{Days: "30", Seed: "1", Names: map[stock.LocationID]string{}}
	err = v.Read(func(r *store.Reader) (err error) {
		if x.Version, err = profiles.Get(r, id); err != nil {
			return err
		}
		if x.Shadowed, err = profiles.ShadowOf(r, id); err != nil {
			return err
		}
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		x.Currency = m.Currency
		all, err := locations.All(r)
		for _, l := range all {
			x.Names[l.ID] = l.Name
		}
		return err
	})
	return x, err
}

func version(v *shell.Visit) error {
	x, err := readVersion(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("sourcing.version", "n", x.N, "name", x.Name), versionPage(v, x))
}

func move(v *shell.Visit) error {
	x, err := readVersion(v)
	if err != nil {
		return err
	}
	to := sourcing.State(v.Form("state"))
	if _, err := shell.Do(v, admin.MoveSourcing, admin.SourcingStateCommand{Profile: x.ID, State: to, Edits: v.EditVersion()}); err != nil {
		faults, ok := shell.FaultsOf(err)
		if !ok {
			return err
		}
		x.Faults = faults
		return v.Again(v.T("sourcing.version", "n", x.N, "name", x.Name), versionPage(v, x))
	}
	v.Toast(v.T("sourcing.now_" + string(to)))
	return v.Go("/sourcing/versions/" + x.ID.String())
}

// maxDays bounds a replay that a page asks for: longer ones are the command's.
const maxDays = 92

func replayed(v *shell.Visit) error {
	x, err := readVersion(v)
	if err != nil {
		return err
	}
	x.Days, x.Seed = v.Form("days"), v.Form("seed")
	var l fault.List
	days, err1 := strconv.Atoi(x.Days)
	if err1 != nil || days < 1 || days > maxDays {
		l.Add("/days", "out_of_range", "between 1 and %d days", maxDays)
	}
	seed, err2 := strconv.ParseUint(x.Seed, 10, 64)
	if err2 != nil {
		l.Add("/seed", "not_a_number", "a whole number")
	}
	if err = l.Err(); err == nil {
		now := v.Desk().DB.Now()
		x.Report, err = replay.Run(v.Context(), v.Desk(), v.Scope, replay.Options{
			Profile: x.Version, From: now - int64(days)*int64(24*time.Hour/time.Microsecond), To: now + 1, Seed: seed,
		})
	}
	title := v.T("sourcing.version", "n", x.N, "name", x.Name)
	if err == nil {
		return v.Page(title, versionPage(v, x))
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Faults = faults
	return v.Again(title, versionPage(v, x))
}

func previewBatch(v *shell.Visit) error {
	r, err := batching.Run(v.Context(), v.Desk(), v.Scope, batching.Dry)
	if err != nil {
		return err
	}
	return v.Part(batchEffect(v, r))
}

func runBatch(v *shell.Visit) error {
	r, err := batching.Run(v.Context(), v.Desk(), v.Scope, batching.ByPerson)
	if err != nil {
		return err
	}
	v.Toast(v.T("sourcing.batch_done", "n", r.Allocated, "orders", r.Asked))
	return v.Go("/sourcing")
}

// percent is part of all in whole percent.
func percent(part, all int) string {
	if all == 0 {
		return "0"
	}
	return strconv.Itoa(100 * part / all)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// apart is a difference with its sign.
func apart(n int64) string { return fmt.Sprintf("%+d", n) }
