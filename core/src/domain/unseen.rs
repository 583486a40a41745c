use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// What a page shows and no log: a face, a signature. `Debug` says nothing of it; on the wire it is the bare value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unseen<T>(pub T);

impl<T> Deref for Unseen<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> std::fmt::Debug for Unseen<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(..)")
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::platform::Field;
    use crate::ports::{Fact, Stage, StepAnswer};

    #[test]
    fn a_face_a_signature_and_a_number_are_not_in_the_log_but_on_the_wire() {
        let told = r#"{"kind":"confirm","facts":[{"field":"id_number","value":"110101199003071153"}],
            "notices":[],"photo":"face-canary-77","again":true}"#;
        let stage: Stage = serde_json::from_str(told).unwrap();
        let drawn: StepAnswer =
            serde_json::from_str(r#"{"kind":"signature","strokes":[[[7731,7732]]]}"#).unwrap();
        let logged = format!("{stage:?} {drawn:?}");
        for unseen in ["canary", "7731", "19900307"] {
            assert!(!logged.contains(unseen), "{logged}");
        }
        let fact = Fact { field: Field::IdNumber, value: "110101199003071153".into() };
        let Stage::Confirm { facts, photo, .. } = &stage else { panic!("{stage:?}") };
        assert_eq!((facts.as_slice(), photo.as_deref().unwrap().as_str()), (&[fact][..], "face-canary-77"));
        assert!(serde_json::to_string(&stage).unwrap().contains(r#""photo":"face-canary-77""#));
        assert!(serde_json::to_string(&drawn).unwrap().contains("[[[7731,7732]]]"));
    }
}
