package settings

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/post"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/messages"
	"orderly/internal/store/orders"
	"orderly/internal/store/users"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// mailing is what the page of messages shows.
type mailing struct {
	Sender message.Sender
	On     bool
	Texts  []message.Template // the shop's own
	You    string             // the visitor's address, for tests
	Faults shell.Faults
	Tested shell.Faults // what was wrong with a test
	Stale  bool

	Gateway       message.Gateway
	GatewayFaults shell.Faults
}

func readMailing(v *shell.Visit) (mailing, error) {
	var x mailing
	err := v.Read(func(r *store.Reader) (err error) {
		if x.Sender, err = messages.SenderOf(r); err != nil {
			return err
		}
		if x.Texts, err = messages.Templates(r); err != nil {
			return err
		}
		if x.Gateway, err = messages.GatewayOf(r); err != nil {
			return err
		}
		id, err := users.ParseID(v.Scope.Actor.ID)
		if err == nil {
			var u users.User
			u, err = users.Get(r, id)
			x.You = u.Email
		}
		return err
	})
	if x.Sender.EditVersion == 0 {
		x.Sender = message.Sender{Port: 465, Security: "tls", FromAddress: "", Kinds: slices.Clone(message.Kinds)}
	}
	x.On = x.Sender.Enabled()
	return x, err
}

func mailPage(v *shell.Visit) error {
	x, err := readMailing(v)
	if err != nil {
		return err
	}
	if x.Sender.ShopAddress == "" {
		x.Sender.ShopAddress = here(v)
	}
	return v.Page(v.T("settings.messages"), mailView(v, x))
}

// here is the address by which the visitor has come: most likely customers do
// too.
func here(v *shell.Visit) string {
	scheme := "http"
	if v.Secure() {
		scheme = "https"
	}
	return scheme + "://" + v.R.Host
}

func saveMail(v *shell.Visit) error {
	var l fault.List
	s := message.Sender{
		Host: v.Form("host"), Port: v.FormInt("port", &l), Security: v.Form("security"), Username: v.Form("username"),
		FromName: v.Form("from_name"), FromAddress: v.Form("from_address"), ReplyTo: v.Form("reply_to"), ShopAddress: v.Form("shop_address"),
	}
	for _, k := range chosen(form(v), "kinds") {
		s.Kinds = append(s.Kinds, message.Kind(k))
	}
	err := l.Err()
	if err == nil {
		_, err = shell.Do(v, admin.SaveSender, admin.SenderCommand{Sender: s, Password: v.Form("password"), Enabled: v.Form("enabled") != "", Version: v.EditVersion()})
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/messages")
	}
	return mailAgain(v, err, func(x *mailing, f shell.Faults) {
		s.EditVersion, s.Password = x.Sender.EditVersion, x.Sender.Password
		x.Sender, x.On, x.Faults, x.Stale = s, v.Form("enabled") != "", f, shell.Stale(err)
	})
}

func saveGateway(v *shell.Visit) error {
	address := v.Form("address")
	_, err := shell.Do(v, admin.SaveGateway, admin.GatewayCommand{Address: address, Secret: strings.TrimSpace(v.Form("secret")), Version: v.EditVersion()})
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/messages")
	}
	return mailAgain(v, err, func(x *mailing, f shell.Faults) {
		x.Gateway.Address, x.GatewayFaults, x.Stale = address, f, shell.Stale(err)
	})
}

func mailAgain(v *shell.Visit, refused error, typed func(*mailing, shell.Faults)) error {
	faults, ok := shell.FaultsOf(refused)
	if !ok {
		return refused
	}
	x, err := readMailing(v)
	if err != nil {
		return err
	}
	typed(&x, faults)
	return v.Again(v.T("settings.messages"), mailView(v, x))
}

// testMail sends an example of the newest order to somebody of the shop.
func testMail(v *shell.Visit) error {
	to := v.Form("to")
	l, err := example(v, message.Kind(v.Form("kind")))
	switch {
	case err != nil:
	case l == nil:
		err = fault.New(fault.Conflict, "no_order", "there is no order yet that a test could tell of; place one first")
	case !message.PlainAddress(to):
		var faults fault.List
		faults.Add("/to", "invalid_email", "write an address as name@example.com")
		err = faults.Err()
	default:
		err = post.Try(v.Context(), v.Desk(), l, to)
	}
	if err == nil {
		v.Toast(v.T("settings.test_sent", "to", to))
		return v.Go("/settings/messages")
	}
	return mailAgain(v, err, func(x *mailing, f shell.Faults) { x.Tested, x.You = f, to })
}

// example is a letter about the newest order; nil when there is none.
func example(v *shell.Visit, k message.Kind) (*post.Letter, error) {
	if !slices.Contains(message.Kinds, k) {
		k = message.Placed
	}
	var l *post.Letter
	err := v.Read(func(r *store.Reader) error {
		id, err := orders.Newest(r)
		if err == nil && id != 0 {
			l, err = post.Read(r, message.Message{Order: int64(id), Kind: k, Amount: exampleAmount(r, id), By: v.Scope.Actor.String()})
		}
		return err
	})
	return l, err
}

