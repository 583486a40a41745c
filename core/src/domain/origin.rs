use super::text::text_value;
use crate::fault::Fault;

text_value!(
    /// Where a portal is: `https://host[:port]`, or `http://` for this machine's own loopback and nothing
    /// else (RFC 6454 section 6.1). Lower case, no default port, no path, no user.
    Origin,
    check_origin
);

fn check_origin(value: &str) -> Result<(), Fault> {
    let refuse = |reason: &str| Err(Fault::PortalAddress { reason: reason.into() });
    let (secure, rest) = match (value.strip_prefix("https://"), value.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return refuse("scheme"),
    };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (rest, None),
    };
    if let Some(port) = port {
        let default = if secure { "443" } else { "80" };
        match port.parse::<u16>() {
            Ok(number) if number > 0 && number.to_string() == port && port != default => {}
            _ => return refuse("port"),
        }
    }
    if !is_host(host) {
        return refuse("host");
    }
    if !secure && !matches!(host, "127.0.0.1" | "localhost") {
        return refuse("not_https");
    }
    Ok(())
}

/// Dot-separated labels of `a-z0-9-` (RFC 1123, A-labels for other scripts), 253 characters at most.
fn is_host(host: &str) -> bool {
    host.len() <= 253
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
}

impl Origin {
    /// Takes what a person types: blanks around it, capitals in the host, a slash at the end, no scheme.
    pub fn from_input(value: &str) -> Result<Self, Fault> {
        let value = value.trim().trim_end_matches('/').to_ascii_lowercase();
        if value.contains("://") { Self::parse(&value) } else { Self::parse(&format!("https://{value}")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_origins_and_nothing_more() {
        for good in
            ["https://portal.example.cn", "https://a.b:8443", "http://127.0.0.1:8000", "http://localhost:1"]
        {
            assert!(Origin::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://portal.example.cn",
            "https://portal.example.cn/",
            "https://p.cn:443",
            "https://u@p.cn",
            "https://P.cn",
            "ftp://p.cn",
            "https://",
            "https://p..cn",
            "https://p.cn:0",
            "https://p.cn:08",
            "http://127.0.0.1.evil.cn",
            "https://p.cn?x",
            "https://-p.cn",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn forgives_how_a_person_types() {
        assert_eq!(Origin::from_input(" Portal.Example.cn/ ").unwrap().as_str(), "https://portal.example.cn");
    }
}
