type Answer = Result<chexiao::HttpReply, Box<dyn std::error::Error>>;

fn store(notice: &chexiao::Notice) -> Result<(), std::io::Error> {
    println!("stored {notice:?}");
    Ok(())
}

fn main() {
    let client = chexiao::Client::from_file("wechat.json").unwrap();
    let answer = page(&client, vec![], b"<xml>signed by nobody</xml>".to_vec());
    println!("{}, nothing stored", answer.unwrap().status);
}

fn page(client: &chexiao::Client, headers: Vec<(String, String)>, body: Vec<u8>) -> Answer {
    SNIPPET
}
