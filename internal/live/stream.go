package live

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/entries"
)

// How a stream is kept.
const (
	message    = 250 * time.Millisecond // between two messages to one viewer
	heartbeat  = 15 * time.Second
	check      = 500 * time.Millisecond // between two looks at whether the viewer may stay
	writeLimit = 5 * time.Second        // who takes nothing for so long is cut off
	list       = 250                    // changes in one message
	readyLimit = 5 * time.Second
)

// MediaType is what a stream is.
const MediaType = "text/event-stream"

// LiveChange is one entry of the journal, without what it says. Its name is
// that of the API's document.
type LiveChange struct {
	Seq        int64  `json:"seq" doc:"Gapless over the merchant."`
	Kind       string `json:"kind" enum:"ord,itm,loc,cus,stk,key,mer,usr,chn,trb,wrk,job,imp,viw,run,whe" doc:"Of the thing."`
	ID         string `json:"id" doc:"The thing." example:"ord_0pmnqh2000400"`
	SubjectSeq int64  `json:"subject_seq" doc:"Gapless over the thing: who has this one or a later one need not read it again."`
	Type       string `json:"type" example:"order.placed"`
}

// LivePlace is where the stream is.
type LivePlace struct {
	Seq int64 `json:"seq" doc:"The last entry that is known here."`
}

// Viewer is who gets a stream.
type Viewer struct {
	Merchant int64
	Place    int64 // begin after this sequence; below 0 with what comes next
	Read     func(func(*store.Reader) error) error
	MayStay  func() error               // asked twice a second; its error ends the stream
	Only     func(*entries.Change) bool // what of it the viewer is told; nil for all
}

// Open prepares a stream. It begins when the answer is called, which returns
// when the viewer has left, may not stay, or is cut off.
func (h *Hub) Open(ctx context.Context, w http.ResponseWriter, o Viewer) (answer func(http.ResponseWriter) error, err error) {
	// A stream outlives the timeouts of requests; who cannot lift them cannot stream.
	wire := http.NewResponseController(w)
	if wire.SetReadDeadline(time.Time{}) != nil || wire.SetWriteDeadline(time.Now().Add(writeLimit)) != nil {
		return nil, fault.New(fault.Invalid, "no_stream", "this connection cannot carry a stream; connect over HTTP/1.1 or HTTP/2")
	}
	t, leave, err := h.view(o.Merchant)
	if err != nil {
		return nil, err
	}
	soon, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	head, err := t.ready(soon)
	if err != nil {
		leave()
		return nil, err
	}
	if o.Place < 0 {
		o.Place = head
	}
	return func(w http.ResponseWriter) error {
		defer leave()
		v := &viewer{Viewer: o, ctx: ctx, tail: t, w: w, wire: wire, place: o.Place}
		return v.serve()
	}, nil
}

// viewer is one stream. It belongs to the goroutine that serves the request
// and holds no changes of its own: who is slow is behind, and then far behind.
type viewer struct {
	Viewer
	ctx   context.Context //nolint:containedctx // the request's own
	tail  *tail
	w     http.ResponseWriter
	wire  *http.ResponseController
	place int64
	text  bytes.Buffer
}

// serve writes until the viewer leaves, its key ends or the node stops.
func (v *viewer) serve() error {
	v.w.Header().Set("Content-Type", MediaType)
	v.w.Header().Set("X-Accel-Buffering", "no") // proxies pass it on at once
	v.text.WriteString("retry: 2000\n")
	if err := v.send("open", v.place, LivePlace{Seq: v.place}); err != nil {
		return err
	}
	look, beat := time.NewTicker(check), time.NewTicker(heartbeat)
	defer look.Stop()
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
		case <-v.ctx.Done():
			return v.ctx.Err()
		case <-rest.C:
			may = true
		case <-more:
		case <-beat.C:
			v.text.WriteString(": still here\n\n")
			if err := v.flush(); err != nil {
				return err
			}
		case <-look.C:
			if err := v.MayStay(); err != nil {
				return err
			}
		}
	}
}

// tell sends what is new, if anything is, and says how long to rest after it.
// more tells when to look again, nil for at once.
func (v *viewer) tell() (rest time.Duration, more <-chan struct{}, err error) {
	n := v.tail.after(v.place, list)
	if n.older {
		err := v.Read(func(r *store.Reader) (err error) {
			n.list, err = entries.Changes(r, v.place, min(list, int(n.head-v.place))) // gapless: none beyond the head
			return err
		})
		if err != nil {
			return 0, nil, err
		}
	}
	switch {
	case n.reset:
		v.place = n.head
		return 4 * message, nil, v.send("reset", n.head, LivePlace{Seq: n.head})
	case len(n.list) == 0:
		return 0, n.more, nil
	}
	v.place = n.list[len(n.list)-1].Seq
	out := make([]LiveChange, 0, len(n.list))
	for _, x := range n.list {
		if v.Only == nil || v.Only(&x) {
			out = append(out, LiveChange{Seq: x.Seq, Kind: x.Kind, ID: ident.Text(x.Kind, x.Subject), SubjectSeq: x.SubjectSeq, Type: x.Type})
		}
	}
	if len(out) == 0 {
		return 0, nil, nil
	}
	return message, nil, v.send("changes", v.place, out)
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
	if err := v.wire.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return err
	}
	_, err := io.Copy(v.w, &v.text)
	if err == nil {
		err = v.wire.Flush()
	}
	return err
}
