package chexiao

// #cgo pkg-config: chexiao
// #include <chexiao.h>
//
// typedef chexiao_status (*verb)(uint64_t, const char *, size_t, char **);
//
// static chexiao_status ask(verb verb, uint64_t client, const char *text, size_t length, char **out) {
//     return verb(client, text, length, out);
// }
import "C"

import (
	"runtime"
	"unsafe"
)

// answer is what a function of the library returned, with its document.
type answer struct {
	status int
	json   string
}

func said(status C.chexiao_status, out *C.char) answer {
	defer C.chexiao_string_free(out)
	return answer{int(status), C.GoString(out)}
}

// computing bounds the goroutines that are in the library to compute: each of them has a thread of the system.
var computing = make(chan struct{}, runtime.GOMAXPROCS(0))

type verb = C.verb

var (
	signing      = verb(C.chexiao_sign)
	verifying    = verb(C.chexiao_verify)
	hearing      = verb(C.chexiao_verify_notification)
	encrypting   = verb(C.chexiao_encrypt_field)
	decrypting   = verb(C.chexiao_decrypt_field)
	nothing      = []byte{0}
	abiIsRight   = C.chexiao_abi_version() == C.CHEXIAO_ABI_VERSION
	wrongLibrary = answer{int(C.CHEXIAO_ERROR_NOT_SENT), `{"error":"not_sent","message":"the library that is loaded has another ABI version",` +
		`"hint":"install the library that this package was compiled against"}`}
)

func compute(verb verb, client uint64, text []byte) answer {
	computing <- struct{}{}
	defer func() { <-computing }()
	var out *C.char
	return said(C.ask(verb, C.uint64_t(client), bytes(text), C.size_t(len(text)), &out), out)
}

// bytes is never NULL, as an empty slice may be.
func bytes(text []byte) *C.char {
	if len(text) == 0 {
		text = nothing
	}
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(text)))
}

func open(config []byte) (uint64, answer) {
	if !abiIsRight {
		return 0, wrongLibrary
	}
	computing <- struct{}{}
	defer func() { <-computing }()
	var out *C.char
	var client C.uint64_t
	status := C.chexiao_client_new(bytes(config), C.size_t(len(config)), &client, &out)
	return uint64(client), said(status, out)
}

func free(client uint64) { C.chexiao_client_free(C.uint64_t(client)) }

// warm and diagnose wait for the network, each on a thread of its own.
func warm(client uint64) answer {
	var out *C.char
	return said(C.chexiao_warm(C.uint64_t(client), &out), out)
}

func diagnose(config []byte) answer {
	var out *C.char
	return said(C.chexiao_diagnose(bytes(config), C.size_t(len(config)), &out), out)
}

func gateways() answer {
	var out *C.char
	return said(C.chexiao_gateways(&out), out)
}

// Version is the version of the library that is loaded, such as "0.1.0".
func Version() string { return C.GoString(C.chexiao_version()) }

// newQueue is a queue for one call.
func newQueue() (uint64, answer) {
	var out *C.char
	var queue C.uint64_t
	status := C.chexiao_queue_new(1, &queue, &out)
	return uint64(queue), said(status, out)
}

func descriptor(queue uint64) (int, answer) {
	var out *C.char
	var fd C.int
	status := C.chexiao_queue_fd(C.uint64_t(queue), &fd, &out)
	return int(fd), said(status, out)
}

func submit(queue, client uint64, call []byte) answer {
	var out *C.char
	status := C.chexiao_queue_submit(C.uint64_t(queue), C.uint64_t(client), 0, bytes(call), C.size_t(len(call)), &out)
	return said(status, out)
}

// take has no document while the call has not finished.
func take(queue uint64) (answer, bool) {
	var out *C.char
	var ended C.chexiao_status
	var tag C.uint64_t
	status := C.chexiao_queue_take(C.uint64_t(queue), 0, &tag, &ended, &out)
	return taken(int(status), said(ended, out))
}

// freeQueue ends the call in it, if there is one, and says what became of it.
func freeQueue(queue uint64) answer {
	var out *C.char
	return freed(said(C.chexiao_queue_free(C.uint64_t(queue), &out), out))
}
