//! Published and synthetic samples of the five gateways, recomputed. All private keys here are TEST ONLY.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use rsa::RsaPublicKey;
use rsa::pkcs8::DecodePublicKey as _;
use serde_json::Value;
use sha2::Sha256;

use crate::charset::Charset;
use crate::form::Form;
use crate::gateways::wechat::{SignType, sign};
use crate::gateways::{edgeros, ysepay};
use crate::json::Json;
use crate::keys::{KeyPair, Scheme, verifies};
use crate::sm2_keys::{Sm2Encoding, Sm2KeyPair};
use crate::{hex, xml};

fn public(base64: &str) -> RsaPublicKey {
    RsaPublicKey::from_public_key_der(&STANDARD.decode(base64).unwrap()).unwrap()
}

fn private(base64: &str) -> KeyPair {
    KeyPair::from_pkcs8_der(&STANDARD.decode(base64).unwrap()).unwrap()
}

/// The vendor's own SDK example for CA mode, in GBK.
#[test]
fn icbc_ca_official() {
    const CERTIFICATE: &str = "MIIDjTCCAnWgAwIBAgIKbaHKEE0tAAI/nDANBgkqhkiG9w0BAQsFADA3MRkwFwYDVQQKExBjb3JiYW5rNDMuY29tLmNuMRowGAYDVQQDExFjb3JiYW5rMTI4IHNkYyBDTjAeFw0xODAxMDkwNjA1MTFaFw0zNjAxMDkwNjA1MTFaMEAxFDASBgNVBAMMC0xMTEwuZS4wMjAwMQ0wCwYDVQQLDAQwMjAwMRkwFwYDVQQKDBBjb3JiYW5rNDMuY29tLmNuMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmeQdkxn2g5bJAz1ZivvLtaOnoNQUlqNu1GaeXtXmcSqQXaQ3Jcb8OAn8vvauEVwXamiuEau4/i80dsQchIgFjmQ2PwCJdZTl+VZabWUS7Mztc/jiami5B2d2KjEsfg387v63eQLCYai2MT9ZlVdae6EYgkzIjLuMUCDpSw+pac6+VgDrUqID+Qkov4Ni5aD4KcxwUwuOlr4FrftKyCV0PnWVAdBnbNXPTFeeUVMZUilZpa2X+XTqVCAukcwwCRyDcE6XlzVUs9evPWHYxwEUCgl/cU8NpOsCfKqb//x4zVU12HaOyQybKvfslMzB7lXAZxG97bAyivu9O+pqK9UTdwIDAQABo4GRMIGOMB8GA1UdIwQYMBaAFJ6AEaO7V853/fEnZ/7k4X8i8lHzMEwGA1UdHwRFMEMwQaA/oD2kOzA5MQ0wCwYDVQQDDARjcmwxMQ0wCwYDVQQLDARjY3JsMRkwFwYDVQQKDBBjb3JiYW5rNDMuY29tLmNuMB0GA1UdDgQWBBRvki/a/aTB8VHFZSV3j4Y5jnua2jANBgkqhkiG9w0BAQsFAAOCAQEAJC5AqnEAHXW1J8rNg/XpvnksPAUpGqDqH7Zu/mVHzDouHzvFVM0L4JsTK2dwu5JmAhtII9cYWPoENzsUAFcYRKUC/MvFxIIyPgssIOQ16ZydBah9yaEQp5LC83Gt9S+yQdhcEpRRsUuVeIg0CUU+924Ysqg/4z8+wuEIISh/OFvubuGl+se4xpU65Uj0NL3d40Xn4WHG13lnh4gwyLqf69dxOeiruv0Y5eJclR0YXL2bs02hlm70XfUVzHwWuKS65NlbBgdrpckAyFUqmF+n1BcgUtpjC0XQVf6qAanbH9CBGmmNL2LEk8uaGcBQI8OWUBJxJW0PpUY5ftypWHhGWw==";
    const KEY: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmeQdkxn2g5bJAz1ZivvLtaOnoNQUlqNu1GaeXtXmcSqQXaQ3Jcb8OAn8vvauEVwXamiuEau4/i80dsQchIgFjmQ2PwCJdZTl+VZabWUS7Mztc/jiami5B2d2KjEsfg387v63eQLCYai2MT9ZlVdae6EYgkzIjLuMUCDpSw+pac6+VgDrUqID+Qkov4Ni5aD4KcxwUwuOlr4FrftKyCV0PnWVAdBnbNXPTFeeUVMZUilZpa2X+XTqVCAukcwwCRyDcE6XlzVUs9evPWHYxwEUCgl/cU8NpOsCfKqb//x4zVU12HaOyQybKvfslMzB7lXAZxG97bAyivu9O+pqK9UTdwIDAQAB";
    const BEFORE: &str = r#"/ui/b2c/pay/custompay/V1?app_id=10000000000000002156&biz_content={"custom":{"check_flag":"0","cust_cert_no":"0","cust_cert_type":"0","cust_id":"","cust_name":"国债三","language":"zh_CN","mobile":"","verify_join_flag":"0"},"message":{"auto_refer_sec":"","backup1":"","backup2":"","backup3":"","backup4":"","carriage_amt":"0","credit_type":"","goods_address":"","goods_id":"428767198","goods_name":"超市","goods_num":"1","goods_type":"","isReal":"0","mer_custom_id":"12345678","mer_custom_ip":"","mer_custom_phone":"","mer_hint":"小心轻放","mer_order_remark":"","mer_reference":"","mer_var":"","notify_type":"","prompt_text":"","remark1":"","remark2":"","result_type":"","return_url":"","subidno":""},"order_info":{"amount":"500","cur_type":"001","external_app_id":"100000064100000","installment_times":"1","mer_acct":"6212880200000038618","mer_id":"0200EG0000202","merchant_info":"杭州XXX传媒有限公司","order_date":"20170122152918","order_id":"00210554222222254","wallet_flag":"0"}}&ca="#;
    const AFTER: &str = r#"&charset=GBK&clientType=0&format=json&interfaceName=ICBC_WAPB_B2C&interfaceVersion=1.0.0.6&msg_id=44fed1e1d8964497bab243d1432b3343&notify_url=https://www.scgsj.com/notify.do&sign_type=CA&timestamp=2019-09-24 16:17:45"#;
    const SIGNATURE: &str = "Os4mjAPu9n2DCVlnK+rb97T6YYhn8QacP7fL42kcVN2cgZiG5/o1JP7PcHkuKe6HHXJ1W+l4DKmOhBILYihD5QC8GN0V4ReaeFH+XnFIiwU87B3YJYL32x9VXvdlGDxC+Zg17ypg5HkQRqWy36jRYlb7IOt8PKnwfbm8bb3lt1scin1NFY/j7252CotPn7ti6S1+PLWZE88hzthEgbpONX8atIkY1tS7mOInRvo9xBAZaiorZMvkD/kRREVhaq7OhWdKshQ97aceqkBBqDxVLdARTarDDS/Y6V0pg/zuK1Tt+0nZlC0gCFnUj8jMWFI70fXPQgHP7esMTY52Hx2VLA==";
    let text = Charset::Gbk.encode(&[BEFORE, CERTIFICATE, AFTER].concat()).unwrap();
    assert!(verifies(&public(KEY), Scheme::BareSha1, &text, SIGNATURE));
    assert!(!verifies(&public(KEY), Scheme::Sha1, &text, SIGNATURE));
}

