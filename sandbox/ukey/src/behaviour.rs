//! How a library misbehaves, as data.

use serde::{Deserialize, Serialize};
use tongguan_core::domain::Sm2Map;

/// A library's manners. The default is a good library: what its standard says, SM2 left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Behaviour {
    /// The first that fits a call happens.
    pub strikes: Vec<Strike>,
    /// PKCS#11: the token's label is GBK, not UTF-8. SKF: it is always GBK.
    pub gbk_label: bool,
    /// PKCS#11: C_GetTokenInfo fails with CKR_GENERAL_ERROR.
    pub token_info_fails: bool,
    /// PKCS#11: mechanisms (CK_MECHANISM_TYPE) that the library does not have.
    pub absent_mechanisms: Vec<u64>,
    /// PKCS#11: SM2 keys sign, so.
    pub sm2: Option<Sm2Map>,
    /// C_WaitForSlotEvent, SKF_WaitForDevEvent: not supported.
    pub no_slot_events: bool,
    /// PKCS#11: C_Initialize wants exactly this as its reserved argument.
    pub init_string_required: Option<String>,
    /// PKCS#11: the PIN is typed on the device (CKF_PROTECTED_AUTHENTICATION_PATH); its owner types the right one.
    pub pin_pad: bool,
    /// PKCS#11: a wrong PIN is a CKR_GENERAL_ERROR.
    pub wrong_pin_is_general_error: bool,
    /// PKCS#11: keys want a CKU_CONTEXT_SPECIFIC login before each signature.
    pub always_authenticate: bool,
    /// PKCS#11: slots without a token, before the real ones.
    pub empty_slots: u32,
}

/// One misbehaviour of one function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strike {
    /// The C function, for example `C_Sign` or `SKF_ECCSignData`; `*` is every one.
    pub call: String,
    /// How often it still happens; `None`: always.
    #[serde(default)]
    pub times: Option<u32>,
    pub misbehaviour: Misbehaviour,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misbehaviour {
    /// Never returns.
    Hang,
    /// SIGSEGV.
    Crash,
    /// SIGABRT.
    Abort,
    /// Leaves the process with status 0.
    Exit,
    /// Writes garbage to file descriptors 1 and 2, then does what was asked.
    Noise,
    /// Answers with a wrong length.
    Lie(Length),
    /// CKR_GENERAL_ERROR, SAR_FAIL.
    GeneralError,
    /// Removes its shared object and all its tokens, then goes on.
    UnlinkSelf,
    /// The token is pulled during the call.
    Unplug,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// Asked for a size: more than a machine has memory for.
    Huge,
    /// Asked to fill a buffer: claims to have written more than fits in.
    BeyondBuffer,
}

impl Behaviour {
    /// A good library but for one misbehaviour of `call`, `times` times (`None`: always).
    pub fn striking(call: &str, misbehaviour: Misbehaviour, times: Option<u32>) -> Self {
        let strikes = vec![Strike { call: call.into(), times, misbehaviour }];
        Self { strikes, ..Self::default() }
    }

    /// What `call` does wrong, without counting it; a library asks [`SoftLibrary::strike`](crate::SoftLibrary::strike).
    pub fn strikes(&self, call: &str) -> Option<Misbehaviour> {
        self.strikes.iter().find(|strike| strike.fits(call)).map(|strike| strike.misbehaviour)
    }

    /// With it, whether the count changed.
    pub(crate) fn take_strike(&mut self, call: &str) -> Option<(Misbehaviour, bool)> {
        let strike = self.strikes.iter_mut().find(|strike| strike.fits(call))?;
        if let Some(times) = &mut strike.times {
            *times = times.saturating_sub(1);
        }
        Some((strike.misbehaviour, strike.times.is_some()))
    }
}

impl Strike {
    fn fits(&self, call: &str) -> bool {
        self.times != Some(0) && (self.call == call || self.call == "*")
    }
}
