package httpapi

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"orderly/internal/access"
	"orderly/internal/desk/talks"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	storetalks "orderly/internal/store/talks"
	"orderly/internal/support"
	"orderly/internal/talk"
)

// conversationRoutes are what we and suppliers or partners say to each other.
func (a *api) conversationRoutes() {
	work := talks.Say.Permission
	for _, x := range []struct{ at, id, of, about string }{{"/v1/purchase-orders/{id}", "PurchaseOrder", "a purchase order", talk.Purchase}, {"/v1/requests/{id}", "Request", "a request", talk.Request}} {
		add(a, route{method: "GET", path: x.at + "/conversation", id: "get" + x.id + "Conversation", summary: "Read what is said of " + x.of, needs: work, text: conversationText}, a.getConversation(x.about))
		add(a, route{method: "POST", path: x.at + "/conversation", id: "writeOf" + x.id, summary: "Write to the other side about " + x.of, needs: work, text: writeText}, a.write(x.about))
		add(a, route{method: "POST", path: x.at + "/conversation/settle", id: "settle" + x.id + "Conversation", summary: "Say that there is nothing to answer", needs: work}, a.settleTalk(x.about))
		a.conversationFile(x.at+"/conversation/files/{file}", "get"+x.id+"File", x.about)
	}
	add(a, route{method: "GET", path: "/v1/conversations", id: "listConversations", summary: "List conversations in which somebody is to answer", needs: access.PurchasesRead}, a.listConversations)
}

const (
	conversationText = "Messages, the oldest first. Who works for a supplier or partner (a key with `requests:work` alone, bound to locations) sees its own, once it was asked, and never notes. A purchase order that follows a request has the conversation of that request."
	writeText        = "What we write stands on the portal at once and leaves by mail, where an address is known and a mail server is set; an answer by mail is taken in. `way` is `out`, `note` for colleagues alone, or `in` for what they told us; what a partner writes is always its own. A body has at most 1 MB; larger files are sent on the page."
)

// Conversation is what is said of a purchase order or a request.
type Conversation struct {
	ID       string                `json:"id,omitempty" example:"tlk_0pmnqh2000400" doc:"Absent while nobody has written."`
	Purchase string                `json:"purchase_order,omitempty" example:"pur_0pmnqh2000400"`
	Request  string                `json:"request,omitempty" example:"ful_0pmnqh2000400"`
	Awaits   string                `json:"awaits,omitempty" enum:"us,them" doc:"Who is to answer: us, or the supplier or partner."`
	Since    string                `json:"since,omitempty" format:"date-time"`
	Version  int64                 `json:"version"`
	Messages []ConversationMessage `json:"messages,omitempty"`
}

// ConversationMessage is one message.
type ConversationMessage struct {
	ID        string     `json:"id" example:"tkm_0pmnqh2000400"`
	Way       string     `json:"way" enum:"out,in,note"`
	Source    string     `json:"source" enum:"portal,mail,staff,event"`
	Event     string     `json:"event,omitempty" doc:"What was told by itself: submitted, chased, and of a purchase order return, with its number." example:"submitted.1"`
	Actor     string     `json:"actor,omitempty"`
	From      string     `json:"from,omitempty"`
	FromName  string     `json:"from_name,omitempty"`
	To        string     `json:"to,omitempty"`
	Text      string     `json:"text"`
	Automatic string     `json:"automatic,omitempty" doc:"Why it is taken for a machine's: auto, bounce, loop."`
	State     string     `json:"state" doc:"kept; of what goes by mail: waiting, sending, sent, failed, skipped."`
	Why       string     `json:"why,omitempty"`
	Files     []CaseFile `json:"files,omitempty"`
	At        string     `json:"at" format:"date-time"`
}

// NewConversationMessage is something to write.
type NewConversationMessage struct {
	Text    string                `json:"text,omitempty" maxLength:"16000"`
	Way     string                `json:"way,omitempty" enum:"out,in,note"`
	Files   []NewConversationFile `json:"files,omitempty" maxItems:"5"`
	Version *int64                `json:"version,omitempty" doc:"As it was read, 0 while nobody had written: nobody answers past what was just written."`
}

// NewConversationFile comes with a message.
type NewConversationFile struct {
	Name string `json:"name" maxLength:"480"`
	Kind string `json:"kind,omitempty" maxLength:"120"`
	Data string `json:"data" doc:"In base64."`
}

// aboutID finds what a path names.
func (c *call) aboutID(about, text string) (int64, error) {
	if about == talk.Purchase {
		id, err := c.purchaseByID(text)
		return int64(id), err
	}
	id, err := fulfillmentByID(text)
	return int64(id), err
}

func renderTalk(x *talk.Talk) Conversation {
	out := Conversation{Awaits: x.Awaits, Version: x.Version}
	if x.ID != 0 {
		out.ID = x.ID.String()
	}
	if x.Since != 0 {
		out.Since = instant(x.Since)
	}
	if x.About == talk.Purchase {
		out.Purchase = talks.AboutText(x)
	} else {
		out.Request = talks.AboutText(x)
	}
	return out
}

// ConversationID names what a conversation is about.
type ConversationID struct {
	ID string `path:"id" maxLength:"40"`
}

func (a *api) getConversation(about string) func(*call, *ConversationID, *none) (Conversation, error) {
	return func(c *call, p *ConversationID, _ *none) (Conversation, error) {
		id, err := c.aboutID(about, p.ID)
		if err != nil {
			return Conversation{}, err
		}
		return c.conversation(about, id)
	}
}