/// A real answer of the production gateway, published in 2018.
#[test]
fn icbc_production_reply() {
    const KEY: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCMpjaWjngB4E3ATh+G1DVAmQnIpiPEFAEDqRfNGAVvvH35yDetqewKi0l7OEceTMN1C6NPym3zStvSoQayjYV+eIcZERkx31KhtFu9clZKgRTyPjdKMIth/wBtPKjL/5+PYalLdomM4ONthrPgnkN4x4R0+D4+EBpXo8gNiAFsNwIDAQAB";
    const SIGNED: &str = r#"{"return_code":400011,"return_msg":"app id is not registered","msg_id":"87933msg"}"#;
    const SIGNATURE: &str = "I21ynAn9REv2z+8ssELiTXb7REatdHlXXj+U4WcRZnOQpSL6FRTYfYNJVyRCb62l1iRS2TkjjpEFhMhdDMWeFHc/zSQDD0P36wlRk87u7exDMigrJJyVFe6+TJX0LnHhobtMwxPRZfUjhHxnubRH7yUtLjMpwwCVY3G3AzPS5UI=";
    assert!(verifies(&public(KEY), Scheme::Sha1, SIGNED.as_bytes(), SIGNATURE));
}

/// A refund in GBK: form decoding, string to sign and signature; recomputed with OpenSSL.
#[test]
fn ysepay_request() {
    const KEY: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0DJfjMFVnTDOR3qtq9JUDD6/upRKXWWlOueacas7hGljth9cOl3uHuYBBAaCcf5px21TqgF0y7B5hEwrCS2HCi99MWuBzSnGFsS6L4sL5uPvH36Lu3OEANDtS13zdadrikilD0yY0cbhlEsPOO2GUWeeueR4CdyZPDZy2zUsM1bCPsUn9EQcKbbCcgDn2+CPRfZp2h+7eS7fGy2pMpUsZlqbFE5BQ1vpFMS9ibSe2wsXh6ZCrQVVd5jkC+iZu+dzVIaKYqgEL9lAo34DnVWhz4VwYb6yARJtc+BaUdxX9nJGiTS/BGD+g7bRltuUovZ7+sIaggWKNxkYhgpwuj8lTQIDAQAB";
    const BODY: &str = "biz_content=%7B%22out_trade_no%22%3A%2220211221100621275561%22%2C%22refund_amount%22%3A%221.00%22%2C%22refund_reason%22%3A%22%D5%FD%B3%A3%CD%CB%BF%EE%22%2C%22out_request_no%22%3A%22202112211033070000124495%22%2C%22shopdate%22%3A%2220211221%22%7D&charset=GBK&method=ysepay.online.trade.refund&partner_id=unit_test&sign=nlitSEK0a%2B4pV8T4A3LBUkBghVZ8mQdXrMYYclfDGXQdxgWqeOLEf0oaEpOXv2GKQ0wFHzqVki9%2Fhi6vJ%2FW6CkNTMcqC6rrgNRnQg9unaRFIKmUBw5s8dMl6rOQs5uaDHSd%2Fk6%2F6kuQn6ZYA2uAjjGQVV3X3kitjei9kFf14Co2lH%2FBod%2B6jY6WoLcM9a8r9LMe2DZ%2BRcOwjTl4vtBYgxNEGwQNshuagML2jpmp1ETDtZTu5E9po7J3YXi7GDF4rbSJ%2Fjzfzw2nsAXXR7taDsiJTXiObUwXE4kKpWBUuTgFTCy9P39W7pQke86boHWYi6Bdo5LFdFxTkP8yfrV9ocw%3D%3D&sign_type=RSA&timestamp=2021-12-21+10%3A33%3A07&version=3.0";
    const TEXT: &str = r#"biz_content={"out_trade_no":"20211221100621275561","refund_amount":"1.00","refund_reason":"正常退款","out_request_no":"202112211033070000124495","shopdate":"20211221"}&charset=GBK&method=ysepay.online.trade.refund&partner_id=unit_test&sign_type=RSA&timestamp=2021-12-21 10:33:07&version=3.0"#;
    let form = Form::parse(BODY.as_bytes(), true).unwrap();
    assert_eq!(form.string_to_sign(), Charset::Gbk.encode(TEXT).unwrap());
    assert!(verifies(&public(KEY), Scheme::Sha1, &form.string_to_sign(), form.ascii("sign").unwrap()));
}

