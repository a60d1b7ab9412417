package chexiao_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	chexiao "github.com/chexiao/chexiao/bindings/go"
)

var serial atomic.Int64

// config is that of the sandbox which bindings/run has started, over plain HTTP: what is counted here is not TLS.
func config(t testing.TB, gateway, url string) map[string]any {
	t.Helper()
	folder, http := os.Getenv("CHEXIAO_SANDBOX"), os.Getenv("CHEXIAO_HTTP")
	text, err := os.ReadFile(filepath.Join(folder, gateway+".json"))
	if err != nil || http == "" {
		t.Fatalf("no sandbox: run this by bindings/run go (%v)", err)
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	delete(members, "ca_file")
	members["base_url"] = http
	if url != "" {
		members["base_url"] = url
	}
	return members
}

func open(t testing.TB, config map[string]any) *chexiao.Client {
	t.Helper()
	client, err := chexiao.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Free)
	return client
}

// order has a number of its own, which begins with what the sandbox is to do.
func order(what string) map[string]string {
	number := fmt.Sprintf("%sG%dN%d", what, time.Now().UnixNano()%1e9, serial.Add(1))
	return map[string]string{"out_trade_no": number}
}
