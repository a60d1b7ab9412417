//! The mistakes that are known of clients that sign by themselves: one table, for what is printed and for the page about it.

/// A mistake with what it is and what to do, in English and Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mistake {
    /// What programs call it; never changed.
    pub name: &'static str,
    /// What was done.
    pub en: &'static str,
    /// 同上。
    pub zh: &'static str,
    /// What to do instead, in English and Chinese.
    pub remedy: (&'static str, &'static str),
}

/// The row of this name.
pub fn mistake(name: &str) -> Option<&'static Mistake> {
    CATALOGUE.iter().find(|row| row.name == name)
}

type Remedy = (&'static str, &'static str);

const fn row(name: &'static str, en: &'static str, zh: &'static str, remedy: Remedy) -> Mistake {
    Mistake { name, en, zh, remedy }
}

const SAME_BYTES: Remedy = ("write the JSON once, and sign and send that same text", "JSON 只生成一次，签名和发送使用同一段文本");
const RAW: Remedy = ("sign the values as they are, and encode them only for sending", "用原始值签名，仅在发送时编码");
const PATH: Remedy = (
    "sign the path of the URL as sent (from / to before ?), then ?, then the sorted parameters",
    "待签名串 = URL 的路径（从 / 到 ? 之前）+ ? + 排序后的参数",
);
const SORT: Remedy = ("sort the names by byte (ASCII), upper case before lower case", "按参数名的字节（ASCII）升序排列，大写在小写之前");
const JOIN: Remedy = ("join them as name=value with & between, none at the ends", "按 名称=值 以 & 连接，首尾无 &");
const KEY_END: Remedy =
    ("append &key= and the API key, once, at the end of the sorted pairs", "在排序后的参数串末尾追加一次 &key= 与 API 密钥");
const CLEAN_KEY: Remedy = (
    "take the key as the gateway shows it, without anything before or behind; `chexiao` refuses what cannot be seen in it",
    "密钥须与平台所示完全一致，前后无任何多余字符",
);
const RIGHT_KEY: Remedy = (
    "sign with the key named as right below; of what the gateway has signed, configure the key that it signs with",
    "请用下文所示的正确密钥签名；若由网关签名，请改为配置网关所用的密钥",
);
const EXACT_TEXT: Remedy = ("sign exactly the string, nothing around it and nothing changed", "只对待签名串本身签名，不加不改");
const CHARSET: Remedy = ("sign the bytes of the charset that the request names", "按请求所声明的字符集取字节签名");
const SIGN_BASE64: Remedy =
    ("write the signature as standard base64 on one line, and escape it in a form", "签名用标准 Base64 单行书写，放入表单时须编码");
const SIGN_FORM: Remedy = ("write the signature as the gateway's page says", "签名的写法以网关文档为准");
const ALL_FIELDS: Remedy =
    ("sign every field that is sent and not empty, but the signature itself", "除签名外，所有发送的非空字段均须参与签名");
const SENT_ONLY: Remedy = ("sign what is sent and nothing else", "只对实际发送的字段签名");
const HEAD: Remedy = (
    "sign AppId, Timestamp, Nonce and the hash of the body, in this order and as they stand in the header, nothing between",
    "依次拼接 AppId、Timestamp、Nonce 与报文摘要，与请求头中一致，中间无分隔",
);
const HASH_BODY: Remedy = ("use the lower-case hexadecimal SHA-256 of the bytes that are sent", "使用所发送字节的 SHA-256 小写十六进制");
const RSA: Remedy = (
    "use the library's own signing of the whole text, SHA1withRSA or SHA256withRSA as the gateway demands",
    "请用密码库对整段文本直接签名（网关要求的 SHA1withRSA 或 SHA256withRSA）",
);
const SM2: Remedy =
    ("use SM3withSM2 with the user id and the encoding agreed with the gateway", "使用 SM3withSM2，用户标识与编码须与网关约定一致");
