package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"orderly/internal/fault"
)

// healthLimit is how long a server may take to say how it is.
const healthLimit = 5 * time.Second

type healthCommand struct {
	Listen  string   `placeholder:"HOST:PORT" env:"ORDERLY_LISTEN" help:"Where the server on this machine listens, as serve was told. Default: 127.0.0.1:8080, with --acme :443."`
	TLSCert string   `placeholder:"FILE" env:"ORDERLY_TLS_CERT" help:"As serve was told: with one the server is asked by HTTPS."`
	ACME    []string `name:"acme" placeholder:"HOST" env:"ORDERLY_ACME" help:"As serve was told: the server is asked by HTTPS, for the first of these names."`
	Live    bool     `help:"Ask only whether the process lives, not whether it can serve."`
}

func (healthCommand) Help() string {
	return "The exit status is 0 when the server on this machine is ready, for a container that has no other program to ask with. It takes the address from the same environment as serve.\n\n" +
		"Example:\n\n\torderly health --listen :8080"
}

func (c *healthCommand) Run(ctx context.Context, con *console) error {
	at := tlsFlags{ACME: c.ACME}.listenAt(c.Listen)
	host, port, err := net.SplitHostPort(at)
	if err != nil {
		return usagef("--listen %q is not an address; write HOST:PORT", at)
	}
	switch host { // no name: a bare image resolves none
	case "", "0.0.0.0":
		host = "127.0.0.1"
	case "::":
		host = "::1"
	}
	scheme, path, name := "http", "/readyz", ""
	if c.TLSCert != "" {
		scheme = "https"
	}
	if len(c.ACME) > 0 {
		scheme, name = "https", c.ACME[0]
	}
	if c.Live {
		path = "/healthz"
	}
	return con.ask(ctx, scheme+"://"+net.JoinHostPort(host, port)+path, name)
}

// ask tells what a server says of itself. Its certificate is for the name that
// the world knows it by, which is not the one it is asked by here; nothing is
// sent to it that another may not see. name is the one that it finds its
// certificate by, "" when it has but one.
func (con *console) ask(ctx context.Context, address, name string) error {
	client := &http.Client{Timeout: healthLimit, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: name}}}
	defer client.CloseIdleConnections()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	r, err := client.Do(q)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "no_server", "no server answers at %s: %v", address, err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(io.LimitReader(r.Body, 4096))
	if err == nil && r.StatusCode != http.StatusOK {
		err = fault.New(fault.Unavailable, "not_ready", "the server at %s is not ready (%s): %s", address, r.Status, strings.TrimSpace(string(text)))
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(con.Out, strings.TrimSpace(string(text)))
	return err
}
