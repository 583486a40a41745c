//! A ticket for a phone, as it is shown: an address, and the QR code that a camera reads.

use crate::domain::Timestamp;
use crate::fault::{AnswerFlaw, Fault};
use crate::ports::Ticket;
use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;
use ts_rs::TS;

/// A ticket as it is shown; `Debug` does not, for whoever knows the address may open it.
#[derive(Clone, Serialize, TS)]
pub struct TicketView {
    pub address: String,
    pub qr: Qr,
    /// By this machine's clock.
    pub expires_at: Timestamp,
}

/// A QR code (ISO/IEC 18004) without its quiet zone: rows from above, `1` is dark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Qr {
    pub rows: Vec<String>,
}

impl TicketView {
    /// The portal's clock need not agree with this one: a ticket lives as long as one may. Its address may come to
    /// be a link, and is one of the web.
    pub(super) fn of(ticket: &Ticket, asked: Timestamp) -> Result<Self, Fault> {
        let of_the_web = ["https://", "http://"].iter().any(|scheme| ticket.address.starts_with(scheme));
        if !of_the_web || !ticket.address.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Fault::PortalAnswer { reason: AnswerFlaw::Malformed });
        }
        let life = (ticket.expires_at.unix() - asked.unix()).clamp(30, 3600);
        Ok(Self {
            address: ticket.address.clone(),
            qr: Qr::of(&ticket.address)?,
            expires_at: asked.plus_seconds(life),
        })
    }
}

impl Qr {
    /// Error correction M.
    ///
    /// # Errors
    /// [`Fault::PortalAnswer`] for a text that no QR code holds.
    pub fn of(text: &str) -> Result<Self, Fault> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|_| Fault::PortalAnswer { reason: AnswerFlaw::TooLarge })?;
        let dark = |color: &Color| if *color == Color::Dark { '1' } else { '0' };
        let colors = code.to_colors();
        Ok(Self { rows: colors.chunks(code.width()).map(|row| row.iter().map(dark).collect()).collect() })
    }
}

impl std::fmt::Debug for TicketView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TicketView").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(address: &str, life: i64) -> Result<TicketView, Fault> {
        let now = Timestamp::now();
        let ticket = Ticket { address: address.into(), expires_at: now.plus_seconds(life) };
        TicketView::of(&ticket, now)
            .inspect(|shown| assert!((30..=3600).contains(&(shown.expires_at.unix() - now.unix()))))
    }

    #[test]
    fn a_ticket_is_an_address_of_the_web_and_nothing_else() {
        let shown = ticket("https://m.example.cn/t/secret-canary-77", 180).unwrap();
        assert!(
            shown.qr.rows.len() >= 21 && shown.qr.rows.iter().all(|row| row.len() == shown.qr.rows.len())
        );
        assert!(!format!("{shown:?}").contains("canary"));
        for life in [-100, 0, i64::from(u32::MAX)] {
            assert!(ticket("http://127.0.0.1:7080/t/abc", life).is_ok());
        }
        for address in ["javascript:alert(1)", "file:///etc/passwd", "https://a b", "https://\u{f6}", ""] {
            assert!(ticket(address, 180).is_err(), "{address}");
        }
        assert!(ticket(&format!("https://{}", "a".repeat(4000)), 180).is_err());
    }
}
