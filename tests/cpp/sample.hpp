// A WeChat Pay account that exists nowhere, and a reply worked out for it: tests/vectors/wechat/verify.json. TEST ONLY.
#ifndef SAMPLE_HPP
#define SAMPLE_HPP

#include <string>

static const std::string config = "{\"gateway\":\"wechat\",\"base_url\":\"https://wx.example\",\"account\":{\"appid\":\"wx8888888888888888\","
                                  "\"mch_id\":\"1900000109\",\"api_key\":\"192006250b4c09247ec02edce69f6a2d\"}}";

static const std::string call = "{\"operation\":\"close\",\"order\":{\"out_trade_no\":\"1217752501201407033233368018\"},"
                                "\"msg_id\":\"5K8264ILTKCH16CQ2502SI8ZNMTM67VS\",\"nonce\":\"5K8264ILTKCH16CQ2502SI8ZNMTM67VS\"}";

static const std::string closed_reply =
    "{\"status\":200,\"body_base64\":\""
    "PHhtbD48cmV0dXJuX2NvZGU+PCFbQ0RBVEFbU1VDQ0VTU11dPjwvcmV0dXJuX2NvZGU+PHJldHVybl9tc2c+PCFbQ0RBVEFbT0tdXT48L3JldHVybl9tc2c+PGFwcGlk"
    "PjwhW0NEQVRBW3d4ODg4ODg4ODg4ODg4ODg4OF1dPjwvYXBwaWQ+PG1jaF9pZD48IVtDREFUQVsxOTAwMDAwMTA5XV0+PC9tY2hfaWQ+PG5vbmNlX3N0cj48IVtDREFU"
    "QVtCRks4OUZDNnJ4S0NPakxYXV0+PC9ub25jZV9zdHI+PHJlc3VsdF9jb2RlPjwhW0NEQVRBW1NVQ0NFU1NdXT48L3Jlc3VsdF9jb2RlPjxyZXN1bHRfbXNnPjwhW0NE"
    "QVRBW09LXV0+PC9yZXN1bHRfbXNnPjxzaWduPjwhW0NEQVRBWzZBOTYyNDg3QzZBNkFERkQ5MkY2QzBBOTM5NzA3RjBDXV0+PC9zaWduPjwveG1sPg==\"}";

static const std::string unsigned_reply = "{\"status\":200,\"body_base64\":\"PHhtbD48cmV0dXJuX2NvZGU+U1VDQ0VTUzwvcmV0dXJuX2NvZGU+PC94bWw+\"}";

inline std::string exchange(const std::string &asked, const std::string &request, const std::string &reply) {
    return "{\"call\":" + asked + ",\"request\":" + request + ",\"reply\":" + reply + "}";
}

#endif
