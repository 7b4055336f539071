package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// client is one connection to the server that asks one thing at a time. It
// does less than http.Client on purpose: what the load costs is taken from the
// same cores as the server's work.
type client struct {
	address string
	key     string
	conn    net.Conn
	in      *bufio.Reader
	out     []byte
	answer  bytes.Buffer
}

// callTimeout bounds one call, far beyond what any should take.
const callTimeout = 60 * time.Second

// answered is the head of an answer; its body is in the client until the next
// call.
type answered struct {
	status     int
	retryAfter bool
}

// call sends a request and reads the whole answer. After an error the next
// call connects anew.
func (c *client) call(method, path, contentType string, body []byte) (answered, error) {
	if c.conn == nil {
		conn, err := net.Dial("tcp", c.address)
		if err != nil {
			return answered{}, err
		}
		c.conn, c.in = conn, bufio.NewReaderSize(conn, 16<<10)
	}
	a, err := c.exchange(method, path, contentType, body)
	if err != nil {
		c.close()
	}
	return a, err
}

func (c *client) exchange(method, path, contentType string, body []byte) (answered, error) {
	b := append(c.out[:0], method...)
	b = append(b, ' ')
	b = append(b, path...)
	b = append(b, " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer "...)
	b = append(b, c.key...)
	if body != nil {
		b = append(b, "\r\nContent-Type: "...)
		b = append(b, contentType...)
		b = append(b, "\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(len(body)), 10)
	}
	b = append(b, "\r\n\r\n"...)
	b = append(b, body...)
	c.out = b
	if err := c.conn.SetDeadline(time.Now().Add(callTimeout)); err != nil {
		return answered{}, err
	}
	if _, err := c.conn.Write(b); err != nil {
		return answered{}, err
	}
	r, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return answered{}, err
	}
	defer r.Body.Close()
	c.answer.Reset()
	if _, err := c.answer.ReadFrom(io.LimitReader(r.Body, 64<<20)); err != nil {
		return answered{}, err
	}
	return answered{r.StatusCode, r.Header.Get("Retry-After") != ""}, nil
}

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// unexpected is the error of an answer that a workload did not ask for.
func (c *client) unexpected(a answered) error {
	return fmt.Errorf("the server answered %d: %.300s", a.status, c.answer.Bytes())
}
