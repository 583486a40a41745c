use super::Origin;
use super::text::text_value;
use crate::fault::Fault;

text_value!(
    /// What a phone or a browser opens: an [`Origin`], and what follows it in the characters of an address (RFC 3986
    /// section 2); 500 at most.
    WebAddress,
    check
);

const LONGEST: usize = 500;

fn check(value: &str) -> Result<(), Fault> {
    let refuse = |reason: &str| Fault::InputInvalid { field: "address".into(), reason: reason.into() };
    if value.len() > LONGEST {
        return Err(refuse("too_long"));
    }
    let host = value.find("://").map_or(0, |at| at + 3);
    let rest = value.get(host..).unwrap_or_default();
    let end = rest.find('/').map_or(value.len(), |at| host + at);
    let (origin, path) = value.split_at_checked(end).unwrap_or_default();
    Origin::parse(origin).map_err(|_| refuse("format"))?;
    if path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)) {
        return Ok(());
    }
    Err(refuse("character"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_is_of_the_web_and_nothing_else() {
        for good in [
            "https://m.example.cn",
            "https://m.example.cn/t/secret-canary-77",
            "https://help.example.cn/detail?id=a&nameSpace=cs3-dept%2Fb#c",
            "http://127.0.0.1:7080/app/android",
        ] {
            assert_eq!(WebAddress::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "/t/abc",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "http://m.example.cn/t/abc",
            "https://u@m.example.cn/",
            "https://m.example.cn:443/",
            "https://m.example.cn?x",
            "https://m.example.cn/a b",
            "https://m.example.cn/\u{f6}",
            "https://m.example.cn/\"",
            "https://m.example.cn\\@evil.cn/",
        ] {
            assert!(WebAddress::parse(bad).is_err(), "{bad}");
        }
        assert!(WebAddress::parse(&format!("https://m.example.cn/{}", "a".repeat(480))).is_err());
    }

    proptest! {
        #[test]
        fn what_is_taken_has_an_origin(text in any::<String>(), path in "\\PC{0,40}") {
            for value in [text, format!("https://m.example.cn{path}"), format!("https://m.example.cn/{path}")] {
                if let Ok(address) = WebAddress::parse(&value) {
                    prop_assert!(address.as_str().is_ascii());
                    prop_assert!(["https://", "http://"].iter().any(|scheme| value.starts_with(scheme)));
                }
            }
        }
    }
}
