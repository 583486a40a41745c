//! The words of the terminal, in both languages. Texts live in `words/*.json`, never in Rust.

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use tongguan_core::fault::Fault;

const CHINESE: [&str; 2] =
    [include_str!("../words/zh-CN.json"), include_str!("../words/platforms.zh-CN.json")];
const ENGLISH: [&str; 2] =
    [include_str!("../words/en-US.json"), include_str!("../words/platforms.en-US.json")];

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    Zh,
    En,
}

impl Language {
    /// POSIX.1-2017 section 8.2: LC_ALL before LC_MESSAGES before LANG; the first that is set counts.
    pub(crate) fn from_environment(read: impl Fn(&str) -> Option<String>) -> Self {
        let set =
            ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(read).find(|value| !value.is_empty());
        if set.is_some_and(|value| value.starts_with("zh")) { Self::Zh } else { Self::En }
    }
}

#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) language: Language,
    texts: BTreeMap<String, String>,
    /// What the talk is of: `KEY.ukey` is said where there is one.
    topic: Option<&'static str>,
}

impl Words {
    pub(crate) fn new(language: Language) -> Self {
        let files = match language {
            Language::Zh => CHINESE,
            Language::En => ENGLISH,
        };
        let texts = files.into_iter().map(serde_json::from_str::<BTreeMap<String, String>>);
        Self { language, texts: texts.flat_map(Result::unwrap_or_default).collect(), topic: None }
    }

    /// `ukey` or `legal`: from now on that is what the words are about.
    pub(crate) fn talk_of(&mut self, topic: &'static str) {
        self.topic = Some(topic);
    }

    /// The text of `key` with every `{name}` filled in. A missing key shows itself: better than silence.
    pub(crate) fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let special = self.topic.and_then(|topic| self.texts.get(&format!("{key}.{topic}")));
        let mut text = special.or_else(|| self.texts.get(key)).cloned().unwrap_or_else(|| key.to_owned());
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    pub(crate) fn plain(&self, key: &str) -> String {
        self.say(key, &[])
    }

    /// What happened and what next, with the figures of the fault.
    pub(crate) fn fault(&self, fault: &Fault) -> String {
        let Ok(Value::Object(members)) = serde_json::to_value(fault) else {
            return fault.to_string();
        };
        let code = fault.code();
        if let Fault::InputInvalid { field, reason } = fault {
            return self.say(
                "fault.input_invalid",
                &[("field", &self.field(field)), ("reason", &self.flaw(field, reason))],
            );
        }
        let untold = members.values().any(Value::is_null);
        let key = if untold { format!("fault.{code}.untold") } else { format!("fault.{code}") };
        let values: Vec<(String, String)> = members
            .into_iter()
            .filter(|(name, _)| name != "code")
            .map(|(name, value)| {
                let figure = self.figure(&code, &name, &value);
                (name, figure)
            })
            .collect();
        let values: Vec<(&str, &str)> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.say(&key, &values)
    }

    /// A word of a closed list is translated; anything else is shown as it is.
    fn figure(&self, code: &str, name: &str, value: &Value) -> String {
        let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let list = match (code, name) {
            ("proof_refused" | "data_refused", _) => "refusal",
            ("portal_answer", _) => "answer_flaw",
            ("library_refused", _) => "library_flaw",
            ("register_unavailable", _) => "register",
            ("file_unusable", "slot") => "slot",
            ("file_unusable", _) => "file_flaw",
            _ => return plain,
        };
        self.texts.get(&format!("{list}.{plain}")).cloned().unwrap_or(plain)
    }

    /// The name of a field; of one in a part of a file, with the part before it. Other names, such as a file's with a
    /// line, stay as they are.
    pub(crate) fn field(&self, name: &str) -> String {
        let word = |part: &str| self.texts.get(&format!("field.{part}")).map(String::as_str);
        let words: Option<Vec<&str>> = name.split('.').map(word).collect();
        words.map_or_else(|| name.to_owned(), |words| words.join(": "))
    }

