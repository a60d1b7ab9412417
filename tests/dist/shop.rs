fn main() -> chexiao::Result<()> {
    let [config, number] = [1, 2].map(|at| std::env::args().nth(at).unwrap_or_default());
    let order = format!(r#"{{"operation":"close","order":{{"out_trade_no":"{number}"}}}}"#);
    println!("{}", chexiao::Client::from_file(config)?.send(&order)?.code());
    Ok(())
}
