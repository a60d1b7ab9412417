package chexiao_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	chexiao "github.com/chexiao/chexiao/bindings/go"
)

func threads() int {
	entries, _ := os.ReadDir("/proc/self/task")
	return len(entries)
}

func TestAThousandGoroutinesNeedFewThreads(t *testing.T) {
	client := open(t, config(t, "wechat", ""))
	orders := make([]map[string]string, 1000)
	for at := range orders {
		orders[at] = order("DELAY") // 300 ms each
	}
	var closed atomic.Int64
	var waiting sync.WaitGroup
	most, started := threads(), time.Now()
	for _, one := range orders {
		waiting.Add(1)
		go func(one map[string]string) {
			defer waiting.Done()
			outcome, err := client.Close(context.Background(), one)
			if err == nil && outcome.Code == chexiao.CodeClosed {
				closed.Add(1)
			}
		}(one)
	}
	over := make(chan struct{})
	go func() { waiting.Wait(); close(over) }()
	for done := false; !done; {
		select {
		case <-over:
			done = true
		case <-time.After(5 * time.Millisecond):
			most = max(most, threads())
		}
	}
	took := time.Since(started)
	t.Logf("  %d of 1000 closed in %.2f s, at most %d threads with GOMAXPROCS %d", closed.Load(), took.Seconds(), most, runtime.GOMAXPROCS(0))
	if closed.Load() != 1000 || most > 2*runtime.GOMAXPROCS(0)+12 || took > 15*time.Second {
		t.Fail()
	}
}

// deaf takes connections and never answers; heard is closed when the first bytes have come.
func deaf(t *testing.T) (url string, heard chan struct{}) {
	heard = make(chan struct{})
	hold := make(chan struct{})
	var once sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		once.Do(func() { close(heard) })
		<-hold
	}))
	t.Cleanup(func() { close(hold); server.Close() })
	return server.URL, heard
}

func TestACancelledCloseThatIsOutIsUnknown(t *testing.T) {
	url, heard := deaf(t)
	client := open(t, config(t, "wechat", url))
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-heard; cancel() }()
	started := time.Now()
	outcome, err := client.Close(ctx, order("A"))
	if err != nil {
		t.Fatalf("a close that may have happened is an error: %v", err)
	}
	if outcome.Code != chexiao.CodeUnknown || outcome.Next != chexiao.NextQuery || *outcome.Reason != "interrupted" || outcome.Sent != chexiao.Maybe {
		t.Fatalf("%v, reason %v", outcome, *outcome.Reason)
	}
	if time.Since(started) > 5*time.Second {
		t.Fatal("it was not left")
	}
}

func TestARefundThatIsLeftIsAskedForByItsNumber(t *testing.T) {
	url, heard := deaf(t)
	members := config(t, "edgeros", url)
	client := open(t, members)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-heard; cancel() }()
	refund := map[string]string{"mch_trade_no": "A1", "mch_refund_no": "R20261130000000000000000001", "refund_amount": "1.00", "refund_reason": "r"}
	outcome, err := client.Send(ctx, chexiao.Call{Operation: "refund", Order: refund})
	if err != nil {
		t.Fatal(err)
	}
	if outcome.Next != chexiao.NextRefundQuery {
		t.Fatalf("%v", outcome)
	}
}

func TestADeadlineBeforeTheFirstByteIsAnErrorOfItsOwn(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	members := config(t, "wechat", "https://"+listener.Addr().String()) // whose handshake never ends
	client := open(t, members)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	outcome, err := client.Close(ctx, order("A"))
	var failed *chexiao.Error
	if outcome != nil || !errors.As(err, &failed) || failed.Kind != chexiao.KindNotSent || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("%v, %v", outcome, err)
	}
}

func TestAContextThatHasEndedBeginsNothing(t *testing.T) {
	client := open(t, config(t, "wechat", ""))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range [20]int{} {
		if outcome, err := client.Close(ctx, order("A")); outcome != nil || !errors.Is(err, context.Canceled) {
			t.Fatalf("%v, %v", outcome, err)
		}
	}
}

func TestCallsThatAreCancelledAtAnyMomentLeaveNothing(t *testing.T) {
	client := open(t, config(t, "wechat", ""))
	descriptors := func() int { entries, _ := os.ReadDir("/proc/self/fd"); return len(entries) }
	before := descriptors()
	var waiting sync.WaitGroup
	for at := 0; at < 300; at++ {
		waiting.Add(1)
		go func(at int) {
			defer waiting.Done()
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(at)*2*time.Millisecond)
			defer cancel()
			outcome, err := client.Close(ctx, order("DELAY"))
			var failed *chexiao.Error
			if (outcome == nil) == (err == nil) || (err != nil && !errors.As(err, &failed)) {
				t.Errorf("%v, %v", outcome, err)
			}
		}(at)
	}
	waiting.Wait()
	for wait := 0; descriptors() > before+80 && wait < 50; wait++ {
		time.Sleep(100 * time.Millisecond) // connections of calls that were left are closed by the library
	}
	if now := descriptors(); now > before+80 {
		t.Fatalf("%d descriptors, %d before", now, before)
	}
}
