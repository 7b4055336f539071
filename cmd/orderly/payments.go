package main

import (
	"context"

	"orderly/internal/access"
	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/fake"
	"orderly/internal/connect/payments/stripe"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	carrying "orderly/internal/teller"
)

// useProviders gives the desk the drivers of providers of payments.
func useProviders(d *desk.Desk) {
	carrying.Use(d, map[string]payments.Driver{stripe.Kind: &stripe.Driver{}})
}

// demoProvider sets up a provider that moves no money, whose customers pay at a
// link as soon as it is made.
func demoProvider(ctx context.Context, d *desk.Desk) error {
	driver := &fake.Driver{PaysAt: true}
	carrying.Use(d, map[string]payments.Driver{fake.Kind: driver})
	_, err := desk.One(ctx, d, admin.SaveProvider, access.System(admin.Main, "command", "demo"),
		admin.ProviderCommand{Code: "demo", Kind: fake.Kind, Active: true, Fields: driver.Fields(), Secrets: map[string]string{"signing_secret": "demo"}}, desk.Options{})
	return err
}
