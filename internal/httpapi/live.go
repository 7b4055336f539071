package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/entries"
)

// How a stream is kept.
const (
	liveMessage   = 250 * time.Millisecond // between two messages to one viewer
	liveHeartbeat = 15 * time.Second
	liveCheck     = 500 * time.Millisecond // between two looks at the key, and whether the node stops
	liveWrite     = 5 * time.Second        // who takes nothing for so long is cut off
	liveList      = 250                    // changes in one message
	liveReady     = 5 * time.Second
	streamType    = "text/event-stream"
)

// LiveChange is one entry of the journal, without what it says.
type LiveChange struct {
	Seq        int64  `json:"seq" doc:"Gapless over the merchant."`
	Kind       string `json:"kind" enum:"ord,itm,loc,cus,stk,key,mer,trb,wrk,job" doc:"Of the thing."`
	ID         string `json:"id" doc:"The thing." example:"ord_0pmnqh2000400"`
	SubjectSeq int64  `json:"subject_seq" doc:"Gapless over the thing: who has this one or a later one need not read it again."`
	Type       string `json:"type" example:"order.placed"`
}

// LivePlace is where the stream is.
type LivePlace struct {
	Seq int64 `json:"seq" doc:"The last entry that is known here."`
}

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
	usual.Content = map[string]*huma.MediaType{streamType: {Schema: &huma.Schema{Type: "string", Description: "Events as browsers read them; the data of each is JSON."}}}
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
	// A stream outlives the timeouts of requests; who cannot lift them cannot stream.
	wire := http.NewResponseController(c.w)
	if wire.SetReadDeadline(time.Time{}) != nil || wire.SetWriteDeadline(time.Now().Add(liveWrite)) != nil {
		return nil, fault.New(fault.Invalid, "no_stream", "this connection cannot carry a stream; connect over HTTP/1.1 or HTTP/2")
	}
	t, leave, err := a.hub.view(c.scope.Merchant)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(c.ctx, liveReady)
	defer cancel()
	head, err := t.ready(ctx)
	if err != nil {
		leave()
		return nil, err
	}
	if place < 0 {
		place = head
	}
	return func(w http.ResponseWriter) {
		defer leave()
		v := &viewer{call: c, tail: t, w: w, wire: wire, place: place}
		if err := v.serve(); err != nil {
			a.log.Debug("a live stream ended", "request_id", c.id, "error", err)
		}
	}, nil
}

// viewer is one stream. It belongs to the goroutine that serves the request
// and holds no changes of its own: who is slow is behind, and then far behind.
type viewer struct {
	call  *call
	tail  *tail
	w     http.ResponseWriter
	wire  *http.ResponseController
	place int64
	text  bytes.Buffer
}

// serve writes until the viewer leaves, its key ends or the node stops.
func (v *viewer) serve() error {
	v.w.Header().Set("Content-Type", streamType)
	v.w.Header().Set("X-Accel-Buffering", "no") // proxies pass it on at once
	v.text.WriteString("retry: 2000\n")
	if err := v.send("open", v.place, LivePlace{Seq: v.place}); err != nil {
		return err
	}
	check, beat := time.NewTicker(liveCheck), time.NewTicker(liveHeartbeat)
	defer check.Stop()
	defer beat.Stop()
	rest := time.NewTimer(0) // ends when the next message may be sent
	defer rest.Stop()
	may := false
	for {
		var more <-chan struct{}
		if may {
			sent, wait, err := v.tell()
			if err != nil {
				return err
			}
			if more = wait; sent > 0 {
				may = false
				rest.Reset(sent)
			}
		}
		select {
		case <-v.call.ctx.Done():
			return v.call.ctx.Err()
		case <-rest.C:
			may = true
		case <-more:
		case <-beat.C:
			v.text.WriteString(": still here\n\n")
			if err := v.flush(); err != nil {
				return err
			}
		case <-check.C:
			if err := v.mayStay(); err != nil {
				return err
			}
		}
	}
}

// mayStay looks again at what let the viewer in.
func (v *viewer) mayStay() error {
	a := v.call.api
	if a.draining() {
		return fault.New(fault.Unavailable, "stopping", "this node is stopping")
	}
	err := a.authenticate(v.call)
	if fault.KindOf(err) == fault.Unavailable { // the database is away: nothing can be told anyway
		return nil
	}
	if err == nil {
		err = v.call.scope.Require(v.call.route.needs)
	}
	return err
}

// tell sends what is new, if anything is, and says how long to rest after it.
// more tells when to look again, nil for at once.
func (v *viewer) tell() (rest time.Duration, more <-chan struct{}, err error) {
	n := v.tail.after(v.place, liveList)
	if n.older {
		err := v.call.read(func(r *store.Reader) (err error) {
			n.list, err = entries.Changes(r, v.place, min(liveList, int(n.head-v.place))) // gapless: none beyond the head
			return err
		})
		if err != nil {
			return 0, nil, err
		}
	}
	switch {
	case n.reset:
		v.place = n.head
		return 4 * liveMessage, nil, v.send("reset", n.head, LivePlace{Seq: n.head})
	case len(n.list) == 0:
		return 0, n.more, nil
	}
	v.place = n.list[len(n.list)-1].Seq
	out := make([]LiveChange, len(n.list))
	for i, x := range n.list {
		out[i] = LiveChange{Seq: x.Seq, Kind: x.Kind, ID: ident.Text(x.Kind, x.Subject), SubjectSeq: x.SubjectSeq, Type: x.Type}
	}
	return liveMessage, nil, v.send("changes", v.place, out)
}

// send writes one event.
func (v *viewer) send(event string, id int64, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	fmt.Fprintf(&v.text, "event: %s\nid: %d\ndata: %s\n\n", event, id, text)
	return v.flush()
}

func (v *viewer) flush() error {
	if err := v.wire.SetWriteDeadline(time.Now().Add(liveWrite)); err != nil {
		return err
	}
	_, err := io.Copy(v.w, &v.text)
	if err == nil {
		err = v.wire.Flush()
	}
	return err
}
