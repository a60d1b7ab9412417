need "Go (1.21 or later)" "go version | grep -qE 'go1\.(2[1-9]|[3-9])'" golang-go
need "a C compiler" "links cc c stdlib.h" gcc libc6-dev

# Nothing of what Go keeps for itself lands elsewhere, and nothing is downloaded.
export GOPATH=$OUT/go GOCACHE=$OUT/go-cache GOENV=off GOFLAGS=-buildvcs=false GOTOOLCHAIN=local GOPROXY=off CGO_ENABLED=1

passes "go: gofmt" bash -c 'cd bindings/go && wrong=$(gofmt -l .); echo "$wrong" && [ -z "$wrong" ]'
passes "go: vet" go -C bindings/go vet ./...
passes "go: tests" go -C bindings/go test -count=1 -v .
passes "go: tests under the race detector" go -C bindings/go test -race -count=1 .
go -C bindings/go build -o "$OUT/go-asks" ./internal/asks
tables go "$OUT/go-asks"

# Empty projects of somebody else's: what stands on the pages.
project() { # folder
    mkdir -p "$1"
    printf 'module example\n\ngo 1.21\n\nrequire github.com/chexiao/chexiao/bindings/go v0.0.0\n\nreplace github.com/chexiao/chexiao/bindings/go => %s\n' \
        "$ROOT/bindings/go" >"$1/go.mod"
}

project "$OUT/go-example"
example go go go "$OUT/go-example/main.go" go -C "$OUT/go-example" run . "$OUT/sandbox/wechat.json"
hears go go go "$OUT/go-example/main.go" go -C "$OUT/go-example" run .
project "$OUT/go-pay"
for page in docs/guide/testing.md docs/guide/testing.zh-CN.md; do
    block "$page" go 1 >"$OUT/go-pay/pay_test.go"
    says "go: the test of $page" 'PASS: Test.* ok\s+example\s' env PATH="$ROOT/target/debug:$PATH" go -C "$OUT/go-pay" test -count=1 -v .
done
passes "go: gofmt of the pages" bash -c 'wrong=$(gofmt -l "$@"); echo "$wrong" && [ -z "$wrong" ]' gofmt "$OUT/go-example/main.go" "$OUT/go-pay/pay_test.go"
