// Package settings is the room where a shop is set up: how it presents itself,
// who works there, keys of programs, channels and locations.
//
// What belongs here: pages about the shop and other people. What does not: the
// visitor's own account (account) and what lies at a location (stock).
package settings

import (
	"net/url"
	"slices"
	"strconv"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/web/shell"
)

// Routes are the pages of this room.
func Routes() []shell.Route {
	const shop, people, keys, places, rules = access.SettingsWrite, access.UsersWrite, access.KeysWrite, access.CatalogWrite, access.RulesWrite
	return []shell.Route{
		{Method: "GET", Path: "/settings", Do: first},
		{Method: "GET", Path: "/settings/shop", Needs: shop, Do: shopPage},
		{Method: "POST", Path: "/settings/shop", Needs: shop, Do: saveShop},
		{Method: "POST", Path: "/settings/logo", Needs: shop, Do: saveLogo},
		{Method: "GET", Path: "/logo/{merchant}/{version}", Public: true, Do: logo},
		{Method: "GET", Path: "/settings/users", Needs: people, Do: usersPage},
		{Method: "GET", Path: "/settings/users/new", Needs: people, Do: invitePage},
		{Method: "POST", Path: "/settings/users/new", Needs: people, Do: invite},
		{Method: "GET", Path: "/settings/users/{id}", Needs: people, Do: userPage},
		{Method: "POST", Path: "/settings/users/{id}", Needs: people, Do: saveUser},
		{Method: "POST", Path: "/settings/users/{id}/link", Needs: people, Do: userLink},
		{Method: "POST", Path: "/settings/users/{id}/disable", Needs: people, Do: disableUser},
		{Method: "POST", Path: "/settings/users/{id}/enable", Needs: people, Do: enableUser},
		{Method: "GET", Path: "/settings/keys", Needs: keys, Do: keysPage},
		{Method: "GET", Path: "/settings/keys/new", Needs: keys, Do: newKeyPage},
		{Method: "POST", Path: "/settings/keys/new", Needs: keys, Do: makeKey},
		{Method: "POST", Path: "/settings/keys/revoke", Needs: keys, Do: revokeKey},
		{Method: "GET", Path: "/settings/invoices", Needs: shop, Do: invoicesPage},
		{Method: "POST", Path: "/settings/invoices", Needs: shop, Do: saveInvoices},
		{Method: "GET", Path: "/settings/taxes", Needs: shop, Do: taxesPage},
		{Method: "POST", Path: "/settings/taxes", Needs: shop, Do: saveTaxes},
		{Method: "POST", Path: "/settings/taxes/exchange", Needs: shop, Do: saveExchange},
		{Method: "GET", Path: "/settings/webhooks", Needs: shop, Do: webhooksPage},
		{Method: "GET", Path: "/settings/webhooks/new", Needs: shop, Do: newWebhookPage},
		{Method: "POST", Path: "/settings/webhooks/new", Needs: shop, Do: makeWebhook},
		{Method: "GET", Path: "/settings/webhooks/{id}", Needs: shop, Do: webhookPage},
		{Method: "POST", Path: "/settings/webhooks/{id}/ping", Needs: shop, Do: webhookDo(admin.PingWebhook, "settings.webhook_pinged")},
		{Method: "POST", Path: "/settings/webhooks/{id}/pause", Needs: shop, Do: webhookDo(admin.PauseWebhook, "settings.webhook_paused_now")},
		{Method: "POST", Path: "/settings/webhooks/{id}/resume", Needs: shop, Do: webhookDo(admin.ResumeWebhook, "settings.webhook_resumed")},
		{Method: "POST", Path: "/settings/webhooks/{id}/end", Needs: shop, Do: webhookDo(admin.EndWebhook, "settings.webhook_ended_now")},
		{Method: "POST", Path: "/settings/webhooks/{id}/rotate", Needs: shop, Do: rotateWebhook},
		{Method: "POST", Path: "/settings/webhooks/{id}/replay", Needs: shop, Do: replayWebhook},
		{Method: "POST", Path: "/settings/invoices/when", Needs: shop, Do: savePolicies},
		{Method: "GET", Path: "/settings/channels", Needs: shop, Do: channelsPage},
		{Method: "GET", Path: "/settings/channels/edit", Needs: shop, Do: channelPage},
		{Method: "POST", Path: "/settings/channels/edit", Needs: shop, Do: saveChannel},
		{Method: "GET", Path: "/settings/channels/stock", Needs: shop, Do: leavingPage},
		{Method: "POST", Path: "/settings/channels/places", Needs: shop, Do: saveFrom},
		{Method: "POST", Path: "/settings/channels/buffers", Needs: shop, Do: saveBuffer},
		{Method: "GET", Path: "/settings/automation", Needs: rules, Do: automationPage},
		{Method: "GET", Path: "/settings/automation/rule", Needs: rules, Do: rulePage},
		{Method: "POST", Path: "/settings/automation/rule", Needs: rules, Do: saveRule},
		{Method: "POST", Path: "/settings/automation/state", Needs: rules, Do: moveRule},
		{Method: "POST", Path: "/settings/automation/check", Needs: rules, Do: checkRule},
		{Method: "POST", Path: "/settings/automation/foresee", Needs: rules, Do: foreseeRule},
		{Method: "GET", Path: "/settings/flows", Needs: shop, Do: flowsPage},
		{Method: "GET", Path: "/settings/flows/edit", Needs: shop, Do: flowPage},
		{Method: "POST", Path: "/settings/flows/edit", Needs: shop, Do: saveFlow},
		{Method: "POST", Path: "/settings/flows/foresee", Needs: shop, Do: foreseeFlow},
		{Method: "GET", Path: "/settings/checks", Needs: shop, Do: checksPage},
		{Method: "POST", Path: "/settings/checks", Needs: shop, Do: saveChecks},
		{Method: "GET", Path: "/settings/approvals", Needs: shop, Do: approvalsPage},
		{Method: "POST", Path: "/settings/approvals", Needs: shop, Do: saveApprovals},
		{Method: "GET", Path: "/settings/returns", Needs: shop, Do: policiesPage},
		{Method: "POST", Path: "/settings/returns", Needs: shop, Do: savePolicy},
		{Method: "GET", Path: "/settings/payments", Needs: shop, Do: paymentsPage},
		{Method: "POST", Path: "/settings/payments/policy", Needs: shop, Do: savePayments},
		{Method: "POST", Path: "/settings/payments/foresee", Needs: shop, Do: foreseePayments},
		{Method: "GET", Path: "/settings/payments/provider", Needs: shop, Do: providerPage},
		{Method: "POST", Path: "/settings/payments/provider", Needs: shop, Do: saveProvider},
		{Method: "POST", Path: "/settings/payments/check", Needs: shop, Do: checkProvider},
		{Method: "GET", Path: "/settings/messages", Needs: shop, Do: mailPage},
		{Method: "POST", Path: "/settings/messages", Needs: shop, Do: saveMail},
		{Method: "POST", Path: "/settings/messages/gateway", Needs: shop, Do: saveGateway},
		{Method: "POST", Path: "/settings/messages/test", Needs: shop, Do: testMail},
		{Method: "GET", Path: "/settings/messages/text", Needs: shop, Do: wordingPage},
		{Method: "POST", Path: "/settings/messages/text", Needs: shop, Do: saveWording},
		{Method: "POST", Path: "/settings/messages/text/preview", Needs: shop, Do: wordingPreview},
		{Method: "GET", Path: "/settings/support", Needs: shop, Do: supportPage},
		{Method: "POST", Path: "/settings/support/mailbox", Needs: shop, Do: saveMailbox},
		{Method: "POST", Path: "/settings/support/targets", Needs: shop, Do: saveTargets},
		{Method: "GET", Path: "/settings/support/macro", Needs: shop, Do: macroPage},
		{Method: "POST", Path: "/settings/support/macro", Needs: shop, Do: saveMacro},
		{Method: "POST", Path: "/settings/support/macro/preview", Needs: shop, Do: macroPreview},
		{Method: "GET", Path: "/settings/locations", Needs: places, Do: locationsPage},
		{Method: "GET", Path: "/settings/locations/new", Needs: places, Do: newLocationPage},
		{Method: "POST", Path: "/settings/locations/new", Needs: places, Do: saveLocation},
		{Method: "GET", Path: "/settings/delivery", Needs: shop, Do: deliveryPage},
		{Method: "GET", Path: "/settings/delivery/method", Needs: shop, Do: methodPage},
		{Method: "POST", Path: "/settings/delivery/method", Needs: shop, Do: saveMethod},
		{Method: "GET", Path: "/settings/locations/{id}/calendar", Needs: places, Do: calendarPage},
		{Method: "POST", Path: "/settings/locations/{id}/calendar", Needs: places, Do: saveCalendar},
		{Method: "GET", Path: "/settings/locations/{id}", Needs: places, Do: locationPage},
		{Method: "POST", Path: "/settings/locations/{id}", Needs: places, Do: saveLocation},
	}
}

