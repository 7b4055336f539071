package main

import (
	"log/slog"
	"math/rand/v2"
	"net/netip"

	"orderly/internal/connect/deliver"
	"orderly/internal/connect/webhook"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/feeding"
	"orderly/internal/httpapi"
	"orderly/internal/post"
	"orderly/internal/version"
)

// parseRanges reads the private ranges that webhooks may be sent to.
func parseRanges(words []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, w := range words {
		p, err := netip.ParsePrefix(w)
		if err != nil || p.Addr().Is4In6() {
			return nil, usagef("--webhooks-to %q is not a range; use one such as 10.20.0.0/16 or fd00::/8", w)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// startWebhooks sends entries to endpoints beside a server until stop, which
// comes before the desk is closed.
func startWebhooks(d *desk.Desk, private []netip.Prefix, log *slog.Logger) (stop func()) {
	admin.AllowOutbound(d, private)
	sender := webhook.New(webhook.Options{Agent: "Orderly/" + version.String(), Private: private, Now: d.DB.Now})
	post.UseTexts(d, sender)
	feeding.Use(d, sender)
	e := deliver.New(deliver.Options{Desk: d, Log: log, Node: nodeName(), Jitter: rand.Float64, Render: httpapi.EntriesJSON, Sender: sender})
	e.Start()
	return e.Stop
}
