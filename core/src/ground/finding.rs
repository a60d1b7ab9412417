//! [`Finding`]: what may be wrong on the way to a gateway, in words that stay, each with what it means and what to do about it. The pages
//! docs/troubleshooting.md and its Chinese one are made from this table.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// In order.
    Ok,
    /// Not looked at: something before it, or something else, stands in the way.
    Skipped,
    /// It works, and may cease to.
    Warning,
    /// It does not work.
    Failure,
}

impl State {
    /// The word for it in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

/// One row: the step, the word, how bad it is; what it means and what to do, in English and in Chinese.
macro_rules! findings {
    ($($step:literal $word:literal $variant:ident $state:ident $en:literal $zh:literal $do:literal $do_zh:literal)+) => {
        /// What may be wrong on the way to a gateway. New ones may come; none changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Finding { $(#[doc = $en] $variant),+ }

        impl Finding {
            /// Every one, in the order of the steps.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn row(self) -> &'static Row {
                match self { $(Self::$variant => &Row {
                    step: $step, word: $word, state: State::$state, meaning: ($en, $zh), remedy: ($do, $do_zh),
                }),+ }
            }
        }
    };
}

struct Row {
    step: &'static str,
    word: &'static str,
    state: State,
    meaning: (&'static str, &'static str),
    remedy: (&'static str, &'static str),
}

impl Finding {
    /// The step that finds it.
    pub fn step(self) -> &'static str {
        self.row().step
    }

    /// The word for it in JSON.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// How bad it is.
    pub fn state(self) -> State {
        self.row().state
    }

    /// What it means, in English and in Chinese.
    pub fn meaning(self) -> (&'static str, &'static str) {
        self.row().meaning
    }

    /// What to do about it, in English and in Chinese, where nothing better is known.
    pub fn remedy(self) -> (&'static str, &'static str) {
        self.row().remedy
    }
}

