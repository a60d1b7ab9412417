// Package chexiao closes, cancels and voids orders at Chinese payment gateways, over the C library chexiao.
//
// An *Error means that nothing was sent. Everything after the first byte is an Outcome; where the truth is not known its code is CodeUnknown:
// query before anything else. Orders and configurations have the gateway's own names: see the project's README.
package chexiao

import (
	"context"
	"encoding/json"
	"os"
	"runtime"
	"sync/atomic"
)

// Client is one merchant account at one gateway, with its keys loaded and its connections pooled. Any number of goroutines may use one.
type Client struct{ handle atomic.Uint64 }

// Open opens a client from a configuration: JSON as []byte, or what encoding/json makes that JSON of. It makes no connection.
func Open(config any) (*Client, error) {
	text, err := document(config)
	if err != nil {
		return nil, err
	}
	handle, opened := open(text)
	if err := opened.failure(); err != nil {
		return nil, err
	}
	client := &Client{}
	client.handle.Store(handle)
	runtime.SetFinalizer(client, (*Client).Free) // a net, for who forgets Free
	return client, nil
}

// OpenFile opens a client from a JSON file.
func OpenFile(path string) (*Client, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &Error{Kind: KindConfig, Status: statusOf[KindConfig], Message: "the configuration cannot be read: " + err.Error(), cause: err}
	}
	return Open(text)
}

// Free wipes the keys. Calls that still run finish; later ones are an Error of the kind "handle". It may be called again.
func (c *Client) Free() { free(c.handle.Swap(0)) }

// Close closes an order: signs, sends once, verifies and interprets. An order has the gateway's own field names.
//
// Where the context ends before the first byte is out, nothing is sent, and the Error wraps the context's; after that the outcome is
// CodeUnknown for the reason "interrupted", and not an error: the order may be closed. The configured deadline_ms counts beside.
func (c *Client) Close(ctx context.Context, order any) (*Outcome, error) {
	return c.Send(ctx, Call{Operation: "close", Order: order})
}

// Query asks for the state of an order, with the fields and the errors of Close.
func (c *Client) Query(ctx context.Context, order any) (*Outcome, error) {
	return c.Send(ctx, Call{Operation: "query", Order: order})
}

// EnsureClosed is a close and, where that leaves a doubt, one query, with one outcome of both.
func (c *Client) EnsureClosed(ctx context.Context, order any) (*Outcome, error) {
	return c.Send(ctx, Call{Operation: "ensure_closed", Order: order})
}

// Send makes any call about an order: a Call, or its JSON as []byte.
func (c *Client) Send(ctx context.Context, call any) (*Outcome, error) {
	finished, err := c.run(ctx, call)
	if err != nil {
		return nil, err
	}
	return outcomeOf(finished), nil
}

// Call makes a call of any other API (docs/calls.md): a Call with API, or its JSON as []byte. Nothing is repeated.
func (c *Client) Call(ctx context.Context, call any) (*Answer, error) {
	finished, err := c.run(ctx, call)
	if err != nil {
		return nil, err
	}
	return answerOf(finished), nil
}

func (c *Client) run(ctx context.Context, call any) (answer, error) {
	text, err := document(call)
	if err != nil {
		return answer{}, err
	}
	defer runtime.KeepAlive(c)
	return run(ctx, c.handle.Load(), text)
}

// Sign gives the signed request, to be sent as it is, once, by the program's own HTTP client.
func (c *Client) Sign(call any) (*Request, error) {
	text, err := document(call)
	if err != nil {
		return nil, err
	}
	request := &Request{call: text}
	return request, c.ask(signing, text).into(request)
}

// Verify judges an exchange that the program has made itself. The request is out, so that this is never an error: what cannot be read
// is CodeUnknown for the reason "input".
func (c *Client) Verify(request *Request, reply Reply) *Outcome {
	return outcomeOf(c.verify(request, reply))
}

// VerifyCall is Verify for the exchange of a call of any other API.
func (c *Client) VerifyCall(request *Request, reply Reply) *Answer {
	return answerOf(c.verify(request, reply))
}

func (c *Client) verify(request *Request, reply Reply) answer {
	text, err := json.Marshal(exchange{request.call, request, reply})
	if err != nil {
		return unread
	}
	judged := c.ask(verifying, text)
	if judged.status < 0 {
		return unread
	}
	return judged
}

// Notification verifies what a gateway has posted, says what it means and gives the answers to it. Whatever came in is a Notice; an
// Error names a setting that notifications need.
func (c *Client) Notification(message Message) (*Notice, error) {
	text, err := document(message)
	if err != nil {
		return nil, err
	}
	heard := c.ask(hearing, text)
	if err := heard.failure(); err != nil {
		return nil, err
	}
	return noticeOf(heard), nil
}

// Warm connects to the gateway, unless a connection lies idle, and sends nothing. It blocks a thread until connect_timeout_ms at most.
func (c *Client) Warm() error { return warm(c.handle.Load()).failure() }

// EncryptField encrypts one field of the gateway's other calls with this account's key.
func (c *Client) EncryptField(text string) (string, error) { return c.field(encrypting, text) }

// DecryptField decrypts one field of the gateway's other replies and notifications. What it says is not signed by that.
func (c *Client) DecryptField(field string) (string, error) { return c.field(decrypting, field) }

func (c *Client) field(verb verb, text string) (string, error) {
	var told struct{ Text string }
	return told.Text, c.ask(verb, []byte(text)).into(&told)
}

func (c *Client) ask(verb verb, text []byte) answer {
	defer runtime.KeepAlive(c)
	return compute(verb, c.handle.Load(), text)
}

// Diagnose finds out why a configuration (as of Open) does not work, step by step. It never moves money, and blocks a thread until
// deadline_ms at most.
func Diagnose(config any) (*Diagnosis, error) {
	text, err := document(config)
	if err != nil {
		return nil, err
	}
	found := diagnose(text)
	diagnosis := &Diagnosis{}
	if json.Unmarshal([]byte(found.json), diagnosis) != nil || diagnosis.Worst == "" {
		return nil, errorOf(found)
	}
	return diagnosis, nil
}

// Gateways is a JSON array of all gateways with their environments and outcome tables.
func Gateways() json.RawMessage { return json.RawMessage(gateways().json) }

// document is the JSON of what a caller gives.
func document(value any) ([]byte, error) {
	switch text := value.(type) {
	case []byte:
		return text, nil
	case json.RawMessage:
		return text, nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, &Error{Kind: KindCall, Status: statusOf[KindCall], Message: "this is no JSON", cause: err}
	}
	return text, nil
}
