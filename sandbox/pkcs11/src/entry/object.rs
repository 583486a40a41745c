use cryptoki_sys::{
    CK_ATTRIBUTE, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_ULONG, CK_UNAVAILABLE_INFORMATION,
};

use crate::{
    Answer,
    border::{At, Honesty, border},
    module,
    object::Object,
    pointer::{Buffer, items, items_mut},
};

pub(super) unsafe extern "C" fn C_FindObjectsInit(
    session: CK_SESSION_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    border("C_FindObjectsInit", At::Session(session), |_| {
        let mut wanted = Vec::new();
        // SAFETY: `count` attributes at `template`, each with its value (section 5.7).
        unsafe {
            for attribute in items(template, count)? {
                let value = items(attribute.pValue.cast::<u8>(), attribute.ulValueLen)?;
                wanted.push((attribute.type_, value.to_vec()));
            }
        }
        module::with(|module| module.find_init(session, &wanted))
    })
}

pub(super) unsafe extern "C" fn C_FindObjects(
    session: CK_SESSION_HANDLE,
    place: *mut CK_OBJECT_HANDLE,
    room: CK_ULONG,
    count: *mut CK_ULONG,
) -> CK_RV {
    border("C_FindObjects", At::Session(session), |honesty| {
        // SAFETY: room for `room` handles and one number.
        let mut out = unsafe { Buffer::bounded(place, room, count, honesty) }?;
        let found = module::with(|module| module.find(session, out.room()))?;
        out.fill(&found)
    })
}

pub(super) unsafe extern "C" fn C_FindObjectsFinal(session: CK_SESSION_HANDLE) -> CK_RV {
    border("C_FindObjectsFinal", At::Session(session), |_| module::with(|module| module.find_final(session)))
}

pub(super) unsafe extern "C" fn C_GetAttributeValue(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    border("C_GetAttributeValue", At::Session(session), |honesty| {
        let object = module::with(|module| module.object(session, object))?;
        // SAFETY: `count` attributes at `template`, each with room for its value.
        let template = unsafe { items_mut(template, count) }?;
        let mut all = Ok(());
        for attribute in template {
            // SAFETY: as above.
            let one = unsafe { answer(&object, attribute, honesty) };
            all = all.and(one);
        }
        all
    })
}

/// One attribute; what it cannot tell gets the length CK_UNAVAILABLE_INFORMATION.
///
/// # Safety
/// `pValue` is NULL or has room for `ulValueLen` bytes.
unsafe fn answer(object: &Object, attribute: &mut CK_ATTRIBUTE, honesty: Honesty) -> Answer {
    let told = object.attribute(attribute.type_).and_then(|value| {
        let length = &raw mut attribute.ulValueLen;
        // SAFETY: as the caller promises.
        unsafe { Buffer::sized(attribute.pValue.cast::<u8>(), length, honesty) }?.fill(&value)
    });
    told.inspect_err(|_| attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION)
}