findings! {
    "configuration" "unreadable_file" UnreadableFile Failure
        "the file of the configuration cannot be read" "无法读取配置文件"
        "check the path and its permissions" "请检查路径及其权限"
    "configuration" "not_json" NotJson Failure
        "the configuration is not well-formed JSON" "配置不是合法的 JSON"
        "correct the JSON at the place that is named" "请更正所指位置的 JSON"
    "configuration" "unknown_key" UnknownKey Failure
        "a key is not known where it stands" "该位置没有这个键"
        "write the key that is meant, or leave it out" "请改为正确的键，或删去"
    "configuration" "missing" Missing Failure
        "a setting is missing" "缺少配置项"
        "add it" "请补上"
    "configuration" "wrong_json_type" WrongType Failure
        "a setting has the wrong type" "配置项的类型不符"
        "write a text in quotes, a number without, an object in braces" "文本加引号，数字不加引号，对象用花括号"
    "configuration" "wrong_word" WrongWord Failure
        "a setting is none of the words it may be" "配置项不是可选值之一"
        "write one of the words that are listed, exactly so" "请写所列可选值之一，大小写和符号须完全一致"
    "configuration" "wrong_value" WrongValue Failure
        "a setting has a value that cannot be right" "配置项的值有误"
        "correct the setting that is named" "请更正所指的配置项"
    "base_url" "wrong_address" WrongAddress Failure
        "base_url or environment does not say where the gateway is" "base_url 或 environment 未正确指明网关地址"
        "write exactly one of base_url (https://host) and environment" "base_url（https://主机）与 environment 只写其一"
    "key" "weak_key" WeakKey Warning
        "an RSA key of less than 2048 bits" "RSA 密钥不足 2048 位"
        "have a longer one issued; a gateway's own 1024-bit key must be taken as it is" "请换发更长的密钥；网关自己的 1024 位公钥只能照用"
    "key" "certificate_expired" CertificateExpired Warning
        "the certificate beside the key has expired; its key is used all the same" "密钥所附证书已过期；仍使用其中的密钥"
        "ask the gateway whether the key was replaced" "请向网关确认密钥是否已更换"
    "key" "certificate_early" CertificateEarly Warning
        "the certificate beside the key is not valid yet" "密钥所附证书尚未生效"
        "check this machine's clock, and whether the key is in use already" "请检查本机时钟，以及该密钥是否已启用"
    "key" "certificate_of_another_key" CertificateOfAnotherKey Warning
        "the certificate beside the private key belongs to another key" "私钥所附证书属于另一个密钥"
        "export the key with its own certificate" "请将密钥连同其自己的证书一起导出"
    "key" "expires_soon" ExpiresSoon Warning
        "a certificate expires within 30 days" "证书将在 30 天内过期"
        "get its successor in time" "请及时换发"
    "client_certificate" "client_certificate_dates" ClientCertificateDates Failure
        "client_certificate has expired or is not valid yet" "client_certificate 已过期或尚未生效"
        "get a new one from the gateway's console, or set the clock" "请从网关控制台重新申领，或校准时钟"
    "client_certificate" "client_certificate_wanted" ClientCertificateWanted Failure
        "the server wants a certificate of its clients" "服务器要求客户端证书"
        "name it in client_certificate" "请在 client_certificate 中配置"
    "client_certificate" "client_certificate_refused" ClientCertificateRefused Failure
        "the server refuses the client certificate" "服务器拒绝该客户端证书"
        "use the certificate that this gateway issued to this merchant, with its issuers" "请使用该网关签发给本商户的证书，并附其签发者证书"
    "client_certificate" "client_certificate_bad" ClientCertificateBad Failure
        "client_certificate cannot be used" "client_certificate 无法使用"
        "configure the certificate with its private key" "请配置证书及其私钥"
    "proxy" "proxy_setting" ProxySetting Failure
        "proxy is not written as the URL of an HTTP proxy" "proxy 不是 HTTP 代理的 URL"
        "write `http://host:port`, or leave it out" "请写作 `http://主机:端口`，或删去"
    "proxy" "proxy_login" ProxyLogin Failure
        "the proxy (407) does not let this user pass" "代理（407）不放行该用户"
        "check user and password in proxy" "请核对 proxy 中的用户和密码"
    "proxy" "proxy_forbids" ProxyForbids Failure
        "the proxy forbids a tunnel to the gateway" "代理禁止连接该网关"
        "have whoever runs the proxy allow CONNECT to the gateway" "请让代理的管理员放行到该网关的 CONNECT"
    "proxy" "proxy_without_way" ProxyWithoutWay Failure
        "the proxy does not reach the gateway" "代理无法到达网关"
        "have whoever runs the proxy check its name server, network and firewall" "请让代理的管理员检查其域名服务器、网络和防火墙"
    "proxy" "not_a_proxy" NotAProxy Failure
        "what answers at the proxy's address is no HTTP proxy that opens tunnels" "proxy 所指之处不是支持 CONNECT 的 HTTP 代理"
        "name the port of an HTTP proxy; https:// if it speaks TLS itself" "请指明 HTTP 代理的端口；代理自身使用 TLS 时写 https://"
    "proxy" "proxy_silent" ProxySilent Failure
        "the proxy gives no answer" "代理没有应答"
        "check the port of the proxy, and whether it reaches the gateway" "请检查代理的端口，以及代理能否访问网关"
    "proxy" "proxy_tls" ProxyTls Failure
        "no TLS session with the proxy itself" "与代理自身的 TLS 会话失败"
        "write http:// in proxy if it speaks plain HTTP; else mend its certificate or ca_file" "代理为明文 HTTP 时写 http://；否则请修正其证书或 ca_file"
    "dns" "unknown_name" UnknownName Failure
        "the host name has no address" "主机名没有对应的地址"
        "check the spelling of the host, and this machine's name server" "请检查主机名的拼写和本机的域名服务器"
    "dns" "no_name_server" NoNameServer Failure
        "no name server answers" "域名服务器没有应答"
        "check /etc/resolv.conf, the DNS of the container, and the network" "请检查 /etc/resolv.conf、容器的 DNS 设置和网络"
    "tcp" "refused" Refused Failure
        "nothing accepts connections at this address and port" "该地址和端口没有服务接受连接"
        "check host and port, whether the service runs, and the firewall" "请检查主机和端口、服务是否在运行以及防火墙"
    "tcp" "no_route" NoRoute Failure
        "this machine has no way to the address" "本机没有到达该地址的路由"
        "check network, routes and VPN, or whether a proxy is needed" "请检查网络、路由和 VPN，或是否须经代理"
    "tcp" "no_answer" NoAnswer Failure
        "packets to the address are dropped on the way" "发往该地址的数据包在途中被丢弃"
        "check host and port, the firewall, and whether the gateway admits this machine's address" "请检查主机和端口、防火墙，以及网关是否放行本机地址"
    "tcp" "own_machine" OwnMachine Failure
        "this machine itself stands in the way: a limit or a rule of its own" "本机自身的限制或规则阻止了连接"
        "raise the limit, or allow the connection" "请提高该限制，或放行该连接"
    "tcp" "some_addresses_silent" SomeAddressesSilent Warning
        "some addresses of the host do not answer" "该主机的部分地址没有应答"
        "calls use the others; tell whoever runs the host, or check IPv6 and the firewall" "调用会使用其余地址；请告知对方，或检查 IPv6 和防火墙"
    "tls" "certificate_not_valid_now" TlsDates Failure
        "the server's certificate has expired or is not valid yet, by this machine's clock" "按本机时钟，服务器证书已过期或尚未生效"
        "check this machine's clock first; if it is right, the server must renew" "请先检查本机时钟；时钟无误则须由对方更新证书"
    "tls" "wrong_name" WrongName Failure
        "the server's certificate is for another name" "服务器证书属于别的主机名"
        "use the name that the certificate is for, or find out why the address leads elsewhere" "请使用证书所载主机名，或查明地址为何指向别处"
    "tls" "self_signed" SelfSigned Failure
        "the server shows a self-signed certificate that ca_file does not hold" "服务器出示自签名证书，且不在 ca_file 中"
        "if it is the right server, put exactly this certificate into ca_file" "若确为正确的服务器，请将这张证书原样放入 ca_file"
    "tls" "unknown_issuer" UnknownIssuer Failure
        "nobody who is trusted has issued the server's certificate" "服务器证书的签发者不受信任"
        "put the authority into ca_file if you trust it (a firewall that inspects TLS too), or have the server send its intermediates"
        "若信任该签发者（含审查 TLS 的防火墙），请将其放入 ca_file；否则请对方补发中间证书"
    "tls" "ca_file" CaFile Failure
        "ca_file holds no certificate that can be used" "ca_file 中没有可用的证书"
        "name a file with certificates in PEM, or leave it out for a public host" "请指明含 PEM 证书的文件；公网主机请删去"
    "tls" "unfit_certificate" UnfitCertificate Failure
        "the server's certificate is of a kind that is not accepted" "服务器证书的种类不被接受"
        "have an X.509 v3 server certificate issued, RSA 2048 or ECDSA, SHA-256 or better" "请换发 X.509 v3 服务器证书：RSA 2048 位或 ECDSA，SHA-256 以上"
    "tls" "old_version" OldVersion Failure
        "the server speaks only TLS 1.1 or older" "服务器只支持 TLS 1.1 或更旧版本"
        "have TLS 1.2 turned on there" "请让对方开启 TLS 1.2"
    "tls" "no_common_suite" NoCommonSuite Failure
        "no cipher suite in common: the server speaks CBC or RSA key exchange only" "没有共同的加密套件：服务器只支持 CBC 或 RSA 密钥交换"
        "have ECDHE with AES-GCM or ChaCha20-Poly1305 turned on there" "请让对方开启 ECDHE 加 AES-GCM 或 ChaCha20-Poly1305"
    "tls" "no_tls" NoTls Failure
        "what answers there speaks no TLS" "该端口上的服务不使用 TLS"
        "check the port in base_url: plain HTTP or another service listens there" "请检查 base_url 的端口：其上是明文 HTTP 或别的服务"
    "tls" "handshake_silent" HandshakeSilent Failure
        "the server accepts the connection and does not end the handshake" "服务器接受连接，但不完成 TLS 握手"
        "check that the port speaks TLS, and the firewall between" "请确认该端口使用 TLS，并检查途中的防火墙"
    "tls" "handshake_broken_off" HandshakeBrokenOff Failure
        "the server breaks off the handshake" "服务器中断 TLS 握手"
        "check host and port, and whether a firewall or the gateway turns this machine away" "请检查主机和端口，以及防火墙或网关是否拒绝本机"
    "tls" "name_not_served" NameNotServed Failure
        "the server does not know the host name it was called by" "服务器不认识所用的主机名"
        "write the host name that the server goes by, not an address or an alias" "请写服务器自己的主机名，而不是地址或别名"
    "clock" "clock_off" ClockOff Failure
        "this machine's clock and the server's differ by more than 5 minutes" "本机时钟与服务器相差超过 5 分钟"
        "set this machine's clock (NTP); if it is right, the gateway's is wrong" "请校准本机时钟（NTP）；若无误，则是对方时钟有误"
    "clock" "clock_inexact" ClockInexact Warning
        "this machine's clock and the server's differ by more than 30 seconds" "本机时钟与服务器相差超过 30 秒"
        "have this machine's clock set by NTP" "请用 NTP 校准本机时钟"
    "probe" "signature_refused" SignatureRefused Failure
        "the gateway refuses the signature of the request" "网关验签失败"
        "configure the key that belongs to this app or merchant number at this host; where the console holds a public key, compare it with the fingerprint above"
        "请配置该主机上本应用或商户号对应的密钥；控制台登记的是公钥的，请与上面的指纹核对"
    "probe" "app_unknown" AppUnknown Failure
        "the gateway does not know this app or merchant number" "网关不认识该应用或商户号"
        "check the ids of the account, and that they are for this host (test or production)" "请核对账户中的编号，并确认其属于该主机（测试或生产）"
    "probe" "address_refused" AddressRefused Failure
        "the gateway does not admit this machine's address" "网关不放行本机的 IP 地址"
        "have the address that this machine is seen by entered in the gateway's console (a proxy's or NAT's counts)" "请在网关控制台登记本机的出口 IP（经代理或 NAT 时为其地址）"
    "probe" "time_refused" TimeRefused Failure
        "the gateway refuses the time of the request" "网关拒绝请求的时间"
        "set this machine's clock" "请校准本机时钟"
    "probe" "not_permitted" NotPermitted Failure
        "the gateway knows the merchant and does not permit this API" "网关认识该商户，但未开通此接口"
        "have the product or the API opened for this merchant" "请为该商户开通相应产品或接口"
    "probe" "request_refused" RequestRefused Failure
        "the gateway refuses the request" "网关拒绝该请求"
        "read its code and message, and correct the account" "请查看其返回码和信息，并更正账户配置"
    "probe" "app_or_clock" AppOrClock Failure
        "the gateway refuses app id, signature or time, and does not say which" "网关拒绝应用编号、签名或时间，但未说明是哪一项"
        "check the app id and the host it is for, then the clock, then the key" "请依次核对应用编号及其所属主机、时钟、密钥"
    "probe" "token_refused" TokenRefused Failure
        "the gateway gives no access token" "网关未发放访问令牌"
        "check app_id and app_key, and that they are for this host" "请核对 app_id 和 app_key，并确认其属于该主机"
    "probe" "wrong_gateway_key" WrongGatewayKey Failure
        "the answer's signature is not by the configured gateway key" "应答的签名与配置的网关公钥不符"
        "configure the public key that the gateway's console shows as the platform's, of this host" "请配置网关控制台所示的平台公钥（与该主机对应）"
    "probe" "answer_unsigned" AnswerUnsigned Failure
        "the answer is not signed, so that nothing it says is proven" "应答没有签名，其内容均不可信"
        "read the gateway's words; often it does not know the merchant or refuses the signature" "请查看网关的返回信息；常见原因是商户号不存在或验签失败"
    "probe" "turned_away" TurnedAway Failure
        "an HTTP status instead of the gateway's answer: a firewall or the gateway's front turns the request away" "返回的是 HTTP 错误而非网关应答：请求被防火墙或网关前端拒绝"
        "check base_url, and whether the gateway's console lists this machine's address" "请检查 base_url，以及网关控制台是否已登记本机 IP"
    "probe" "login_wanted" LoginWanted Failure
        "the server asks for a login (401)" "服务器要求登录（401）"
        "check base_url, then the ids and keys of the account; a front of your own must ask for no password here" "请检查 base_url，再核对账户的编号和密钥；自建前端不得在此要求密码"
    "probe" "wrong_path" WrongPath Failure
        "the server takes no such request at this path (404 or 405)" "服务器在该路径上不接受此请求（404 或 405）"
        "check the host in base_url; a front of your own must pass the path on unchanged (nginx: proxy_pass); some web firewalls block by a 405"
        "请检查 base_url 的主机；自建前端须原样转发路径（nginx 的 proxy_pass）；有些 Web 防火墙以 405 拦截"
    "probe" "body_limit" BodyLimit Failure
        "the request is longer than the server admits (413)" "请求长度超过服务器的上限（413）"
        "have the limit raised there (nginx: client_max_body_size)" "请让对方提高该上限（nginx 的 client_max_body_size）"
    "probe" "front_without_gateway" FrontWithoutGateway Failure
        "the gateway's front (502 or 504) gets no answer from what is behind it" "网关前端（502 或 504）得不到后方的应答"
        "check where a front of your own forwards to, and its network and firewall; else run it again later" "自建前端请检查其转发目标、网络和防火墙；否则请稍后再试"
    "probe" "server_fails" ServerFails Failure
        "the server fails, or is closed for a while (another 5xx)" "服务器出错或暂停服务（其他 5xx）"
        "run it again later; if it stays so, tell whoever runs the server" "请稍后再试；若仍如此，请告知服务器的运维方"
    "probe" "redirected" Redirected Failure
        "the server sends elsewhere; nobody followed" "服务器要求重定向，本库不跟随"
        "name in base_url the host that the gateway's page names" "请在 base_url 中使用网关文档所载的主机"
    "probe" "not_the_gateway" NotTheGateway Failure
        "what answers is not the gateway: no document of its form" "应答的不是网关：格式不符"
        "check base_url: a portal, a proxy or another service answers there" "请检查 base_url：应答的可能是登录页、代理或别的服务"
    "probe" "compressed" Compressed Failure
        "the answer is compressed, which nobody asked for" "应答被压缩，而请求并未要求压缩"
        "check base_url; a front or proxy of your own must pass answers on as they are (nginx: gzip off)" "请检查 base_url；自建前端或代理须原样转发应答（nginx 的 gzip off）"
    "probe" "wrong_charset" WrongCharset Failure
        "the answer is not in the configured charset" "应答不是所配置的字符集"
        "set charset to the one of the app" "请将 charset 设为该应用的字符集"
    "probe" "speaks_tls" SpeaksTls Failure
        "base_url says http, and TLS is spoken there" "base_url 写的是 http，而该端口使用 TLS"
        "write https:// in base_url" "请将 base_url 改为 https://"
    "probe" "no_reply" NoReply Failure
        "the request was sent and no whole answer came" "请求已发送，但没有收到完整的应答"
        "run it again; if it stays so, a firewall or the server ends such connections" "请再试一次；若仍如此，则是防火墙或服务器中断了连接"
    "probe" "throttled" Throttled Warning
        "the gateway has too much to do" "网关限流"
        "run it again later" "请稍后再试"
    "probe" "unclear" Unclear Warning
        "the answer is genuine, and its words are in no table" "应答真实，但其返回码不在表中"
        "look its code up on the gateway's page" "请在网关文档中查找该返回码"
}
