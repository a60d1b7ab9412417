package chexiao

import (
	"context"
	"encoding/json"
	"sync"
	"syscall"
)

// turns bounds the calls that are under way, each with a connection and the two descriptors of its queue; others wait for their turn.
var turns = sync.OnceValue(func() chan struct{} { return make(chan struct{}, most()) })

func most() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || limit.Cur/6 > 4096 {
		return 4096
	}
	return max(1, int(limit.Cur/6))
}

// run is chexiao_send without a thread that waits. The call has a queue of its own, so that it can be ended by itself: where the context
// ends, the library says whether anything was sent.
func run(ctx context.Context, client uint64, call []byte) (answer, error) {
	if err := turn(ctx, turns()); err != nil {
		return answer{}, notBegun(err)
	}
	defer func() { <-turns() }()
	queue, bell, err := begin(ctx, client, call)
	if err != nil {
		return answer{}, err
	}
	finished, left := awaited(ctx, queue, bell)
	if ended := end(queue); finished.json == "" {
		finished = ended
	}
	if finished.status < 0 {
		failed := errorOf(finished)
		failed.cause = left
		return answer{}, failed
	}
	return finished, nil
}

// begin signs, which takes a thread for that time.
func begin(ctx context.Context, client uint64, call []byte) (uint64, *bell, error) {
	if err := turn(ctx, computing); err != nil {
		return 0, nil, notBegun(err)
	}
	defer func() { <-computing }()
	queue, opened := newQueue()
	if err := opened.failure(); err != nil {
		return 0, nil, err
	}
	bell, err := listen(queue)
	if err != nil {
		freeQueue(queue)
		return 0, nil, err
	}
	if err := submit(queue, client, call).failure(); err != nil {
		bell.leave()
		freeQueue(queue)
		return 0, nil, err
	}
	return queue, bell, nil
}

// taken is what chexiao_queue_take gave, and whether to take no more. Where it failed itself, the end says what became of the call.
func taken(status int, ended answer) (answer, bool) {
	if status != 0 {
		return answer{}, true
	}
	return ended, ended.json != ""
}

// freed is what chexiao_queue_free told of the call that was in the queue; where it told of none, that may have been sent.
func freed(told answer) answer {
	var ended []struct {
		Status   int
		Document json.RawMessage
	}
	if told.status != 0 || json.Unmarshal([]byte(told.json), &ended) != nil || len(ended) == 0 {
		return lost
	}
	return answer{ended[0].Status, string(ended[0].Document)}
}

// end says what became of a call that was not taken.
func end(queue uint64) answer {
	computing <- struct{}{}
	defer func() { <-computing }()
	return freeQueue(queue)
}

// awaited takes the call when it has finished; or says why the context ended before. Without a document, it has not taken it.
func awaited(ctx context.Context, queue uint64, bell *bell) (answer, error) {
	defer bell.leave()
	for {
		computing <- struct{}{}
		finished, over := take(queue)
		<-computing
		if over {
			return finished, nil
		}
		if err := bell.wait(ctx); err != nil {
			return answer{}, err
		}
	}
}

// turn waits for one, and looks at the context first: select would choose at random.
func turn(ctx context.Context, turns chan struct{}) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
