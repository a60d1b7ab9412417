package chexiao

import (
	"context"
	"sync"
	"syscall"
	"time"
)

// look is how often a goroutine looks at its call though no bell has rung.
const look = time.Second

// bell is the descriptor of a queue, which can be read from while there is something to take.
type bell struct {
	fd   int
	rung chan struct{}
}

// The bells of all calls, and one goroutine that waits for them, on a thread of its own, while there are any.
var bells struct {
	mutex   sync.Mutex
	epoll   int
	all     map[int]*bell
	waiting bool
}

func listen(queue uint64) (*bell, error) {
	fd, found := descriptor(queue)
	if err := found.failure(); err != nil {
		return nil, err
	}
	bells.mutex.Lock()
	defer bells.mutex.Unlock()
	if bells.all == nil {
		epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
		if err != nil {
			return nil, notBegun(err)
		}
		bells.epoll, bells.all = epoll, map[int]*bell{}
	}
	one := &bell{fd, make(chan struct{}, 1)}
	if err := syscall.EpollCtl(bells.epoll, syscall.EPOLL_CTL_ADD, fd, one.event(0)); err != nil {
		return nil, notBegun(err)
	}
	bells.all[fd] = one
	if !bells.waiting {
		bells.waiting = true
		go waitForAll()
	}
	return one, nil
}

func (b *bell) event(events uint32) *syscall.EpollEvent {
	return &syscall.EpollEvent{Events: events | syscall.EPOLLONESHOT, Fd: int32(b.fd)}
}

// wait returns when there may be something to take, or with the error of the context.
func (b *bell) wait(ctx context.Context) error {
	if err := syscall.EpollCtl(bells.epoll, syscall.EPOLL_CTL_MOD, b.fd, b.event(syscall.EPOLLIN)); err != nil {
		return err
	}
	timer := time.NewTimer(look)
	defer timer.Stop()
	select {
	case <-b.rung:
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// leave comes before the queue is freed, whose descriptor this is.
func (b *bell) leave() {
	bells.mutex.Lock()
	defer bells.mutex.Unlock()
	_ = syscall.EpollCtl(bells.epoll, syscall.EPOLL_CTL_DEL, b.fd, nil)
	delete(bells.all, b.fd)
}

func waitForAll() {
	events := make([]syscall.EpollEvent, 256)
	for anyBell() {
		count, _ := syscall.EpollWait(bells.epoll, events, int(look.Milliseconds()))
		for at := 0; at < count; at++ {
			ring(int(events[at].Fd))
		}
	}
}

func anyBell() bool {
	bells.mutex.Lock()
	defer bells.mutex.Unlock()
	bells.waiting = len(bells.all) > 0
	return bells.waiting
}

func ring(fd int) {
	bells.mutex.Lock()
	defer bells.mutex.Unlock()
	if one := bells.all[fd]; one != nil {
		select {
		case one.rung <- struct{}{}:
		default:
		}
	}
}
