package httpapi

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// WorkParts names the units that an act is about; all that it can take when
// left out.
type WorkParts struct {
	Lines []LinePart `json:"lines,omitempty" maxItems:"2000"`
}

// ShortParts names the units that were not found.
type ShortParts struct {
	Lines []LinePart `json:"lines" maxItems:"2000"`
}

// PackParts asks for one parcel of picked units.
type PackParts struct {
	WorkParts
	Label
	WeightGrams int64 `json:"weight_grams,omitempty" minimum:"0" maximum:"100000000"`
}

// Label is a carrier's number for a parcel.
type Label struct {
	Carrier  string `json:"carrier,omitempty" maxLength:"80"`
	Tracking string `json:"tracking,omitempty" maxLength:"80" doc:"Unique per carrier while under way."`
}

// FulfillmentWithParcels is a fulfillment with all its parcels.
type FulfillmentWithParcels struct {
	Fulfillment
	Parcels []Parcel `json:"parcels"`
	Parcel  string   `json:"parcel,omitempty" doc:"After an act on parcels: the one that was made or moved; of several, the first."`
}

// FulfillmentBatch asks for one act on many fulfillments.
type FulfillmentBatch struct {
	Act          string          `json:"act" enum:"release,recall,pick,unpick,short_pick,pack,ship,unship,deliver,undeliver"`
	Fulfillments FulfillmentRows `json:"fulfillments"`
}

// FulfillmentRow is one fulfillment of a batch and what of it is meant.
type FulfillmentRow struct {
	ID string `json:"id" example:"ful_0pmnqh2000400"`
	PackParts
}

// FulfillmentRows are ids, or objects with an id and what of it is meant.
type FulfillmentRows []json.RawMessage

// Schema documents both forms.
func (FulfillmentRows) Schema(r huma.Registry) *huma.Schema {
	most := MaxBatch
	return &huma.Schema{Type: huma.TypeArray, MaxItems: &most, Items: &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeString, Description: "An id.", Examples: []any{"ful_0pmnqh2000400"}},
		r.Schema(reflect.TypeFor[FulfillmentRow](), true, ""),
	}}}
}

// objects gives every row as an object.
func (rows FulfillmentRows) objects() []json.RawMessage {
	out := make([]json.RawMessage, len(rows))
	for i, row := range rows {
		if out[i] = row; bytes.HasPrefix(row, []byte{'"'}) {
			out[i] = append(append([]byte(`{"id":`), row...), '}')
		}
	}
	return out
}

// FulfillmentBrief is where a fulfillment of a batch stands after the act.
type FulfillmentBrief struct {
	ID         string   `json:"id"`
	Order      string   `json:"order"`
	WorkStatus string   `json:"work_status"`
	Actions    []string `json:"actions"`
	Parcel     string   `json:"parcel,omitempty" doc:"The parcel that was made or moved; of several, the first."`
}
