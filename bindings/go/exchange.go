package chexiao

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Call is a call about an order, or of any other API; the operations are those of the project's README.
type Call struct {
	Operation string `json:"operation"`
	Order     any    `json:"order,omitempty"`

	// Of "call" (docs/calls.md).
	API      string   `json:"api,omitempty"`
	Fields   any      `json:"fields,omitempty"`
	Content  string   `json:"content,omitempty"`
	Omit     []string `json:"omit,omitempty"`
	TopLevel any      `json:"top_level,omitempty"`
	Encrypt  *bool    `json:"encrypt,omitempty"`
	Version  string   `json:"version,omitempty"`
	To       string   `json:"to,omitempty"`
	Replace  bool     `json:"replace,omitempty"`

	// What is not given is made. The timestamp is yyyy-MM-dd HH:mm:ss, Beijing time.
	MsgID     string `json:"msg_id,omitempty"`
	Timestamp string `json:"timestamp,omitempty"`
	Nonce     string `json:"nonce,omitempty"`
}

// Request is a signed request. Printed, it shows neither headers nor body, which hold the signature and the order.
type Request struct {
	Method string            `json:"method"`
	URL    string            `json:"url"`
	Header map[string]string `json:"headers"`
	Body   []byte            `json:"body_base64"`
	MsgID  string            `json:"msg_id"`
	call   json.RawMessage
}

func (r *Request) String() string {
	address, _, _ := strings.Cut(r.URL, "?")
	return fmt.Sprintf("chexiao.Request{%s %s, msg_id %s}", r.Method, address, r.MsgID)
}

// GoString is String, for %#v.
func (r *Request) GoString() string { return r.String() }

// Reply is a whole HTTP reply as it was received: all its headers, and its body as it came.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// MarshalJSON writes it as the library reads it.
func (r Reply) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"status": r.Status, "headers": joined(r.Header), "body_base64": plain(r.Body)})
}

type exchange struct {
	Call    json.RawMessage `json:"call"`
	Request *Request        `json:"request"`
	Reply   Reply           `json:"reply"`
}

// Message is a notification as a web server has received it.
type Message struct {
	Header http.Header
	Body   []byte
	URL    string
	// Expect is what you know of the order, by the names of Notice.Order and Notice.Fields, or "amount".
	Expect map[string]string
}

// Received is the message of a request that a web server handles. Of the body it reads no more than the library takes.
func Received(r *http.Request) (Message, error) {
	const most = 1<<20 + 1
	body, err := io.ReadAll(io.LimitReader(r.Body, most))
	return Message{Header: r.Header, Body: body, URL: r.URL.String()}, err
}

// MarshalJSON writes it as the library reads it.
func (m Message) MarshalJSON() ([]byte, error) {
	message := map[string]any{"headers": joined(m.Header), "body_base64": plain(m.Body)}
	if m.URL != "" {
		message["url"] = m.URL
	}
	if m.Expect != nil {
		message["expect"] = m.Expect
	}
	return json.Marshal(message)
}

// joined has one value for each name: several are joined by a comma, as HTTP has it.
func joined(header http.Header) map[string]string {
	one := make(map[string]string, len(header))
	for name, values := range header {
		one[name] = strings.Join(values, ", ")
	}
	return one
}

// plain is never null.
func plain(body []byte) []byte {
	if body == nil {
		return []byte{}
	}
	return body
}
