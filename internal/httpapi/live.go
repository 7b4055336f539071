package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"orderly/internal/fault"
	"orderly/internal/live"
)

// LiveChange and LivePlace are what the events of a stream hold.
type (
	LiveChange = live.LiveChange
	LivePlace  = live.LivePlace
)

type liveQuery struct {
	After       int64  `query:"after" minimum:"-1" default:"-1" doc:"Begin after this sequence; without it, with what comes next."`
	LastEventID string `header:"Last-Event-ID" maxLength:"20" doc:"Go on after this event; a browser sends it by itself when it connects again."`
}

// place is after which entry the viewer wants to begin, -1 for the head.
func (p *liveQuery) place() (int64, error) {
	if p.LastEventID == "" {
		return p.After, nil
	}
	n, err := strconv.ParseInt(p.LastEventID, 10, 64)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "invalid_header", "Last-Event-ID is the id of an event of this stream, for example 1204; %.40q is none", p.LastEventID)
	}
	return n, nil
}

// addStream serves a route whose answer is a stream of events and documents it
// with the types of what the events hold.
func addStream[P any](a *api, r route, do func(*call, *P) (stream func(http.ResponseWriter), err error), events ...reflect.Type) {
	r.answers = []int{http.StatusOK}
	huma.Register(a.huma, a.operation(&r), func(ctx context.Context, p *P) (*huma.StreamResponse, error) {
		c := callOf(ctx)
		stream, err := do(c, p)
		if err != nil {
			return nil, c.problemOf(err)
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			_, w := humago.Unwrap(ctx)
			stream(w)
		}}, nil
	})
	usual := operationOf(a.huma.OpenAPI().Paths[r.path], r.method).Responses["200"]
	for _, each := range events {
		a.schema(each)
	}
	usual.Content = map[string]*huma.MediaType{live.MediaType: {Schema: &huma.Schema{Type: "string", Description: "Events as browsers read them; the data of each is JSON."}}}
}

// live streams what changes.
func (a *api) live(c *call, p *liveQuery) (func(http.ResponseWriter), error) {
	place, err := p.place()
	if err != nil {
		return nil, err
	}
	if a.draining() {
		return nil, fault.New(fault.Unavailable, "stopping", "this node is stopping; try another")
	}
	v := live.Viewer{Merchant: c.scope.Merchant, Place: place, Read: c.read, MayStay: c.mayStay}
	stream, err := a.hub.Open(c.ctx, c.w, v)
	if err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter) {
		if err := stream(w); err != nil {
			a.log.Debug("a live stream ended", "request_id", c.id, "error", err)
		}
	}, nil
}

// mayStay looks again at what let the viewer in.
func (c *call) mayStay() error {
	a := c.api
	if a.draining() {
		return fault.New(fault.Unavailable, "stopping", "this node is stopping")
	}
	err := a.authenticate(c)
	if fault.KindOf(err) == fault.Unavailable { // the database is away: nothing can be told anyway
		return nil
	}
	if err == nil {
		err = c.scope.Require(c.route.needs)
	}
	return err
}
