// Command asks does what tests/c/program.py asks: it reads netstrings ("5:bytes,"), each time a verb and a text, and answers with two,
// status and document, which it writes anew from the types of the package.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	chexiao "github.com/chexiao/chexiao/bindings/go"
)

var (
	client  *chexiao.Client
	request *chexiao.Request
)

func main() {
	in := bufio.NewReader(os.Stdin)
	for {
		verb, err := read(in)
		if err == io.EOF {
			return
		}
		text, err := read(in)
		must(err)
		status, value := answer(string(verb), text)
		document, err := json.Marshal(value)
		must(err)
		number := fmt.Sprint(status)
		fmt.Printf("%d:%s,%d:%s,", len(number), number, len(document), document)
	}
}

func read(in *bufio.Reader) ([]byte, error) {
	var length int
	if _, err := fmt.Fscanf(in, "%d:", &length); err != nil {
		return nil, io.EOF
	}
	text := make([]byte, length+1)
	_, err := io.ReadFull(in, text)
	return text[:length], err
}

func answer(verb string, text []byte) (int, any) {
	status, value, err := ask(verb, text)
	var failed *chexiao.Error
	if errors.As(err, &failed) {
		return failed.Status, failed
	}
	must(err)
	return status, value
}

func ask(verb string, text []byte) (status int, value any, err error) {
	switch verb {
	case "open", "another":
		if client != nil && verb == "open" {
			client.Free()
		}
		client, err = chexiao.Open(text)
		return 0, struct{}{}, err
	case "warm":
		return 0, struct{}{}, client.Warm()
	case "sign":
		request, err = client.Sign(text)
		return 0, request, err
	case "send":
		outcome, err := client.Send(context.Background(), text)
		if err != nil {
			return 0, nil, err
		}
		return int(outcome.Code), outcome, nil
	case "verify":
		outcome := client.Verify(request, reply(text))
		return int(outcome.Code), outcome, nil
	case "verify_call":
		answer := client.VerifyCall(request, reply(text))
		return answer.Code, answer, nil
	case "notification":
		notice, err := client.Notification(message(text))
		if err != nil {
			return 0, nil, err
		}
		return int(notice.Code), notice, nil
	}
	return 0, nil, fmt.Errorf("no such verb: %s", verb)
}

type posted struct {
	Headers map[string]string `json:"headers"`
	Body    []byte            `json:"body_base64"`
	URL     string            `json:"url"`
	Expect  map[string]string `json:"expect"`
	Status  int               `json:"status"`
}

func (p posted) header() http.Header {
	header := http.Header{}
	for name, value := range p.Headers {
		header[name] = []string{value}
	}
	return header
}

// reply is that of an exchange, whose request was signed last.
func reply(text []byte) chexiao.Reply {
	var exchange struct {
		Reply posted `json:"reply"`
	}
	must(json.Unmarshal(text, &exchange))
	return chexiao.Reply{Status: exchange.Reply.Status, Header: exchange.Reply.header(), Body: exchange.Reply.Body}
}

func message(text []byte) chexiao.Message {
	var one posted
	must(json.Unmarshal(text, &one))
	return chexiao.Message{Header: one.header(), Body: one.Body, URL: one.URL, Expect: one.Expect}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
