package httpapi

import (
	"orderly/internal/fulfillment"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/post"
)

// Message is what the customer of an order is told by mail.
type Message struct {
	ID        string `json:"id" example:"msg_0pmnqh2000400"`
	Order     string `json:"order" example:"ord_0pmnqh2000400"`
	Kind      string `json:"kind" enum:"placed,delayed,promised,shipped,out_for_delivery,ready_for_pickup,pickup_reminder,pickup_extended,delivered,canceled,refunded,return_received,ask_address,ask_substitute,ask_payment,ask_confirm"`
	Parcel    string `json:"parcel,omitempty" example:"par_0pmnqh2000400"`
	State     string `json:"state" enum:"waiting,sending,sent,failed,skipped" doc:"Skipped cannot be sent at all, failed was given up; why says what was wrong."`
	Attempts  int64  `json:"attempts"`
	Why       string `json:"why,omitempty" doc:"Of the last attempt that failed."`
	Actor     string `json:"actor,omitempty" doc:"Who asked for it; the order's life did when it is missing."`
	CreatedAt string `json:"created_at" format:"date-time"`
	UpdatedAt string `json:"updated_at" format:"date-time"`
}

// NewMessage asks for a message to be sent, or sent once more.
type NewMessage struct {
	Kind   string `json:"kind" enum:"placed,delayed,promised,shipped,out_for_delivery,ready_for_pickup,pickup_reminder,pickup_extended,delivered,canceled,refunded,return_received,ask_address,ask_substitute,ask_payment,ask_confirm"`
	Parcel string `json:"parcel,omitempty" example:"par_0pmnqh2000400" doc:"Which it is about; all of the order when missing."`
	Amount int64  `json:"amount,omitempty" minimum:"0" doc:"Of a refund, in minor units."`
}

// MailText is a message as it would leave now.
type MailText struct {
	To      string `json:"to" doc:"Empty when the order has no address."`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html"`
	Cannot  string `json:"cannot,omitempty" doc:"Why it could not be sent."`
}

// MailServer is by which server messages leave, who they are from and which
// kinds leave by themselves.
type MailServer struct {
	Host        string   `json:"host" maxLength:"253" example:"smtp.example.com"`
	Port        int64    `json:"port" minimum:"1" maximum:"65535" example:"465"`
	Security    string   `json:"security" enum:"tls,starttls,none"`
	Username    string   `json:"username,omitempty" maxLength:"200"`
	HasPassword bool     `json:"has_password"`
	FromName    string   `json:"from_name,omitempty" maxLength:"200" doc:"The shop's name when missing."`
	FromAddress string   `json:"from_address" maxLength:"254"`
	ReplyTo     string   `json:"reply_to,omitempty" maxLength:"254"`
	ShopAddress string   `json:"shop_address" maxLength:"300" doc:"Where customers reach these pages; links in messages begin with it."`
	Kinds       []string `json:"kinds" maxItems:"20" doc:"Which leave by themselves."`
	Enabled     bool     `json:"enabled" doc:"Whether any do."`
	EditVersion int64    `json:"edit_version"`
}

// SetMailServer sets it. A password is kept sealed and never shown; left out,
// the one that is there stays, if the server is the same.
type SetMailServer struct {
	Host        string   `json:"host" maxLength:"253" example:"smtp.example.com"`
	Port        int64    `json:"port" minimum:"1" maximum:"65535" example:"465"`
	Security    string   `json:"security" enum:"tls,starttls,none"`
	Username    string   `json:"username,omitempty" maxLength:"200"`
	Password    string   `json:"password,omitempty" maxLength:"500"`
	FromName    string   `json:"from_name,omitempty" maxLength:"200"`
	FromAddress string   `json:"from_address" maxLength:"254"`
	ReplyTo     string   `json:"reply_to,omitempty" maxLength:"254"`
	ShopAddress string   `json:"shop_address" maxLength:"300"`
	Kinds       []string `json:"kinds" maxItems:"20"`
	Enabled     bool     `json:"enabled"`
	EditVersion *int64   `json:"edit_version,omitempty" doc:"As it was read; another one is refused."`
}

