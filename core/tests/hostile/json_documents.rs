//! Whatever we read, serde_json reads too, and reads the same.

use crate::json_generator::Generator;
use crate::lab::{Lab, is_malformed};
use crate::random::Random;
use chexiao_kit::{MSG_ID, chinaums};
use serde_json::{Value, json};

const DOCUMENTS: usize = 20_000;
const MARKS: &[u8] = b"{}[]\",:\\/ \n\t\0tfn0123eE+-.u\xff\xc3";

#[test]
fn what_we_read_serde_reads_alike() {
    let lab = Lab::open("chinaums", &json!({ "mid": "Mid1", "tid": "Tid1" }), &chinaums::order("", "", "M1"));
    let mut random = Random(11);
    let (mut both, mut stricter, mut neither) = (0, 0, 0);
    for _ in 0..DOCUMENTS {
        let mut generator = Generator { random: &mut random, duplicate: false };
        let (code, message) = (generator.text(), generator.text());
        let ours = [
            ("errCode", generator.quoted(&code)),
            ("errMsg", generator.quoted(&message)),
            ("mid", "\"Mid1\"".into()),
            ("tid", "\"Tid1\"".into()),
        ];
        let mut members: Vec<String> = ours.into_iter().map(|(name, raw)| format!("{}:{raw}", generator.quoted(name))).collect();
        members.push(format!("\"msgId\":\"{MSG_ID}\""));
        members.push(format!("\"x\":{}", generator.value(4)));
        let at = generator.random.below(members.len());
        members.rotate_left(at);
        let duplicate = generator.duplicate;
        let mut body = format!("{}{{{}}}{}", generator.gap(), members.join(","), generator.gap()).into_bytes();
        let spoilt = random.once_in(2);
        if spoilt {
            random.spoil(&mut body, MARKS);
        }
        let outcome = lab.judge(&body);
        let read: Option<Value> = serde_json::from_slice(&body).ok();
        let text = || format!("{outcome:?}\n{}", String::from_utf8_lossy(&body));
        match read {
            None => {
                neither += 1;
                assert!(is_malformed(&outcome), "serde_json refuses what we read: {}", text());
            }
            Some(_) if is_malformed(&outcome) => {
                stricter += 1;
                assert!(spoilt || duplicate, "refused for no reason: {}", text());
            }
            Some(read) => {
                both += 1;
                assert!(spoilt || !duplicate, "a duplicate: {}", text());
                let word = |name: &str| read[name].as_str().filter(|text| !text.is_empty());
                let words = outcome.gateway();
                let said = [words.code.as_deref(), words.message.as_deref()].map(|word| word.filter(|text| !text.is_empty()));
                assert_eq!(said, [word("errCode"), word("errMsg")], "{}", text());
            }
        }
    }
    println!("hostile JSON: {DOCUMENTS} documents: both read {both} and read the same, we alone refuse {stricter}, both refuse {neither}");
    assert!(both > DOCUMENTS / 3 && neither > DOCUMENTS / 8, "the generator is blind");
}
