package admin

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store/items"
)

// MaxPictureBytes bounds the picture of an item: it is shown small, and many
// of them at once.
const MaxPictureBytes = 300 << 10

var pictureKinds = []string{"image/png", "image/jpeg", "image/webp", "image/gif"}

// PictureCommand gives an item a picture, or takes it away.
type PictureCommand struct {
	Item    catalog.ID
	Data    []byte // empty takes the picture away
	Version *int64 // edit version that the caller saw; nil changes whatever it is
}

// SavePicture keeps a picture in the database, since nodes share nothing else.
// Its address on our pages has its hash, so browsers may keep it for good.
var SavePicture = act("items.picture", access.CatalogWrite, func(c *PictureCommand) error {
	if len(c.Data) > MaxPictureBytes {
		return fault.New(fault.TooLarge, "picture_too_large", "the picture has %d kB; at most %d kB", len(c.Data)>>10, MaxPictureBytes>>10)
	}
	if len(c.Data) > 0 && !slices.Contains(pictureKinds, http.DetectContentType(c.Data)) {
		var l fault.List
		l.Add("/picture", "unknown_picture", "this is no PNG, JPEG, WebP or GIF picture")
		return l.Err()
	}
	return nil
}, func(t *desk.Turn, a desk.Asked[PictureCommand]) (desk.Result, error) {
	c := a.Command
	found, err := items.ByID(&t.Reader, []catalog.ID{c.Item})
	switch {
	case err != nil:
		return desk.Result{}, err
	case len(found) == 0:
		return desk.Result{}, fault.New(fault.NotFound, "no_such_item", "there is no such item")
	case c.Version != nil && *c.Version != found[0].EditVersion:
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "item %q was edited meanwhile; read it again", found[0].SKU)
	}
	i := *found[0]
	if err := keepPicture(t, &i, c.Data); err != nil {
		return desk.Result{}, err
	}
	i.UpdatedAt, i.EditVersion = t.At, i.EditVersion+1
	if err := items.Save(t.Tx, []*catalog.Item{&i}); err != nil {
		return desk.Result{}, err
	}
	t.Seq.Epoch++
	seq, err := tell(t, a.Scope, journal.Item, int64(i.ID), journal.ItemSaved, map[string]any{"sku": i.SKU, "fields": []string{"picture"}})
	return desk.Result{Kind: journal.Item, ID: int64(i.ID), Seq: seq, Status: "done", Value: &i}, err
})

func keepPicture(t *desk.Turn, i *catalog.Item, data []byte) error {
	if len(data) == 0 {
		i.Picture = ""
		return items.DropPicture(t.Tx, i.ID)
	}
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:8])
	i.Picture = "/items/" + i.ID.String() + "/picture/" + hash
	return items.SavePicture(t.Tx, items.Picture{Item: i.ID, Hash: hash, Kind: http.DetectContentType(data), Data: data})
}
