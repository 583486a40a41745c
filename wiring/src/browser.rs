use tongguan_core::fault::Fault;
use tongguan_core::ports::Browser;

/// Whatever the system opens an address with.
#[derive(Debug)]
pub struct SystemBrowser;

impl Browser for SystemBrowser {
    fn open(&self, address: &str) -> Result<(), Fault> {
        let refuse = || Fault::BrowserUnavailable { address: address.into() };
        // Another scheme would start another program; a blank or a quote might become another argument of it.
        let is_page = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
        if !is_page || !address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"') {
            return Err(refuse());
        }
        open::that_detached(address).map_err(|_| refuse())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_page_is_opened() {
        for other in [
            "file:///etc/passwd",
            "/bin/true",
            "javascript:1",
            "HTTPS:x",
            "httpsx://a",
            "",
            "https://bank.example.cn/ --new",
            "https://bank.example.cn/\"x",
            "https://bank.example.cn/\n",
        ] {
            let fault = SystemBrowser.open(other).unwrap_err();
            assert_eq!(fault, Fault::BrowserUnavailable { address: other.into() });
        }
    }
}
