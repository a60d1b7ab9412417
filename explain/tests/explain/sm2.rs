//! SM2: every mistake is made by a client that really makes it, with the merchant's number of YSEPay's SM configuration.

use crate::client::*;
use crate::ysepay::{config_of, sent, with_sign};
use base64::Engine as _;
use chexiao_explain::Side;
use chexiao_kit::KEYS;
use chexiao_kit::openssl::{Folder, openssl};
use serde_json::json;
use sm2::elliptic_curve::PrimeField as _;
use sm2::elliptic_curve::ops::Reduce as _;
use sm2::elliptic_curve::point::AffineCoordinates as _;
use sm2::{FieldBytes, ProjectivePoint, Scalar, SecretKey};
use sm3::Digest as _;
use std::sync::LazyLock;

/// The number that is the key; it stands in the sandbox's configuration as PEM.
static KEY: LazyLock<SecretKey> = LazyLock::new(|| {
    let pem = KEYS.ysepay_sm.merchant.private_pem();
    let der = chexiao_strict::base64::from_base64(&pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap();
    let at = der.windows(5).position(|window| window == [0x02, 0x01, 0x01, 0x04, 0x20]).unwrap() + 5;
    SecretKey::from_slice(&der[at..at + 32]).unwrap()
});

const ID: &[u8] = b"1234567812345678";

/// As the standard prints them.
const CURVE: &str = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC\
                     28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93\
                     32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7\
                     BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0";

fn curve() -> Vec<u8> {
    CURVE.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// x and y.
fn point() -> Vec<u8> {
    KEY.public_key().to_sec1_bytes()[1..].to_vec()
}

fn sm3(parts: &[&[u8]]) -> Vec<u8> {
    sm3::Sm3::digest(parts.concat()).to_vec()
}

fn z_of(id: &[u8]) -> Vec<u8> {
    sm3(&[&(8 * id.len() as u16).to_be_bytes(), id, &curve(), &point()])
}

/// r and s over a digest, 64 bytes: A5 to A7 of GB/T 32918.2.
fn over(digest: &[u8]) -> Vec<u8> {
    numbers(digest, 0)
}

fn numbers(digest: &[u8], seed: u32) -> Vec<u8> {
    let (d, k) = (*KEY.to_nonzero_scalar(), scalar(&sha256(seed.to_be_bytes())));
    let r = scalar(digest) + Scalar::reduce(&(ProjectivePoint::GENERATOR * k).to_affine().x());
    let s = (Scalar::ONE + d).invert().unwrap() * (k - r * d);
    [r.to_repr(), s.to_repr()].concat()
}

/// A number of up to 32 bytes, modulo n.
fn scalar(bytes: &[u8]) -> Scalar {
    let mut field = FieldBytes::default();
    let at = field.len() - bytes.len();
    field[at..].copy_from_slice(bytes);
    <Scalar as sm2::elliptic_curve::ops::Reduce<FieldBytes>>::reduce(&field)
}

/// A signature over this digest whose numbers are as they are wanted: some hundreds are made till one is.
fn like(digest: &[u8], is_wanted: impl Fn(&[u8], &[u8]) -> bool) -> Vec<u8> {
    (0..10_000).map(|seed| numbers(digest, seed)).find(|it| is_wanted(&it[..32], &it[32..])).unwrap()
}

fn integer(number: &[u8]) -> Vec<u8> {
    [&[2, number.len() as u8], number].concat()
}

fn sequence(r: &[u8], s: &[u8]) -> Vec<u8> {
    let content = [integer(r), integer(s)].concat();
    [&[0x30, content.len() as u8], &content[..]].concat()
}

/// With the zero that keeps a number positive, and no other.
fn minimal(number: &[u8]) -> Vec<u8> {
    let digits = &number[number.iter().take_while(|byte| **byte == 0).count()..];
    if digits[0] > 0x7F { [&[0], digits].concat() } else { digits.to_vec() }
}

fn der(raw: &[u8]) -> Vec<u8> {
    sequence(&minimal(&raw[..32]), &minimal(&raw[32..]))
}

fn ecdsa(digest: &[u8]) -> Vec<u8> {
    let k = scalar(&sha256("a number that is used once"));
    let r = Scalar::reduce(&(ProjectivePoint::GENERATOR * k).to_affine().x());
    let s = k.invert().unwrap() * (scalar(digest) + r * *KEY.to_nonzero_scalar());
    [r.to_repr(), s.to_repr()].concat()
}

#[test]
fn mistakes_are_named() {
    let fields = with(&sent(), "sign_type", |_| "SM".into());
    let base = string(&fields);
    let text = base.as_bytes();
    let send = |bytes: &[u8]| with_sign(&fields, &base64(bytes));
    // What is signed, right in all but this.
    let digest = |digest: Vec<u8>| send(&der(&over(&digest)));
    let z = z_of(ID);
    let right = sm3(&[&z, text]);
    let signed = |text: &str| digest(sm3(&[&z, text.as_bytes()]));
    let bytes = |text: &[u8]| digest(sm3(&[&z, text]));
    let bits = (8 * ID.len() as u16).to_be_bytes();
    let pairs = |fields: &Fields| signed(&joined(fields, "=", "&"));
    let compressed = [&[2 + (point()[63] & 1)], &point()[..32]].concat();
    let raw = over(&right);
    let big = |number: &[u8]| number[0] > 0x7F;
    let java = |number: &[u8]| minimal(number);
    let without = |names: &[&str]| sorted(&fields.iter().filter(|(name, _)| !names.contains(name)).cloned().collect());
    let unsorted: Fields = fields.iter().filter(|(_, value)| !value.is_empty()).cloned().collect();
    let mut all = fields.clone();
    all.sort();
    let mut no_case = sorted(&fields);
    no_case.sort_by_key(|(name, _)| name.to_lowercase());
    let biz = |change: &dyn Fn(&str) -> String| pairs(&sorted(&with(&fields, "biz_content", change)));
    let gbk_fields = with(&fields, "charset", |_| "GBK".into());
    let made: Vec<(&str, Vec<u8>)> = vec![
        ("right", digest(right.clone())),
        // The user id.
        ("user_id_other", digest(sm3(&[&z_of(b""), text]))),
        ("user_id_other", digest(sm3(&[&z_of(b"unit_test"), text]))),
        ("user_id_other", digest(sm3(&[&z_of(b"31323334353637383132333435363738"), text]))),
        ("user_id_other", digest(sm3(&[&z_of(b"ALICE123@YAHOO.COM"), text]))),
        ("sm2_id_length", digest(sm3(&[&sm3(&[&[0, 16], ID, &curve(), &point()]), text]))),
        ("sm2_id_length", digest(sm3(&[&sm3(&[ID, &curve(), &point()]), text]))),
        ("sm2_id_length", digest(sm3(&[&sm3(&[&[bits[1], bits[0]], ID, &curve(), &point()]), text]))),
        // What else is in Z.
        ("sm2_key_form", digest(sm3(&[&sm3(&[&bits, ID, &curve(), &[4], &point()]), text]))),
        ("sm2_key_form", digest(sm3(&[&sm3(&[&bits, ID, &curve(), &compressed]), text]))),
        ("sm2_curve_left_out", digest(sm3(&[&sm3(&[&bits, ID, &point()]), text]))),
        // Where Z stands.
        ("sm2_z_unhashed", digest(sm3(&[&bits, ID, &curve(), &point(), text]))),
        ("sm2_z_hex", digest(sm3(&[hex(&z).as_bytes(), text]))),
        ("sm2_z_hex", digest(sm3(&[upper(&z).as_bytes(), text]))),
        ("sm2_z_twice", digest(sm3(&[&z, &z, text]))),
        ("sm2_z_last", digest(sm3(&[text, &z]))),
        ("sm3_bare", digest(sm3(&[text]))),
        // The hash.
        ("sm2_hash_other", digest(sha256([&z, text].concat()))),
        ("sm2_hash_other", digest(sha256(text))),
        ("sm2_hash_other", digest(sha1(text))),
        ("sm2_hash_other", digest(md5(text))),
        ("sm2_hashed_again", digest(sm3(&[&right]))),
        ("sm2_hashed_again", digest(sm3(&[&z, &right]))),
        ("hashed_twice", bytes(hex(sm3(&[text])).as_bytes())),
        ("hashed_twice", bytes(upper(sm3(&[text])).as_bytes())),
        ("hashed_twice", bytes(base64(sm3(&[text])).as_bytes())),
        ("hashed_twice", bytes(hex(sha256(text)).as_bytes())),
        ("sm2_text_unhashed", digest(text[text.len() - 32..].to_vec())),
        ("sm2_ecdsa", send(&der(&ecdsa(&sm3(&[text]))))),
        ("sm2_ecdsa", send(&der(&ecdsa(&sha256(text))))),
        // The two numbers.
        ("sm2_encoding", send(&raw)),
        ("sm2_swapped", send(&der(&[&raw[32..], &raw[..32]].concat()))),
        ("sm2_encoding+sm2_reversed", {
            let reversed: Vec<u8> = raw[..32].iter().rev().chain(raw[32..].iter().rev()).copied().collect();
            send(&reversed)
        }),
        ("sm2_encoding+sm2_short", {
            let it = like(&right, |r, _| r[0] == 0);
            send(&it[1..])
        }),
        ("sm2_encoding+sm2_zero_added", {
            let it = like(&right, |r, s| big(r) && big(s));
            send(&[java(&it[..32]), java(&it[32..])].concat())
        }),
        ("sm2_zero_missing", {
            let it = like(&right, |r, s| big(r) && !big(s));
            send(&sequence(&it[..32], &it[32..]))
        }),
        ("sm2_zero_added", {
            let it = like(&right, |r, s| !big(r) && !big(s));
            send(&sequence(&[&[0], &it[..32]].concat(), &it[32..]))
        }),
        // How it is written.
        ("sign_hex", with_sign(&fields, &hex(der(&raw)))),
        ("sign_hex", with_sign(&fields, &upper(der(&raw)))),
        ("sign_hex+sm2_encoding", with_sign(&fields, &hex(&raw))),
        ("sign_base64_of_hex", send(hex(der(&raw)).as_bytes())),
        ("sign_base64_twice", send(base64(der(&raw)).as_bytes())),
        ("sign_url_safe", {
            let it = like(&right, |r, s| base64(der(&[r, s].concat())).contains(['+', '/']));
            with_sign(&fields, &base64::engine::general_purpose::URL_SAFE.encode(der(&it)))
        }),
        ("sign_padding", {
            let it = like(&right, |r, s| base64(der(&[r, s].concat())).contains('='));
            with_sign(&fields, base64(der(&it)).trim_end_matches('='))
        }),
        ("sign_line_breaks", with_sign(&fields, &base64(der(&raw)).replacen("", "\r\n", 65).replacen("\r\n", "", 64))),
        ("sign_quoted", with_sign(&fields, &format!("\"{}\"", base64(der(&raw))))),
        (
            "sign_url_encoded",
            with_sign(
                &fields,
                &base64(der(&like(&right, |r, s| base64(der(&[r, s].concat())).contains('/'))))
                    .replace('/', "%2F")
                    .replace('+', "%2B")
                    .replace('=', "%3D"),
            ),
        ),
        // The text.
        ("path_signed", signed(&format!("/gateway.do?{base}"))),
        ("path_signed", signed(&format!("POST&{base}"))),
        ("field_left_out", pairs(&without(&["sign_type"]))),
        ("field_left_out", pairs(&without(&["charset"]))),
        ("empty_kept", pairs(&all)),
        ("null_signed", pairs(&with(&all, "notify_url", |_| "null".into()))),
        ("order_as_sent", pairs(&unsorted)),
        ("order_ignoring_case", pairs(&no_case)),
        ("order_reversed", pairs(&sorted(&fields).into_iter().rev().collect())),
        ("values_url_encoded", pairs(&each(&sorted(&fields), url_encoded))),
        ("separators_missing", signed(&joined(&sorted(&fields), "", ""))),
        ("ampersand_last", signed(&format!("{base}&"))),
        ("values_only", signed(&sorted(&fields).into_iter().map(|(_, value)| value).collect::<String>())),
        ("json_blanks", biz(&|biz| biz.replace("\":", "\": ").replace(",\"", ", \""))),
        ("json_slashes", biz(&|biz| biz.replace('/', "\\/"))),
        ("json_unicode", biz(&|biz| ascii(biz))),
        ("json_float", biz(&|biz| biz.replace("1.50", "1.5"))),
        ("charset_other", bytes(&gbk(&base))),
        ("charset_other", {
            let sign = base64(der(&over(&sm3(&[&z, string(&gbk_fields).as_bytes()]))));
            let body = form_gbk(&gbk_fields.iter().cloned().chain([("sign", sign)]).collect());
            format!("POST /gateway.do HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
        }),
        ("newline_last", signed(&format!("{base}\n"))),
        ("text_base64", signed(&base64(&base))),
        ("text_upper_case", signed(&base.to_uppercase())),
        // By twos.
        ("path_signed+user_id_other", digest(sm3(&[&z_of(b""), format!("/gateway.do?{base}").as_bytes()]))),
        ("order_as_sent+sm3_bare", digest(sm3(&[joined(&unsorted, "=", "&").as_bytes()]))),
        ("unexplained", signed("something else")),
        ("unexplained not_a_signature", with_sign(&fields, "bm9ib2R5IGhhcyBzaWduZWQgdGhpcw==")),
    ];
    let names = named(&config_of("ysepay-sm"), Side::Request, made);
    let own = names.iter().filter(|name| name.starts_with("sm") || name.starts_with("user_id")).count();
    println!("SM2: {} mistakes, {own} of SM2 alone", names.len());
    assert!(names.len() >= 40 && own >= 15, "{} {own}", names.len());
}

/// Numbers are agreed as r and s with some: DER is the mistake there. And the user id of the configuration is the right one.
#[test]
fn what_is_agreed_is_right() {
    let fields = with(&sent(), "sign_type", |_| "SM".into());
    let mut config = config_of("ysepay-sm");
    config["account"]["sm2_encoding"] = json!("raw");
    config["account"]["sm2_user_id"] = json!("unit_test");
    let text = string(&fields);
    let raw = over(&sm3(&[&z_of(b"unit_test"), text.as_bytes()]));
    let standard = over(&sm3(&[&z_of(ID), text.as_bytes()]));
    let made = vec![
        ("right", with_sign(&fields, &base64(&raw))),
        ("sm2_encoding", with_sign(&fields, &base64(der(&raw)))),
        ("user_id_other", with_sign(&fields, &base64(&standard))),
    ];
    named(&config, Side::Request, made);
}

/// The same by a client that shares no arithmetic with us.
#[test]
fn openssl_signs_with_the_ids_it_is_given() {
    let folder = Folder::fresh();
    let key = folder.write("key.pem", KEYS.ysepay_sm.merchant.private_pem().as_bytes());
    let fields = with(&sent(), "sign_type", |_| "SM".into());
    let text = string(&fields);
    let signed = |id: &str, text: &str| {
        let id = format!("distid:{id}");
        with_sign(&fields, &base64(openssl(&["dgst", "-sm3", "-sign", &key, "-sigopt", &id], text.as_bytes())))
    };
    let made = vec![
        ("right", signed("1234567812345678", &text)),
        ("user_id_other", signed("unit_test", &text)),
        ("hashed_twice", signed("1234567812345678", &hex(sm3(&[text.as_bytes()])))),
        ("values_url_encoded", signed("1234567812345678", &joined(&each(&sorted(&fields), url_encoded), "=", "&"))),
    ];
    named(&config_of("ysepay-sm"), Side::Request, made);
}

/// A reply is the gateway's, under the same rules.
#[test]
fn a_reply_has_them_too() {
    let object = r#"{"code":"10000","msg":"Success","fee":1.0}"#;
    let reply =
        |sign: &[u8]| format!("{{\"sign\":\"{}\",\"ysepay_trusteeship_sign_cancel_response\":{object}}}", base64(sign)).into_bytes();
    // By the merchant's key, in place of the gateway's.
    let made = vec![
        ("key_of_other_setting", reply(&der(&over(&sm3(&[&z_of(ID), object.as_bytes()]))))),
        ("key_of_other_setting+sm3_bare", reply(&der(&over(&sm3(&[object.as_bytes()]))))),
    ];
    named(&config_of("ysepay-sm"), Side::Reply, made);
}
