//! [`KeyFault`]: what can be wrong with a key, in words that a program can act on.

use super::words::words;
use std::borrow::Cow;
use std::fmt;

words! {
    /// What is wrong with key material: the `reason` of an error. New words may come; none changes its meaning.
    KeyFault {
        /// There is nothing, or only blanks.
        Empty => "empty" "没有内容，或只有空白",
        /// No such file, or no such environment variable.
        Unreadable => "unreadable" "没有这个文件或环境变量",
        /// Encrypted, and no password was given.
        PasswordMissing => "password_missing" "已加密，但没有给出密码",
        /// The password does not open it.
        WrongPassword => "wrong_password" "密码打不开",
        /// A public key where a private key belongs.
        PublicKey => "public_key" "此处应为私钥，却是公钥",
        /// A private key where a public key or a certificate belongs.
        PrivateKey => "private_key" "此处应为公钥或证书，却是私钥",
        /// A certificate alone where a private key belongs.
        Certificate => "certificate" "此处应为私钥，却只有证书",
        /// A bare key where the X.509 certificate belongs.
        NotACertificate => "not_a_certificate" "此处应为 X.509 证书，却只是密钥",
        /// A request for a certificate (CSR).
        CertificateRequest => "certificate_request" "证书请求（CSR）",
        /// A key of OpenSSH.
        Openssh => "openssh" "OpenSSH 密钥",
        /// A bank's own encrypted container.
        VendorContainer => "vendor_container" "银行自有的加密容器",
        /// It ends early.
        Truncated => "truncated" "内容不完整",
        /// It is none of the known forms, or broken inside.
        Malformed => "malformed" "不是任何已知格式，或内部损坏",
        /// A known form or algorithm that is not loaded.
        Unsupported => "unsupported" "已知但不支持的格式或算法",
        /// An SM2 key where an RSA key belongs, or the reverse.
        WrongType => "wrong_type" "应为 RSA 却是 SM2 密钥，或相反",
        /// Too weak to sign with.
        Weak => "weak" "强度不足，不能用于签名",
        /// An RSA key below 1024 or above 8192 bits.
        WrongSize => "wrong_size" "RSA 密钥不足 1024 位或超过 8192 位",
        /// Its numbers do not fit together, or the certificate is not that of the private key.
        Inconsistent => "inconsistent" "密钥的各数不相符，或证书不属于该私钥",
        /// A container without the key or certificate that is wanted.
        NoKey => "no_key" "其中没有所需的密钥或证书",
        /// More than one that could be meant.
        Several => "several" "其中有多个密钥或证书，无法确定",
        /// The merchant's own key where the gateway's belongs.
        OwnKey => "own_key" "此处应为网关公钥，却是商户自己的密钥",
        /// A published test key, with a production host.
        KnownTestKey => "known_test_key" "生产主机上使用了已公开的测试密钥",
    }
}

impl KeyFault {
    /// What to do about it, in English and then in Chinese, where nothing better is known of what was found.
    pub fn hint(self) -> String {
        let Remedy { en, zh } = self.remedy();
        format!("{en} {zh}")
    }

    /// What to do about it, where nothing better is known of what was found.
    pub(crate) fn remedy(self) -> Remedy {
        let (en, zh) = self.usual_remedy();
        Remedy::of(en, zh)
    }

    /// The same in English and in Chinese.
    pub(crate) fn usual_remedy(self) -> (&'static str, &'static str) {
        match self {
            KeyFault::Empty | KeyFault::NoKey => {
                ("check that the right file was exported, and export it again", "请确认导出的文件是否正确，并重新导出")
            }
            KeyFault::Unreadable => {
                ("check the path and its permissions, or the name of the environment variable", "请检查路径及其权限，或环境变量名")
            }
            KeyFault::PasswordMissing => {
                ("give the password beside the key: {\"file\": …, \"password\": {\"env\": NAME}}", "请在密钥旁给出密码")
            }
            KeyFault::WrongPassword => ("check the password; if it is right, export the key again", "请核对密码；密码无误则重新导出密钥"),
            KeyFault::PublicKey | KeyFault::Certificate => {
                ("configure the private key that belongs to it; only you have it", "请配置与之对应的私钥，私钥只在商户手中")
            }
            KeyFault::PrivateKey => (
                "configure the gateway's public key or certificate; the private key stays with its owner",
                "此处应配置网关的公钥或证书；私钥只留在其所有者手中",
            ),
            KeyFault::NotACertificate => (
                "configure the certificate (.cer, .crt, .pem) that the CA or the bank issued",
                "请配置 CA 或银行签发的证书（.cer、.crt、.pem）",
            ),
            KeyFault::CertificateRequest => (
                "send the request to the CA or the gateway, and configure what it issues",
                "请将证书请求提交给 CA 或网关，并配置其签发的证书",
            ),
            KeyFault::Openssh => (
                "convert it: ssh-keygen -p -m PKCS8 -f FILE (a public key: ssh-keygen -e -m PKCS8 -f FILE)",
                "请转换：ssh-keygen -p -m PKCS8 -f FILE（公钥：ssh-keygen -e -m PKCS8 -f FILE）",
            ),
            KeyFault::VendorContainer => (
                "open it once with the bank's SDK (the key password decrypts it) and store the private key as PKCS#8, in PEM or base64",
                "请用银行 SDK 打开一次（以密钥密码解密），再将私钥存为 PKCS#8（PEM 或 base64）",
            ),
            KeyFault::Truncated => ("copy the whole key again, up to its last line", "请重新完整复制密钥，直到最后一行"),
            KeyFault::Malformed => {
                ("copy the key again as PEM, DER or base64, without anything else", "请以 PEM、DER 或 base64 重新复制密钥，不要带其他内容")
            }
            KeyFault::Unsupported => ("convert it to PKCS#8 or X.509, in PEM", "请转换为 PEM 格式的 PKCS#8 或 X.509"),
            KeyFault::WrongType => {
                ("configure a key of the account's sign_type, or another sign_type", "请配置与账户 sign_type 相符的密钥，或更换 sign_type")
            }
            KeyFault::Weak => (
                "have a key of 2048 bits or more issued; until then allow_weak_key permits this one",
                "请换发 2048 位以上的密钥；在此之前可用 allow_weak_key 放行",
            ),
            KeyFault::WrongSize => ("have a key of 2048 to 8192 bits issued", "请换发 2048 至 8192 位的密钥"),
            KeyFault::Inconsistent => ("configure the key and the certificate that were issued together", "请配置同一次签发的密钥和证书"),
            KeyFault::Several => {
                ("export the one key, with its certificate, into a file of its own", "请将所需的那一个密钥连同其证书单独导出为一个文件")
            }
            KeyFault::OwnKey => {
                ("configure the public key that the gateway's console shows as the platform's", "请配置网关控制台所示的平台公钥")
            }
            KeyFault::KnownTestKey => ("get the production key from the gateway's console", "请从网关控制台获取生产密钥"),
        }
    }
}

/// What to do about an error, in English and Chinese. Holds nothing of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remedy {
    pub(crate) en: Cow<'static, str>,
    pub(crate) zh: Cow<'static, str>,
}

impl Remedy {
    pub(crate) fn of(en: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}