#[test]
fn ysepay_reply() {
    const KEY: &str = "MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBALvGEOjxxr+seBUgqVQh1xWsT5IgI3SKvAwI8vMKJFO7Bv3/8La/62rtkFTaFFByhYDhXvE05QPDVGet5gY7+vTYmKaA5+bPZpsAXHKhP0UEuszVA2XkB99a0eliN9zeiplKktQJhiB+pY4XLnItReQSFn7VQHKsn7iceO3HoHbZAgMBAAECgYEAj0WoX2UjRdq94TkDmksbxtCsAg39n42/v9sQLLs/Tpf01Nd1fqtfYD4Vk3i2aU+IZ/cOLzMxzrY6b8VzLqyTZO+exGz8t08885Z6iFNcDXczNB9jaEtx2UpSbBozuMK24qQWC+BclvzXQvYfoJSoyINaPBDuuc1s6EovlBNagsUCQQD42eer2eAczz56+FoJQlq1tTGnxwyvFldfs8a1mSJlmOK4NjYfHkB7RorREoAmNDl7wewVlcgxSv0wjAUBQjJnAkEAwSr8jdY80jKYbVbKoSuduubFE6FmBtocYj8EB+1QD8gPJ4UJEH9bOg+1Mx+ClcsZNAw3pYRzSFzjkCGRJmrEvwJAKcabB9SJtQxtlsM+ijNjewGyFlJqJLKBdIV/pFjS1291ECu5pjuz434SK8sJTGCUDdyeP3lnpC7MlmvLI0zznQJBAKbn8K7RhV4OL5ySGKVoHXKoAXMzywdyoIHXdzEuQTZRo55/GdTyZi3l8qhIurmZcp6BS/etWTsWX95i0ptCN9sCQBOGww1Ik97lEHoLYNvOSYnmeo2IN9vFnNEGHY69NyuXLm/PEiojNF6IpYaL0h2OQ4dh8xXwcj859skaWz1Yx7M=";
    const OBJECT: &str = r#"{"code":"10000","msg":"Success","trade_status":"SUCCESS"}"#;
    const REPLY: &str = r#"{"sign":"aARf3pExsQeSMHwb6qKVmkK/MsFhlxoGSVJRlFir0SKWFga6r5/f7jFgxAYSTc116J1tAcVC2384b0IP53kS+sQjHXuZpJDK23mR2hWSadvyR8dU39uPVWOsw6bGwdDpXHtuLHY/TRIZTaWPI9tP9/erksFjEY+T+gUPcNTUNgk=","ysepay_trusteeship_sign_cancel_response":{"code":"10000","msg":"Success","trade_status":"SUCCESS"}}"#;
    let sealed = ysepay::seal(&private(KEY), "ysepay_trusteeship_sign_cancel_response", OBJECT, Charset::Utf8);
    assert_eq!(sealed.unwrap(), REPLY.as_bytes());
}

