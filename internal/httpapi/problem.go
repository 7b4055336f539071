package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"orderly/internal/fault"
	"orderly/internal/httpapi/body"
)

// Problem is every answer that is not a success (RFC 9457).
type Problem struct {
	Type      string         `json:"type" doc:"Names the kind of problem; it ends in the code." example:"urn:orderly:problem:out_of_stock"`
	Title     string         `json:"title" doc:"The status in words." example:"Conflict"`
	Status    int            `json:"status" example:"409"`
	Code      string         `json:"code" doc:"Stable; programs decide by it." example:"out_of_stock"`
	Detail    string         `json:"detail" doc:"What is wrong and what to do."`
	RequestID string         `json:"request_id,omitempty" doc:"Also in the header X-Request-Id; name it when you ask for help. Absent in rows of a batch."`
	Errors    []ProblemField `json:"errors,omitempty" doc:"Every single fault, at most 100."`

	header http.Header
}

// ProblemField is one fault at one place of the request.
type ProblemField struct {
	Pointer   string `json:"pointer" doc:"JSON pointer into the body; empty for the whole." example:"/lines/0/sku"`
	Parameter string `json:"parameter,omitempty" doc:"Name of the path, query or header parameter, when the fault is in one."`
	Code      string `json:"code" example:"unknown_sku"`
	Message   string `json:"message"`
}

// statuses is the one table from kinds of faults to HTTP.
var statuses = [...]int{
	fault.Internal:    http.StatusInternalServerError,
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.Denied:      http.StatusForbidden,
	fault.Unknown:     http.StatusUnauthorized,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.Unavailable: http.StatusServiceUnavailable,
}

// exceptions are codes whose status HTTP has a word of its own for.
var exceptions = map[string]int{
	body.Code:                http.StatusBadRequest,
	"too_deep":               http.StatusBadRequest,
	"invalid_text_encoding":  http.StatusBadRequest,
	"unknown_version":        http.StatusBadRequest,
	"invalid_header":         http.StatusBadRequest,
	"edited_meanwhile":       http.StatusPreconditionFailed,
	"missing_if_match":       http.StatusPreconditionRequired,
	"unsupported_media_type": http.StatusUnsupportedMediaType,
	"method_not_allowed":     http.StatusMethodNotAllowed,
	"too_many_requests":      http.StatusTooManyRequests,
	"disk_full":              http.StatusInsufficientStorage,
	"client_left":            statusClientLeft,
}

// statusClientLeft is written when nobody is there to read it.
const statusClientLeft = 499

func (p *Problem) Error() string             { return p.Detail }
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) GetHeaders() http.Header   { return p.header }
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problemOf turns any error into what a caller may see. What is not a fault is
// a bug or a broken machine: it is logged under the request's id.
func (c *call) problemOf(err error) *Problem {
	var f *fault.Error
	switch {
	case errors.As(err, &f) && f.Kind != fault.Internal:
	case errors.Is(err, context.Canceled):
		f = fault.New(fault.Unavailable, "client_left", "the caller left before the answer")
	case errors.Is(err, context.DeadlineExceeded):
		f = fault.New(fault.Unavailable, "timeout", "this took too long; try again")
	default:
		c.api.log.Error("request failed", "request_id", c.id, "route", c.pattern(), "error", err)
		f = fault.New(fault.Internal, "internal", "something went wrong here; it was logged under the request_id")
	}
	status := statuses[f.Kind]
	if special, ok := exceptions[f.Code]; ok {
		status = special
	}
	p := newProblem(c.id, status, f.Code, f.Message)
	for _, x := range f.Fields {
		each := ProblemField{Pointer: x.Pointer, Code: x.Code, Message: x.Message}
		if name, ok := strings.CutPrefix(x.Pointer, parameterMark); ok {
			each.Pointer, each.Parameter = "", name
		}
		p.Errors = append(p.Errors, each)
	}
	switch status {
	case http.StatusUnauthorized:
		p.header = http.Header{"Www-Authenticate": {`Bearer realm="orderly"`}}
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		p.header = http.Header{"Retry-After": {"1"}}
	}
	return p
}

func newProblem(id string, status int, code, detail string) *Problem {
	title := http.StatusText(status)
	if title == "" {
		title = "Client Closed Request"
	}
	return &Problem{Type: "urn:orderly:problem:" + code, Title: title, Status: status, Code: code, Detail: detail, RequestID: id}
}

// refuse writes a problem where no handler of a route does.
func (c *call) refuse(w http.ResponseWriter, err error) {
	p := c.problemOf(err)
	h := w.Header()
	for k, v := range p.header {
		h[k] = v
	}
	h.Set("Content-Type", p.ContentType(""))
	h.Del("Content-Length")
	w.WriteHeader(p.Status)
	text, err := json.Marshal(p)
	if err == nil {
		_, err = w.Write(append(text, '\n'))
	}
	if err != nil {
		c.api.log.Debug("answer not written", "request_id", c.id, "error", err)
	}
}

// reword turns huma's own errors, which are about parameters, into problems.
func reword(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	c := callOf(ctx.Context())
	p := newProblem(c.id, m.Status, "invalid_parameter", "a parameter of the request has a fault")
	if m.Status >= http.StatusInternalServerError {
		c.api.log.Error("request failed", "request_id", c.id, "route", c.pattern(), "error", m.Detail)
		p = newProblem(c.id, m.Status, "internal", "something went wrong here; it was logged under the request_id")
	}
	for _, e := range m.Errors {
		place, name, _ := strings.Cut(e.Location, ".")
		code := "invalid_parameter"
		switch {
		case strings.HasPrefix(e.Message, "unknown"):
			code = "unknown_parameter"
		case strings.HasPrefix(e.Message, "required"):
			code = "missing"
		}
		name, _, _ = strings.Cut(name, "[")
		p.Errors = append(p.Errors, ProblemField{Parameter: name, Code: code, Message: place + " parameter " + name + ": " + e.Message})
	}
	return p, nil
}
