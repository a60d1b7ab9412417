// gopay closes, queries, orders, refunds, fetches bills, signs for front ends and signs replies: a task a line in, a word a line out.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/go-pay/gopay"
	"github.com/go-pay/gopay/wechat"
)

var account struct {
	AppID string `json:"appid"`
	MchID string `json:"mch_id"`
	Key   string `json:"api_key"`
}

func main() {
	var config struct{ Account json.RawMessage }
	text, err := os.ReadFile(filepath.Join(os.Args[1], "wechat.json"))
	if err == nil {
		err = json.Unmarshal(text, &config)
	}
	if err == nil {
		err = json.Unmarshal(config.Account, &account)
	}
	if err != nil {
		panic(err)
	}
	for tasks := bufio.NewScanner(os.Stdin); tasks.Scan(); {
		verb, number, _ := strings.Cut(tasks.Text(), " ")
		fmt.Println(word(verb, number))
	}
}

func word(verb, number string) string {
	switch verb {
	case "close":
		return closed(account.Key, fields(number))
	case "close-hmac":
		return closed(account.Key, fields(number).Set("sign_type", wechat.SignType_HMAC_SHA256))
	case "close-sub":
		return closed(account.Key, fields(number).Set("sub_mch_id", "1900000110"))
	case "close-wrong-key":
		return closed(strings.Repeat("0", 32), fields(number))
	case "order", "order-hmac":
		return ordered(signTypeOf(verb), number)
	case "refund", "refund-hmac":
		return refunded(signTypeOf(verb), number)
	case "refund-query", "refund-query-hmac":
		return refundFound(signTypeOf(verb), number)
	case "reply", "reply-hmac":
		return replied(signTypeOf(verb), number)
	case "bill", "bill-hmac":
		return billed(signTypeOf(verb), number)
	case "jsapi", "jsapi-hmac":
		return jsapi(signTypeOf(verb), number)
	case "app", "app-hmac":
		return app(signTypeOf(verb), number)
	case "cost":
		return cost(number)
	case "query":
		_, state := found(fields(number))
		return state
	case "query-by-id":
		id, _ := found(fields(number))
		number, state := found(fields("").Set("transaction_id", id))
		return number + " " + state
	}
	return "-"
}

func signTypeOf(verb string) string {
	if strings.HasSuffix(verb, "-hmac") {
		return wechat.SignType_HMAC_SHA256
	}
	return wechat.SignType_MD5
}

func ordered(signType, number string) string {
	if strings.HasPrefix(prepaid(signType, number, "NATIVE"), "wx") {
		return "PREPAID"
	}
	return "FORGED"
}