// section is one of the parts, and who may open it.
type section struct {
	key, path string
	needs     access.Permission
}

// group is some parts that belong together.
type group struct {
	key      string
	sections []section
}

var groups = []group{
	{"settings.of_business", []section{
		{"settings.shop", "/settings/shop", access.SettingsWrite},
		{"settings.users", "/settings/users", access.UsersWrite},
		{"settings.locations", "/settings/locations", access.CatalogWrite},
	}},
	{"settings.of_orders", []section{
		{"settings.channels", "/settings/channels", access.SettingsWrite},
		{"settings.flows", "/settings/flows", access.SettingsWrite},
		{"settings.checks", "/settings/checks", access.SettingsWrite},
		{"settings.approvals", "/settings/approvals", access.SettingsWrite},
		{"settings.automation", "/settings/automation", access.RulesWrite},
		{"settings.delivery", "/settings/delivery", access.SettingsWrite},
		{"settings.returns", "/settings/returns", access.SettingsWrite},
	}},
	{"settings.of_money", []section{
		{"settings.payments", "/settings/payments", access.SettingsWrite},
		{"settings.invoices", "/settings/invoices", access.SettingsWrite},
		{"settings.taxes", "/settings/taxes", access.SettingsWrite},
	}},
	{"settings.of_people", []section{
		{"settings.messages", "/settings/messages", access.SettingsWrite},
		{"settings.support", "/settings/support", access.SettingsWrite},
	}},
	{"settings.of_programs", []section{
		{"settings.keys", "/settings/keys", access.KeysWrite},
		{"settings.webhooks", "/settings/webhooks", access.SettingsWrite},
	}},
}