/// A cancel with sign_type SM: the string to sign, and its signature in both encodings; recomputed with OpenSSL.
#[test]
fn ysepay_sm_request() {
    // TEST ONLY.
    const KEY: &[u8; 32] =
        b"\x41\xd4\xa3\x41\x88\xdc\x43\xdd\x99\x34\x96\x75\x7b\x79\xcb\x0d\xc6\x35\x27\x29\xcf\x1a\x44\x00\x23\xba\x5e\xdc\x01\x93\xa0\xf6";
    const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgQdSjQYjcQ92ZNJZ1\ne3nLDcY1JynPGkQAI7pe3AGToPahRANCAAThyblD5/6i7QksonNT9zBh1QWeZGvq\nxRBjkHStYiHG36yXCfxpo0fpk/fpXNEWZbCU/UJXxiyI5nH6xDiT5Pjg\n-----END PRIVATE KEY-----\n";
    const TEXT: &str = r#"biz_content={"protocol_no":"K2021101436720150055"}&charset=UTF-8&method=ysepay.trusteeship.sign.cancel&partner_id=unit_test&sign_type=SM&timestamp=2021-10-14 12:00:00&version=3.0"#;
    const DER: &str = "MEYCIQDwVUM9MFx+yOchSSEYYxdPP7f82nXHmloYobhmL3HFvAIhAKydePjDqmlzFceNy1Q0avHyrBviUallEFX5VqUhLv6y";
    const RAW: &str = "8FVDPTBcfsjnIUkhGGMXTz+3/Np1x5paGKG4Zi9xxbysnXj4w6ppcxXHjctUNGrx8qwb4lGpZRBV+ValIS7+sg==";
    let pair = Sm2KeyPair::from_number(KEY).unwrap();
    assert_eq!(pair.private_pem(), PEM);
    for (encoding, other, signature) in [(Sm2Encoding::Der, Sm2Encoding::Raw, DER), (Sm2Encoding::Raw, Sm2Encoding::Der, RAW)] {
        let signature = STANDARD.decode(signature).unwrap();
        let verifies = |encoding, text: &str| pair.verifies(b"1234567812345678", text.as_bytes(), encoding, &signature);
        assert!(verifies(encoding, TEXT) && !verifies(other, TEXT) && !verifies(encoding, &TEXT.replace("SM", "RSA")));
    }
}