func prepaid(signType, number, tradeType string) string {
	fields := fields(number).Set("sign_type", signType).Set("body", "书 & <book>").Set("total_fee", 100).Set("spbill_create_ip", "127.0.0.1")
	fields.Set("notify_url", "https://shop.example/n?a=1&b=2").Set("trade_type", tradeType)
	if tradeType == "JSAPI" {
		fields.Set("openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
	}
	reply, err := client(account.Key).UnifiedOrder(context.Background(), fields)
	if err != nil {
		return err.Error()
	}
	if ok, err := wechat.VerifySign(account.Key, signType, reply); err != nil || !ok {
		return "FORGED"
	}
	return reply.PrepayId
}

func refunded(signType, number string) string {
	fields := fields(number).Set("sign_type", signType).Set("out_refund_no", "R"+number).Set("total_fee", 100).Set("refund_fee", 100)
	reply, all, err := client(account.Key).Refund(context.Background(), fields.Set("refund_desc", "退货 & <refund>"))
	if err != nil {
		return err.Error()
	}
	if ok, err := wechat.VerifySign(account.Key, signType, all); err != nil || !ok {
		return "FORGED"
	}
	return reply.ResultCode
}

func refundFound(signType, number string) string {
	reply, all, err := client(account.Key).QueryRefund(context.Background(), fields("").Set("sign_type", signType).Set("out_refund_no", "R"+number))
	if err != nil {
		return err.Error()
	}
	if ok, err := wechat.VerifySign(account.Key, signType, all); err != nil || !ok {
		return "FORGED"
	}
	if reply.ResultCode != "SUCCESS" {
		return reply.ErrCode
	}
	return all.GetString("refund_status_0")
}

// As the gateway would: its own signer says the algorithm beside the fields.
func replied(signType, text string) string {
	var fields gopay.BodyMap
	err := json.Unmarshal([]byte(text), &fields)
	if err != nil {
		return err.Error()
	}
	fields.Set("sign_type", signType)
	fields.Set("sign", wechat.GetParamSign(account.AppID, account.MchID, account.Key, fields))
	body, err := xml.Marshal(fields)
	if err != nil {
		return err.Error()
	}
	return base64.StdEncoding.EncodeToString(body)
}

func billed(signType, day string) string {
	text, err := client(account.Key).DownloadBill(context.Background(), fields("").Set("sign_type", signType).Set("bill_date", day).Set("bill_type", "ALL"))
	if err != nil {
		return err.Error()
	}
	word, _, _ := strings.Cut(strings.TrimPrefix(text, "\ufeff"), ",")
	return word
}

func jsapi(signType, number string) string {
	nonce, time, bundle := "0123456789abcdef", "1700000000", "prepay_id="+prepaid(signType, number, "JSAPI")
	sign := wechat.GetJsapiPaySign(account.AppID, nonce, bundle, signType, time, account.Key)
	return shown(map[string]string{
		"appId": account.AppID, "nonceStr": nonce, "package": bundle, "signType": signType, "timeStamp": time, "paySign": sign})
}

func app(signType, number string) string {
	nonce, time, id := "0123456789abcdef", "1700000000", prepaid(signType, number, "APP")
	sign := wechat.GetAppPaySign(account.AppID, account.MchID, nonce, id, signType, time, account.Key)
	return shown(map[string]string{"appid": account.AppID, "noncestr": nonce, "package": "Sign=WXPay", "partnerid": account.MchID,
		"prepayid": id, "timestamp": time, "sign": sign})
}

func shown(parameters map[string]string) string {
	text, err := json.Marshal(parameters)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

var kept *wechat.Client

// For bench: nanoseconds of the processor.
func cost(times string) string {
	if kept == nil {
		kept = client(account.Key)
	}
	begun := processorTime()
	for left, _ := strconv.Atoi(times); left > 0; left-- {
		// Its check finds a genuine success forged: README.md.
		if word := closedBy(kept, fields("20260101000001")); word != "SUCCESS" && word != "FORGED" {
			panic(word)
		}
	}
	return strconv.FormatInt(processorTime()-begun, 10)
}

func processorTime() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func client(key string) *wechat.Client {
	client := wechat.NewClient(account.AppID, account.MchID, key, true)
	client.BaseURL = os.Args[2]
	return client
}

func fields(number string) gopay.BodyMap {
	fields := gopay.BodyMap{"nonce_str": "0123456789abcdef", "sign_type": wechat.SignType_MD5}
	if number != "" {
		fields.Set("out_trade_no", number)
	}
	return fields
}

func closed(key string, fields gopay.BodyMap) string {
	return closedBy(client(key), fields)
}

// It does not look at signatures itself, but has the function for it.
func closedBy(client *wechat.Client, fields gopay.BodyMap) string {
	signType := fields.GetString("sign_type")
	reply, err := client.CloseOrder(context.Background(), fields)
	switch {
	case err != nil:
		return err.Error()
	case reply.ReturnCode != "SUCCESS":
		return reply.ReturnCode
	}
	if ok, err := wechat.VerifySign(account.Key, signType, reply); err != nil || !ok {
		return "FORGED"
	}
	if reply.ResultCode != "SUCCESS" {
		return reply.ErrCode
	}
	return reply.ResultCode
}

// Of a number the id, of an id the number; and the state.
func found(fields gopay.BodyMap) (string, string) {
	byID := fields.GetString("transaction_id") != ""
	reply, all, err := client(account.Key).QueryOrder(context.Background(), fields)
	if err != nil {
		return "", err.Error()
	}
	if ok, err := wechat.VerifySign(account.Key, wechat.SignType_MD5, all); err != nil || !ok {
		return "", "FORGED"
	}
	if reply.ResultCode != "SUCCESS" {
		return "", reply.ErrCode
	}
	if byID {
		return reply.OutTradeNo, reply.TradeState
	}
	return reply.TransactionId, reply.TradeState
}
