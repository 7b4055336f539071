package torture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// blow is what the proxy does to a connection.
type blow int

const (
	pass       blow = iota
	beforehand      // cut before the COMMIT is passed on
	unanswered      // the COMMIT is passed on, both sides are cut at once
	travelling      // the client is cut first, the COMMIT arrives later all the same
	halfAnswer      // cut in the midst of the answer
	answerLost      // the whole answer is swallowed, then cut
	deaf            // the answer never comes, nothing is closed
	swallowed       // the COMMIT never arrives, nothing is closed
	blows           // how many there are
)

// proxy stands between nodes and a PostgreSQL server and breaks connections. It
// reads just enough of the protocol to know a COMMIT. It listens on loopback.
type proxy struct {
	listener net.Listener
	network  string // of the server
	address  string
	choose   func(commit bool) blow // called by several goroutines

	blows [blows]atomic.Int64
	other atomic.Int64 // cuts that were not at a COMMIT
	mu    sync.Mutex
	open  map[net.Conn]bool
	ended bool
	work  sync.WaitGroup
}

// newProxy listens before the server that a URL of pgtest names, and gives the
// URL that leads through it.
func newProxy(server string, choose func(commit bool) blow) (*proxy, string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return nil, "", errors.New("the server's address is no URL")
	}
	p := &proxy{choose: choose, open: map[net.Conn]bool{}, network: "tcp", address: u.Host}
	q := u.Query()
	if dir := q.Get("host"); dir != "" {
		p.network, p.address = "unix", dir+"/.s.PGSQL."+q.Get("port")
		q.Del("host")
		q.Del("port")
	}
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, "", err
	}
	u.Host, u.RawQuery = p.listener.Addr().String(), q.Encode()
	p.work.Go(p.accept)
	return p, u.String(), nil
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.work.Go(func() { p.serve(client) })
	}
}

// keep remembers a connection, so that close ends it.
func (p *proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[c] = true
	return !p.ended
}

func (p *proxy) drop(c net.Conn) {
	p.mu.Lock()
	delete(p.open, c)
	p.mu.Unlock()
	_ = c.Close()
}

func (p *proxy) close() {
	_ = p.listener.Close()
	p.mu.Lock()
	p.ended = true
	for c := range p.open {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.work.Wait()
}

// cuts is how many connections were broken, and how many of them at a COMMIT.
func (p *proxy) cuts() (all, atCommit int64) {
	for b := pass + 1; b < blows; b++ {
		atCommit += p.blows[b].Load()
	}
	return atCommit + p.other.Load(), atCommit
}

// link is one connection through the proxy.
type link struct {
	p              *proxy
	client, server net.Conn
	answer         atomic.Int32 // the blow that waits for the next answer
}

func (p *proxy) serve(client net.Conn) {
	defer p.drop(client)
	server, err := net.Dial(p.network, p.address)
	if err != nil {
		return
	}
	defer p.drop(server)
	if !p.keep(client) || !p.keep(server) {
		return
	}
	l := &link{p: p, client: client, server: server}
	p.work.Go(func() {
		l.answers()
		_ = client.Close()
	})
	l.requests()
}

// requests passes on what the client says, message by message. When it returns
// both sides are closed.
func (l *link) requests() {
	first := true
	for {
		message, err := readMessage(l.client, first)
		if err != nil {
			return
		}
		commit := !first && message[0] == 'Q' && bytes.HasPrefix(message[5:], []byte("COMMIT"))
		b := pass
		if !first {
			b = l.p.choose(commit)
		}
		first = false
		if b != pass && !commit {
			l.p.other.Add(1)
			return
		}
		if commit {
			l.p.blows[b].Add(1)
		}
		if !l.strike(b, message) {
			return
		}
	}
}

// strike does what was chosen with a message; false ends the connection.
func (l *link) strike(b blow, message []byte) bool {
	switch b {
	case beforehand:
		return false
	case swallowed:
		return true
	case travelling:
		_ = l.client.Close()
		time.Sleep(time.Duration(20+rand.IntN(80)) * time.Millisecond)
	case unanswered, halfAnswer, answerLost, deaf: // a server may answer before both sides are cut
		l.answer.Store(int32(b))
	}
	if _, err := l.server.Write(message); err != nil {
		return false
	}
	if b == travelling {
		// The server reads it in its own time; closing at once could forestall that.
		time.Sleep(5 * time.Millisecond)
	}
	return b != unanswered && b != travelling
}

// answers passes on what the server says.
func (l *link) answers() {
	buffer := make([]byte, 16<<10)
	for {
		n, err := l.server.Read(buffer)
		if n > 0 {
			switch blow(l.answer.Load()) {
			case halfAnswer:
				_, _ = l.client.Write(buffer[:n/2])
				return
			case unanswered, answerLost:
				return
			case deaf:
				continue
			}
			if _, err := l.client.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

const maxMessage = 16 << 20

// readMessage reads one message of a client; the first of a connection has no
// type before its length.
func readMessage(from io.Reader, first bool) ([]byte, error) {
	head := make([]byte, 5)
	if first {
		head = head[:4]
	}
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(head[len(head)-4:]))
	if n < 4 || n > maxMessage {
		return nil, fmt.Errorf("a message of %d bytes", n)
	}
	message := append(head, make([]byte, n-4)...)
	_, err := io.ReadFull(from, message[len(head):])
	return message, err
}

// chooser gives the blows of a campaign: one in so many COMMITs is struck, now
// and then a connection is cut elsewhere, and silence, which takes as long as a
// time limit, is rare. The same seed gives the same choices.
func chooser(seed uint64) func(commit bool) blow {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(seed, 2))
	return func(commit bool) blow {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case !commit && rng.IntN(400) == 0:
			return beforehand
		case !commit || rng.IntN(2) == 0:
			return pass
		case rng.IntN(300) == 0:
			return deaf + blow(rng.IntN(2))
		}
		return beforehand + blow(rng.IntN(int(deaf-beforehand)))
	}
}
