//! Whether what stands in the place of a path or a variable's name can be repeated: it may be the key itself, or a password.

/// A path, and nothing that could be a secret: it has a separator or an extension, and no part of it looks drawn by lot.
pub(super) fn is_path(text: &str) -> bool {
    let file = text.rsplit(['/', '\\']).next().unwrap_or(text);
    let has_extension =
        file.rsplit_once('.').is_some_and(|(_, end)| (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric()));
    let rooted = ["/", "./", "../", "~/"].iter().any(|start| text.starts_with(start)) || text.get(1..3).is_some_and(|drive| drive == ":\\");
    (rooted || has_extension) && plain(text)
}

/// A name of an environment variable, and nothing that could be a secret.
pub(super) fn is_variable(text: &str) -> bool {
    let allowed = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let usual = text.contains('_') || text.bytes().all(|byte| byte.is_ascii_uppercase());
    allowed && usual && text.starts_with(|c: char| !c.is_ascii_digit()) && plain(text)
}

/// Short, all visible, without a long word of letters and digits mixed, as hexadecimal and base64 are.
fn plain(text: &str) -> bool {
    let by_lot = |word: &str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        word.len() >= 40 || (word.len() >= 16 && digits >= 2 && digits < word.len())
    };
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "+=".contains(c)));
    text.len() <= 255 && crate::ground::text::Unseen::in_text(text).is_none() && !words.into_iter().any(by_lot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_names_are_repeated_and_secrets_are_not() {
        for path in [
            "/etc/chexiao/merchant.pem",
            "merchant.pfx",
            "./key",
            "C:\\keys\\商户.pfx",
            "~/私钥.pem",
            "/srv/keys/2024-01-merchant_1217752501201407.p12",
        ] {
            assert!(is_path(path), "{path}");
        }
        for name in ["CHEXIAO_KEY", "KEY", "MERCHANT_KEY_2024", "chexiao_no_such_variable"] {
            assert!(is_variable(name), "{name}");
        }
        let base64 = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        for secret in [
            "192006250b4c09247ec02edce69f6a2d",
            "8934E7D15453E97507EF794CF7B0519D",
            "A934E7D15453E97507EF794CF7B0519D",
            "Test#2024!",
            "hunter2",
            base64,
        ] {
            assert!(!is_path(secret) && !is_variable(secret), "{secret}");
            assert!(!is_path(&format!("/{secret}{secret}{secret}")) || secret.len() < 16, "{secret}");
        }
        assert!(!is_path("-----BEGIN PRIVATE KEY-----\n/MIIE.pem"));
        assert!(!is_path("/etc/\u{1b}[2J.pem"));
    }
}
