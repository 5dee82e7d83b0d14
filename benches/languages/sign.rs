use std::hint::black_box;
use std::time::Instant;

use imza::dlga::{Date, Request, Signer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let signer = Signer::new("1234567-8ABC-DEF0-5432-56712ABCDEF5", "not-a-real-secret")?;
    for line in std::io::stdin().lines() {
        let line = line?;
        let [count, resource, file] = line.split(' ').collect::<Vec<_>>()[..] else { return Err("a line of three words".into()) };
        let body = std::fs::read(file)?;
        let mut authorization = String::new();
        let begun = Instant::now();
        for _ in 0..count.parse::<u64>()? {
            let request = Request::post(black_box(resource)).json(&body);
            authorization = signer.sign(&request, Date::from_unix(1_615_296_512)?, "45186")?.authorization().to_owned();
        }
        println!("{} {authorization}", begun.elapsed().as_nanos());
    }
    Ok(())
}