    /// Why a value cannot be used: of this field, or of any.
    fn flaw(&self, field: &str, reason: &str) -> String {
        let own = field.rsplit('.').next().unwrap_or(field);
        let of_field = self.texts.get(&format!("flaw.{own}.{reason}"));
        of_field
            .or_else(|| self.texts.get(&format!("flaw.{reason}")))
            .map_or(reason, String::as_str)
            .to_owned()
    }

    /// The word for a value of a closed list, as `LIST.VALUE`.
    pub(crate) fn value(&self, list: &str, value: &impl Serialize) -> String {
        self.plain(&format!("{list}.{}", word_of(value)))
    }
}

/// The word that a value of a closed list has on the wire.
pub(crate) fn word_of(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use tongguan_core::domain::DocumentKind;
    use tongguan_core::domain::platform::{Field, Rule, Slot};
    use tongguan_core::fault::{FileFlaw, LibraryFlaw, Refusal, Register};
    use tongguan_core::ports::{Right, Role};
    use ts_rs::TS;

    /// Of both files; no key is in both.
    fn keys(files: [&str; 2]) -> BTreeMap<String, String> {
        let [first, second] =
            files.map(|text| serde_json::from_str::<BTreeMap<String, String>>(text).unwrap());
        let count = first.len() + second.len();
        let all: BTreeMap<_, _> = first.into_iter().chain(second).collect();
        assert_eq!(all.len(), count);
        all
    }

    fn placeholders(text: &str) -> BTreeSet<String> {
        text.split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    /// The codes as the wire type itself lists them.
    fn fault_codes() -> Vec<String> {
        let wire = Fault::inline(&ts_rs::Config::default());
        let mut codes: Vec<String> = wire
            .split("\"code\": \"")
            .skip(1)
            .filter_map(|part| part.split_once('"'))
            .map(|(code, _)| code.to_owned())
            .collect();
        codes.dedup();
        codes
    }

    #[test]
    fn both_languages_have_the_same_keys_and_figures() {
        let (zh, en) = (keys(CHINESE), keys(ENGLISH));
        assert_eq!(zh.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
        for (key, text) in &zh {
            assert_eq!(placeholders(text), placeholders(&en[key]), "{key}");
            assert!(!text.is_empty() && !en[key].is_empty(), "{key}");
        }
    }

    #[test]
    fn every_fault_has_words() {
        let codes = fault_codes();
        assert!(codes.len() > 40, "{codes:?}");
        let zh = keys(CHINESE);
        for code in codes {
            assert!(zh.contains_key(&format!("fault.{code}")), "{code}");
        }
        for refusal in Refusal::ALL {
            assert!(zh.contains_key(&format!("refusal.{}", refusal.code())), "{refusal}");
        }
        for flaw in LibraryFlaw::ALL {
            assert!(zh.contains_key(&format!("library_flaw.{}", word_of(&flaw))), "{flaw}");
        }
        for flaw in FileFlaw::ALL {
            assert!(zh.contains_key(&format!("file_flaw.{flaw}")), "{flaw}");
        }
        for slot in Slot::ALL {
            assert!(zh.contains_key(&format!("slot.{slot}")), "{slot}");
        }
        for register in [
            Register::Company,
            Register::Ctid,
            Register::Bank,
            Register::Sms,
            Register::Population,
            Register::Phone,
            Register::Payments,
        ] {
            assert!(zh.contains_key(&format!("register.{}", word_of(&register))), "{register}");
        }
    }

    /// A second sentence or clause; in Chinese one that asks for something.
    fn has_next_step(language: Language, text: &str) -> bool {
        match language {
            Language::En => ["; ", ". ", ": "].iter().any(|end| text.contains(end)),
            Language::Zh => text.contains('\u{8bf7}'),
        }
    }

    #[test]
    fn every_fault_and_every_refusal_says_the_next_step() {
        for (language, text) in [(Language::En, ENGLISH), (Language::Zh, CHINESE)] {
            for (key, text) in keys(text) {
                // These end with the reason, which has its own.
                let ends_with_reason = ["fault.proof_refused", "fault.data_refused", "fault.file_unusable"];
                let says = ["fault.", "refusal.", "file_flaw."].iter().any(|list| key.starts_with(list));
                if says && !ends_with_reason.contains(&key.as_str()) {
                    assert!(has_next_step(language, &text), "{key}: {text}");
                }
            }
        }
    }

    #[test]
    fn every_value_of_a_record_has_words() {
        let zh = keys(CHINESE);
        let has = |list: &str, word: String| assert!(zh.contains_key(&format!("{list}.{word}")), "{word}");
        for kind in [
            DocumentKind::IdCard,
            DocumentKind::Passport,
            DocumentKind::HomeReturnPermit,
            DocumentKind::TaiwanPermit,
            DocumentKind::ForeignPermanentResidence,
        ] {
            has("document", word_of(&kind));
        }
        for role in [Role::Personal, Role::Operator, Role::Administrator] {
            has("role", word_of(&role));
        }
        for right in [Right::Certify, Right::EditCompany] {
            has("right", word_of(&right));
        }
        for region in tongguan_core::domain::REGIONS {
            has("region", region.to_owned());
        }
    }

    /// Every step, way, path and notice that a description names, and every field that it may ask for.
    #[test]
    fn every_platform_has_words() {
        let zh = keys(CHINESE);
        let has =
            |list: &str, word: &str| assert!(zh.contains_key(&format!("{list}.{word}")), "{list}.{word}");
        for platform in tongguan_catalogue::platforms().unwrap() {
            crate::platforms::paths(&platform).for_each(|path| has("path", path.id.as_str()));
            for step in &platform.steps {
                has("step", step.id.as_str());
                let notices = match &step.rule {
                    Rule::Choose { ways, .. } => {
                        ways.iter().for_each(|way| has("option", way.way.as_str()));
                        &[][..]
                    }
                    Rule::Scan { systems, .. } if !systems.is_empty() => {
                        has("app", platform.id.as_str());
                        systems.iter().for_each(|system| has("system", &word_of(system)));
                        &[]
                    }
                    Rule::Form { notices, .. }
                    | Rule::Code { notices, .. }
                    | Rule::Confirm { notices, .. } => notices.as_slice(),
                    _ => &[],
                };
                for notice in notices {
                    has("notice", &format!("{notice}.title"));
                    has("notice", &format!("{notice}.text"));
                }
            }
        }
        for field in Field::ALL {
            has("field", field.name());
            if field.is_private() {
                has("ask.hidden", field.name());
            }
        }
    }

    #[test]
    fn a_field_that_is_not_usable_is_named_in_words() {
        let words = Words::new(Language::En);
        let fault =
            Fault::InputInvalid { field: "holder.document_number".into(), reason: "check_character".into() };
        let text = words.fault(&fault);
        assert!(!text.contains('_') && text.contains(": "), "{text}");
    }

    #[test]
    fn every_exit_code_has_words() {
        let zh = keys(CHINESE);
        for exit in crate::exit_code::Exit::ALL {
            assert!(zh.contains_key(&format!("exit.{}", exit.number())), "{exit:?}");
        }
    }

    #[test]
    fn figures_of_a_fault_reach_the_words() {
        let words = Words::new(Language::En);
        assert!(words.fault(&Fault::PinWrong { tries_left: Some(3) }).contains('3'));
        assert!(!words.fault(&Fault::PinWrong { tries_left: None }).contains("null"));
        let refused = words.fault(&Fault::ProofRefused { reason: Refusal::CertRevoked });
        assert!(refused.contains("revoked"), "{refused}");
    }

    #[test]
    fn the_first_locale_variable_that_is_set_decides() {
        let chinese = |name: &str| (name == "LANG").then(|| "zh_CN.UTF-8".to_owned());
        assert_eq!(Language::from_environment(chinese), Language::Zh);
        let overridden =
            |name: &str| Some(if name == "LC_ALL" { "C.UTF-8" } else { "zh_CN.UTF-8" }.to_owned());
        assert_eq!(Language::from_environment(overridden), Language::En);
        assert_eq!(Language::from_environment(|_| None), Language::En);
    }
}