// exampleAmount is what the order cost, so that a text about money has some.
func exampleAmount(r *store.Reader, id order.ID) int64 {
	o, err := orders.Get(r, id)
	if err != nil {
		return 0
	}
	return max(1, o.Totals.Payable())
}

// wording is what the page of one text shows.
type wording struct {
	message.Template
	Own      bool
	Channels []channels.Channel
	Faults   shell.Faults
	Stale    bool
	Shown    *post.Letter // how it reads; nil when there is no order to show it with
}

func readWording(v *shell.Visit, kind, channel, language string) (wording, error) {
	x := wording{Template: message.BuiltIn(message.Kind(kind))}
	if x.Kind == "" {
		return x, fault.New(fault.NotFound, "no_such_text", "there is no such kind of message")
	}
	var list []message.Template
	err := v.Read(func(r *store.Reader) (err error) {
		if x.Channels, err = channels.All(r); err != nil {
			return err
		}
		list, err = messages.Templates(r)
		return err
	})
	if language != "" {
		x.Language = language
	}
	x.Channel = channel
	for _, t := range list {
		if t.Kind == x.Kind && t.Channel == x.Channel && t.Language == x.Language {
			x.Template, x.Own = t, true
		}
	}
	return x, err
}

func (x *wording) show(v *shell.Visit) (err error) {
	x.Shown, err = example(v, x.Kind)
	if x.Shown != nil {
		x.Shown.Word(x.Template)
	}
	return err
}

func wordingPage(v *shell.Visit) error {
	x, err := readWording(v, v.Query("kind"), v.Query("channel"), v.Query("language"))
	if err == nil {
		err = x.show(v)
	}
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.text_"+string(x.Kind)), wordingView(v, x))
}

func typedWording(v *shell.Visit) message.Template {
	return message.Template{Kind: message.Kind(v.Form("kind")), Channel: v.Form("channel"), Language: v.Form("language"), Subject: v.Form("subject"), Body: v.Form("body")}
}

func saveWording(v *shell.Visit) error {
	t := typedWording(v)
	drop := v.Form("do") == "drop"
	version := v.EditVersion()
	if v.Form("was") != t.Channel+"/"+t.Language { // a text of its own for another channel or language
		version = nil
	}
	_, err := shell.Do(v, admin.SaveWording, admin.WordingCommand{Template: t, Drop: drop, Version: version})
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/messages")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x, bad := readWording(v, string(t.Kind), t.Channel, t.Language)
	if bad != nil {
		return bad
	}
	t.EditVersion = x.EditVersion
	x.Template, x.Faults, x.Stale = t, faults, shell.Stale(err)
	return v.Again(v.T("settings.text_"+string(x.Kind)), wordingView(v, x))
}

// wordingPreview shows what is being written as it would read.
func wordingPreview(v *shell.Visit) error {
	x := wording{Template: typedWording(v)}
	var l fault.List
	x.Check(&l)
	if faults, ok := shell.FaultsOf(l.Err()); ok && l.Err() != nil {
		return v.Part(wordingFaults(faults))
	}
	if err := x.show(v); err != nil {
		return err
	}
	return v.Part(letterShown(v, x.Shown))
}

func textPath(t message.Template) string {
	return "/settings/messages/text?" + url.Values{"kind": {string(t.Kind)}, "channel": {t.Channel}, "language": {t.Language}}.Encode()
}

func securities(v *shell.Visit) []ui.Option {
	out := make([]ui.Option, len(message.Securities))
	for i, s := range message.Securities {
		out[i] = ui.Option{Value: s, Label: v.T("settings.security_" + s)}
	}
	return out
}

func kindOptions(v *shell.Visit) []ui.Option {
	out := make([]ui.Option, len(message.Kinds))
	for i, k := range message.Kinds {
		out[i] = ui.Option{Value: string(k), Label: v.T("settings.text_" + string(k))}
	}
	return out
}

func (x *wording) channelOptions(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("settings.every_channel")}}
	for _, c := range x.Channels {
		out = append(out, ui.Option{Value: c.Code, Label: c.Label})
	}
	return out
}

func portText(s message.Sender) string {
	if s.Port == 0 {
		return ""
	}
	return strconv.FormatInt(s.Port, 10)
}

// saidIn are the sentences about faults, in the order of the fields' names.
func saidIn(f shell.Faults) []string {
	var out []string
	for _, at := range slices.Sorted(maps.Keys(f)) {
		out = append(out, f[at])
	}
	return out
}

func (x mailing) passwordHint(v *shell.Visit) string {
	if x.Sender.Password != "" {
		return v.T("settings.mail_password_kept")
	}
	return v.T("settings.mail_password_hint")
}

func allWords() string { return "{" + strings.Join(message.Words, "}, {") + "}" }
