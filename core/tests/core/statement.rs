//! What is shown is what is signed: one text for one statement, and one statement for one text.

use proptest::prelude::*;
use tongguan_core::domain::{
    AccountName, Challenge, CompanyIdentity, CompanyName, Nonce, OrganizationCode, Origin, Purpose,
    RequestId, Statement, Timestamp, UnifiedSocialCreditCode,
};
use tongguan_core::fault::Fault;

fn challenge() -> impl Strategy<Value = Challenge> {
    let purpose = prop::sample::select(Purpose::ALL.to_vec());
    let name = "[\u{4e00}-\u{9fa5}]{2,20}|[A-Z][a-z]{1,20}( Co\\., Ltd\\.)?";
    let company = (name, "[0-9A-HJ-NPQRTUWXY]{8}").prop_map(|(name, body)| {
        let organization_code = OrganizationCode::complete(&body).unwrap();
        let uscc = UnifiedSocialCreditCode::complete(&format!("91120116{organization_code}")).unwrap();
        CompanyIdentity { name: CompanyName::parse(&name).unwrap(), organization_code, uscc }
    });
    let account = "[a-z][a-z0-9._-]{0,30}".prop_map(|name| AccountName::parse(&name).unwrap());
    let origin = "[a-z]{1,12}(\\.[a-z]{2,8}){1,3}(:[1-9][0-9]{3})?";
    let origin = origin.prop_map(|host| Origin::parse(&format!("https://{host}")).unwrap());
    (purpose, company, account, origin, any::<[u8; 32]>(), 0i64..4_000_000_000, 1i64..600).prop_map(
        |(purpose, company, account, audience, nonce, issued, life)| Challenge {
            request_id: RequestId::random(),
            nonce: Nonce::from_bytes(&nonce),
            purpose,
            account,
            company,
            audience,
            issued_at: Timestamp::from_unix(issued).unwrap(),
            expires_at: Timestamp::from_unix(issued + life).unwrap(),
        },
    )
}

fn statement() -> impl Strategy<Value = Statement> {
    challenge().prop_map(|c| Statement::from_challenge(&c, &c.audience, &c.account).unwrap())
}

proptest! {
    #[test]
    fn a_rendered_statement_parses_to_itself(statement in statement()) {
        prop_assert_eq!(Statement::parse(&statement.render()).unwrap(), statement);
    }

    #[test]
    fn an_accepted_text_renders_back_to_itself(statement in statement(), at in any::<prop::sample::Index>(), with in any::<char>()) {
        let mut characters: Vec<char> = statement.render().chars().collect();
        let at = at.index(characters.len());
        characters[at] = with;
        let text: String = characters.into_iter().collect();
        if let Ok(parsed) = Statement::parse(&text) {
            prop_assert_eq!(parsed.render(), text);
        }
    }

    #[test]
    fn a_line_more_or_less_is_refused(statement in statement(), at in 0usize..13) {
        let text = statement.render();
        let mut lines: Vec<&str> = text.split('\n').collect();
        lines.remove(at);
        prop_assert!(Statement::parse(&lines.join("\n")).is_err());
        let more = format!("{text}\n");
        prop_assert!(Statement::parse(&more).is_err());
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = Statement::parse(&text);
    }

    #[test]
    fn the_audience_and_the_account_are_the_clients_own(c in challenge()) {
        let other = Origin::parse("https://portal.example.cn").unwrap();
        prop_assume!(c.audience != other);
        let account = AccountName::parse("Somebody-Else").unwrap();
        prop_assert_eq!(
            Statement::from_challenge(&c, &other, &c.account),
            Err(Fault::ChallengeMismatch { field: "audience".into() })
        );
        prop_assert_eq!(
            Statement::from_challenge(&c, &c.audience, &account),
            Err(Fault::ChallengeMismatch { field: "account".into() })
        );
    }
}

/// The exact bytes: a change here is a new version of the statement.
#[test]
fn the_text_is_the_documented_one() {
    let text = include_str!("vectors/statement.txt").trim_end_matches('\n');
    let statement = Statement::parse(text).unwrap();
    assert_eq!(statement.purpose, Purpose::CertifyIcCard);
    assert_eq!(statement.company.uscc.as_str(), "91120116MA0T3K1X08");
    assert_eq!(statement.company.uscc.organization_code(), statement.company.organization_code);
    assert_eq!(statement.account.as_str(), "haihe-demo");
    assert_eq!(statement.audience.as_str(), "https://portal.example.cn");
    assert_eq!(statement.nonce, Nonce::from_bytes(&[7; 32]));
    assert_eq!(statement.issued_at.unix(), 1_795_262_400);
    assert_eq!(statement.expires_at.unix() - statement.issued_at.unix(), 120);
    assert_eq!(statement.render(), text);
}

#[test]
fn a_challenge_that_lives_too_long_is_not_believed() {
    let base = Statement::parse(include_str!("vectors/statement.txt").trim_end_matches('\n')).unwrap();
    for life in [0, -5, 601, 1_000_000] {
        let challenge = Challenge {
            request_id: base.request_id.clone(),
            nonce: base.nonce.clone(),
            purpose: base.purpose,
            account: base.account.clone(),
            company: base.company.clone(),
            audience: base.audience.clone(),
            issued_at: base.issued_at,
            expires_at: base.issued_at.plus_seconds(life),
        };
        let outcome = Statement::from_challenge(&challenge, &base.audience, &base.account);
        assert_eq!(outcome, Err(Fault::ChallengeMismatch { field: "expires_at".into() }), "{life}");
    }
}