func (c *call) conversation(about string, id int64) (out Conversation, err error) {
	err = c.read(func(r *store.Reader) error {
		x, err := talks.Of(r, c.scope, about, id)
		if err != nil {
			return err
		}
		out = renderTalk(&x.Talk)
		if x.Talk.ID == 0 {
			return nil
		}
		list, err := storetalks.Thread(r, x.Talk.ID)
		if err != nil {
			return err
		}
		theirs := x.Side == talk.Them
		if theirs {
			list = talk.Seen(list)
		}
		ids := make([]support.MessageID, len(list))
		for i := range list {
			ids[i] = support.MessageID(list[i].ID)
		}
		files, err := cases.Files(r, ids)
		for i := range list {
			out.Messages = append(out.Messages, renderTalkMessage(&list[i], files, theirs))
		}
		return err
	})
	return out, err
}

// renderTalkMessage shows a message. Of us, the other side sees neither who wrote,
// nor who wrote down what it told us, nor what became of the mail.
func renderTalkMessage(x *talk.Message, files []support.File, theirs bool) ConversationMessage {
	out := ConversationMessage{ID: x.ID.String(), Way: x.Way, Source: x.Source, Event: x.Event, Actor: x.Actor, From: x.From, FromName: x.FromName, To: x.To, Text: x.Text, Automatic: x.Auto, State: x.State, Why: x.Why, At: instant(x.At)}
	if theirs && x.Way == talk.Out {
		out.Actor, out.From, out.State = "", "", support.Kept
	}
	if theirs {
		out.Why = ""
		if x.Source == talk.Staff {
			out.Actor = ""
		}
	}
	for _, f := range files {
		if f.Message == support.MessageID(x.ID) {
			out.Files = append(out.Files, CaseFile{ID: ident.Text("csf", f.ID), Name: f.Name, Kind: f.Kind, Size: f.Size})
		}
	}
	return out
}

func (a *api) write(about string) func(*call, *ConversationID, *NewConversationMessage) (Conversation, error) {
	return func(c *call, p *ConversationID, in *NewConversationMessage) (Conversation, error) {
		id, err := c.aboutID(about, p.ID)
		if err != nil {
			return Conversation{}, err
		}
		cmd := talks.SayCommand{About: about, Subject: id, Way: in.Way, Text: in.Text, Version: in.Version}
		for i, f := range in.Files {
			data, err := base64.StdEncoding.DecodeString(f.Data)
			if err != nil {
				c.faults.Add(fmt.Sprintf("/files/%d/data", i), "invalid_base64", "data is the file in base64")
			}
			cmd.Files = append(cmd.Files, support.File{Name: f.Name, Kind: f.Kind, Data: data})
		}
		if _, err := one(c, talks.Say, cmd); err != nil {
			return Conversation{}, err
		}
		return c.conversation(about, id)
	}
}

func (a *api) settleTalk(about string) func(*call, *ConversationID, *none) (Conversation, error) {
	return func(c *call, p *ConversationID, _ *none) (Conversation, error) {
		id, err := c.aboutID(about, p.ID)
		if err != nil {
			return Conversation{}, err
		}
		if _, err := one(c, talks.Settle, talks.SettleCommand{About: about, Subject: id}); err != nil {
			return Conversation{}, err
		}
		return c.conversation(about, id)
	}
}

type conversationFile struct {
	ConversationID
	File string `path:"file" maxLength:"40" example:"csf_0pmnqh2000400"`
}

// conversationFile serves what came with a message, only to be saved.
func (a *api) conversationFile(path, id, about string) {
	r := route{method: "GET", path: path, id: id, summary: "Save a file that came with a message", needs: access.RequestsWork, text: caseFileText, answers: []int{http.StatusOK}}
	huma.Register(a.huma, a.operation(&r), func(ctx context.Context, p *conversationFile) (*huma.StreamResponse, error) {
		c := callOf(ctx)
		f, err := c.talkFile(about, p)
		if err != nil {
			return nil, c.problemOf(err)
		}
		return savedFile(f.Name, savedType, f.Data), nil
	})
	savedAs(a, &r)
}

func (c *call) talkFile(about string, p *conversationFile) (f *support.File, err error) {
	number, bad := ident.Parse("csf", p.File)
	if bad != nil {
		return nil, fault.New(fault.NotFound, "no_such_file", "there is no file %.40q", p.File)
	}
	id, err := c.aboutID(about, p.ID)
	if err != nil {
		return nil, err
	}
	err = c.read(func(r *store.Reader) (err error) {
		f, err = talks.FileFor(r, c.scope, about, id, number)
		return err
	})
	return f, err
}

type conversationsQuery struct {
	Paging
	Awaits string `query:"awaits" enum:"us,them" default:"us" doc:"Who is to answer."`
}

func (a *api) listConversations(c *call, p *conversationsQuery, _ *none) (Page[Conversation], error) {
	after, err := p.numbers(1, 0)
	if err != nil {
		return Page[Conversation]{}, err
	}
	side := talk.Us
	if p.Awaits != "" {
		side = p.Awaits
	}
	var list []*talk.Talk
	err = c.read(func(r *store.Reader) (err error) {
		list, err = storetalks.Awaiting(r, side, talk.ID(after[0]), p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderTalk, func(x *talk.Talk) string { return number(int64(x.ID)) }), err
}