/// The sample of the vendor's signing rules.
#[test]
fn wechat_official() {
    const KEY: &str = "192006250b4c09247ec02edce69f6a2d";
    const FIELDS: [(&str, &str); 5] = [
        ("appid", "wxd930ea5d5a258f4f"),
        ("mch_id", "10000100"),
        ("device_info", "1000"),
        ("body", "test"),
        ("nonce_str", "ibuaiVcKdpRxkhJA"),
    ];
    assert_eq!(sign(&FIELDS, SignType::Md5, KEY), "9A0A8659F005D6984697E2CA0A9CF3B7");
    let hmac = "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6";
    assert_eq!(sign(&FIELDS, SignType::HmacSha256, KEY), hmac);
}

/// What the official Java SDK 2.0.0 signs when a field is the empty string.
#[test]
fn edgeros_request() {
    const KEY: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmysjaWr8jEAYEFdpmZMbcRbO5ueUx6pUVJUTAk3TFDCRZGL0LNgl8kuFjBcuk8R2JNUIEGJ1h8NjDv68/Md6FzRuFdqXoKrKCosKMJtzsojB8kvJHGGGXKl6eMu6B3PJ2wPCjoSudgvzitYdj0eFWYRPN3EPSOW8hmCOnPINlyXT59nK21w/Fi2r5nA0SCdq730rm8wj3dDyPchaGrDf6N9VGtJc1vU0xpsRudRBq+PXKSS5IJ7S82V9QLEMTmKe4FTcNxxP56TezTljPhWK+bqSJ18coQn2E/ZRoFX7hod1nNDABEN7+4f0nMpU3sLOhNQDZQ5pF6IFkrdIKkpIuQIDAQAB";
    const TEXT: &str = r#"{"mch_no":"MCH1000000","mch_trade_no":"mp202104021606341385640107521832","nonce":"5K8264ILTKCH16CQ2502SI8ZNMTM67VS","sign_type":"SHA256withRSA","transaction_no":""}"#;
    const SIGNATURE: &str = "boi4zvL1jJPjB0mlpbHfgMlYPj5dIPeSSv9X9UJIHR94QMy3LH1vK6xuKTI5RhsxZTF8U8rRMG0/QRQMS0lVofEptg8Cv4zWC3W3UR8cqHZxkvE/hi+90nRBiHNzmImFl+4Bv1C+MUzTPetNFydKQFveLX3EmizJ7Rab1jaQA/v9zWuur2X9exBBrd01WctbrR65OZvx7GxYqBimB4ivmGAjwgZsmieftESgXk0uL827tE6iW5B7Sro4PxGwwSeSc1HTycLpmilGKJ4L/aPPYcODjaVXiuktZOok7xk4xAZ4JpC/ZwfMlq+57Ei/Xs3BWvxen26aC693gegG4+1u2g==";
    assert_eq!(edgeros::canonical(&Json::parse(TEXT).unwrap()), TEXT);
    assert!(verifies(&public(KEY), Scheme::Sha256, TEXT.as_bytes(), SIGNATURE));
}