const SM2_Z: Remedy = (
    "Z = SM3(length of the user id in bits, two bytes; user id; a, b, xG, yG; x, y of the key), and SM3(Z, text) is signed",
    "Z = SM3（用户标识的比特长度 2 字节、用户标识、a、b、xG、yG、公钥 x、y），签名对象为 SM3（Z 与文本）",
);
const SM2_NUMBERS: Remedy = (
    "write r and s as 32 bytes each, or as the two INTEGERs of DER, as agreed with the gateway",
    "r、s 各为 32 字节，或按 DER 写作两个 INTEGER，以与网关的约定为准",
);
const RECEIVED: Remedy = (
    "verify the bytes of the body as the web server received them, before any framework reads them",
    "请用 Web 服务器收到的原始报文体字节验签，须在任何框架读取之前取得",
);
const IDS: Remedy = ("check that ids, key and environment are of one merchant", "请核对商户标识、密钥与环境是否属于同一商户");

/// Every known mistake.
pub static CATALOGUE: &[Mistake] = &[
    // Which fields.
    row("field_left_out", "A field that is sent was not signed", "发送的字段未参与签名", ALL_FIELDS),
    row("field_not_sent", "A field was signed that is not sent", "签名了未发送的字段", SENT_ONLY),
    row(
        "field_too_many",
        "A field was signed that is sent but takes no part",
        "不参与签名的字段被签入",
        ("leave version and aco_pay_sdk out of the string", "待签名串中去掉 version 与 aco_pay_sdk"),
    ),
    row("field_twice", "A field stands there twice", "字段重复出现", ("send each field once", "每个字段只发送一次")),
    row("empty_kept", "Empty values were signed", "空值参与了签名", ("leave empty values out of the string", "空值不参与签名")),
    row(
        "empty_dropped",
        "Empty texts were left out of the string",
        "空字符串未参与签名",
        ("keep empty texts here: only null is left out", "此网关空字符串参与签名，仅 null 不参与"),
    ),
    row(
        "null_signed",
        "Absent values were signed as the word null",
        "空值被写成 null 参与签名",
        ("leave absent values out of the string", "空值不参与签名"),
    ),
    row(
        "null_kept",
        "Members that are null were signed",
        "值为 null 的成员参与了签名",
        ("leave null members out of the string", "去掉值为 null 的成员"),
    ),
    row(
        "sign_kept",
        "The field of the signature was signed itself",
        "sign 字段自身参与了签名",
        ("leave the signature out of the string", "签名字段不参与签名"),
    ),
    row(
        "sign_empty_kept",
        "An empty sign was signed",
        "空的 sign 参与了签名",
        ("leave the signature out of the string", "签名字段不参与签名"),
    ),
    row(
        "header_names_signed",
        "The names of the headers were signed in place of mch_no, nonce and sign_type",
        "用请求头名称代替了 mch_no、nonce、sign_type",
        ("sign them as mch_no, nonce and sign_type", "签名时名称为 mch_no、nonce、sign_type"),
    ),
    // What stands in the values.
    row(
        "plus_lost",
        "A + stands in the form unescaped: the gateway reads a blank",
        "表单中的 + 未编码，网关读作空格",
        ("escape + as %2B in the form", "表单中的 + 须编码为 %2B"),
    ),
    row("values_url_encoded", "URL-encoded values were signed", "用 URL 编码后的值签名", RAW),
    row(
        "double_encoded",
        "The values were encoded twice for sending",
        "发送时值被编码了两次",
        ("encode each value once", "每个值只编码一次"),
    ),
    row(
        "values_trimmed",
        "Blanks around values were left out of the string",
        "签名时去掉了值两端的空白",
        ("trim before signing and sending, or not at all", "去空白须在签名和发送之前，或都不做"),
    ),
    row("values_lower_case", "The values were signed in lower case", "值被转为小写后签名", RAW),
    row("values_upper_case", "The values were signed in upper case", "值被转为大写后签名", RAW),
    row("values_unicode_escaped", "Other characters were signed as \\uXXXX", "非 ASCII 字符以 \\uXXXX 形式签名", RAW),
    row("values_quoted", "The values were signed in quotes", "值加引号后签名", RAW),
    row("cdata_counted", "The marks of CDATA were signed", "CDATA 标记参与了签名", ("sign the text inside CDATA", "只签 CDATA 内的文本")),
    row(
        "xml_escapes_counted",
        "XML escapes (&amp;) were signed in place of the characters",
        "XML 转义（&amp;）代替原字符参与了签名",
        ("sign the characters, and escape them only in the XML", "签名用原字符，仅在 XML 中转义"),
    ),
    row(
        "encrypted_after_signing",
        "biz_content was signed first and encrypted after",
        "先签名后加密",
        ("encrypt biz_content first, and sign the cipher", "先加密 biz_content，再对密文签名"),
    ),
    // JSON.
    row("json_compact", "Compact JSON was signed, and other JSON sent", "签名用紧凑 JSON，发送的却不同", SAME_BYTES),
    row(
        "json_blanks",
        "JSON with blanks after : and , was signed, and other JSON sent",
        "签名的 JSON 在 : 和 , 后有空格，发送的没有",
        SAME_BYTES,
    ),
    row("json_pretty", "Indented JSON was signed, and other JSON sent", "签名用缩进 JSON，发送的却不同", SAME_BYTES),
    row("json_slashes", "Slashes were signed as \\/, as PHP writes them", "签名的 JSON 将 / 写成 \\/（PHP 默认）", SAME_BYTES),
    row("json_slashes_unescaped", "Slashes were signed plain that stand as \\/ in the message", "报文中的 \\/ 以 / 参与了签名", SAME_BYTES),
    row(
        "json_unicode",
        "Other characters were signed as \\uXXXX, as PHP and Python write them",
        "签名的 JSON 将中文写成 \\uXXXX（PHP、Python 默认）",
        SAME_BYTES,
    ),
    row(
        "json_slashes_unicode",
        "Slashes and other characters were signed escaped, as PHP writes them",
        "签名的 JSON 转义了 / 与中文（PHP 默认）",
        SAME_BYTES,
    ),
    row(
        "json_html",
        "< > & = ' were signed as \\u003c and the like, as Gson and Go write them",
        "签名的 JSON 转义了 < > & = '（Gson、Go 默认）",
        SAME_BYTES,
    ),
    row("json_sorted", "JSON with sorted members was signed, and unsorted sent", "签名的 JSON 成员已排序，发送的未排序", SAME_BYTES),
    row("json_reversed", "The members of the JSON stand in another order in the string", "签名与发送的 JSON 成员顺序不同", SAME_BYTES),
    row(
        "json_members_unsorted",
        "Members of objects inside were not sorted",
        "内层对象的成员未排序",
        ("sort the members of objects inside as well", "内层对象的成员也须排序"),
    ),
    row("json_numbers_as_text", "Numbers were signed in quotes", "数字加引号后签名", SAME_BYTES),
    row("json_texts_as_numbers", "Texts of digits were signed as numbers", "数字文本以数字形式签名", SAME_BYTES),
    row("json_float", "Numbers were signed as floating point (1.0)", "数字以浮点形式（1.0）签名", SAME_BYTES),
    row("json_nulls_dropped", "Null members are sent that were not signed", "发送了值为 null 的成员，签名时却没有", SAME_BYTES),
    row("json_empties_dropped", "Empty members are sent that were not signed", "发送了空成员，签名时却没有", SAME_BYTES),
    row("json_map_text", "The toString of a Java map was signed", "签名了 Java Map 的 toString()", SAME_BYTES),
    row("json_python_text", "The str() of a Python dict was signed", "签名了 Python dict 的 str()", SAME_BYTES),
    row("json_as_text", "An object was signed as a text with escaped quotes", "对象以转义后的字符串形式签名", SAME_BYTES),
    row("json_object_not_text", "A text that holds JSON was signed as the object", "装有 JSON 的字符串以对象形式签名", SAME_BYTES),
    row(
        "json_flattened",
        "The members of biz_content were signed one by one",
        "biz_content 的成员被逐个签名",
        ("sign biz_content as one value", "biz_content 作为一个整体值签名"),
    ),
    row(
        "json_separators_raw",
        "U+2028 or U+2029 was signed unescaped",
        "U+2028 或 U+2029 未转义即签名",
        ("write them as \\u2028 and \\u2029 in the string", "待签名串中写作 \\u2028、\\u2029"),
    ),
    row(
        "data_alone",
        "Only data was signed, without the envelope",
        "只对 data 签名，未含外层",
        ("the whole envelope is signed", "签名覆盖整个外层报文"),
    ),
    // The order and what stands between.
    row("order_as_sent", "The fields were not sorted", "字段未排序", SORT),
    row("order_ignoring_case", "The names were sorted without regard to case", "排序时忽略了大小写", SORT),
    row("order_reversed", "The names were sorted downwards", "字段按降序排列", SORT),
    row("order_by_value", "The fields were sorted by value", "按值排序而非按名称", SORT),
    row("order_by_length", "The names were sorted by length", "按名称长度排序", SORT),
    row(
        "names_lower_case",
        "The names were signed in lower case",
        "字段名被转为小写",
        ("sign the names as they are sent", "字段名与发送的一致"),
    ),
    row("separators_missing", "Nothing stands between names and values", "缺少 = 与 &", JOIN),
    row("separators_other", "Something else stands between the pairs", "分隔符不对", JOIN),
    row("ampersand_first", "An & stands before the first pair", "开头多了 &", JOIN),
    row("ampersand_last", "An & stands behind the last pair", "末尾多了 &", JOIN),
    row("values_only", "Only the values were signed", "只签了值，未含名称", JOIN),
    row("pairs_as_json", "The parameters were signed as JSON", "参数以 JSON 形式签名", JOIN),
    row("pairs_as_xml", "The XML was signed", "直接对 XML 签名", JOIN),
    row(
        "pairs_not_json",
        "Pairs were signed where JSON belongs",
        "应签 JSON，却签了键值对",
        ("sign the sorted, compact JSON", "对排序后的紧凑 JSON 签名"),
    ),
    row(
        "body_signed",
        "The body or query itself was signed",
        "直接对报文体或查询串签名",
        ("sign the sorted JSON of the fields with mch_no, nonce and sign_type", "对字段及 mch_no、nonce、sign_type 排序后的 JSON 签名"),
    ),
    // The path.
    row("path_missing", "The path of the URL is missing from the string", "待签名串缺少 URL 路径", PATH),
    row("path_with_host", "The host stands before the path", "路径前带了主机名", PATH),
    row("path_with_url", "The whole URL was signed", "签名用了完整 URL", PATH),
    row("path_with_method", "The method stands before the path", "路径前带了请求方法", PATH),
    row("path_mark_missing", "The ? behind the path is missing", "路径后缺少 ?", PATH),
    row("path_mark_other", "Something else than ? stands behind the path", "路径后不是 ?", PATH),
    row("path_slash_missing", "The / before the path is missing", "路径缺少开头的 /", PATH),
    row("path_slash_last", "A / stands behind the path", "路径末尾多了 /", PATH),
    row("path_cut", "A part of the path is missing", "路径缺了一段", PATH),
    row("path_other", "Another path was signed than is called", "签名的路径与请求的不同", PATH),
    row("path_lower_case", "The path was signed in lower case", "路径被转为小写", PATH),
    row("path_url_encoded", "The path was signed URL-encoded", "路径被 URL 编码后签名", PATH),
    row(
        "path_signed",
        "The path or the URL was signed, which takes no part here",
        "路径或 URL 被签入，而此网关不签",
        ("begin the string with the first parameter", "待签名串从第一个参数开始"),
    ),
    // The secret in the string.
    row("key_missing", "The key is missing from the string", "待签名串缺少密钥", KEY_END),
    row("key_without_name", "The key was appended without &key=", "直接追加密钥，缺少 &key=", KEY_END),
    row("key_without_ampersand", "The & before key= is missing", "key= 前缺少 &", KEY_END),
    row("key_name_case", "key= is written in another case", "key= 的大小写不对", KEY_END),
    row("key_name_other", "The key stands under another name", "密钥用了别的参数名", KEY_END),
    row("key_ampersand_last", "An & stands behind the key", "密钥后多了 &", KEY_END),
    row("key_twice", "The key was appended twice", "密钥追加了两次", KEY_END),
    row("key_first", "The key stands first", "密钥放在了最前", KEY_END),
    row("key_on_both_sides", "The key stands on both sides of the string", "密钥放在了首尾两侧", KEY_END),
    row("key_sorted_in", "The key was sorted in among the parameters", "密钥混入参数一起排序", KEY_END),
    row("key_in_text", "The key was appended to the text; it is the key of the HMAC only", "密钥被拼入文本，而它只作 HMAC 的密钥", HEAD),
    // Which key.
    row("key_of_other_setting", "Signed with another key of the configuration", "用了配置中的另一把密钥", RIGHT_KEY),
    row("key_of_other_config", "Signed with the key of another configuration", "用了另一份配置的密钥", RIGHT_KEY),
    row("key_is_id", "An id was taken for the key", "把商户标识当成了密钥", RIGHT_KEY),
    row("key_sample", "A sample key from documentation was taken", "用了文档中的示例密钥", RIGHT_KEY),
    row("key_placeholder", "A placeholder was taken for the key: it was never set", "密钥是占位文字，并未配置", RIGHT_KEY),
    row("key_empty", "The key was empty", "密钥为空", RIGHT_KEY),
    row("key_newline", "A line end stands behind the key", "密钥末尾带换行", CLEAN_KEY),
    row("key_blank", "A blank stands before or behind the key", "密钥首尾带空白", CLEAN_KEY),
    row("key_bom", "A byte order mark stands before the key", "密钥开头带 BOM", CLEAN_KEY),
    row("key_quoted", "The key was taken with its quotes", "密钥连同引号一起使用", CLEAN_KEY),
    row("key_case", "The key was taken in another case", "密钥的大小写被改变", CLEAN_KEY),
    row("key_cut", "A character of the key is missing", "密钥少了一个字符", CLEAN_KEY),
    row("key_hashed", "The hash of the key was taken for the key", "用了密钥的摘要代替密钥", CLEAN_KEY),
    row("key_base64_decoded", "The key was decoded as base64", "密钥被 Base64 解码", CLEAN_KEY),
    row("key_base64_encoded", "The key was encoded in base64", "密钥被 Base64 编码", CLEAN_KEY),
    row("key_hex_decoded", "The key was decoded from hexadecimal", "密钥被十六进制解码", CLEAN_KEY),
    row(
        "secret_sent",
        "The secret stands in the request itself: take it for stolen",
        "请求中含有密钥本身，应视为已泄露",
        ("change the key, and never send it", "请更换密钥，且绝不发送密钥"),
    ),
    // The hash and the form of the signature.
    row(
        "hash_other",
        "Another hash or MAC was used",
        "摘要或签名算法不对",
        (
            "use the algorithm that sign_type names; without sign_type that is the gateway's default",
            "使用 sign_type 所示算法；未发送 sign_type 时为网关默认算法",
        ),
    ),
    row("hashed_twice", "A hash of the string was signed in place of the string", "对待签名串的摘要再次签名", RSA),
    row("digest_bare", "The bare digest was padded, without the name of its hash", "填充中缺少摘要算法标识（DigestInfo）", RSA),
    row(
        "digest_info",
        "The digest was padded with the name of its hash, where CA mode has it bare",
        "CA 方式应对裸摘要填充，却带了 DigestInfo",
        ("pad the bare 20 bytes of SHA-1 in CA mode", "CA 方式对 20 字节 SHA-1 摘要直接填充"),
    ),
    row("digest_hex", "The hexadecimal digits of the digest were padded", "对摘要的十六进制文本填充", RSA),
    row("text_unhashed", "The text itself was padded, without a hash", "未做摘要，直接对文本做私钥运算", RSA),
    row("pss_padding", "PSS padding was used where PKCS#1 v1.5 belongs", "使用了 PSS 填充，应为 PKCS#1 v1.5", RSA),
    row("encrypted_not_signed", "Padding of encryption was used: it was encrypted, not signed", "使用了加密填充：做的是加密而非签名", RSA),
    row("sm3_bare", "SM3 of the text alone was signed, without the user id", "直接对文本的 SM3 签名，未含用户标识", SM2),
    row("user_id_other", "Another SM2 user id was used", "SM2 用户标识不对", SM2),
    row("sm2_hash_other", "Another hash than SM3 was signed", "SM2 签名用了 SM3 以外的摘要", SM2),
    row("sm2_hashed_again", "The digest was hashed once more before it was signed", "摘要在签名前又做了一次 SM3", SM2),
    row("sm2_text_unhashed", "The text itself was signed as a number, without a hash", "未做摘要，直接将文本作为整数签名", SM2),
    row("sm2_z_last", "Z was hashed behind the text", "Z 值放在了文本之后", SM2_Z),
    row("sm2_z_twice", "Z was hashed twice before the text", "Z 值重复参与摘要", SM2_Z),
    row("sm2_z_hex", "The hexadecimal digits of Z were hashed", "以 Z 值的十六进制文本参与摘要", SM2_Z),
    row("sm2_z_unhashed", "What Z is the hash of was hashed itself before the text", "Z 的原文未先做 SM3 即参与摘要", SM2_Z),
    row("sm2_id_length", "The length of the user id in Z is wrong", "Z 中用户标识的长度（ENTL）有误", SM2_Z),
    row("sm2_key_form", "The public key in Z is written in another form", "Z 中公钥的写法有误", SM2_Z),
    row("sm2_curve_left_out", "The numbers of the curve are missing from Z", "Z 中缺少曲线参数", SM2_Z),
    row(
        "sm2_ecdsa",
        "ECDSA was used with the SM2 key",
        "用 SM2 密钥做了 ECDSA 签名",
        ("use SM3withSM2: another algorithm on the same curve", "请使用 SM3withSM2，曲线相同但算法不同"),
    ),
    row("sm2_swapped", "r and s are swapped", "r 与 s 写反了", SM2_NUMBERS),
    row("sm2_reversed", "r and s are written with the last byte first", "r、s 字节序颠倒（小端）", SM2_NUMBERS),
    row("sm2_short", "Zeros before r or s were dropped", "r 或 s 的前导零被去掉", SM2_NUMBERS),
    row("sm2_zero_added", "A zero stands before r or s that does not belong there", "r 或 s 前多了一个零字节", SM2_NUMBERS),
    row(
        "sm2_zero_missing",
        "A zero is missing before r or s in the DER: it is negative",
        "DER 中 r 或 s 前缺少零字节，成为负数",
        SM2_NUMBERS,
    ),
    row("sm2_encoding", "The SM2 signature is written in the other encoding", "SM2 签名的编码不对", SM2),
    row("not_a_signature", "What stands there is no signature of this algorithm", "该内容不是此算法的签名", SIGN_FORM),
    // How the signature is written.
    row(
        "sign_lower_case",
        "The signature is written in lower case",
        "签名用了小写",
        ("write it in upper-case hexadecimal", "签名用大写十六进制书写"),
    ),
    row(
        "sign_mixed_case",
        "The signature is written in mixed case",
        "签名大小写混用",
        ("write it in upper-case hexadecimal", "签名用大写十六进制书写"),
    ),
    row("sign_hex", "The signature is written in hexadecimal", "签名用了十六进制书写", SIGN_BASE64),
    row(
        "sign_base64",
        "The signature is written in base64",
        "签名用了 Base64 书写",
        ("write it in upper-case hexadecimal", "签名用大写十六进制书写"),
    ),
    row("sign_base64_of_hex", "Base64 of the hexadecimal digits was sent", "对十六进制文本再做 Base64", SIGN_FORM),
    row("sign_base64_twice", "The signature was encoded twice", "签名被 Base64 编码了两次", SIGN_BASE64),
    row("sign_url_safe", "URL-safe base64 was used (- and _)", "使用了 URL 安全的 Base64（- 与 _）", SIGN_BASE64),
    row("sign_padding", "The = at the end of the base64 are missing or wrong", "Base64 末尾的 = 缺失或有误", SIGN_BASE64),
    row("sign_line_breaks", "Line breaks stand in the base64", "Base64 中带换行", SIGN_BASE64),
    row("sign_blanks", "Blanks stand around the signature", "签名首尾带空白", SIGN_FORM),
    row(
        "sign_plus_lost",
        "The + of the base64 were not escaped: the gateway reads blanks",
        "Base64 中的 + 未编码，网关读作空格",
        SIGN_BASE64,
    ),
    row("sign_url_encoded", "The signature is URL-encoded once too often", "签名多做了一次 URL 编码", SIGN_FORM),
    row("sign_quoted", "The signature stands in quotes", "签名带引号", SIGN_FORM),
    // The bytes.
    row("charset_other", "The string was signed in another charset", "签名取字节时用了另一字符集", CHARSET),
    row("charset_lost", "Characters became ? before signing", "签名前字符已变为 ?", CHARSET),
    row(
        "body_form",
        "The body has another form than the gateway takes",
        "报文体的格式不是网关所要求的",
        ("send the same fields in the form that the gateway's page shows", "请按网关文档所示的格式发送同样的字段"),
    ),
    row("body_charset", "The request is sent in another charset than it names", "请求的实际字符集与声明不符", CHARSET),
    row("text_mojibake", "UTF-8 bytes were taken for Latin-1 before signing", "签名前 UTF-8 被误当作 Latin-1", CHARSET),
    row("newline_last", "A line end was signed behind the string", "待签名串末尾多了换行", EXACT_TEXT),
    row("blank_around", "A blank was signed before or behind the string", "待签名串首尾多了空格", EXACT_TEXT),
    row("bom_first", "A byte order mark was signed before the string", "待签名串开头多了 BOM", EXACT_TEXT),
    row("zero_last", "A NUL was signed behind the string", "待签名串末尾多了 NUL", EXACT_TEXT),
    row("text_lower_case", "The whole string was signed in lower case", "整串被转为小写", EXACT_TEXT),
    row("text_upper_case", "The whole string was signed in upper case", "整串被转为大写", EXACT_TEXT),
    row("text_quoted", "The string was signed in quotes", "待签名串加了引号", EXACT_TEXT),
    row("text_base64", "The base64 of the string was signed", "对待签名串的 Base64 签名", EXACT_TEXT),
    row("text_url_encoded", "The whole string was URL-encoded before signing", "整串 URL 编码后签名", EXACT_TEXT),
    row("text_empty", "An empty text was signed", "对空文本签名", EXACT_TEXT),
    // What ChinaUMS has signed.
    row("body_hash_upper", "The hash of the body is in upper case", "报文摘要用了大写", HASH_BODY),
    row("body_hash_base64", "The hash of the body is in base64", "报文摘要用了 Base64", HASH_BODY),
    row("body_hash_other", "The body was hashed by another algorithm", "报文摘要算法不对", HASH_BODY),
    row("body_hash_twice", "The hash of the body was hashed again", "报文摘要被再次摘要", HASH_BODY),
    row("body_not_hashed", "The body itself stands in the string", "直接拼入报文而非其摘要", HASH_BODY),
    row("body_left_out", "The body is missing from the string", "待签名串缺少报文摘要", HASH_BODY),
    row("body_first", "The hash of the body stands first", "报文摘要放在了最前", HEAD),
    row("head_order", "AppId, Timestamp and Nonce stand in another order", "AppId、Timestamp、Nonce 顺序不对", HEAD),
    row("head_case", "A part of the string is in another case than sent", "待签名串中某项大小写与发送的不同", HEAD),
    row("head_signed_before", "Header values stand before the JSON", "JSON 前拼入了请求头的值", EXACT_TEXT),
    row("separators_added", "Something stands between the parts of the string", "待签名串各项之间多了分隔", HEAD),
    row("timestamp_other", "Another time was signed than stands in the header", "签名的时间与请求头中的不同", HEAD),
    // What became of a notification before it was verified.
    row(
        "received_decoded",
        "The form was decoded once more: what stands here is not what came",
        "表单被多解码了一次，已不是收到的原文",
        RECEIVED,
    ),
    row("received_encoded", "The values were encoded or escaped once more", "各值被多编码或转义了一次", RECEIVED),
    row("received_charset", "It was read or written in another charset than it came in", "读取或重写时用了另一字符集", RECEIVED),
    row(
        "received_lost",
        "Characters were lost (U+FFFD): it was read in a charset that it is not in",
        "有字符已丢失（U+FFFD）：曾按错误的字符集读取",
        RECEIVED,
    ),
    row("received_rewritten", "It was parsed and written anew", "曾被解析后重新生成", RECEIVED),
    row("received_form", "It has another form than the gateway posts", "格式与网关所发的不同", RECEIVED),
    row("received_added", "A field stands there that was not signed", "多出了未参与签名的字段", RECEIVED),
    row("received_dropped", "A field is missing that was signed", "缺少曾参与签名的字段", RECEIVED),
    row(
        "notify_url_other",
        "Another path was signed than that of account.notify_url",
        "签名所用的路径与 account.notify_url 不符",
        (
            "write into account.notify_url the URL exactly as it is registered at the bank",
            "account.notify_url 须与在银行登记的地址完全一致",
        ),
    ),
    row(
        "sign_type_of_account",
        "The gateway signs by another algorithm than the account is set to",
        "网关所用的签名算法与账户设置不符",
        (
            "set what is named here as shown, if the gateway is to sign so; a signature by another algorithm is refused",
            "若网关应按此算法签名，请将所示设置项改为所示的值；否则该签名不予采信",
        ),
    ),
    row(
        "key_not_bare",
        "The communication key does not stand bare behind the pairs",
        "通讯密钥未直接接在参数串之后",
        (
            "append the communication key (notify_key) to the pairs, without & and without a name",
            "在参数串末尾直接追加通讯密钥，不加 & 与名称",
        ),
    ),
    // What strikes beside the signature.
    row("ids_swapped", "Two ids are swapped", "两个标识写反了", IDS),
    row("id_of_another", "An id is not that of the configuration", "标识与配置不符", IDS),
    row(
        "sign_type_unknown",
        "sign_type is not the one that belongs here",
        "sign_type 不是应有的值",
        ("write sign_type exactly as the gateway's page says", "sign_type 须与文档完全一致"),
    ),
    row(
        "timestamp_format",
        "The time is not written as the gateway demands",
        "时间格式不符合要求",
        ("write it in Beijing time in the gateway's format", "按网关格式书写北京时间"),
    ),
    row(
        "nonce_length",
        "The nonce has another length than the gateway takes",
        "随机串长度不符合要求",
        ("use 32 letters and digits", "使用 32 位字母数字"),
    ),
    row(
        "url_unknown",
        "The file shows no URL: a path was assumed",
        "文件中没有 URL，路径为推测",
        ("give a file that shows the URL", "请提供含 URL 的文件"),
    ),
    row(
        "body_unseen",
        "The file does not show the body as it was sent",
        "文件未原样包含报文体",
        ("take it by curl --trace, a proxy or the client's own log", "请用 curl --trace、代理或客户端日志获取"),
    ),
];
