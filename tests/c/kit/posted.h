/* Notifications that Python's hashlib has signed, as chexiao_verify_notification takes them. */
#ifndef KIT_POSTED_H
#define KIT_POSTED_H

/* <xml>…<out_trade_no>A1</out_trade_no><total_fee>101</total_fee>…</xml> to the account of the vectors "wechat-…". */
#define POSTED_WECHAT \
    "{\"body_base64\":\"PHhtbD48YXBwaWQ+d3g4ODg4ODg4ODg4ODg4ODg4PC9hcHBpZD48bWNoX2lkPjE5MDAwMDAxMDk8L21jaF9pZD48bm9uY2Vfc3RyPm48L25vbmNlX3N0cj48b3V0X3RyYWRlX25vPkExPC9vdXRfdHJhZGVfbm8+PHJlc3VsdF9jb2RlPlNVQ0NFU1M8L3Jlc3VsdF9jb2RlPjxyZXR1cm5fY29kZT5TVUNDRVNTPC9yZXR1cm5fY29kZT48dG90YWxfZmVlPjEwMTwvdG90YWxfZmVlPjx0cmFuc2FjdGlvbl9pZD5UMTwvdHJhbnNhY3Rpb25faWQ+PHNpZ24+ODAwRTE5MUM4NkVGQzgyOEI0NjNEQTJBMUZGQUFFQkY8L3NpZ24+PC94bWw+\"}"

#endif