/// Replies the official Java SDK 2.0.0 accepts: a success, one that names no order, and one with empty strings.
#[test]
fn edgeros_replies() {
    // TEST ONLY.
    const KEY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCsTVmu1Q76bmFmy+sugBO5hN3VBHaf1xIbtTspKTGFKwKniUIIY061x3UI9mvHuuIuQZ0cr9r0FNPtKQL0/8+SpqBtFcU9jtNCljRDU5j2Bzi6gi5SYhqZQQEHKyKB9IF1GNSnCgRvScggik6VlWAeRthZU+Rnpa990Q4heiwprCgKfx7/YDa0VxzDFdOf3XeHqVRK4600GV7oA/d8GLJ4zuqvxnABGpswCjr4Jn1gCP/7KoYyKxoPkR8X3lXjSu/qFuKBfuoVWIMTMGKNp/npH3S229evmniRGbcOL3YWFClw5UJIOTomUCbct/cdDqHYW05apLvkXZnyoiF3QA5lAgMBAAECggEAFTAR1jD2/Y6zRYvP6NDxHAAds0MwPymYXXXkx4P8Re7rDaUQTK3BkRLs7mQ3DsGJbLy+0DdDyn4BLYm8hloqsVLyKVfjAFXe3rJPzPOrvJ1YuX6mqZTMxom60aHZRXfGr5qVE9FkiDbfeDjpvvU2c6Ksmhd539D9CpC5lx5J7fm85Kp44BkUNIRbUK50Whu3ug9OAmojbJHYdVW9IaAaFgWnnhCg+WO4GlyT0Iu3aUTDx8PFun+iHY6F5ks5XdIoQfB8Md5OxNdmFLdB+Qo+CJCC5JzP800tSN2VMiT+fKu5k/5ZrmewsanVBRJXxFuTQ7KVY9TB172Zi9dFNWZ9xQKBgQDauki53X/iXjCYWh9dL0kteY+jqZ2A9cFSiOeYekHlwJ8n5YXMe+zIMk2f86+Iv0wzxMTloAa2hFo7VgcxPo9ruVawgwWu90FOm+arPho3W9lu87t3WxytCv6Cx8+UaMRp4jasaarusuTTHnaGneP614/xglPkJwY8Gz3tFP59SwKBgQDJqc/eroEuc+3J+co+Yxu+W0IgIvgIxT6SQiJcKyCJf8+FroNgltm5gzHY5KZ6fTfC42hHpmWt/yOX6Az3DuifB4bq2/3laKvW2UZDc6H+DiE5J7zmYLeXC6dSJLJji8Ka8L67lUKwbEFXx8468wFecQcMNdx2pdIRhq43mkTFDwKBgQCbWjxVZzFxwpyZWUl1kiRTnEedYtdvxR1uVbbI4ez0Fn/0gl0qA8sF1lS0Cwzd/6FME7IVtjeOYysDgfLR0zFivd0IucbLoupLvwdzEUTllOM2nv7Do38WmPx0Px78tfzrh7R1eQfjSkSkfrqImpRWkcy3KG4VWnJfNqohPgwTSQKBgCluEZ6WC0QX3QpZnwsiIVkCNpuTk5F5tFkn7RcyZQTalS/JooP9ec16/oqorusLPqFzRsExlkIg4JccvU0kavYA/d7SQ18WGfeRu7Wv09/11y1+1Hgf9pe5dS6TC3MYC2r5erXe/ExycRovmlbSBb35SpFfn2Ngvb+MA864ithRAoGABRmzNGYUOmELVImp+LW/4dtTPAuDhYzTtiJNb4E4EPejU9L5eChR+5q2yl2UUE/sY8vGCN7CzykMutrj5ou1SGlSZQvg4KKIczNBxiAA7O4SbXZdN5CAE5BvzbhhHVTXsZ5tbp3Z+SNkv7HjZ3LknT8YjKIdjhS0Z+G/8Re5Q5A=";
    const REPLIES: [(&str, &str); 3] = [
        (
            r#"{"status": 200, "message": "SUCCESS", "fieldErrors": null, "data": {"mch_no": "MCH1000000", "sign_type": "SHA256withRSA", "nonce": "ECAvdtwizqXFaY6w5BBhPwP0j3MERf1O", "mch_trade_no": "mp202104021606341385640107521832", "transaction_no": "AP202112151150252267829842920145605378", "code": "SUCCESS", "description": "关单成功", "sign": "SnUj3CCEXiN6INM+Y4OoeHyCEA4VpRG7UVJO2n4SvdppChGtweT9Owstfb0F98Ep7euhc5WYH3ys5CSdT3hjHilTsENPwKHBkWyuVwdMHPZ/dg57b9F9I4PuAf2RcXdykbQkIyWAwmoJXUv4XK17O/MJnL524rubaWmxfk+fVFqDWQrupk002GH9ORjHeH9jcqPww69fUH8FGAK4wVx1FWmn01QdY352FXGSOwLKawh38uey3Ha9NI2BWFeqUQTgmwqAMLV2I6kgkVnT6lLyn3oGHraZGAwGHJUNPPrOXuedHL0o6/u8NUqlorFtnOE2SPy5pkBJUKSAThq1iUcn3Q=="}}"#,
            r#"{"data":{"code":"SUCCESS","description":"关单成功","mch_no":"MCH1000000","mch_trade_no":"mp202104021606341385640107521832","nonce":"ECAvdtwizqXFaY6w5BBhPwP0j3MERf1O","sign_type":"SHA256withRSA","transaction_no":"AP202112151150252267829842920145605378"},"message":"SUCCESS","status":200}"#,
        ),
        (
            r#"{"status": 1007, "message": "ORDER_NOT_EXIST", "fieldErrors": "此订单不存在!", "data": {"mch_no": "MCH1000000", "sign_type": "SHA256withRSA", "nonce": "ECAvdtwizqXFaY6w5BBhPwP0j3MERf1O", "sign": "TAuEptzH4XGdOKEIax/UdbHVggwafOHq4G8pAbqvjH0cIx+gOBvyxMv1KHOtSH57WglXmcb8o1fk0HedHPeoGoRVxLfSot1fR27puc3xaPrbjje/fq6+5ut/HIn5m7SMCA6G0CTNgEngyMBS4AlwNJQuy9K5fkdT00/vR5mCR5FlkHOb8zpm4aEB6cL/bbEK7SjKKQQuuJ1kxj1s/hVNdfAstWVDWpcCHf1YE550ll3hwL3egnjaBw9ECY25jlL0akHzlHEEl8byzHf7zxLiHPZcS4D1B2ermhOv6DXsr2LmZaYnUgNQ+Rtj7hIjvpcQWBkyEmOy2Thfrk8AxpJEqQ=="}}"#,
            r#"{"data":{"mch_no":"MCH1000000","nonce":"ECAvdtwizqXFaY6w5BBhPwP0j3MERf1O","sign_type":"SHA256withRSA"},"fieldErrors":"此订单不存在!","message":"ORDER_NOT_EXIST","status":1007}"#,
        ),
        (
            r#"{"status": 200, "message": "SUCCESS", "fieldErrors": "", "data": {"mch_no": "MCH1000000", "sign_type": "SHA256withRSA", "nonce": "ECAvdtwizqXFaY6w5BBhPwP0j3MERf1O", "mch_trade_no": "mp202104021606341385640107521832", "transaction_no": "AP202112151150252267829842920145605378", "code": "SUCCESS", "description": "", "sign": "W0htT5M9I0o/4S2nuS7MZn/x5Ysu4BqogkG7uYF2moKbqa3ABUSNnGTLISTX8dI1etG0hnPYdAIeKm0wxBSwVfdEfppSYx3+9Oa6jZ6iuvGggQJPOP1xKf5AzG9UU1eoHsvQPRwy9YFy0nXpdQdoFZHqf4qfu8PkGArLNR3RcNoNNTVD5P5ElYr5/uKBQlG4QSeLtyJf4VYCu5od5HsB9F1WQw7qDLBOi5HSjVX+0jHQfjVw2r55+AtDGpoBXTTRlxjq1xINAb5DDanMaDRSjXg4wgvxumxzFPjhiz90Vcywc35ZRU+A8NU4HGix29rVO7B+3RnHRabgqw8RuMS9Pw=="}}"#,
            r#"{"data":{"code":"SUCCESS","description":"","mch_no":"MCH1000000","mch_trade_no":"mp202104021606341385640107521832","nonce":"ECAvdtwizqXFaY6w5BBhPwP0j3MERf1O","sign_type":"SHA256withRSA","transaction_no":"AP202112151150252267829842920145605378"},"fieldErrors":"","message":"SUCCESS","status":200}"#,
        ),
    ];
    for (body, text) in REPLIES {
        let reply = Json::parse(body).unwrap();
        let signature = reply.member("data").and_then(|data| data.member("sign")).and_then(Json::text).unwrap();
        assert_eq!(edgeros::canonical(&reply), text);
        assert_eq!(private(KEY).sign(Scheme::Sha256, text.as_bytes()), signature);
    }
}