// MailTest asks for an example to be sent at once.
type MailTest struct {
	To    string `json:"to" maxLength:"254" example:"you@example.com"`
	Kind  string `json:"kind,omitempty" enum:"placed,delayed,promised,shipped,out_for_delivery,ready_for_pickup,pickup_reminder,pickup_extended,delivered,canceled,refunded,return_received,ask_address,ask_substitute,ask_payment,ask_confirm" doc:"placed when missing."`
	Order string `json:"order,omitempty" doc:"Which order it tells of; the newest when missing."`
}

// Wording is how a kind of message is worded for orders of a channel, in a
// language.
type Wording struct {
	Kind        string `json:"kind" enum:"placed,delayed,promised,shipped,out_for_delivery,ready_for_pickup,pickup_reminder,pickup_extended,delivered,canceled,refunded,return_received,ask_address,ask_substitute,ask_payment,ask_confirm"`
	Channel     string `json:"channel,omitempty" maxLength:"60" doc:"Every channel when missing."`
	Language    string `json:"language" minLength:"2" maxLength:"2" example:"en"`
	Subject     string `json:"subject" maxLength:"800"`
	Body        string `json:"body" maxLength:"32000" doc:"{shop}, {order}, {name}, {items}, {total}, {due}, {link}, {carrier}, {tracking} and {amount} are filled in; a line with one that has nothing to say is left out. A line [label]({link}) is a button."`
	BuiltIn     bool   `json:"built_in,omitempty" doc:"What is said where the shop words nothing itself."`
	EditVersion int64  `json:"edit_version"`
}

// SetWording sets a wording, or gives it up.
type SetWording struct {
	Kind        string `json:"kind" enum:"placed,delayed,promised,shipped,out_for_delivery,ready_for_pickup,pickup_reminder,pickup_extended,delivered,canceled,refunded,return_received,ask_address,ask_substitute,ask_payment,ask_confirm"`
	Channel     string `json:"channel,omitempty" maxLength:"60"`
	Language    string `json:"language" minLength:"2" maxLength:"2" example:"en"`
	Subject     string `json:"subject,omitempty" maxLength:"800"`
	Body        string `json:"body,omitempty" maxLength:"32000"`
	Drop        bool   `json:"drop,omitempty" doc:"Give it up; the built-in one is used again."`
	EditVersion *int64 `json:"edit_version,omitempty"`
}

func renderMessage(x message.Message) Message {
	out := Message{
		ID: x.ID.String(), Order: order.ID(x.Order).String(), Kind: string(x.Kind), State: string(x.State), Attempts: x.Attempts, Why: x.Why, Actor: x.By,
		CreatedAt: instant(x.CreatedAt), UpdatedAt: instant(x.UpdatedAt),
	}
	if p := x.Parcel(); p != 0 {
		out.Parcel = fulfillment.ParcelID(p).String()
	}
	return out
}

func renderLetter(l *post.Letter) MailText {
	return MailText{To: l.To, Subject: l.Mail.Subject, Text: l.Mail.Text, HTML: l.Mail.HTML, Cannot: l.Cannot()}
}

func renderServer(s message.Sender) MailServer {
	out := MailServer{
		Host: s.Host, Port: s.Port, Security: s.Security, Username: s.Username, HasPassword: s.Password != "", FromName: s.FromName, FromAddress: s.FromAddress,
		ReplyTo: s.ReplyTo, ShopAddress: s.ShopAddress, Kinds: []string{}, Enabled: s.Enabled(), EditVersion: s.EditVersion,
	}
	for _, k := range s.Kinds {
		out.Kinds = append(out.Kinds, string(k))
	}
	return out
}

func renderWording(t message.Template) Wording {
	return Wording{
		Kind: string(t.Kind), Channel: t.Channel, Language: t.Language, Subject: t.Subject, Body: t.Body,
		BuiltIn: t.EditVersion == 0, EditVersion: t.EditVersion,
	}
}
