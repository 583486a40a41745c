//! Pages from templates. `{{name}}` stands for a part; text is escaped, markup was made here.

/// Escaped, or made by [`fill`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Markup(pub(crate) String);

impl Markup {
    /// HTML living standard section 13.1.2: safe as element content and in quoted attributes.
    pub(crate) fn text(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&#39;"),
                other => escaped.push(other),
            }
        }
        Self(escaped)
    }

    /// A file of this crate, as it is.
    pub(crate) fn own(file: &'static str) -> Self {
        Self(file.to_owned())
    }
}

/// Replaces every part in one pass: what a part brings along is not looked at again. A name that is not
/// among `parts` becomes nothing.
pub(crate) fn fill(template: &'static str, parts: &[(&str, Markup)]) -> Markup {
    let mut page = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let Some((name, after)) = after.split_once("}}") else { break };
        if let Some((_, part)) = parts.iter().find(|(known, _)| *known == name) {
            page.push_str(&part.0);
        }
        rest = after;
    }
    page.push_str(rest);
    Markup(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_are_put_in_once() {
        let parts = [("a", Markup::text("{{b}}")), ("b", Markup::own("<i>"))];
        assert_eq!(fill("1 {{a}} 2 {{b}} 3 {{c}}.", &parts).0, "1 {{b}} 2 <i> 3 .");
    }

    proptest! {
        #[test]
        fn no_text_can_open_or_close_anything(text in any::<String>()) {
            let page = fill("<p title=\"{{a}}\">{{a}}</p>", &[("a", Markup::text(&text))]).0;
            prop_assert_eq!(page.matches('<').count(), 2);
            prop_assert_eq!(page.matches('>').count(), 2);
            prop_assert_eq!(page.matches('"').count(), 2);
        }
    }
}
