use chexiao::Next;

fn release_stock() {
    println!("release_stock");
}
fn fulfil_or_refund() {
    println!("fulfil_or_refund");
}
fn query_later(order: &str) {
    println!("query_later {order}");
}
fn alert(code: chexiao::Code, _why: impl std::fmt::Display) {
    println!("alert {code}");
}

fn main() {
    if let Err(error) = page() {
        println!("nothing was sent: {error}");
    }
}

fn page() -> Result<(), Box<dyn std::error::Error>> {
    SNIPPET
    Ok(())
}
