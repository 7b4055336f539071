package requests

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/feed"
	"orderly/internal/feeding"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/feeds"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// fed is the page of where a partner's list of its stock is fetched from.
type fed struct {
	Places []*stock.Location
	Place  *stock.Location
	Feed   *feed.Feed // nil where there is none
	Form   map[string]string
	Faults shell.Faults
}

func readFeed(v *shell.Visit, at string) (x fed, err error) {
	err = v.Read(func(r *store.Reader) (err error) {
		if x.Places, x.Place, err = places(r, at); err != nil || x.Place == nil {
			return err
		}
		x.Feed, err = feeds.Of(r, x.Place.ID)
		return err
	})
	return x, err
}

func feedForm(v *shell.Visit) error {
	x, err := readFeed(v, v.Query("at"))
	if err != nil {
		return err
	}
	x.Form = map[string]string{"version": "0", "source": feed.Address, "named": feed.ByName, "minutes": strconv.Itoa(feed.UsualMinutes), "active": "on"}
	if f := x.Feed; f != nil {
		x.Form = map[string]string{"version": strconv.FormatInt(f.Version, 10), "source": f.Source, "address": f.Address, "header": f.Header, "named": f.Named, "sku_column": f.SKU, "quantity_column": f.Quantity,
			"minutes": strconv.FormatInt(f.Minutes, 10), "complete": ticked(f.Complete), "active": ticked(f.Active)}
	}
	return v.Page(v.T("requests.feed"), feedPage(v, x))
}

func ticked(is bool) string {
	if is {
		return "on"
	}
	return ""
}

func saveFeed(v *shell.Visit) error {
	x, err := readFeed(v, v.Form("at"))
	if err != nil {
		return err
	}
	if x.Place == nil {
		return fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL here")
	}
	x.Form = map[string]string{}
	for name := range v.R.PostForm {
		if name != "secret" {
			x.Form[name] = v.Form(name)
		}
	}
	var faults fault.List
	version := v.FormInt("version", &faults)
	c := admin.FeedCommand{Secret: v.Form("secret"), Version: &version, Feed: feed.Feed{
		Location: x.Place.ID, Source: v.Form("source"), Address: v.Form("address"), Header: v.Form("header"), Named: v.Form("named"), SKU: v.Form("sku_column"), Quantity: v.Form("quantity_column"),
		Complete: v.Form("complete") != "", Minutes: v.FormInt("minutes", &faults), Active: v.Form("active") != "",
	}}
	if err = faults.Err(); err == nil {
		_, err = shell.Do(v, admin.SaveFeed, c)
	}
	if err == nil {
		v.Toast(v.T("requests.said_feed"))
		return v.Go("/requests/feed?at=" + x.Place.ID.String())
	}
	f, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Faults = f
	return v.Again(v.T("requests.feed"), feedPage(v, x))
}

// upload takes a list as a file.
func upload(v *shell.Visit) error {
	body, err := uploaded(v)
	t, bad := readStock(v, v.Form("at"))
	if bad != nil {
		return bad
	}
	if t.Place == nil {
		return fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL here")
	}
	var o feed.Outcome
	if err == nil {
		o, err = feeding.Upload(v.R.Context(), v.Desk(), v.Scope, t.Place.ID, body, v.Form("complete") != "")
	}
	var f *fault.Error
	switch {
	case errors.As(err, &f) && f.Kind != fault.Internal && f.Kind != fault.Unavailable:
		t.Fault = f.Message
	case err != nil:
		return err
	case o.Status == feed.Failed:
		t.Fault = v.T("requests.file_refused")
		t.Faults = o.Told
	case o.Status == feed.Partly:
		t.Fault = v.T("requests.file_partly", "n", o.Lines, "bad", strconv.FormatInt(o.Bad, 10))
		t.Faults = o.Told
	default:
		v.Toast(v.T("requests.said_file", "n", o.Lines, "unknown", strconv.FormatInt(o.Unknown, 10)))
		return v.Go("/requests/stock?at=" + t.Place.ID.String())
	}
	return v.Again(v.T("requests.stock"), stockPage(v, t))
}

func uploaded(v *shell.Visit) ([]byte, error) {
	file, _, err := v.R.FormFile("file")
	var most *http.MaxBytesError
	if errors.As(err, &most) {
		return nil, fault.New(fault.TooLarge, "file_too_large", "a list has at most %d MB", feed.MaxBytes>>20)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "missing", "choose a file")
	}
	defer file.Close()
	body, err := io.ReadAll(file)
	if err != nil {
		return nil, fault.New(fault.Invalid, "unreadable", "the file could not be read; send it again")
	}
	return body, nil
}

// tone of what became of the last look.
func lookTone(status string) ui.Tone {
	switch status {
	case feed.Taken:
		return ui.Good
	case feed.Failed:
		return ui.Bad
	case feed.Partly:
		return ui.Warn
	}
	return ui.Neutral
}