// first leads to the first part that the visitor may open; who may open none
// has an account of their own.
func first(v *shell.Visit) error {
	if list := open(v); len(list) > 0 {
		return v.Go(list[0].sections[0].path)
	}
	return v.Go("/account")
}

// open are the groups with the parts that the visitor may open.
func open(v *shell.Visit) (out []group) {
	for _, g := range groups {
		g.sections = slices.DeleteFunc(slices.Clone(g.sections), func(s section) bool { return !v.May(s.needs) })
		if len(g.sections) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// places are the locations that the visitor sees.
func places(v *shell.Visit) ([]*stock.Location, error) {
	var out []*stock.Location
	err := v.Read(func(r *store.Reader) (err error) {
		out, err = locations.All(r)
		return err
	})
	return slices.DeleteFunc(out, func(l *stock.Location) bool { return !v.Scope.Sees(int64(l.ID)) }), err
}

// chosen are the values of the boxes that were ticked under a name.
func chosen(form url.Values, name string) []string {
	var out []string
	for _, x := range form[name] {
		if x != "" && len(out) < 1000 && len(x) < 200 {
			out = append(out, x)
		}
	}
	return out
}

// chosenPlaces are the locations that were ticked, by id.
func chosenPlaces(form url.Values) []int64 {
	var out []int64
	for _, x := range chosen(form, "location") {
		if id, err := stock.ParseLocationID(x); err == nil {
			out = append(out, int64(id))
		}
	}
	return out
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// form parses the form, whose size the frame has bounded.
func form(v *shell.Visit) url.Values {
	v.Form("") // parses
	return v.R.PostForm
}
