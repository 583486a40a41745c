//! A ticket for a phone, as it is shown: an address, and the QR code that a camera reads.

use super::app::Desk;
use crate::domain::{Timestamp, WebAddress};
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

/// A QR code (ISO/IEC 18004) without its quiet zone: rows from above, `1` is dark. `Debug` does not show it: it may be
/// a ticket's.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct Qr {
    pub rows: Vec<String>,
}

impl TicketView {
    /// The portal's clock need not agree with this one: a ticket lives as long as one may.
    pub(super) fn of(ticket: &Ticket, asked: Timestamp) -> Result<Self, Fault> {
        let life = (ticket.expires_at.unix() - asked.unix()).clamp(30, 3600);
        Ok(Self {
            address: ticket.address.to_string(),
            qr: Qr::of(ticket.address.as_str())?,
            expires_at: asked.plus_seconds(life),
        })
    }
}

impl Desk {
    pub(super) fn draw_code(&self, address: WebAddress) -> Result<Qr, Fault> {
        Qr::of(address.as_str())
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

impl std::fmt::Debug for Qr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Qr(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_lives_as_long_as_one_may_and_is_not_in_the_log() {
        let now = Timestamp::now();
        let address = WebAddress::parse("https://m.example.cn/t/secret-canary-77").unwrap();
        for life in [-100, 0, 180, i64::from(u32::MAX)] {
            let ticket = Ticket { address: address.clone(), expires_at: now.plus_seconds(life) };
            let shown = TicketView::of(&ticket, now).unwrap();
            let rows = &shown.qr.rows;
            assert!(rows.len() >= 21 && rows.iter().all(|row| row.len() == rows.len()));
            assert!((30..=3600).contains(&(shown.expires_at.unix() - now.unix())));
            let logged = format!("{shown:?} {ticket:?} {:?}", shown.qr);
            assert!(!logged.contains("canary") && !rows.iter().any(|row| logged.contains(row)));
        }
    }

    #[test]
    fn every_address_has_its_code() {
        let longest = format!("https://m.example.cn/{}", "a".repeat(479));
        assert!(Qr::of(WebAddress::parse(&longest).unwrap().as_str()).is_ok());
        assert!(Qr::of(&"a".repeat(4000)).is_err());
    }
}
