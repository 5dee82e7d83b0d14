//! scratch
use imza::{dlga,haso};
#[test] fn all() {
 let b64=|s:&str|->Vec<u8>{ let o=std::process::Command::new("sh").arg("-c").arg(format!("printf %s '{s}' | base64 -d")).output().unwrap(); o.stdout};
 let v:serde_json::Value=serde_json::from_str(include_str!("vectors/dlga.json")).unwrap();
 for c in v["cases"].as_array().unwrap(){ let g=|k:&str|c[k].as_str().unwrap();
  let body=b64(g("body_base64"));
  let r=dlga::Request::new(g("method"),g("resource")).content_type(g("content_type")).body(&body).body_line(match g("body_line"){"always"=>dlga::BodyLine::Always,"never"=>dlga::BodyLine::Never,_=>dlga::BodyLine::WhenPresent});
  assert_eq!(r.string_to_sign(g("date")).unwrap(), b64(g("string_to_sign_base64")));
  let sec=b64(g("secret_base64"));
  let s=dlga::Signer::new(g("access_key_id"),&sec).unwrap();
  let h=s.sign(&r,dlga::Date::parse(g("date")).unwrap(),"x").unwrap();
  assert_eq!(h[2].1,g("authorization"));
  let a=dlga::Verifier::new().key(g("access_key_id"),&sec).unwrap().verify(&r,&h,1615296512).unwrap(); assert_eq!(a.key_index(),0);
 }
 let v:serde_json::Value=serde_json::from_str(include_str!("vectors/haso.json")).unwrap();
 for c in v["cases"].as_array().unwrap(){ let g=|k:&str|c[k].as_str().unwrap();
  let m=if g("hmac_key")=="merchant-salt"{haso::Merchant::salt_keyed(g("merchant_id"),g("merchant_salt"))}else{haso::Merchant::new(g("merchant_id"),g("merchant_key"),g("merchant_salt"))}.unwrap();
  let f:Vec<(String,String)>=c["fields"].as_object().unwrap().iter().map(|(k,v)|(k.clone(),v.as_str().unwrap().to_owned())).collect();
  let rec=haso::Recipe::find(g("endpoint")).unwrap();
  assert_eq!(m.message(rec,&f).unwrap().reveal(), g("message").as_bytes());
  assert_eq!(m.token(rec,&f).unwrap(), g("token"));
  m.verify(rec,&f,g("token")).unwrap();
  assert_eq!(haso::Recipe::parse(&rec.to_string()).unwrap().to_string(), rec.to_string());
 }
}
