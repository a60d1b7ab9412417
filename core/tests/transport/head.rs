//! What the head of a reply may spoil: garbage, interim replies, framing, content codings, redirects, statuses.

use crate::server::Server;
use crate::support::{SHORT, answered, assert_code, assert_unknown, closed, http, one_call};
use chexiao::Code;
use std::time::Duration;

#[test]
fn a_correct_reply_is_believed_whatever_its_content_type() {
    for headers in
        ["", "Content-Type: text/html\r\n", "Content-Type: application/json; charset=latin1\r\n", "Content-Encoding: identity\r\n"]
    {
        assert_code(&answered(http(200, headers, &closed())), Code::Closed);
    }
}

#[test]
fn a_head_that_is_no_http_is_unknown() {
    let long = format!("HTTP/1.1 200 {}", "x".repeat(4 << 20));
    for garbage in ["\0\0\0\0\0\0\0\0", "SSH-2.0-OpenSSH_9.6\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", &long] {
        assert_unknown(&answered(garbage.to_string()), "head");
    }
}

#[test]
fn a_head_of_bare_success_without_its_end_is_unknown() {
    assert_unknown(&answered("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"), "reset");
}

#[test]
fn a_head_with_too_many_or_too_long_headers_is_unknown() {
    let many: String = (0..101).map(|n| format!("x-{n}: y\r\n")).collect();
    let long = format!("x: {}\r\n", "y".repeat(4 << 20));
    for headers in [many, long] {
        assert_unknown(&answered(http(200, &headers, &closed())), "head");
    }
}

#[test]
fn a_head_that_drips_past_the_deadline_is_unknown() {
    let end = one_call(SHORT, |connection| {
        for byte in http(200, "", &closed()).bytes() {
            if !connection.send([byte]) {
                return;
            }
            connection.pause(Duration::from_millis(50));
        }
    });
    assert_unknown(&end, "timeout");
}

#[test]
fn endless_interim_replies_are_unknown_long_before_the_deadline() {
    let end = one_call(8000, |connection| while connection.send("HTTP/1.1 100 Continue\r\n\r\n".repeat(100)) {});
    assert_unknown(&end, "too_large");
    assert!(end.unwrap().elapsed_ms() < 4000);
}

#[test]
fn interim_replies_that_drip_are_unknown_at_the_deadline() {
    let end = one_call(SHORT, |connection| {
        while connection.send("HTTP/1.1 102 Processing\r\n\r\n") {
            connection.pause(Duration::from_millis(1));
        }
    });
    assert_unknown(&end, "timeout");
}

#[test]
fn some_interim_replies_do_not_hide_the_reply() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n";
    assert_code(&answered(format!("{interim}{}", http(200, "", &closed()))), Code::Closed);
}

#[test]
fn switching_protocols_is_unknown() {
    let head = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
    assert_unknown(&answered(format!("{head}{}", http(200, "", &closed()))), "http_101");
}

#[test]
fn two_content_lengths_that_differ_are_unknown() {
    let (body, more) = (closed(), closed().len() + 1);
    assert_unknown(&answered(http(200, &format!("Content-Length: {more}\r\n"), &body)), "head");
    assert_unknown(&answered(http(200, "Content-Length: 1\r\n", &body)), "head");
}

#[test]
fn a_content_length_that_is_no_length_is_unknown() {
    for length in ["-1", "+1", "0x10", "1,2", "99999999999999999999", ""] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        assert_unknown(&answered(format!("{head}{}", closed())), "head");
    }
}

/// Which of the two holds differs from one HTTP implementation to the other; the signature says what the body is.
#[test]
fn a_signed_body_with_a_content_length_and_a_transfer_encoding_is_believed() {
    let body = closed();
    let chunks = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    assert_code(&answered(http(200, "Transfer-Encoding: chunked\r\n", &chunks)), Code::Closed);
}

#[test]
fn a_signed_body_is_believed_whatever_coding_its_head_names() {
    for coding in ["gzip", "br", "GZIP", "identity, gzip", "UTF-8", "none", "binary", ""] {
        assert_code(&answered(http(200, &format!("Content-Encoding: {coding}\r\n"), &closed())), Code::Closed);
    }
    let length = format!("Content-Length: {}\r\n", closed().len());
    assert_code(&answered(http(200, &length, &closed())), Code::Closed);
}

#[test]
fn a_body_that_nobody_decompressed_is_a_matter_of_coding() {
    let mut reply = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\n".to_vec();
    reply.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    assert_unknown(&answered(reply), "encoding");
}

#[test]
fn lines_that_are_no_headers_do_not_hide_the_reply() {
    for line in [
        "<br />\r\n",
        "<b>Warning</b>:  date(): no timezone in <b>/www/pay.php</b> on line <b>3</b>\r\n",
        "X-Note : a blank before the colon\r\n",
        "X-Note: one\r\n two, folded\r\n",
        "no colon at all\r\n",
        ": no name\r\n",
    ] {
        assert_code(&answered(http(200, line, &closed())), Code::Closed);
    }
}

#[test]
fn a_redirect_is_unknown_and_nobody_follows() {
    let elsewhere = Server::start(|connection| drop(connection.request()));
    for status in [300, 301, 302, 303, 307, 308] {
        let location = format!("Location: {}/pay/closeorder\r\n", elsewhere.url());
        for body in [String::new(), closed()] {
            let end = answered(http(status, &location, &body));
            assert_unknown(&end, "redirect");
            assert_eq!(end.unwrap().http_status(), Some(status));
        }
    }
    assert_eq!(elsewhere.seen().connections, 0);
}

#[test]
fn a_redirect_to_the_same_server_is_not_followed_either() {
    assert_unknown(&answered(http(307, "Location: /pay/closeorder\r\n", "")), "redirect");
}

#[test]
fn any_status_but_200_is_unknown_even_with_a_signed_success() {
    for status in [201, 202, 204, 206, 400, 401, 403, 404, 407, 408, 425, 429, 500, 502, 503, 504, 599] {
        for body in ["<html><body>error</body></html>".to_string(), String::new(), closed()] {
            let body = if status == 204 { String::new() } else { body };
            let end = answered(http(status, "Retry-After: 0\r\n", &body));
            assert_unknown(&end, &format!("http_{status}"));
        }
    }
}
