package chexiao_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	chexiao "github.com/chexiao/chexiao/bindings/go"
)

func TestAClientThatWasFreedIsAnError(t *testing.T) {
	client := open(t, config(t, "wechat", ""))
	client.Free()
	client.Free()
	_, err := client.Close(context.Background(), order("A"))
	var failed *chexiao.Error
	if !errors.As(err, &failed) || failed.Kind != chexiao.KindHandle || failed.Status != -3 || failed.Hint == "" {
		t.Fatal(err)
	}
	if outcome := client.Verify(&chexiao.Request{}, chexiao.Reply{}); outcome.Code != chexiao.CodeUnknown || outcome.Next != chexiao.NextQuery {
		t.Fatalf("what is out is never an error: %v", outcome)
	}
}

func TestAnErrorNamesTheFieldAndTheRemedy(t *testing.T) {
	members := config(t, "wechat", "")
	members["account"] = map[string]any{"appid": "wx8888888888888888", "mch_id": "1900000109"}
	_, err := chexiao.Open(members)
	var failed *chexiao.Error
	if !errors.As(err, &failed) || failed.Kind != chexiao.KindConfig || failed.Field != "account.api_key" || failed.Hint == "" {
		t.Fatalf("%#v", err)
	}
	if _, err := chexiao.Open(map[string]any{"a": make(chan int)}); !errors.As(err, &failed) || failed.Kind != chexiao.KindCall {
		t.Fatal(err)
	}
	_, err = chexiao.OpenFile("no such file")
	if !errors.As(err, &failed) || failed.Kind != chexiao.KindConfig || !strings.Contains(err.Error(), "no such file: ") {
		t.Fatal(err)
	}
}

func TestNothingThatIsPrintedShowsASecret(t *testing.T) {
	members := config(t, "wechat", "")
	key := fmt.Sprint(members["account"].(map[string]any)["api_key"])
	client := open(t, members)
	request, err := client.Sign(chexiao.Call{Operation: "close", Order: order("A")})
	if err != nil {
		t.Fatal(err)
	}
	_, sign, found := bytes.Cut(request.Body, []byte("<sign>"))
	if !found || len(key) < 16 {
		t.Fatalf("nothing to look for: %q", key)
	}
	sign = sign[:32]
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if shown := fmt.Sprintf(format+format, client, request); strings.Contains(shown, key) || strings.Contains(shown, string(sign)) {
			t.Fatalf("%s shows a secret", format)
		}
	}
}

func TestANotificationIsHeardAndAnswered(t *testing.T) {
	members := config(t, "wechat", "")
	client := open(t, members)
	number := order("PAID")["out_trade_no"]
	if _, err := client.Query(context.Background(), map[string]string{"out_trade_no": number}); err != nil {
		t.Fatal(err)
	}
	asked := fmt.Sprintf(`{"gateway":"wechat","order":%q}`, number)
	reply, err := http.Post(members["base_url"].(string)+"/_sandbox/notices", "application/json", strings.NewReader(asked))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var posted struct {
		Headers map[string]string `json:"headers"`
		Body    []byte            `json:"body_base64"`
	}
	if err := json.NewDecoder(reply.Body).Decode(&posted); err != nil {
		t.Fatal(err)
	}
	received := httptest.NewRequest("POST", "/heard", bytes.NewReader(posted.Body))
	for name, value := range posted.Headers {
		received.Header.Set(name, value)
	}
	message, err := chexiao.Received(received)
	if err != nil {
		t.Fatal(err)
	}
	notice, err := client.Notification(message)
	if err != nil || notice.Code != chexiao.CodePaid || notice.Order["out_trade_no"] != number || notice.Acknowledge == nil {
		t.Fatalf("%v, %v", notice, err)
	}
	answered := httptest.NewRecorder()
	if err := notice.Acknowledge.WriteTo(answered); err != nil || answered.Code != 200 || !bytes.Equal(answered.Body.Bytes(), notice.Acknowledge.Body) {
		t.Fatalf("%v, %v", answered, err)
	}
}

func TestWhatElseTheLibrarySays(t *testing.T) {
	members := config(t, "edgeros", "")
	found, err := chexiao.Diagnose(members)
	if err != nil || found.Worst == "failure" || len(found.Steps) < 3 {
		t.Fatalf("%+v, %v", found, err)
	}
	if _, err := chexiao.Diagnose([]byte("\xff")); err == nil {
		t.Fatal("no error for what is no text")
	}
	if err := open(t, members).Warm(); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, members).EncryptField("x"); err == nil {
		t.Fatal("a field was encrypted at a gateway that encrypts none")
	}
	if !json.Valid(chexiao.Gateways()) || chexiao.Version() == "" {
		t.Fatal("no gateways, no version")
	}
}