#[test]
fn edgeros_escapes() {
    let text = edgeros::canonical(&Json::texts(&[("b", "\u{2028}</>&='\u{1}\u{7f}\n"), ("a", "中😀")]));
    assert_eq!(text, "{\"a\":\"中😀\",\"b\":\"\\u2028</>&='\\u0001\u{7f}\\n\"}");
}

/// Known notifications, made and read back by code that is neither ours nor the library's: what is signed, and its signature.
#[test]
fn notifications() {
    let known: Value = serde_json::from_str(include_str!("../../tests/notifications/known.json")).unwrap();
    let key = |name: &str| known["keys"][name].as_str().unwrap();
    let authentic = |vector: &&Value| vector["expect"]["authentic"] == true && vector["string_signed"].is_string();
    let vectors: Vec<_> = known["vectors"].as_array().unwrap().iter().filter(authentic).collect();
    assert_eq!(vectors.len(), 43);
    for vector in vectors {
        let text = |member: &str| vector[member].as_str().unwrap();
        let (signed, signature, id) = (text("string_signed"), text("signature"), text("id"));
        let body = match vector["request"]["body_text"].as_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => STANDARD.decode(vector["request"]["body_base64"].as_str().unwrap()).unwrap(),
        };
        match text("gateway") {
            "icbc" => {
                let path = [vector["request"]["path"].as_str().unwrap().as_bytes(), b"?"].concat();
                let form = [path, Form::parse(&body, false).unwrap().string_to_sign()].concat();
                assert_eq!(private(key("icbc_gateway_private")).sign(Scheme::Sha1, &form), signature, "{id}");
            }
            "ysepay" => {
                let form = Form::parse(&body, false).unwrap();
                assert_eq!(form.string_to_sign(), signed.as_bytes(), "{id}");
                if form.ascii("sign_type") == Some("RSA") {
                    assert_eq!(private(key("ysepay_platform_private")).sign(Scheme::Sha1, signed.as_bytes()), signature, "{id}");
                }
            }
            "wechat" => {
                let fields = xml::parse(&body, false).unwrap();
                let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let sign_type = if signature.len() == 64 { SignType::HmacSha256 } else { SignType::Md5 };
                assert_eq!(sign(&fields, sign_type, key("wechat_api_key")), signature, "{id}");
            }
            "edgeros" => {
                let Some(Json::Object(members)) = Json::parse(std::str::from_utf8(&body).unwrap()) else { panic!("{id}") };
                let members = members.into_iter().filter(|(name, _)| name != "sign").collect();
                assert_eq!(edgeros::canonical(&Json::Object(members)), signed, "{id}");
                assert_eq!(private(key("edgeros_platform_private")).sign(Scheme::Sha256, signed.as_bytes()), signature, "{id}");
            }
            _ => {
                let form = [Form::parse(&body, false).unwrap().string_to_sign(), key("chinaums_notify_key").into()].concat();
                let digest = if signature.len() == 64 { hex::upper(&Sha256::digest(form)) } else { hex::upper(&Md5::digest(form)) };
                assert_eq!(digest, signature.to_ascii_uppercase(), "{id}");
            }
        }
    }
}
