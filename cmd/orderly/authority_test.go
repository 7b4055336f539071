package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/acme"
)

// authority is a small one that speaks ACME (RFC 8555) on this machine, and
// asks by tls-alpn-01 (RFC 8737) alone.
type authority struct {
	t      *testing.T
	server *httptest.Server
	key    *ecdsa.PrivateKey
	root   *x509.Certificate

	mu      sync.Mutex
	at      string // where it looks for every name
	nonces  map[string]bool
	account crypto.PublicKey
	orders  []*acmeOrder
	issued  int
}

type acmeOrder struct {
	host, status, token string
	chain               []byte
}

func newAuthority(t *testing.T) *authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{t: t, key: key, root: root, nonces: map[string]bool{}}
	a.server = httptest.NewTLSServer(http.HandlerFunc(a.answer))
	t.Cleanup(a.server.Close)
	return a
}

// roots is a file with what the authority's own address is trusted by.
func (a *authority) roots() string {
	name := filepath.Join(a.t.TempDir(), "roots.pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.server.Certificate().Raw}), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return name
}

// lookAt says where the names are from now on.
func (a *authority) lookAt(address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = address
}

func (a *authority) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.issued
}

type acmeBody struct {
	Protected, Payload string
	header             struct {
		Nonce, URL, Kid string
		JWK             struct{ X, Y string }
	}
	payload struct {
		Identifiers []struct{ Value string }
		CSR         string
		Status      string
	}
}

func (a *authority) answer(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	nonce := rand.Text()
	a.nonces[nonce] = true
	w.Header().Set("Replay-Nonce", nonce)
	at := func(format string, args ...any) string { return a.server.URL + fmt.Sprintf(format, args...) }
	if r.URL.Path == "/directory" {
		reply(w, 200, map[string]any{"newNonce": at("/nonce"), "newAccount": at("/account"), "newOrder": at("/order")})
		return
	}
	if r.URL.Path == "/nonce" {
		return
	}
	b, err := a.read(r)
	if err != nil {
		reply(w, 400, map[string]any{"type": "urn:ietf:params:acme:error:malformed", "detail": err.Error()})
		return
	}
	var n int
	fmt.Sscan(path.Base(r.URL.Path), &n)
	switch first, _, _ := strings.Cut(r.URL.Path[1:], "/"); first {
	case "account":
		x, _ := base64.RawURLEncoding.DecodeString(b.header.JWK.X)
		y, _ := base64.RawURLEncoding.DecodeString(b.header.JWK.Y)
		a.account = &ecdsa.PublicKey{Curve: elliptic.P256(), X: new(big.Int).SetBytes(x), Y: new(big.Int).SetBytes(y)}
		w.Header().Set("Location", at("/account/1"))
		reply(w, 201, map[string]any{"status": "valid"})
	case "order":
		if path.Base(r.URL.Path) == "order" {
			n = len(a.orders)
			a.orders = append(a.orders, &acmeOrder{host: b.payload.Identifiers[0].Value, status: "pending", token: rand.Text()})
			w.Header().Set("Location", at("/order/%d", n))
			a.show(w, 201, n, at)
			return
		}
		a.show(w, 200, n, at)
	case "authz":
		o, status := a.orders[n], "valid"
		if o.status == "pending" || o.status == "invalid" {
			status = o.status
		}
		reply(w, 200, map[string]any{"status": status, "identifier": map[string]string{"type": "dns", "value": o.host},
			"challenges": []map[string]string{{"type": "tls-alpn-01", "url": at("/challenge/%d", n), "token": o.token, "status": status}}})
	case "challenge":
		o := a.orders[n]
		a.mu.Unlock() // the server that is asked may ask us
		err := a.ask(o)
		a.mu.Lock()
		o.status = "ready"
		if err != nil {
			a.t.Logf("the authority asked %s and was told: %v", o.host, err)
			o.status = "invalid"
		}
		reply(w, 200, map[string]any{"type": "tls-alpn-01", "url": at("/challenge/%d", n), "token": o.token, "status": "processing"})
	case "finalize":
		if err := a.issue(a.orders[n], b.payload.CSR); err != nil {
			reply(w, 403, map[string]any{"type": "urn:ietf:params:acme:error:badCSR", "detail": err.Error()})
			return
		}
		w.Header().Set("Location", at("/order/%d", n))
		a.show(w, 200, n, at)
	case "certificate":
		w.Header().Set("Content-Type", "application/pem-certificate-chain")
		w.Write(a.orders[n].chain)
	}
}

// read takes a body apart. A nonce is good once.
func (a *authority) read(r *http.Request) (b acmeBody, err error) {
	if err = json.NewDecoder(r.Body).Decode(&b); err != nil {
		return b, err
	}
	header, _ := base64.RawURLEncoding.DecodeString(b.Protected)
	if err = json.Unmarshal(header, &b.header); err != nil {
		return b, err
	}
	if !a.nonces[b.header.Nonce] || b.header.URL != a.server.URL+r.URL.Path {
		return b, fmt.Errorf("the nonce was used, or the address is not the one that was signed")
	}
	delete(a.nonces, b.header.Nonce)
	if text, _ := base64.RawURLEncoding.DecodeString(b.Payload); len(text) > 0 {
		err = json.Unmarshal(text, &b.payload)
	}
	return b, err
}

func (a *authority) show(w http.ResponseWriter, status, n int, at func(string, ...any) string) {
	o := a.orders[n]
	out := map[string]any{"status": o.status, "authorizations": []string{at("/authz/%d", n)}, "finalize": at("/finalize/%d", n),
		"identifiers": []map[string]string{{"type": "dns", "value": o.host}}}
	if o.status == "valid" {
		out["certificate"] = at("/certificate/%d", n)
	}
	reply(w, status, out)
}

// ask looks whether who answers under the name knows what only the account can.
func (a *authority) ask(o *acmeOrder) error {
	a.mu.Lock()
	at, account := a.at, a.account
	a.mu.Unlock()
	c, err := tls.Dial("tcp", at, &tls.Config{ServerName: o.host, InsecureSkipVerify: true, NextProtos: []string{acme.ALPNProto}})
	if err != nil {
		return err
	}
	defer c.Close()
	leaf := c.ConnectionState().PeerCertificates[0]
	if err := leaf.VerifyHostname(o.host); err != nil {
		return err
	}
	print, err := acme.JWKThumbprint(account)
	if err != nil {
		return err
	}
	want := sha256.Sum256([]byte(o.token + "." + print))
	for _, x := range leaf.Extensions {
		var got []byte
		if x.Id.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 31}) {
			if _, err := asn1.Unmarshal(x.Value, &got); err == nil && string(got) == string(want[:]) {
				return nil
			}
		}
	}
	return fmt.Errorf("the certificate does not answer the question")
}

func (a *authority) issue(o *acmeOrder, request string) error {
	der, _ := base64.RawURLEncoding.DecodeString(request)
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil || o.status != "ready" || len(csr.DNSNames) != 1 || csr.DNSNames[0] != o.host {
		return fmt.Errorf("an order that is %s, for %v: %v", o.status, csr, err)
	}
	a.issued++
	about := &x509.Certificate{SerialNumber: big.NewInt(int64(a.issued) + 1), NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(90 * 24 * time.Hour),
		DNSNames: csr.DNSNames, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageDigitalSignature}
	leaf, err := x509.CreateCertificate(rand.Reader, about, a.root, csr.PublicKey, a.key)
	if err != nil {
		return err
	}
	o.chain = append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root.Raw})...)
	o.status = "valid"
	return nil
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}
