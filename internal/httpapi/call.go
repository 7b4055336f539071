package httpapi

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/httpapi/body"
	"orderly/internal/store"
)

// call is one request on its way through a handler. It belongs to the
// goroutine that serves the request.
type call struct {
	api    *api
	ctx    context.Context //nolint:containedctx // the request's own
	w      http.ResponseWriter
	r      *http.Request
	id     string // of the request
	route  *route
	scope  access.Scope
	faults fault.List // of the body's shape and of its conversion

	reread bool // the codes of locations, for one that was not known

	key      string // Idempotency-Key
	hash     []byte
	replayed bool
	status   int
	kind     string // content type of the answer, "" for JSON
}

type callKey struct{}

func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }

// pattern is the route's pattern, for metrics and logs.
func (c *call) pattern() string {
	if c.r.Pattern == "" {
		return "none"
	}
	return c.r.Pattern
}

// read runs f on one snapshot of the caller's merchant. What f gathered is
// rendered after it has returned, so that no call needs two connections.
func (c *call) read(f func(*store.Reader) error) error {
	return c.api.desk.DB.Read(c.ctx, c.scope, f)
}

// decode reads the body into b. Faults of shape are gathered, to be told with
// those that the operation finds.
func (c *call) decode(b any) error {
	text, done, err := c.body()
	if err != nil {
		return err
	}
	defer done()
	c.keep(text)
	if c.kind == ndjsonType {
		b.(lineTaker).take(splitLines(text))
		return nil
	}
	if len(text) == 0 && body.AllOptional(reflect.TypeOf(b).Elem()) {
		return nil
	}
	return body.Decode(text, b, &c.faults)
}

// keep notes the request's hash when it has an Idempotency-Key.
func (c *call) keep(text []byte) {
	if c.key == "" {
		return
	}
	h := c.hashing()
	h.Write(text)
	c.hash = h.Sum(nil)
}

// hashing is the hash of a request before its body.
func (c *call) hashing() hash.Hash {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s?%s\n", c.r.Method, c.r.URL.EscapedPath(), c.r.URL.RawQuery)
	return h
}

func (c *call) options() desk.Options {
	if c.key == "" {
		return desk.Options{}
	}
	return desk.Options{Key: c.key, Route: c.route.id, Hash: c.hash, Replayed: &c.replayed}
}

// one carries out one command, unless the request has faults; then it tells
// them together with those that the operation's own check finds.
func one[C any](c *call, op *desk.Operation[C], cmd C) (desk.Result, error) {
	if err := check(c, op, &cmd); err != nil {
		refused(c, op, &cmd, err)
		return desk.Result{}, err
	}
	r, err := desk.One(c.ctx, c.api.desk, op, c.scope, cmd, c.options())
	c.tellReplayed()
	return r, err
}

// refused counts a command that never gets to the desk.
func refused[C any](c *call, op *desk.Operation[C], cmd *C, err error) {
	if op.Channel != nil {
		c.api.desk.Refuse(c.scope.Merchant, op.Channel(cmd), err)
	}
}

func (c *call) tellReplayed() {
	if c.replayed {
		c.w.Header().Set("Idempotent-Replayed", "true")
	}
}

// preview tells what one would answer, and changes nothing.
func preview[C any](c *call, op *desk.Operation[C], cmd C) (desk.Result, error) {
	if err := check(c, op, &cmd); err != nil {
		return desk.Result{}, err
	}
	got, err := desk.Preview(c.ctx, c.api.desk, op, c.scope, []C{cmd})
	if err != nil {
		return desk.Result{}, err
	}
	return got[0], got[0].Err
}

func check[C any](c *call, op *desk.Operation[C], cmd *C) error {
	if c.faults.Len() == 0 {
		return nil
	}
	return withCheck(&c.faults, op, cmd)
}

// withCheck is the fault of everything found so far and of what the
// operation's check finds elsewhere in the request.
func withCheck[C any](found *fault.List, op *desk.Operation[C], cmd *C) error {
	known := found.Fields()
	if op.Check != nil {
		var f *fault.Error
		if err := op.Check(cmd); asFault(err, &f) {
			if len(f.Fields) == 0 {
				found.Add("", f.Code, "%s", f.Message)
			}
			for _, x := range f.Fields {
				if !covered(x.Pointer, known) {
					found.Add(x.Pointer, x.Code, "%s", x.Message)
				}
			}
		}
	}
	return found.Err()
}

// covered reports whether a fault at the pointer would only repeat one that is
// known there, above it, or beneath it.
func covered(pointer string, known []fault.Field) bool {
	for _, k := range known {
		if k.Pointer == pointer || strings.HasPrefix(pointer, k.Pointer+"/") || strings.HasPrefix(k.Pointer, pointer+"/") {
			return true
		}
	}
	return false
}

// created answers 201 with the address of what was made.
func (c *call) created(address string) {
	c.status = http.StatusCreated
	c.w.Header().Set("Location", address)
}

// tag sends the edit version as an ETag, for If-Match.
func (c *call) tag(version int64) {
	c.w.Header().Set("ETag", `"`+strconv.FormatInt(version, 10)+`"`)
}

// ifMatch is the edit version that the caller saw.
func (c *call) ifMatch(required bool) (*int64, error) {
	text := c.r.Header.Get("If-Match")
	if text == "" {
		if required {
			return nil, fault.New(fault.Invalid, "missing_if_match", "send If-Match with the ETag (the edit_version) that you read, so that no edit of another is lost")
		}
		return nil, nil
	}
	n, err := strconv.ParseInt(strings.Trim(text, `"`), 10, 64)
	if err != nil || n < 0 {
		return nil, fault.New(fault.Invalid, "invalid_header", "If-Match is the ETag of the thing, for example \"3\"; %.40q is none", text)
	}
	return &n, nil
}
