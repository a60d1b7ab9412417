#!/usr/bin/env bash
# Belief: gopay's VerifySign, handed what its own CloseOrder returned, accepts every reply that WeChat Pay signed right.
# Seen: it signs again over the members of a struct, which has no result_msg: a close's genuine success, which carries one,
#   is "forged", while its refusals verify. ParseNotify loses what its struct lacks in the same way; only
#   ParseNotifyToBodyMap keeps everything.
# Versions: github.com/go-pay/gopay 1.5.106, Go 1.26.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
cat >main.go <<'GO'
package main

import (
	"context"
	"crypto/md5"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sort"
	"strings"

	"github.com/go-pay/gopay"
	"github.com/go-pay/gopay/wechat"
)

const key = "0123456789abcdef0123456789abcdef"

// XML of the members named a=1&b=2, signed as WeChat Pay does.
func signed(members string) string {
	pairs := strings.Split(members, "&")
	sort.Strings(pairs)
	sign, xml := md5.Sum([]byte(strings.Join(pairs, "&")+"&key="+key)), "<xml>"
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		xml += "<" + name + "><![CDATA[" + value + "]]></" + name + ">"
	}
	return xml + fmt.Sprintf("<sign>%X</sign></xml>", sign)
}

func closed(reply string) any {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, signed(reply)) }))
	defer server.Close()
	client := wechat.NewClient("wx0000000000000001", "1000000001", key, true)
	client.BaseURL = server.URL
	told, err := client.CloseOrder(context.Background(), gopay.BodyMap{"nonce_str": "n", "out_trade_no": "A1", "sign_type": "MD5"})
	must(err)
	return told
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func expect(what string, told any, genuine bool) {
	if is, err := wechat.VerifySign(key, wechat.SignType_MD5, told); err != nil || is != genuine {
		fmt.Println(what, "is now", is, err)
		os.Exit(1)
	}
}

func main() {
	every := "return_code=SUCCESS&return_msg=OK&appid=wx0000000000000001&mch_id=1000000001&nonce_str=n"
	expect("a success", closed(every+"&result_code=SUCCESS&result_msg=OK"), false)
	expect("a success without result_msg", closed(every+"&result_code=SUCCESS"), true)
	expect("a refusal", closed(every+"&result_code=FAIL&err_code=ORDERPAID&err_code_des=paid"), true)
	notice := signed(every + "&result_code=SUCCESS&out_trade_no=A1&a_new_member=1")
	parsed, err := wechat.ParseNotify(httptest.NewRequest("POST", "/", strings.NewReader(notice)))
	must(err)
	expect("a notice with a member the struct lacks", parsed, false)
	all, err := wechat.ParseNotifyToBodyMap(httptest.NewRequest("POST", "/", strings.NewReader(notice)))
	must(err)
	expect("the same as a map", all, true)
}
GO
export GOFLAGS=-modcacherw
{ go mod init findings; go get github.com/go-pay/gopay@v1.5.106; go mod tidy; } >log 2>&1 || { cat log; exit 1; }
go run . 2>log || { cat log; exit 1; }
echo "gopay's VerifySign calls a genuine success of a close forged, and its refusals genuine"
